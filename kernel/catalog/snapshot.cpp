#include "kernel/catalog/snapshot.hpp"

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

Result<void> readOffices(storage::Executor& db, Snapshot& into)
{
    auto rows = db.query("SELECT code, name, office_level, parent, phone, address FROM office ORDER BY code");
    if (!rows)
        return fail(rows.error());
    for (const auto& row : *rows) {
        into.office_index[row.text(0)] = into.offices.size();
        into.offices.push_back(
            {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5)});
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
    auto rows = db.query("SELECT code, name, exam_mode, credits FROM course");
    if (!rows)
        return fail(rows.error());
    for (const auto& row : *rows) {
        PlanCourse course;
        course.code = row.text(0);
        course.name = row.text(1);
        course.exam_mode = row.text(2);
        if (!row.isNull(3))
            course.credits = static_cast<int>(row.integer(3));
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

} // namespace

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
    // One transaction, so that the five tables belong to one version.
    return db.transaction([](storage::Transaction& tx) -> Result<std::shared_ptr<const Snapshot>> {
        auto fresh = std::make_shared<Snapshot>();
        auto version = readVersion(tx);
        if (!version)
            return fail(version.error());
        fresh->version = *version;
        for (auto* part : {&readLists, &readOffices, &readMajors, &readCourses})
            if (auto done = part(tx, *fresh); !done)
                return fail(done.error());
        return std::shared_ptr<const Snapshot>(std::move(fresh));
    });
}

} // namespace zikao::catalog
