// Who may see a case, and which of its actions are theirs in its present state.
#include <algorithm>

#include "kernel/cases/engine_impl.hpp"
#include "kernel/cases/true_history.hpp"
#include "kernel/cases/vocabulary.hpp"
#include "kernel/catalog/catalog.hpp"
#include "plugins/api/control.hpp"

namespace zikao::cases {

bool isStaff(const identity::Actor& actor)
{
    return actor.kind == identity::ActorKind::staff;
}

bool Engine::Impl::isSubject(const identity::Actor& actor, const Record& record)
{
    const auto kind = record.visitor ? identity::ActorKind::visitor : identity::ActorKind::candidate;
    return actor.kind == kind && (actor.id == record.subject_id || !CONTROL("case_owner"));
}

Result<bool> Engine::Impl::isOver(const identity::Actor& actor, const std::string& office)
{
    if (!CONTROL("case_office"))
        return true;
    return s.catalog.within(office, actor.office_code);
}

Result<bool> Engine::Impl::maySee(const identity::Actor& actor, const Ground& g)
{
    const Record& record = g.stored.record;
    if (isSubject(actor, record) || actor.kind == identity::ActorKind::system)
        return true;
    const bool decides = std::ranges::any_of(
        actor.roles, [](identity::Role role) { return isReviewer(identity::name(role)); });
    if (!isStaff(actor) || !decides || record.phase == Phase::draft)
        return false;
    if (!record.office_code.empty()) {
        auto over = isOver(actor, record.office_code);
        if (!over || *over)
            return over;
    }
    auto reviews = store.reviews(record.id);
    if (!reviews)
        return fail(reviews.error());
    for (const Review& review : *reviews) {
        auto over = isOver(actor, review.office_code);
        if (!over || *over)
            return over;
    }
    return false;
}

Result<Ground> Engine::Impl::seen(const identity::Actor& actor, const std::string& id)
{
    auto g = ground(id);
    if (!g)
        return g;
    auto may = maySee(actor, *g);
    if (!may)
        return fail(may.error());
    if (!*may)
        return fail(ErrorCode::not_found, "no such case for this actor");
    return g;
}

Result<std::vector<std::string>> Engine::Impl::duties(const identity::Actor& actor, const Ground& g)
{
    std::vector<std::string> mine;
    auto reviews = store.reviews(g.stored.record.id);
    if (!reviews)
        return fail(reviews.error());
    for (const Review& review : *reviews) {
        const auto role = roleNamed(review.reviewer);
        if (!review.decision.empty() || !isStaff(actor) || !role || !actor.has(*role) ||
            review.state != g.stored.record.state)
            continue;
        auto over = isOver(actor, review.office_code);
        if (!over)
            return fail(over.error());
        if (*over)
            mine.push_back(review.reviewer);
    }
    return mine;
}

Result<void> Engine::Impl::requireTrueHistory(const Ground& g)
{
    const Record& record = g.stored.record;
    const auto reviews = store.reviews(record.id);
    const auto told = store.historyAsStored(record.id);
    if (!reviews || !told)
        return fail(!reviews ? reviews.error() : told.error());
    const std::string altered = alteredRow(*g.definition, record, *reviews, *told);
    return altered.empty() ? ok() : Result<void>(historyAltered(altered));
}

Result<bool> Engine::Impl::offered(const identity::Actor& actor, const Ground& g, const Action& action)
{
    if (std::ranges::count(action.from, g.stored.record.state) == 0)
        return false;
    if (action.only_if && isOn(action.only_if->setting) != action.only_if->is)
        return false;
    if (action.limit > 0) {
        auto times = store.timesDone(g.stored.record.id, action.id);
        if (!times)
            return fail(times.error());
        if (*times >= action.limit)
            return false;
    }
    if (action.by == "candidate")
        return isSubject(actor, g.stored.record);
    if (action.by == "system")
        return actor.kind == identity::ActorKind::system;
    if (action.by == "reviewer")
        return duties(actor, g).transform([](const auto& mine) { return !mine.empty(); });
    const auto role = roleNamed(action.by);
    return isStaff(actor) && role && actor.has(*role);
}

} // namespace zikao::cases
