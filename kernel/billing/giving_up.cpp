#include "kernel/audit/audit.hpp"
#include "kernel/billing/ledger.hpp"

namespace zikao::billing {

Result<std::optional<Instant>> Billing::codesEnd(const std::string& order_no)
{
    const auto rows = tenant_.database->query(
        "SELECT COALESCE(MAX(expires_at_ms), -1) FROM pay_attempt WHERE order_no = ? AND " +
            std::string(kLive),
        {order_no});
    if (!rows)
        return fail(rows.error());
    const std::int64_t end = rows->front().integer(0);
    return end < 0 ? std::optional<Instant>{} : std::optional<Instant>{Instant{end} + kExpiryGrace};
}

Result<Order> Billing::giveUp(const std::string& order_no, const std::string& actor_id)
{
    const auto order = orderRows(*tenant_.database, "no = ?", {order_no});
    if (!order)
        return fail(order.error());
    if (order->empty())
        return fail(ErrorCode::not_found, "no such order");
    if (!payable(order->front()))
        return notPayable(order->front());
    // Attempts appear with a new revision, so none can slip in between these and the end of the order.
    const auto revision = revisionOf(*tenant_.database, order_no);
    if (!revision)
        return fail(revision.error());
    const auto live =
        attemptRows(*tenant_.database, "order_no = ? AND " + std::string(kLive) + " ORDER BY no", {order_no});
    if (!live)
        return fail(live.error());
    if (areBeingMade(*live, tenant_.clock.now()))
        return fail(ErrorCode::conflict, "codes are being made", "order_open");
    bool alive = false, unsure = false;
    for (const AttemptRow& row : *live) {
        const auto ended = closeAttempt(tenant_, row, kExpiryGrace);
        if (!ended)
            return fail(ended.error());
        if (*ended == Ended::paid)
            return fail(ErrorCode::conflict, "it was paid", "order_paid");
        alive =
            alive || (*ended == Ended::unsure && tenant_.clock.now() < row.attempt.expires_at + kExpiryGrace);
        unsure = unsure || *ended == Ended::unsure;
    }
    if (alive)
        return fail(ErrorCode::conflict, "a code may still be paid", "code_alive");
    if (unsure)
        return fail(ErrorCode::unavailable, "a provider does not say what became of a code",
                    "provider_unsure");
    const auto given_up = tenant_.database->transaction([&](storage::Transaction& tx) -> Result<bool> {
        const Instant now = tenant_.clock.now();
        const auto ended = endOrder(tx, order_no, order->front().case_id, *revision, now);
        if (!ended || !*ended)
            return ended;
        if (auto noted = audit::append(tx, {actor_id, "order.give_up", "order:" + order_no, "{}", {}}, now);
            !noted)
            return fail(noted.error());
        return true;
    });
    if (!given_up)
        return fail(given_up.error());
    const auto after = orderRows(*tenant_.database, "no = ?", {order_no});
    if (!after)
        return fail(after.error());
    if (*given_up)
        return after->front();
    // Money came, or codes were asked for, at this moment.
    return payable(after->front()) ? fail(ErrorCode::conflict, "the order changed meanwhile", "order_open")
                                   : notPayable(after->front());
}

} // namespace zikao::billing
