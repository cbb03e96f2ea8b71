#include "kernel/catalog/snapshot.hpp"

#include <iterator>
#include <set>
#include <sstream>

namespace zikao::catalog {

namespace {

Result<void> readLists(storage::Executor& db, Snapshot& into)
{
    auto rows = db.query(
        "SELECT list_name, code, name, parent, sort_no FROM code_item ORDER BY list_name, sort_no, code");
    if (!rows)
        return fail(rows.error());
    for (const auto& row : *rows)
        into.lists[row.text(0)].push_back(
            {row.text(0), row.text(1), row.text(2), row.text(3), static_cast<int>(row.integer(4))});
    return ok();
}

std::vector<std::string> words(const std::string& text)
{
    std::istringstream all(text);
    return {std::istream_iterator<std::string>(all), {}};
}

Result<void> readOffices(storage::Executor& db, Snapshot& into)
{
    auto rows =
        db.query("SELECT code, name, office_level, parent, phone, address, traits FROM office ORDER BY code");
    if (!rows)
        return fail(rows.error());
    for (const auto& row : *rows) {
        into.office_index[row.text(0)] = into.offices.size();
        into.offices.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5),
                                words(row.text(6))});
    }
    return ok();
}

Result<void> readMajors(storage::Executor& db, Snapshot& into)
{
    auto rows =
        db.query("SELECT code, name, study_level, school_code, school_name, plan_id, is_special, is_open, "
                 "min_courses, min_credits, confidence FROM major ORDER BY code");
    if (!rows)
        return fail(rows.error());
    for (const auto& row : *rows) {
        into.major_index[row.text(0)] = into.majors.size();
        into.majors.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5),
                               row.integer(6) != 0, row.integer(7) != 0, static_cast<int>(row.integer(8)),
                               static_cast<int>(row.integer(9)), row.text(10)});
    }
    return ok();
}

Result<void> readCourses(storage::Executor& db, Snapshot& into)
{
    auto rows = db.query("SELECT code, name, exam_mode, credits, theory_code, textbook FROM course");
    if (!rows)
        return fail(rows.error());
    for (const auto& row : *rows) {
        PlanCourse course;
        course.code = row.text(0);
        course.name = row.text(1);
        course.exam_mode = row.text(2);
        if (!row.isNull(3))
            course.credits = static_cast<int>(row.integer(3));
        course.theory_code = row.text(4);
        course.textbook = row.text(5);
        into.courses.emplace(course.code, course);
    }
    auto plan = db.query("SELECT plan_id, course_code, requirement, option_group, seq FROM plan_course "
                         "ORDER BY plan_id, seq, course_code");
    if (!plan)
        return fail(plan.error());
    for (const auto& row : *plan) {
        const auto found = into.courses.find(row.text(1));
        if (found == into.courses.end())
            return fail(ErrorCode::corrupt,
                        "plan " + row.text(0) + " holds the unknown course " + row.text(1));
        PlanCourse course = found->second;
        course.requirement = row.text(2);
        course.option_group = row.text(3);
        course.seq = static_cast<int>(row.integer(4));
        into.plans[row.text(0)].push_back(std::move(course));
    }
    return ok();
}

Result<void> readGroups(storage::Executor& db, Snapshot& into)
{
    auto rows =
        db.query("SELECT plan_id, option_group, min_courses, min_credits, all_without FROM plan_group "
                 "ORDER BY plan_id, option_group");
    if (!rows)
        return fail(rows.error());
    for (const auto& row : *rows)
        into.groups[row.text(0)].push_back(
            {row.text(1), static_cast<int>(row.integer(2)), static_cast<int>(row.integer(3)), row.text(4)});
    return ok();
}

/// Every course that a rule fills gets all rows of the rule: with `together` and `shared` they count as one.
Result<void> readSubstitutions(storage::Executor& db, Snapshot& into)
{
    auto rows =
        db.query("SELECT rule_id, for_course, by_course, mode, is_automatic, min_credits, effective_from, "
                 "effective_to FROM substitution ORDER BY rule_id, for_course, by_course");
    if (!rows)
        return fail(rows.error());
    std::map<std::string, std::vector<Substitution>> rules;
    for (const auto& row : *rows)
        rules[row.text(0)].push_back(
            {row.text(0), row.text(1), row.text(2), modeNamed(row.text(3)).value_or(Substitution::Mode::each),
             row.integer(4) != 0, static_cast<int>(row.integer(5)), row.text(6), row.text(7)});
    for (const auto& [rule, parts] : rules) {
        std::set<std::string> filled;
        for (const Substitution& part : parts)
            if (filled.insert(part.for_course).second) {
                auto& all = into.substitutions[part.for_course];
                all.insert(all.end(), parts.begin(), parts.end());
            }
    }
    return ok();
}

Result<void> readWaivers(storage::Executor& db, Snapshot& into)
{
    auto rows = db.query("SELECT rule_id, course_code, basis, certificate, study_level, evidence, "
                         "effective_from, effective_to FROM waiver_rule ORDER BY rule_id, course_code");
    if (!rows)
        return fail(rows.error());
    for (const auto& row : *rows)
        into.waivers[row.text(1)].push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.text(4),
                                             row.text(5), row.text(6), row.text(7)});
    return ok();
}

} // namespace

std::optional<Substitution::Mode> modeNamed(const std::string& name)
{
    static const std::map<std::string, Substitution::Mode> kModes = {
        {"each", Substitution::Mode::each},
        {"together", Substitution::Mode::together},
        {"shared", Substitution::Mode::shared},
        {"pool", Substitution::Mode::pool}};
    const auto found = kModes.find(name);
    return found == kModes.end() ? std::optional<Substitution::Mode>{} : found->second;
}

Result<std::int64_t> readVersion(storage::Executor& db)
{
    auto rows = db.query("SELECT version FROM catalog_version WHERE id = 1");
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return fail(ErrorCode::corrupt, "catalog_version has no row");
    return rows->front().integer(0);
}

Result<std::shared_ptr<const Snapshot>> readSnapshot(storage::Database& db)
{
    // One transaction, so that the tables belong to one version.
    return db.transaction([](storage::Transaction& tx) -> Result<std::shared_ptr<const Snapshot>> {
        auto fresh = std::make_shared<Snapshot>();
        auto version = readVersion(tx);
        if (!version)
            return fail(version.error());
        fresh->version = *version;
        for (auto* part : {&readLists, &readOffices, &readMajors, &readCourses, &readGroups,
                           &readSubstitutions, &readWaivers})
            if (auto done = part(tx, *fresh); !done)
                return fail(done.error());
        return std::shared_ptr<const Snapshot>(std::move(fresh));
    });
}

} // namespace zikao::catalog
