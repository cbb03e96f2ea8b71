#include "kernel/cases/engine_impl.hpp"
#include "kernel/cases/sources.hpp"
#include "kernel/cases/true_history.hpp"
#include "kernel/cases/vocabulary.hpp"
#include "kernel/catalog/catalog.hpp"
#include "kernel/exams/ledger.hpp"

namespace zikao::cases {

Result<std::map<std::string, std::string>> Engine::Impl::shownFacts(const Definition& def, Facts& facts)
{
    std::map<std::string, std::string> shown;
    for (const Page& page : def.pages)
        for (const ShownFact& fact : page.facts) {
            auto value = facts.value(fact.from);
            if (!value)
                return fail(value.error());
            if (fact.list == kMajorsList && !value->empty()) {
                auto major = s.catalog.major(*value);
                if (!major)
                    return fail(major.error());
                if (*major)
                    *value = (*major)->code + "-" + (*major)->name +
                             ((*major)->level.empty() ? "" : "-" + (*major)->level);
            } else if (!fact.list.empty() && !value->empty()) {
                auto item = s.catalog.item(fact.list, *value);
                if (!item)
                    return fail(item.error());
                if (*item)
                    *value = (*item)->name;
            }
            shown[page.id + "." + fact.id] = *value;
        }
    return shown;
}

Result<View> Engine::Impl::view(const identity::Actor& actor, const Ground& g)
{
    View view;
    view.record = g.stored.record;
    Facts facts(s, store, *g.definition, view.record);
    if (auto laid = preset(*g.definition, view.record, facts); !laid)
        return fail(laid.error());
    view.definition = g.definition;
    auto subject = facts.person();
    if (!subject)
        return fail(subject.error());
    if (*subject) {
        const auto number = identity::IdNumber::parse((*subject)->id_number);
        view.subject_name = (*subject)->name;
        view.subject_masked_id = number ? number->masked() : std::string();
    }
    auto unread = gateNeeded(actor, g);
    auto shown = shownFacts(*g.definition, facts);
    if (!unread || !shown)
        return fail(!unread ? unread.error() : shown.error());
    view.gate_needed = *unread;
    view.facts = std::move(*shown);
    view.editable = g.state().editable && isSubject(actor, view.record) && !view.gate_needed;
    for (const Page& page : g.definition->pages)
        for (const Field& field : page.fields)
            if (g.definition->isFixed(field, view.record.state))
                view.fixed.push_back(field.id);
    view.package = g.package;
    const bool only_begun = view.record.wasOnlyBegun();
    auto reviews = only_begun ? Result(std::vector<Review>{}) : store.reviews(view.record.id);
    auto history = only_begun ? Result(Store::Told{}) : store.historyAsStored(view.record.id);
    if (!reviews || !history)
        return fail(!reviews ? reviews.error() : history.error());
    const bool altered = !only_begun && !alteredRow(*g.definition, view.record, *reviews, *history).empty();
    for (const Action& action : g.definition->actions) {
        auto is = offered(actor, g, action);
        if (!is)
            return fail(is.error());
        if (!*is)
            continue;
        Offer offer{action.id, action.title, true, action.reason == "required", {}};
        if (altered && isStaff(actor)) {
            offer.enabled = false;
            offer.reasons = {reason("history_altered")};
        } else if (action.checks_fields && view.gate_needed) {
            offer.enabled = false;
            offer.reasons = {reason("notice_unread", {{"title", g.definition->gate->title}})};
        } else if (!action.checks_fields && !action.guard.empty()) {
            auto known = facts.table(action.facts);
            if (!known && known.error().reason != "history_altered")
                return fail(known.error());
            auto reasons = known ? guardReasons(*g.package, action.guard, *known)
                                 : Result(std::vector{reason("history_altered")});
            if (!reasons)
                return fail(reasons.error());
            offer.enabled = reasons->empty();
            offer.reasons = *reasons;
        }
        view.offers.push_back(std::move(offer));
    }
    if (isStaff(actor)) {
        auto hold = holdOf(view.record.id);
        if (!hold)
            return fail(hold.error());
        view.hold = *hold;
    }
    if (g.definition->fieldOf("course_plan")) {
        auto ledger = facts.ledger();
        if (!ledger)
            return fail(ledger.error());
        if (*ledger)
            view.ledger = exams::toJson(**ledger);
    }
    if (only_begun)
        return view;
    auto deadlines = store.deadlines(view.record.id);
    auto readings = store.readings(view.record.id);
    if (!deadlines || !readings)
        return fail(ErrorCode::unavailable, "the case's rows cannot be read");
    view.history = std::move(history->events);
    for (const Review& review : *reviews)
        if (review.state == view.record.state)
            view.reviews.push_back(review);
    for (const auto& one : *deadlines)
        view.deadlines.push_back(one.deadline);
    for (const StoredReading& one : *readings)
        view.readings.push_back(one.reading);
    view.edited = edited(view.record, *readings);
    return view;
}

Result<std::vector<billing::Line>> Engine::quote(const identity::Actor& actor, const std::string& case_id)
{
    auto g = impl_->seen(actor, case_id);
    if (!g)
        return fail(g.error());
    for (const Action& action : g->definition->actions)
        for (const EffectCall& call : action.effects)
            if (call.verb == "charge") {
                Facts facts(impl_->s, impl_->store, *g->definition, g->stored.record);
                auto known = facts.table(action.facts);
                if (!known)
                    return fail(known.error());
                return effects::quote(impl_->s, *g->package, call.args.value("lines", ""), *known);
            }
    return fail(ErrorCode::not_found, "charges nothing");
}

Result<Decision> Engine::explain(const identity::Actor& actor, const std::string& case_id,
                                 const std::string& id)
{
    auto g = impl_->seen(actor, case_id);
    if (!g)
        return fail(g.error());
    const Action* action = g->definition->action(id);
    if (!action)
        return fail(ErrorCode::not_found, "no action");
    Facts facts(impl_->s, impl_->store, *g->definition, g->stored.record);
    auto known = facts.table(action->facts);
    if (!known)
        return fail(known.error());
    auto reasons = impl_->guardReasons(*g->package, action->guard, *known);
    if (!reasons)
        return fail(reasons.error());
    return Decision{reasons->empty(), *reasons};
}

} // namespace zikao::cases
