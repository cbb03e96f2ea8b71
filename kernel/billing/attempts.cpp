#include "kernel/base/id.hpp"
#include "kernel/base/log.hpp"
#include "kernel/billing/ledger.hpp"
#include "kernel/storage/outbox.hpp"

namespace zikao::billing {

namespace {

constexpr std::int64_t kAskedAgain = 5;     ///< ended attempts that one question covers
constexpr std::chrono::seconds kMaking{10}; ///< two channels, each with the plugin's own deadline
constexpr std::size_t kSubjectCharacters = 60;

Result<void> asVoid(const Result<std::int64_t>& rows)
{
    return rows ? ok() : Result<void>(fail(rows.error()));
}

Result<void> markClosed(tenant::Tenant& tenant, const AttemptRow& row)
{
    return asVoid(tenant.database->execute(
        "UPDATE pay_attempt SET state = 'closed' WHERE no = ? AND " + std::string(kLive), {row.attempt.no}));
}

Result<void> markUnsure(tenant::Tenant& tenant, const AttemptRow& row)
{
    return asVoid(tenant.database->execute(
        "UPDATE pay_attempt SET state = 'unsure' WHERE no = ? AND state = 'open'", {row.attempt.no}));
}

Result<void> markHeard(tenant::Tenant& tenant, const AttemptRow& row)
{
    if (row.attempt.state != "unsure")
        return ok();
    return asVoid(tenant.database->execute(
        "UPDATE pay_attempt SET state = 'open' WHERE no = ? AND state = 'unsure' AND qr_text <> ''",
        {row.attempt.no}));
}

std::string firstCharacters(const std::string& text, std::size_t most)
{
    std::size_t characters = 0, at = 0;
    for (; at < text.size(); ++at)
        if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80 && ++characters > most)
            break;
    return text.substr(0, at);
}

/// Asks the provider for one code. @return whether there is one now
Result<bool> charge(tenant::Tenant& tenant, const Order& order, const AttemptRow& row)
{
    api::PaymentProvider* provider = providerOf(tenant, row.attempt.channel);
    if (provider == nullptr)
        return false;
    const auto code =
        provider->charge({row.attempt.no, row.amount, firstCharacters(order.subject, kSubjectCharacters),
                          row.attempt.expires_at, tenant.public_url + "/api/notify/" + row.attempt.channel});
    FP("billing.charge.answered");
    if (code) {
        const auto shown =
            tenant.database->execute("UPDATE pay_attempt SET state = 'open', qr_text = ? WHERE no = ? AND "
                                     "state IN ('creating', 'unsure')",
                                     {code->qr_text, row.attempt.no});
        if (!shown)
            return fail(shown.error());
        return *shown == 1;
    }
    log::warning("charge_failed", {{"channel", row.attempt.channel},
                                   {"attempt", row.attempt.no},
                                   {"code", zikao::name(code.error().code)},
                                   {"reason", code.error().reason}});
    // A refusal made nothing. Anything else may have made a payable code, so the attempt is watched to its
    // end.
    const bool refused = code.error().code == ErrorCode::invalid_argument;
    const auto noted =
        tenant.database->execute("UPDATE pay_attempt SET state = ? WHERE no = ? AND state = 'creating'",
                                 {std::string(refused ? "closed" : "unsure"), row.attempt.no});
    if (!noted)
        return fail(noted.error());
    return false;
}

/// Charges what has no code yet and returns the codes there are.
Result<std::vector<Attempt>> codesOf(tenant::Tenant& tenant, const Order& order,
                                     const std::string& operation_id)
{
    const auto rows = attemptRows(*tenant.database, "operation_id = ? ORDER BY no", {operation_id});
    if (!rows)
        return fail(rows.error());
    for (const AttemptRow& row : *rows) {
        const bool without_code = row.attempt.state == "creating" || row.attempt.state == "unsure";
        if (!without_code || !row.attempt.qr_text.empty() || row.attempt.expires_at <= tenant.clock.now())
            continue;
        if (const auto charged = charge(tenant, order, row); !charged)
            return fail(charged.error());
    }
    const auto after = attemptRows(
        *tenant.database, "operation_id = ? AND state IN ('open', 'unsure') AND qr_text <> '' ORDER BY no",
        {operation_id});
    if (!after)
        return fail(after.error());
    if (after->empty())
        return fail(ErrorCode::unavailable, "no channel gave a code", "provider_unsure");
    std::vector<Attempt> codes;
    // In the order in which the tenant names its channels.
    for (const tenant::PaymentChannel& channel : tenant.payments)
        for (const AttemptRow& row : *after)
            if (row.attempt.channel == channel.id)
                codes.push_back(row.attempt);
    return codes;
}

/// Writes the new attempts down before any provider hears of them; the order's revision lets one of many do
/// so.
Result<void> plan(tenant::Tenant& tenant, const Order& order, std::int64_t revision,
                  const std::string& operation_id)
{
    return tenant.database->transaction([&](storage::Transaction& tx) -> Result<void> {
        const Instant now = tenant.clock.now();
        const auto taken =
            tx.execute("UPDATE pay_order SET state = 'paying', expires_at_ms = CASE WHEN code_ms > 0 "
                       "THEN expires_at_ms ELSE ? + lives_ms END, "
                       "revision = revision + 1 WHERE no = ? AND revision = ? AND "
                       "state IN ('unpaid', 'paying')",
                       {now.ms, order.no, revision});
        if (!taken)
            return fail(taken.error());
        if (*taken != 1)
            return fail(ErrorCode::conflict, "the order changed meanwhile", "order_open");
        const auto fresh = orderRows(tx, "no = ?", {order.no});
        if (!fresh)
            return fail(fresh.error());
        const Instant order_end = fresh->front().expires_at;
        const Instant code_end =
            order.code_lives.count() > 0 ? std::min(order_end, now + order.code_lives) : order_end;
        for (const tenant::PaymentChannel& channel : tenant.payments) {
            const auto stored =
                tx.execute("INSERT INTO pay_attempt (no, order_no, channel, state, amount_fen, operation_id, "
                           "created_at_ms, "
                           "expires_at_ms, next_poll_ms) VALUES (?, ?, ?, 'creating', ?, ?, ?, ?, ?)",
                           {"zk" + newId(), order.no, channel.id, order.total.inFen(), operation_id, now.ms,
                            code_end.ms, now.ms + pollDelayMs(0)});
            if (!stored)
                return fail(stored.error());
        }
        FP("billing.codes.before_commit");
        return ok();
    });
}

/// Codes that still live, where an order outlives its codes; none otherwise.
const AttemptRow* livingCode(const Order& order, const std::vector<AttemptRow>& attempts, Instant now)
{
    if (order.code_lives.count() == 0)
        return nullptr;
    const auto found =
        std::ranges::find_if(attempts, [&](const AttemptRow& row) { return now < row.attempt.expires_at; });
    return found == attempts.end() ? nullptr : &*found;
}

} // namespace

