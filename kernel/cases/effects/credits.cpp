#include "kernel/cases/effects/effect.hpp"
#include "kernel/catalog/catalog.hpp"
#include "kernel/exams/ledger.hpp"
#include "kernel/identity/identity.hpp"

namespace zikao::cases::effects {

namespace {

std::string textOf(const Asking& asking, const char* arg)
{
    return textAt(asking.record.fields, asking.args.value(arg, ""));
}

/// The admission number that passes belong to. @errors `refused` with `number_missing`
Result<std::string> ownNumber(const Asking& asking)
{
    auto person = asking.services.identity.person(asking.record.subject_id);
    if (!person)
        return fail(person.error());
    if (person->admission_number.empty())
        return fail(ErrorCode::refused, "the person has no admission number", "number_missing");
    return person->admission_number;
}

Result<bool> isShared(catalog::Catalog& catalog, const exams::Line& line)
{
    auto rows = catalog.substitutions(line.course.code);
    if (!rows)
        return fail(rows.error());
    for (const catalog::Substitution& row : *rows)
        if (row.rule_id == line.rule_id && row.mode == catalog::Substitution::Mode::shared)
            return true;
    return false;
}

} // namespace

Result<Apply> grantCourses(const Asking& asking)
{
    auto ledger = asking.facts.ledger();
    if (!ledger)
        return fail(ledger.error());
    if (!*ledger)
        return fail(ErrorCode::refused, "the case has no plan", "plan_unknown");
    std::vector<exams::Grant> grants;
    for (const exams::Line& line : (*ledger)->lines) {
        const bool waived = line.standing == exams::Standing::waived;
        if (line.granted || (!waived && line.standing != exams::Standing::substituted))
            continue;
        auto shared = isShared(asking.services.catalog, line);
        if (!shared)
            return fail(shared.error());
        grants.push_back({line.course.code, waived ? "waiver" : "substitution", line.rule_id, line.with,
                          *shared, asking.record.id});
    }
    return Apply{[grants, plan = (*ledger)->plan_id, subject = asking.record.subject_id, by = asking.actor.id,
                  &tenant = asking.services.tenant](storage::Transaction& tx, Moving&) -> Result<void> {
        exams::Records records(tenant);
        for (const exams::Grant& grant : grants)
            if (auto done = records.grant(tx, subject, plan, grant, by); !done)
                return done;
        return ok();
    }};
}

Result<Apply> revokeCourses(const Asking& asking)
{
    return Apply{[id = asking.record.id, &tenant = asking.services.tenant](storage::Transaction& tx,
                                                                           Moving&) -> Result<void> {
        auto gone = exams::Records(tenant).revoke(tx, id);
        return gone ? ok() : Result<void>(fail(gone.error()));
    }};
}

Result<Apply> recordCredit(const Asking& asking)
{
    auto number = ownNumber(asking);
    if (!number)
        return fail(number.error());
    exams::PassRecord record;
    record.admission_number = *number;
    record.course_code = textOf(asking, "course");
    record.passed_on = textOf(asking, "passed_on");
    record.origin = textOf(asking, "origin");
    record.source = "filed";
    record.evidence = "case:" + asking.record.id;
    const std::string score = textOf(asking, "score");
    const bool whole =
        !score.empty() && score.size() <= 3 && score.find_first_not_of("0123456789") == std::string::npos;
    if (!whole)
        return fail(ErrorCode::invalid_argument, "the score is no whole number", "pass_score");
    record.score = std::stoi(score);
    return Apply{[record, by = asking.actor.id, &tenant = asking.services.tenant](storage::Transaction& tx,
                                                                                  Moving&) -> Result<void> {
        return exams::Records(tenant).file(tx, record, by);
    }};
}

Result<Apply> mergeNumbers(const Asking& asking)
{
    auto number = ownNumber(asking);
    if (!number)
        return fail(number.error());
    std::vector<exams::LinkedNumber> further;
    for (const Json& row : asking.record.fields.value(asking.args.value("rows", ""), Json::array()))
        further.push_back({row.value("number", ""), asking.record.subject_id, row.value("kind", ""),
                           asking.record.id, asking.actor.id, asking.now});
    return Apply{[further, own = *number, &tenant = asking.services.tenant](storage::Transaction& tx,
                                                                            Moving&) -> Result<void> {
        exams::Records records(tenant);
        for (const exams::LinkedNumber& one : further)
            if (auto done = records.link(tx, one, own); !done)
                return done;
        return ok();
    }};
}

Result<Apply> unmergeNumbers(const Asking& asking)
{
    return Apply{[id = asking.record.id, &tenant = asking.services.tenant](storage::Transaction& tx,
                                                                           Moving&) -> Result<void> {
        auto gone = exams::Records(tenant).unlink(tx, id);
        return gone ? ok() : Result<void>(fail(gone.error()));
    }};
}

} // namespace zikao::cases::effects
