#include "kernel/base/id.hpp"
#include "kernel/exams/exams.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::exams {

namespace {

using storage::Params;
using storage::Transaction;

std::string liveKey(const SignUp& sign_up)
{
    return sign_up.candidate_id + ":" + sign_up.sitting;
}

bool isDuplicate(const Error& error)
{
    return error.code == ErrorCode::conflict && error.reason == "duplicate";
}

Failure clash(const std::string& reason, const std::string& message)
{
    return fail(ErrorCode::conflict, message, reason);
}

/// One statement checks that each course is examined in its slot of a published sitting, and holds those rows
/// until the commit, so that nobody takes a course out of the sitting meanwhile.
Result<void> writeCourses(Transaction& tx, const std::string& id, const SignUp& wanted)
{
    std::string pairs;
    Params values{id, wanted.sitting};
    for (const ChosenCourse& course : wanted.courses) {
        pairs += pairs.empty() ? "(o.slot_no = ? AND o.course_code = ?)"
                               : " OR (o.slot_no = ? AND o.course_code = ?)";
        values.insert(values.end(), {std::int64_t{course.slot_no}, course.code});
    }
    auto written = tx.execute("INSERT INTO sign_up_course (sign_up_id, slot_no, course_code) "
                              "SELECT ?, o.slot_no, o.course_code FROM slot_course o "
                              "JOIN sitting s ON s.code = o.sitting AND s.state = 'published' "
                              "WHERE o.sitting = ? AND (" +
                                  pairs + ")",
                              values);
    if (!written) {
        if (isDuplicate(written.error()))
            return clash("course_in_slot_twice", "two courses in one slot");
        return fail(written.error());
    }
    if (*written != static_cast<std::int64_t>(wanted.courses.size()))
        return fail(ErrorCode::invalid_argument, "a course is not examined in its slot",
                    "course_not_offered");
    return ok();
}

Result<std::string> insertHead(Transaction& tx, const SignUp& wanted)
{
    const std::string id = newId();
    auto inserted =
        tx.execute("INSERT INTO sign_up (id, sitting, candidate_id, case_id, major_code, district_code, "
                   "site_code, state, live_key) VALUES (?, ?, ?, ?, ?, ?, ?, 'submitted', ?)",
                   {id, wanted.sitting, wanted.candidate_id, wanted.case_id, wanted.major_code,
                    wanted.district_code, wanted.site_code, liveKey(wanted)});
    if (!inserted) {
        if (isDuplicate(inserted.error()))
            return clash("already_signed_up", "another live sign-up in this sitting");
        return fail(inserted.error());
    }
    return id;
}

Result<void> replaceHead(Transaction& tx, const std::string& id, const SignUp& wanted)
{
    auto changed =
        tx.execute("UPDATE sign_up SET sitting = ?, major_code = ?, district_code = ?, site_code = ?, "
                   "state = 'submitted', live_key = ? WHERE id = ? AND candidate_id = ? "
                   "AND state IN ('submitted', 'void')",
                   {wanted.sitting, wanted.major_code, wanted.district_code, wanted.site_code,
                    liveKey(wanted), id, wanted.candidate_id});
    if (!changed) {
        if (isDuplicate(changed.error()))
            return clash("already_signed_up", "another live sign-up in this sitting");
        return fail(changed.error());
    }
    if (*changed == 0)
        return clash("sign_up_locked", "an order is open or paid");
    auto gone = tx.execute("DELETE FROM sign_up_course WHERE sign_up_id = ?", {id});
    return gone ? ok() : Result<void>(fail(gone.error()));
}

} // namespace

Result<std::string> Exams::signUp(Transaction& tx, const SignUp& wanted)
{
    if (wanted.courses.empty())
        return fail(ErrorCode::invalid_argument, "no course chosen", "no_course");
    for (std::size_t i = 0; i < wanted.courses.size(); ++i)
        for (std::size_t k = 0; k < i; ++k)
            if (wanted.courses[i].slot_no == wanted.courses[k].slot_no)
                return clash("course_in_slot_twice", "two courses in one slot");
    auto present = tx.query("SELECT id FROM sign_up WHERE case_id = ?", {wanted.case_id});
    if (!present)
        return fail(present.error());
    std::string id;
    if (present->empty()) {
        auto made = insertHead(tx, wanted);
        if (!made)
            return made;
        id = *made;
    } else {
        id = present->front().text(0);
        if (auto done = replaceHead(tx, id, wanted); !done)
            return fail(done.error());
    }
    if (auto done = writeCourses(tx, id, wanted); !done)
        return fail(done.error());
    return id;
}

Result<void> Exams::move(Transaction& tx, const std::string& case_id, const std::string& from,
                         const std::string& to)
{
    const std::string live = to == "void" ? ", live_key = NULL" : "";
    auto moved = tx.execute("UPDATE sign_up SET state = ?" + live +
                                " WHERE case_id = ? AND state = ? AND state <> 'void'",
                            {to, case_id, from});
    if (!moved)
        return fail(moved.error());
    if (*moved == 0)
        return clash("sign_up_moved", "the sign-up is not " + from);
    return ok();
}

Result<std::optional<SignUp>> Exams::ofCase(const std::string& case_id)
{
    auto rows =
        tenant_.database->query("SELECT id, sitting, candidate_id, case_id, major_code, district_code, "
                                "site_code, state FROM sign_up WHERE case_id = ?",
                                {case_id});
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return std::optional<SignUp>{};
    const auto& row = rows->front();
    SignUp found{row.text(0), row.text(1), row.text(2), row.text(3), row.text(4),
                 row.text(5), row.text(6), row.text(7), {}};
    auto courses = tenant_.database->query(
        "SELECT slot_no, course_code FROM sign_up_course WHERE sign_up_id = ? ORDER BY slot_no", {found.id});
    if (!courses)
        return fail(courses.error());
    for (const auto& course : *courses)
        found.courses.push_back({static_cast<int>(course.integer(0)), course.text(1)});
    return std::optional(std::move(found));
}

} // namespace zikao::exams
