#include "kernel/cases/check.hpp"

#include "kernel/cases/definition.hpp"
#include "kernel/cases/store.hpp"
#include "kernel/cases/true_history.hpp"
#include "kernel/cases/vocabulary.hpp"
#include "kernel/storage/invariant.hpp"

namespace zikao::cases {

namespace {

using storage::Row;

constexpr std::int64_t kCasesAtOnce = 500;

/// The definitions that cases are pinned to, each read once.
class Pinned
{
public:
    explicit Pinned(rules::Registry& rules) : rules_(rules) {}

    Result<std::shared_ptr<const Definition>> find(const std::string& hash, const std::string& type)
    {
        auto& kept = kept_[hash + "/" + type];
        if (kept)
            return kept;
        const auto package = rules_.byHash(hash);
        if (!package)
            return fail(package.error());
        const auto found = (*package)->cases.find(type);
        if (found == (*package)->cases.end())
            return fail(ErrorCode::corrupt, "package " + hash + " has no case " + type);
        kept = parseDefinition(type, found->second, **package).definition;
        if (!kept)
            return fail(ErrorCode::corrupt, "package " + hash + ": the case " + type + " is not understood");
        return kept;
    }

private:
    rules::Registry& rules_;
    std::map<std::string, std::shared_ptr<const Definition>> kept_;
};

struct Step
{
    std::string action, from, to, reason, actor_id;
    bool by_staff = false;
};

/// What is wrong with one step of a history by itself; empty: nothing.
std::string faultOf(const Step& step, const Definition& definition)
{
    const Action* action = definition.action(step.action);
    if (action == nullptr)
        return "I8 takes the unknown step " + step.action;
    if (std::find(action->from.begin(), action->from.end(), step.from) == action->from.end())
        return "I8 takes " + step.action + " from " + step.from;
    // Where several offices decide, all steps but the last stay.
    if (step.to != action->to && step.to != step.from)
        return "I8 comes by " + step.action + " to " + step.to;
    if (step.actor_id.empty())
        return "I9 does not say who took " + step.action;
    // A system's step also happens as an effect of somebody's step in another case.
    if (action->by != "system" && (action->by != "candidate") != step.by_staff)
        return "I9 lets somebody else take " + step.action;
    if (action->reason == "required" && step.reason.empty())
        return "I9 has no reason for " + step.action;
    return "";
}

/// Who decides a case and who has decided it, against its history.
Result<void> checkReviews(tenant::Tenant& tenant, const Definition& definition, const std::string& id,
                          const std::string& state, std::vector<std::string>& broken)
{
    const auto found = definition.states.find(state);
    if (found == definition.states.end() || found->second.reviewers.empty())
        return ok();
    const Store store(*tenant.database, *tenant.vault);
    const auto stored = store.load(id);
    const auto reviews = store.reviews(id);
    const auto told = store.historyAsStored(id);
    if (!stored || !reviews || !told)
        return fail(!stored ? stored.error() : !reviews ? reviews.error() : told.error());
    if (const std::string row = alteredRow(definition, stored->record, *reviews, *told);
        row.starts_with("case_review"))
        broken.push_back("does not follow from the history: " + row);
    return ok();
}

Result<void> checkHistories(tenant::Tenant& tenant, std::vector<std::string>& broken)
{
    Pinned pinned(*tenant.rules);
    std::string last;
    for (;;) {
        const auto cases = tenant.database->query(
            "SELECT id, type, state, rules_hash FROM case_record WHERE id > ? ORDER BY id LIMIT ?",
            {last, kCasesAtOnce});
        if (!cases)
            return fail(cases.error());
        if (cases->empty())
            return ok();
        const auto events = tenant.database->query(
            "SELECT e.case_id, e.action, e.from_state, e.to_state, e.reason, e.actor_id, a.kind FROM "
            "case_event e "
            "LEFT JOIN account a ON a.id = e.actor_id WHERE case_id BETWEEN ? AND ? ORDER BY case_id, seq",
            {cases->front().text(0), cases->back().text(0)});
        if (!events)
            return fail(events.error());
        std::size_t at = 0;
        for (const Row& record : *cases) {
            const std::string& id = record.text(0);
            const auto definition = pinned.find(record.text(3), record.text(1));
            if (!definition)
                return fail(definition.error());
            std::string state = (*definition)->initial;
            for (; at < events->size() && events->at(at).text(0) <= id; ++at) {
                const Row& row = events->at(at);
                if (row.text(0) < id)
                    continue;
                const Step step{row.text(1), row.text(2), row.text(3),
                                row.text(4), row.text(5), !row.isNull(6) && row.text(6) == "staff"};
                if (step.from != state)
                    broken.push_back("I8 goes on from " + step.from + " after " + state + ": " + id);
                if (const std::string fault = faultOf(step, **definition); !fault.empty())
                    broken.push_back(fault + ": " + id);
                state = step.to;
            }
            if (state != record.text(2))
                broken.push_back("I8 stands in " + record.text(2) + ", its history ends in " + state + ": " +
                                 id);
            else if (auto looked = checkReviews(tenant, **definition, id, state, broken); !looked)
                return looked;
        }
        last = cases->back().text(0);
    }
}

} // namespace

Result<std::vector<std::string>> check(tenant::Tenant& tenant)
{
    const storage::Engine engine = tenant.database->engine();
    auto broken = storage::violations(
        *tenant.database,
        {{"I8 a history belongs to a case", "SELECT DISTINCT e.case_id FROM case_event e WHERE NOT EXISTS "
                                            "(SELECT 1 FROM case_record r WHERE r.id = "
                                            "e.case_id)"},
         {"I13 every step is in the audit trail",
          "SELECT e.case_id FROM case_event e GROUP BY e.case_id, e.action HAVING COUNT(*) <> (SELECT "
          "COUNT(*) FROM "
          "audit_entry a WHERE a.object = " +
              storage::joined(engine, "'case:'", "e.case_id") +
              " AND a.act = " + storage::joined(engine, "'case.'", "e.action") + ")"},
         {"a case is waited for in the state it stands in",
          "SELECT v.case_id FROM case_review v JOIN case_record r ON r.id = v.case_id WHERE v.is_open = 1 "
          "AND "
          "(v.case_state <> r.state OR v.case_type <> r.type)"}});
    if (!broken)
        return broken;
    const auto altered = storage::alteredRows(*tenant.database, *tenant.vault, kEventTable);
    if (!altered)
        return fail(altered.error());
    for (const std::string& row : *altered)
        broken->push_back("was not written by the platform as it stands: " + row);
    if (auto walked = checkHistories(tenant, *broken); !walked)
        return fail(walked.error());
    return broken;
}

} // namespace zikao::cases
