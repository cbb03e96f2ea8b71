#include <algorithm>
#include <set>

#include "kernel/catalog/catalog.hpp"
#include "kernel/exams/exams.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::exams {

namespace {

using storage::Params;
using storage::Transaction;

Failure wrong(const std::string& reason, const std::string& message)
{
    return fail(ErrorCode::invalid_argument, message, reason);
}

Result<void> check(const Sitting& sitting)
{
    if (sitting.code.empty() || sitting.name.empty())
        return wrong("sitting_unnamed", "a sitting needs a code and a name");
    if (sitting.state != "draft" && sitting.state != "published")
        return wrong("sitting_state", "state is draft or published");
    if (sitting.signup_opens >= sitting.signup_closes || sitting.pay_until < sitting.signup_closes)
        return wrong("window_order", "sign-up opens before it closes, and payment ends no earlier");
    std::vector<const Slot*> by_time;
    std::set<int> numbers;
    std::set<std::string> courses;
    for (const Slot& slot : sitting.slots) {
        by_time.push_back(&slot);
        if (!numbers.insert(slot.slot_no).second)
            return wrong("slot_twice", "slot " + std::to_string(slot.slot_no) + " comes twice");
        if (slot.starts_at >= slot.ends_at || slot.starts_at < sitting.pay_until)
            return wrong("window_order", "slot " + std::to_string(slot.slot_no) +
                                             " ends before it starts, or starts before payment ends");
        for (const std::string& course : slot.courses)
            if (!courses.insert(course).second)
                return wrong("course_twice", "course " + course + " is examined twice in this sitting");
    }
    std::ranges::sort(by_time, {}, &Slot::starts_at);
    for (std::size_t i = 1; i < by_time.size(); ++i)
        if (by_time[i]->starts_at < by_time[i - 1]->ends_at)
            return wrong("slot_overlap", "slot " + std::to_string(by_time[i]->slot_no) +
                                             " begins before slot " +
                                             std::to_string(by_time[i - 1]->slot_no) + " has ended");
    return ok();
}

Result<void> writeSlots(Transaction& tx, const Sitting& sitting)
{
    for (const char* table : {"exam_slot", "slot_course"})
        if (auto gone =
                tx.execute(std::string("DELETE FROM ") + table + " WHERE sitting = ?", {sitting.code});
            !gone)
            return fail(gone.error());
    for (const Slot& slot : sitting.slots) {
        auto done =
            tx.execute("INSERT INTO exam_slot (sitting, slot_no, starts_at, ends_at) VALUES (?, ?, ?, ?)",
                       {sitting.code, std::int64_t{slot.slot_no}, slot.starts_at.ms, slot.ends_at.ms});
        if (!done)
            return fail(done.error());
        if (slot.courses.empty())
            continue;
        std::string tuples;
        Params values;
        for (const std::string& course : slot.courses) {
            tuples += tuples.empty() ? "(?, ?, ?)" : ", (?, ?, ?)";
            values.insert(values.end(), {sitting.code, course, std::int64_t{slot.slot_no}});
        }
        done = tx.execute("INSERT INTO slot_course (sitting, course_code, slot_no) VALUES " + tuples, values);
        if (!done)
            return fail(done.error());
    }
    return ok();
}

Result<void> writeHead(Transaction& tx, const Sitting& sitting)
{
    auto changed =
        tx.execute("UPDATE sitting SET name = ?, signup_opens = ?, signup_closes = ?, pay_until = ?, "
                   "state = ?, revision = revision + 1 WHERE code = ?",
                   {sitting.name, sitting.signup_opens.ms, sitting.signup_closes.ms, sitting.pay_until.ms,
                    sitting.state, sitting.code});
    if (!changed)
        return fail(changed.error());
    if (*changed == 1)
        return ok();
    auto inserted =
        tx.execute("INSERT INTO sitting (code, name, signup_opens, signup_closes, pay_until, state) "
                   "VALUES (?, ?, ?, ?, ?, ?)",
                   {sitting.code, sitting.name, sitting.signup_opens.ms, sitting.signup_closes.ms,
                    sitting.pay_until.ms, sitting.state});
    return inserted ? ok() : Result<void>(fail(inserted.error()));
}

/// Refuses when a live sign-up holds a course that its slot no longer examines. As an UPDATE the statement
/// reads what is committed now, not what was when the transaction began, so a sign-up made meanwhile counts.
Result<void> keepsEverySignUp(Transaction& tx, const Sitting& sitting)
{
    auto kept = tx.execute(
        "UPDATE sitting SET revision = revision + 1 WHERE code = ? AND NOT EXISTS ("
        "SELECT 1 FROM sign_up s JOIN sign_up_course c ON c.sign_up_id = s.id "
        "LEFT JOIN slot_course o ON o.sitting = s.sitting AND o.course_code = c.course_code AND o.slot_no = "
        "c.slot_no "
        "WHERE s.sitting = ? AND s.live_key IS NOT NULL AND (o.course_code IS NULL OR ? <> 'published'))",
        {sitting.code, sitting.code, sitting.state});
    if (!kept)
        return fail(kept.error());
    if (*kept == 0)
        return fail(ErrorCode::conflict, "a live sign-up would lose its course", "sign_up_would_lose_course");
    return ok();
}

} // namespace

