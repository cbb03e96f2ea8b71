#include <algorithm>

#include "kernel/audit/audit.hpp"
#include "kernel/cases/effects/effect.hpp"
#include "kernel/exams/exams.hpp"
#include "kernel/rules/registry.hpp"

namespace zikao::cases::effects {

namespace {

Apply nothing()
{
    return [](storage::Transaction&, Moving&) { return ok(); };
}

/// Lays values of this case's fields into the other's; courses of another major than before are chosen again.
void change(Record& other, const Definition& definition, const Record& from, const Json& fields)
{
    for (const auto& [target, source] : fields.items()) {
        const auto value = from.fields.find(source.get<std::string>());
        const Json wanted = value == from.fields.end() ? Json() : *value;
        const Json before = other.fields.value(target, Json());
        if (wanted == before)
            continue;
        if (wanted.is_null())
            other.fields.erase(target);
        else
            other.fields[target] = wanted;
        for (const Page& page : definition.pages)
            for (const Field& field : page.fields)
                if (field.raw.value("major_field", std::string()) == target)
                    other.fields.erase(field.id);
    }
}

struct Other
{
    Stored stored;
    std::shared_ptr<const rules::Package> package;
    std::shared_ptr<const Definition> definition;
};

/// The subject's newest case of the type, of the present sitting where it belongs to one.
Result<std::optional<Other>> find(const Asking& asking)
{
    auto own = asking.store.ofSubject(asking.record.subject_id);
    auto current = asking.services.exams.current();
    if (!own || !current)
        return fail(!own ? own.error() : current.error());
    const std::string sitting = *current ? (*current)->code : std::string{};
    const auto found = std::ranges::find_if(*own, [&](const Record& record) {
        return record.type == asking.args.value("case", "") &&
               (record.sitting.empty() || record.sitting == sitting);
    });
    if (found == own->end())
        return std::optional<Other>{};
    auto stored = asking.store.load(found->id);
    if (!stored)
        return fail(stored.error());
    auto package = asking.services.tenant.rules->byHash(stored->record.rules_hash);
    if (!package)
        return fail(package.error());
    const std::string& type = stored->record.type;
    Parsed parsed = parseDefinition(type, (*package)->cases.at(type), **package);
    if (!parsed.definition)
        return fail(ErrorCode::corrupt, "the definition of " + type + " has faults");
    return std::optional(Other{std::move(*stored), *package, parsed.definition});
}

} // namespace

Result<Apply> amend(const Asking& asking)
{
    auto other = find(asking);
    if (!other)
        return fail(other.error());
    if (!*other)
        return nothing();
    const Other& found = **other;
    const Record& before = found.stored.record;
    if (before.phase == Phase::completed)
        return fail(ErrorCode::refused, "the other case is settled", "amend_settled");
    if (isOver(before.phase))
        return nothing();
    const Action* action = found.definition->action(asking.args.value("action", ""));
    if (!action || std::ranges::count(action->from, before.state) == 0)
        return fail(ErrorCode::refused, "the other case cannot be changed now", "amend_locked");

    Record after = before;
    change(after, *found.definition, asking.record, asking.args["fields"]);
    const Input input;
    Facts facts(asking.services, asking.store, *found.definition, before);
    auto known = facts.table(action->facts);
    if (!known)
        return fail(known.error());
    std::vector<Apply> applies;
    for (const EffectCall& call : action->effects) {
        auto apply =
            effectFor(call.verb)({asking.services, asking.store, *found.definition, *found.package, *action,
                                  before, input, call.args, facts, *known, asking.actor, asking.now});
        if (!apply)
            return apply;
        applies.push_back(std::move(*apply));
    }
    after.state = action->to;
    after.phase = found.definition->states.at(action->to).phase;
    ++after.revision;
    after.changed_at = after.saved_at = asking.now;
    NewEvent event{"amend:" + asking.input.request_key,  {}, action->id, before.state, after.state, {},
                   dumpJson(toJson(Decision{true, {}})), {}, {}};
    return Apply{[stored = found.stored, after, applies, event, key = openKeyOf(*found.definition, after),
                  actor = asking.actor, now = asking.now,
                  &store = asking.store](storage::Transaction& tx, Moving&) -> Result<void> {
        Stored mine = stored;
        auto claimed = store.claim(tx, mine);
        if (!claimed)
            return fail(claimed.error());
        if (!*claimed)
            return fail(ErrorCode::conflict, "the other case moved on", "amend_locked");
        Record moving_record = after;
        Moving moving{moving_record, {}, {}};
        for (const Apply& apply : applies)
            if (auto applied = apply(tx, moving); !applied)
                return applied;
        if (auto added = store.addEvent(tx, moving_record, actor, event, now); !added)
            return added;
        auto updated = store.update(tx, mine, moving_record, key);
        if (!updated)
            return fail(updated.error());
        if (!*updated)
            return fail(ErrorCode::conflict, "the other case moved on", "amend_locked");
        return audit::append(tx,
                             {actor.id, "case." + event.action, "case:" + after.id,
                              dumpJson(store.trail(stored.record, after)), actor.request_id},
                             now);
    }};
}

} // namespace zikao::cases::effects
