#include <algorithm>

#include "kernel/billing/ledger.hpp"

namespace zikao::billing {

namespace {

constexpr std::int64_t kBatch = 100;
/// A bank without a close may show a payment of a code's last moment that much later.
constexpr std::chrono::minutes kWatchEnded{5};

/// Takes a due attempt for this process by moving its next question into the future.
Result<bool> claim(tenant::Tenant& tenant, const AttemptRow& row, const std::string& in_state = kLive)
{
    const std::int64_t now = tenant.clock.now().ms;
    std::int64_t next = now + pollDelayMs(row.polls + 1);
    // The end of a code, and the end of its grace, are appointments of their own.
    for (const Instant appointment : {row.attempt.expires_at, row.attempt.expires_at + kExpiryGrace})
        if (now < appointment.ms)
            next = std::min(next, appointment.ms);
    const auto taken = tenant.database->execute("UPDATE pay_attempt SET next_poll_ms = ?, polls = polls + 1 "
                                                "WHERE no = ? AND next_poll_ms = ? AND polls = ? AND " +
                                                    in_state,
                                                {next, row.attempt.no, row.next_poll_ms, row.polls});
    if (!taken)
        return fail(taken.error());
    return *taken == 1;
}

Result<void> look(tenant::Tenant& tenant, const AttemptRow& row)
{
    const auto order = orderRows(*tenant.database, "no = ?", {row.attempt.order_no});
    if (!order)
        return fail(order.error());
    const bool over = tenant.clock.now() >= row.attempt.expires_at;
    const bool unwanted = order->empty() || !payable(order->front());
    const auto state = queryAttempt(tenant, row);
    if (!state)
        return fail(state.error());
    const bool may_be_paid = *state == api::TradeState::pending || *state == api::TradeState::not_created;
    if (!may_be_paid || !(over || unwanted))
        return ok();
    const auto ended = closeAttempt(tenant, row, kExpiryGrace);
    return ended ? ok() : Result<void>(fail(ended.error()));
}

Result<int> expireOrders(tenant::Tenant& tenant)
{
    const std::int64_t now = tenant.clock.now().ms;
    const auto due = tenant.database->query(
        "SELECT o.no, o.case_id, o.revision FROM pay_order o WHERE o.state IN ('unpaid', 'paying') AND "
        "o.expires_at_ms <= ? AND NOT EXISTS (SELECT 1 FROM pay_attempt a WHERE a.order_no = o.no AND a." +
            std::string(kLive) + ") LIMIT ?",
        {now, kBatch});
    if (!due)
        return fail(due.error());
    int expired = 0;
    for (const storage::Row& row : *due) {
        const auto done = tenant.database->transaction([&](storage::Transaction& tx) -> Result<bool> {
            // Codes asked for since we looked, or money that came, have moved the revision.
            return endOrder(tx, row.text(0), row.text(1), row.integer(2), tenant.clock.now());
        });
        if (!done)
            return fail(done.error());
        expired += *done;
    }
    return expired;
}

/// Asks about codes that ended without money a while longer, where their order outlives them.
Result<int> watchEnded(tenant::Tenant& tenant)
{
    const Instant now = tenant.clock.now();
    const auto due = attemptRows(
        *tenant.database,
        "state = 'closed' AND expires_at_ms > ? AND expires_at_ms <= ? AND next_poll_ms <= ? AND order_no IN "
        "(SELECT no FROM pay_order WHERE code_ms > 0 AND state IN ('unpaid', 'paying', 'expired')) "
        "ORDER BY next_poll_ms, no LIMIT ?",
        {(now - kWatchEnded).ms, now.ms, now.ms, kBatch});
    if (!due)
        return fail(due.error());
    int done = 0;
    for (const AttemptRow& row : *due) {
        const auto taken = claim(tenant, row, "state = 'closed'");
        if (!taken)
            return fail(taken.error());
        if (!*taken)
            continue;
        if (const auto asked = queryAttempt(tenant, row); !asked)
            return fail(asked.error());
        ++done;
    }
    return done;
}

} // namespace

Result<int> Billing::tick()
{
    const auto due = attemptRows(
        *tenant_.database, std::string(kLive) + " AND next_poll_ms <= ? ORDER BY next_poll_ms, no LIMIT ?",
        {tenant_.clock.now().ms, kBatch});
    if (!due)
        return fail(due.error());
    int done = 0;
    for (const AttemptRow& row : *due) {
        const auto taken = claim(tenant_, row);
        if (!taken)
            return fail(taken.error());
        if (!*taken)
            continue;
        if (auto looked = look(tenant_, row); !looked)
            return fail(looked.error());
        ++done;
    }
    const auto watched = watchEnded(tenant_);
    if (!watched)
        return fail(watched.error());
    const auto expired = expireOrders(tenant_);
    if (!expired)
        return fail(expired.error());
    const auto refunded = pollRefunds(tenant_);
    if (!refunded)
        return fail(refunded.error());
    return done + *watched + *expired + *refunded;
}

} // namespace zikao::billing