/// Slots and courses are hundreds of rows that every request of a sign-up asks for and nobody changes.
Result<Sitting> Exams::whole(const storage::Row& head)
{
    const std::string& code = head.text(0);
    const std::int64_t revision = head.integer(1);
    {
        std::lock_guard lock(mutex_);
        const auto kept = kept_.find(code);
        if (kept != kept_.end() && kept->second.first == revision)
            return *kept->second.second;
    }
    storage::Database& db = *tenant_.database;
    auto slots = db.query(
        "SELECT slot_no, starts_at, ends_at FROM exam_slot WHERE sitting = ? ORDER BY slot_no", {code});
    auto courses = db.query(
        "SELECT slot_no, course_code FROM slot_course WHERE sitting = ? ORDER BY slot_no, course_code",
        {code});
    if (!slots || !courses)
        return fail(!slots ? slots.error() : courses.error());
    auto made = std::make_shared<Sitting>();
    made->code = code;
    made->name = head.text(2);
    made->signup_opens = {head.integer(3)};
    made->signup_closes = {head.integer(4)};
    made->pay_until = {head.integer(5)};
    made->state = head.text(6);
    for (const auto& slot : *slots)
        made->slots.push_back({static_cast<int>(slot.integer(0)), {slot.integer(1)}, {slot.integer(2)}, {}});
    for (const auto& course : *courses)
        for (Slot& slot : made->slots)
            if (slot.slot_no == course.integer(0))
                slot.courses.push_back(course.text(1));
    std::lock_guard lock(mutex_);
    kept_[code] = {revision, made};
    return *made;
}

Result<std::vector<Sitting>> Exams::read(const std::string& where, const Params& params)
{
    auto heads = tenant_.database->query(
        "SELECT code, revision, name, signup_opens, signup_closes, pay_until, state FROM sitting " + where,
        params);
    if (!heads)
        return fail(heads.error());
    std::vector<Sitting> all;
    for (const auto& head : *heads) {
        auto one = whole(head);
        if (!one)
            return fail(one.error());
        all.push_back(std::move(*one));
    }
    return all;
}

Result<std::vector<Sitting>> Exams::sittings()
{
    return read("ORDER BY signup_opens, code", {});
}

Result<std::optional<Sitting>> Exams::sitting(const std::string& code)
{
    return read("WHERE code = ?", {code}).transform([](const std::vector<Sitting>& found) {
        return found.empty() ? std::optional<Sitting>{} : std::optional(found.front());
    });
}

Result<std::optional<Sitting>> Exams::current()
{
    const std::int64_t now = tenant_.clock.now().ms;
    // Open windows sort before those to come, since they opened earlier.
    return read("WHERE state = 'published' AND signup_closes > ? ORDER BY signup_opens, code LIMIT 1", {now})
        .transform([](const std::vector<Sitting>& found) {
            return found.empty() ? std::optional<Sitting>{} : std::optional(found.front());
        });
}

Result<void> Exams::save(Transaction& tx, const Sitting& sitting)
{
    if (auto fine = check(sitting); !fine)
        return fine;
    std::vector<std::string> courses;
    for (const Slot& slot : sitting.slots)
        courses.insert(courses.end(), slot.courses.begin(), slot.courses.end());
    auto unknown = catalog::unknownCourses(tx, courses);
    if (!unknown)
        return fail(unknown.error());
    if (!unknown->empty())
        return wrong("course_unknown", "the course " + unknown->front() + " is unknown");
    if (auto done = writeHead(tx, sitting); !done)
        return done;
    if (auto done = writeSlots(tx, sitting); !done)
        return done;
    return keepsEverySignUp(tx, sitting);
}

} // namespace zikao::exams