Failure notPayable(const Order& order)
{
    if (order.state == OrderState::expired)
        return fail(ErrorCode::conflict, "the order is over", "order_expired");
    return fail(ErrorCode::conflict, "the order is paid", "order_paid");
}

bool payable(const Order& order)
{
    return order.state == OrderState::unpaid || order.state == OrderState::paying;
}

Result<std::int64_t> revisionOf(storage::Executor& on, const std::string& order_no, std::string* mac)
{
    const auto rows = on.query("SELECT revision, mac FROM pay_order WHERE no = ?", {order_no});
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return fail(ErrorCode::not_found, "no such order");
    if (mac != nullptr)
        *mac = rows->front().text(1);
    return rows->front().integer(0);
}

bool areBeingMade(const std::vector<AttemptRow>& attempts, Instant now)
{
    return std::ranges::any_of(attempts, [&](const AttemptRow& row) {
        return row.attempt.state == "creating" && now < row.attempt.created_at + kMaking;
    });
}

Result<bool> endOrder(storage::Transaction& tx, const std::string& order_no, const std::string& case_id,
                      std::int64_t revision, Instant now)
{
    const auto ended = tx.execute(
        "UPDATE pay_order SET state = 'expired', live_case_key = NULL, revision = revision + 1 WHERE "
        "no = ? AND revision = ? AND state IN ('unpaid', 'paying')",
        {order_no, revision});
    if (!ended)
        return fail(ended.error());
    if (*ended != 1)
        return false;
    const auto posted = storage::post(
        tx,
        {"order_expired", {{"order_no", order_no}, {"case_id", case_id}}, {}, "order_expired:" + order_no},
        now);
    if (!posted)
        return fail(posted.error());
    FP("billing.expire.before_commit");
    return true;
}

