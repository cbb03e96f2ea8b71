// What the system does when a time has come, and what it says before.
#include <algorithm>

#include "kernel/base/log.hpp"
#include "kernel/cases/engine_impl.hpp"
#include "kernel/notify/notify.hpp"

namespace zikao::cases {

using storage::Transaction;

namespace {

/// A whole day is read by its own name, not by the midnight that ends it.
std::string lastMoment(Instant due)
{
    const std::string text = beijingText(due);
    constexpr std::size_t kDate = 10, kMinute = 16;
    return text.ends_with(" 00:00:00") ? beijingText(due - std::chrono::seconds{1}).substr(0, kDate)
                                       : text.substr(0, kMinute);
}

} // namespace

Result<void> Engine::Impl::putOff(const Ground& g, const Action& action, const Reason& why)
{
    const std::string& id = g.stored.record.id;
    const Instant at = now();
    const bool again = action.again && std::ranges::count(action.again->on, why.code) > 0;
    log::info(again ? "deadline_asked_again" : "deadline_not_needed",
              {{"case", id}, {"action", action.id}, {"reason", why.code}});
    return s.tenant.database->transaction([&](Transaction& tx) -> Result<void> {
        // Its own news is being delivered now and is not withdrawn.
        if (auto dropped = store.dropDeadline(tx, id, action.id, at); !dropped || !again)
            return dropped;
        const Instant due = beijingInstant(beijingDate(at).plusDays(action.again->days));
        const std::string key = "deadline:" + id + ":" + action.id + ":again:" + std::to_string(due.ms);
        return store.putDeadline(tx, id, {{action.id, due}, key}, at);
    });
}

Result<void> Engine::systemAction(const std::string& case_id, const std::string& action,
                                  const std::string& request_key)
{
    auto g = impl_->ground(case_id);
    if (!g && g.error().code == ErrorCode::not_found) {
        log::warning("system_action_without_case", {{"case", case_id}, {"action", action}});
        return ok();
    }
    if (!g)
        return fail(g.error());
    auto deadlines = impl_->store.deadlines(case_id);
    if (!deadlines)
        return fail(deadlines.error());
    bool was_due = false;
    for (const auto& one : *deadlines)
        if (one.deadline.action == action) {
            if (one.deadline.due_at > impl_->now())
                return ok();
            was_due = true;
        }
    Input input;
    input.revision = g->stored.record.revision;
    input.request_key = request_key;
    auto done = perform(identity::Actor::system("cases"), case_id, action, input);
    if (!done && done.error().reason == "action_not_offered") {
        log::info("system_action_dropped", {{"case", case_id}, {"action", action}});
        return ok();
    }
    if (!done)
        return fail(done.error());
    if (done->decision.allowed)
        return ok();
    const Reason& why = done->decision.reasons[0];
    const Action* asked = g->definition->action(action);
    if (was_due && asked && !asked->guard.empty() && why.rule == asked->guard)
        return impl_->putOff(*g, *asked, why);
    return fail(ErrorCode::refused, "refused", why.code);
}

Result<void> Engine::remind(const std::string& case_id, const Deadline& deadline, const std::string& text_key,
                            const std::string& message_id)
{
    auto g = impl_->ground(case_id);
    if (!g)
        return g.error().code == ErrorCode::not_found ? ok() : Result<void>(fail(g.error()));
    const Record& record = g->stored.record;
    const Action* action = g->definition->action(deadline.action);
    auto deadlines = impl_->store.deadlines(case_id);
    if (!deadlines)
        return fail(deadlines.error());
    const bool stands = std::ranges::any_of(*deadlines, [&](const Store::StoredDeadline& one) {
        return one.deadline.action == deadline.action && one.deadline.due_at == deadline.due_at;
    });
    if (!stands || !action || record.visitor || std::ranges::count(action->from, record.state) == 0)
        return ok();
    Facts facts(impl_->s, impl_->store, *g->definition, record);
    auto known = facts.table(action->facts);
    if (!known)
        return fail(known.error());
    auto spared = impl_->guardReasons(*g->package, action->guard, *known);
    if (!spared)
        return fail(spared.error());
    if (!spared->empty())
        return ok();
    notify::BoxMessage message;
    message.id = message_id;
    message.account_id = record.subject_id;
    message.case_id = case_id;
    message.title = g->definition->title + "：" + action->title;
    message.text =
        effects::filled(g->package->texts.value(text_key, ""), {{"until", lastMoment(deadline.due_at)}});
    auto told = impl_->s.tenant.database->transaction(
        [&](Transaction& tx) { return impl_->s.notify.toBox(tx, message); });
    return told || told.error().reason == "duplicate" ? ok() : told;
}

} // namespace zikao::cases