Result<std::vector<AttemptRow>> attemptRows(storage::Executor& on, const std::string& where,
                                            const storage::Params& params)
{
    const auto rows =
        on.query("SELECT no, order_no, channel, state, qr_text, created_at_ms, expires_at_ms, amount_fen, "
                 "next_poll_ms, polls, operation_id FROM pay_attempt WHERE " +
                     where,
                 params);
    if (!rows)
        return fail(rows.error());
    std::vector<AttemptRow> all;
    for (const storage::Row& row : *rows)
        all.push_back({{row.text(0),
                        row.text(1),
                        row.text(2),
                        row.text(3),
                        row.text(4),
                        {row.integer(5)},
                        {row.integer(6)}},
                       Money::fen(row.integer(7)),
                       row.integer(8),
                       row.integer(9),
                       row.text(10)});
    return all;
}

Result<std::optional<api::TradeState>> queryAttempt(tenant::Tenant& tenant, const AttemptRow& row)
{
    api::PaymentProvider* provider = providerOf(tenant, row.attempt.channel);
    const Result<api::Trade> trade =
        provider != nullptr ? provider->query(row.attempt.no)
                            : Result<api::Trade>(fail(ErrorCode::unavailable, "no such channel any more"));
    if (!trade) {
        if (auto noted = markUnsure(tenant, row); !noted)
            return fail(noted.error());
        return std::optional<api::TradeState>{};
    }
    if (trade->state == api::TradeState::paid) {
        if (const auto booked = settleNow(tenant, row.attempt.channel, *trade); !booked)
            return fail(booked.error());
    } else if (trade->state == api::TradeState::closed) {
        if (auto closed = markClosed(tenant, row); !closed)
            return fail(closed.error());
    } else if (auto heard = markHeard(tenant, row); !heard) {
        return fail(heard.error());
    }
    return std::optional<api::TradeState>{trade->state};
}

Result<Ended> closeAttempt(tenant::Tenant& tenant, const AttemptRow& row, std::chrono::milliseconds grace)
{
    api::PaymentProvider* provider = providerOf(tenant, row.attempt.channel);
    const Result<api::Trade> trade =
        provider != nullptr ? provider->close(row.attempt.no)
                            : Result<api::Trade>(fail(ErrorCode::unavailable, "no such channel any more"));
    if (trade && trade->state == api::TradeState::paid) {
        if (const auto booked = settleNow(tenant, row.attempt.channel, *trade); !booked)
            return fail(booked.error());
        return Ended::paid;
    }
    const bool never_was = trade && trade->state == api::TradeState::not_created &&
                           tenant.clock.now() >= row.attempt.expires_at + grace;
    const bool closed = (trade && trade->state == api::TradeState::closed) || never_was;
    if (auto noted = closed ? markClosed(tenant, row) : markUnsure(tenant, row); !noted)
        return fail(noted.error());
    return closed ? Ended::closed : Ended::unsure;
}

Result<std::vector<Attempt>> Billing::newCodes(const std::string& order_no, const std::string& operation_id)
{
    if (operation_id.empty())
        return fail(ErrorCode::invalid_argument, "no operation id");
    const auto order = orderRows(*tenant_.database, "no = ?", {order_no});
    if (!order)
        return fail(order.error());
    if (order->empty())
        return fail(ErrorCode::not_found, "no such order");
    if (!payable(order->front()))
        return notPayable(order->front());
    std::string mac;
    const auto revision = revisionOf(*tenant_.database, order_no, &mac);
    if (!revision)
        return fail(revision.error());
    if (auto whole = requireTrueOrder(*tenant_.vault, order->front(), mac); !whole)
        return fail(whole.error());
    if (order->front().code_lives.count() > 0 && tenant_.clock.now() >= order->front().expires_at)
        return fail(ErrorCode::conflict, "the order's time is over", "order_expired");
    const auto mine = attemptRows(*tenant_.database, "operation_id = ?", {operation_id});
    if (!mine)
        return fail(mine.error());
    if (!mine->empty() && mine->front().attempt.order_no != order_no)
        return fail(ErrorCode::conflict, "operation id of another order's codes", "operation_reused");
    if (!mine->empty())
        return codesOf(tenant_, order->front(), operation_id);
    const auto older =
        attemptRows(*tenant_.database, "order_no = ? AND " + std::string(kLive) + " ORDER BY no", {order_no});
    if (!older)
        return fail(older.error());
    const auto still = revisionOf(*tenant_.database, order_no);
    if (!still)
        return fail(still.error());
    // Attempts appear with a new revision: were it another one by now, these would be somebody's newer codes.
    if (*still != *revision || areBeingMade(*older, tenant_.clock.now()))
        return fail(ErrorCode::conflict, "somebody asks at the same moment", "order_open");
    bool unsure = false;
    for (const AttemptRow& row : *older) {
        const auto ended = closeAttempt(tenant_, row, std::chrono::milliseconds::zero());
        if (!ended)
            return fail(ended.error());
        if (*ended == Ended::paid)
            return fail(ErrorCode::conflict, "the older code was paid", "order_paid");
        unsure = unsure || *ended == Ended::unsure;
    }
    if (unsure) {
        if (const AttemptRow* living = livingCode(order->front(), *older, tenant_.clock.now()))
            return codesOf(tenant_, order->front(), living->operation_id);
        return fail(ErrorCode::unavailable, "an older code may still be paid", "provider_unsure");
    }
    if (auto planned = plan(tenant_, order->front(), *revision, operation_id); !planned)
        return fail(planned.error());
    return codesOf(tenant_, order->front(), operation_id);
}

Result<Billing::Answer> Billing::refresh(const std::string& order_no)
{
    const auto before = find(order_no);
    if (!before)
        return fail(before.error());
    if (!*before)
        return fail(ErrorCode::not_found, "no such order");
    const bool took_money = !payable(**before) && (*before)->state != OrderState::expired;
    const auto attempts =
        attemptRows(*tenant_.database,
                    "order_no = ? AND " + (took_money ? std::string(kLive) : "state <> 'paid'") +
                        " ORDER BY created_at_ms DESC, no DESC LIMIT ?",
                    {order_no, kAskedAgain});
    if (!attempts)
        return fail(attempts.error());
    Answer answer;
    answer.asked_at = tenant_.clock.now();
    for (const AttemptRow& row : *attempts) {
        const auto state = queryAttempt(tenant_, row);
        if (!state)
            return fail(state.error());
        answer.sure = answer.sure && state->has_value();
    }
    const auto order = find(order_no);
    if (!order)
        return fail(order.error());
    if (!*order)
        return fail(ErrorCode::not_found, "no such order");
    answer.order = **order;
    return answer;
}

Result<std::vector<Attempt>> Billing::attempts(const std::string& order_no)
{
    const auto rows = attemptRows(*tenant_.database, "order_no = ? ORDER BY created_at_ms, no", {order_no});
    if (!rows)
        return fail(rows.error());
    std::vector<Attempt> all;
    for (const AttemptRow& row : *rows) {
        all.push_back(row.attempt);
        if (row.attempt.state == "creating")
            all.back().state = "unsure";
    }
    return all;
}

} // namespace zikao::billing
