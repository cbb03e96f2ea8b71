#include "kernel/billing/ledger.hpp"

#include "kernel/audit/audit.hpp"
#include "kernel/base/id.hpp"
#include "kernel/base/log.hpp"
#include "kernel/storage/outbox.hpp"
#include "kernel/storage/row_mac.hpp"

namespace zikao::billing {

namespace {

struct OrderFacts
{
    std::string no, case_id, state;
    std::int64_t total_fen = 0;
    std::optional<Instant> ends_at; ///< of an order that its codes do not prolong
};

Result<std::optional<OrderFacts>> orderOfAttempt(storage::Transaction& tx, const std::string& channel,
                                                 const std::string& attempt_no)
{
    const auto rows = tx.query("SELECT o.no, o.case_id, o.state, o.total_fen, o.expires_at_ms, o.code_ms "
                               "FROM pay_attempt a JOIN pay_order o ON "
                               "o.no = a.order_no WHERE a.no = ? AND a.channel = ?",
                               {attempt_no, channel});
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return std::optional<OrderFacts>{};
    const storage::Row& row = rows->front();
    OrderFacts facts{row.text(0), row.text(1), row.text(2), row.integer(3), {}};
    if (row.integer(5) > 0)
        facts.ends_at = Instant{row.integer(4)};
    return std::optional<OrderFacts>{std::move(facts)};
}

Result<void> note(storage::Transaction& tx, const std::string& act, const std::string& object,
                  const Json& detail, Instant now)
{
    return audit::append(tx, {"system:billing", act, object, dumpJson(detail), {}}, now);
}

/// Tries to give the money to its order. @return empty: it is paid now; else the kind of exception
Result<std::string> payOrder(storage::Transaction& tx, const OrderFacts& order, const std::string& channel,
                             const api::Trade& trade, Instant now)
{
    if (trade.currency != "CNY" || trade.amount.inFen() != order.total_fen)
        return std::string("wrong_amount");
    // The order may not be marked as over yet. Where the provider does not say when it was paid, the payer has the
    // benefit of the doubt.
    if (order.ends_at && trade.paid_at && *trade.paid_at >= *order.ends_at)
        return std::string("late");
    const auto paid = tx.execute(
        "UPDATE pay_order SET state = 'paid', received_fen = received_fen + ?, paid_at_ms = ?, paid_channel "
        "= ?, "
        "provider_trade_no = ?, revision = revision + 1 WHERE no = ? AND state IN ('unpaid', 'paying') AND "
        "total_fen = ?",
        {trade.amount.inFen(), trade.paid_at.value_or(now).ms, channel, trade.provider_trade_no, order.no,
         trade.amount.inFen()});
    if (!paid)
        return fail(paid.error());
    if (*paid == 1)
        return std::string();
    // Somebody was faster, or it was over before: which of the two, the row says now.
    const auto rows = tx.query("SELECT state FROM pay_order WHERE no = ?", {order.no});
    if (!rows)
        return fail(rows.error());
    return std::string(!rows->empty() && rows->front().text(0) == "expired" ? "late" : "double");
}

Result<void> announcePaid(storage::Transaction& tx, const OrderFacts& order, const std::string& channel,
                          const api::Trade& trade, Instant now)
{
    // Codes of other channels must not take the money a second time.
    const auto hurried = tx.execute(
        "UPDATE pay_attempt SET next_poll_ms = ? WHERE order_no = ? AND no <> ? AND " + std::string(kLive),
        {now.ms, order.no, trade.attempt_no});
    if (!hurried)
        return fail(hurried.error());
    const auto posted = storage::post(
        tx,
        {"order_paid", {{"order_no", order.no}, {"case_id", order.case_id}}, {}, "order_paid:" + order.no},
        now);
    if (!posted)
        return fail(posted.error());
    return note(tx, "order.paid", "order:" + order.no,
                {{"channel", channel}, {"trade", trade.provider_trade_no}, {"fen", trade.amount.inFen()}},
                now);
}

Result<void> announceException(storage::Transaction& tx, const std::string& kind,
                               const std::optional<OrderFacts>& order, const std::string& channel,
                               const api::Trade& trade, Instant now)
{
    const std::string id = newId();
    const std::string order_no = order ? order->no : "";
    const auto stored = tx.execute("INSERT INTO pay_exception (id, kind, channel, attempt_no, "
                                   "provider_trade_no, order_no, state, amount_fen, "
                                   "seen_at_ms) VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?)",
                                   {id, kind, channel, trade.attempt_no, trade.provider_trade_no, order_no,
                                    trade.amount.inFen(), now.ms});
    if (!stored)
        return fail(stored.error());
    const Json payload{{"exception_id", id},
                       {"kind", kind},
                       {"order_no", order_no},
                       {"case_id", order ? order->case_id : ""}};
    const auto posted = storage::post(tx, {"pay_exception", payload, {}, "pay_exception:" + id}, now);
    if (!posted)
        return fail(posted.error());
    return note(tx, "payment.exception", "exception:" + id,
                {{"kind", kind},
                 {"channel", channel},
                 {"trade", trade.provider_trade_no},
                 {"order", order_no},
                 {"fen", trade.amount.inFen()}},
                now);
}

} // namespace

std::string transactionMac(const Vault& vault, const std::string& channel,
                           const std::string& provider_trade_no, const std::string& attempt_no,
                           const std::string& order_no, std::int64_t amount_fen, const std::string& currency,
                           const std::string& kind)
{
    return storage::rowMac(vault, "pay_transaction",
                           {channel, provider_trade_no, attempt_no, order_no, amount_fen, currency, kind});
}

std::string refundMac(const Vault& vault, const RefundFigures& refund)
{
    return storage::rowMac(vault, "pay_refund",
                           {refund.id, refund.order_no, refund.exception_id, refund.channel,
                            refund.attempt_no, refund.total_fen, refund.amount_fen, refund.reason,
                            refund.asked_by, refund.approved_by});
}

Result<Booked> settle(storage::Transaction& tx, const Vault& vault, const std::string& channel,
                      const api::Trade& trade, Instant now)
{
    if (trade.state != api::TradeState::paid || trade.provider_trade_no.empty())
        return fail(ErrorCode::invalid_argument, "not a paid trade");
    const auto known = tx.query("SELECT 1 FROM pay_transaction WHERE channel = ? AND provider_trade_no = ?",
                                {channel, trade.provider_trade_no});
    if (!known)
        return fail(known.error());
    if (!known->empty())
        return Booked::repeated;
    const auto order = orderOfAttempt(tx, channel, trade.attempt_no);
    if (!order)
        return fail(order.error());
    std::string trouble = "unknown_order";
    if (*order) {
        const auto given = payOrder(tx, **order, channel, trade, now);
        if (!given)
            return fail(given.error());
        trouble = *given;
        const auto marked = tx.execute("UPDATE pay_attempt SET state = 'paid' WHERE no = ? AND channel = ?",
                                       {trade.attempt_no, channel});
        if (!marked)
            return fail(marked.error());
    }
    const std::string kind = trouble.empty() ? "order" : "exception";
    const std::string order_no = *order ? (*order)->no : "";
    const auto booked =
        tx.execute("INSERT INTO pay_transaction (id, channel, provider_trade_no, attempt_no, order_no, "
                   "amount_fen, currency, kind, "
                   "paid_at_ms, booked_at_ms, mac) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   {newId(), channel, trade.provider_trade_no, trade.attempt_no, order_no,
                    trade.amount.inFen(), trade.currency, kind, trade.paid_at.value_or(now).ms, now.ms,
                    transactionMac(vault, channel, trade.provider_trade_no, trade.attempt_no, order_no,
                                   trade.amount.inFen(), trade.currency, kind)});
    if (!booked)
        return fail(booked.error());
    const auto announced = trouble.empty() ? announcePaid(tx, **order, channel, trade, now)
                                           : announceException(tx, trouble, *order, channel, trade, now);
    if (!announced)
        return fail(announced.error());
    FP("billing.settle.before_commit");
    return trouble.empty() ? Booked::paid : Booked::exception;
}

Result<Booked> settleNow(tenant::Tenant& tenant, const std::string& channel, const api::Trade& trade)
{
    const auto once = [&] {
        return tenant.database->transaction([&](storage::Transaction& tx) {
            return settle(tx, *tenant.vault, channel, trade, tenant.clock.now());
        });
    };
    Result<Booked> booked = once();
    // Two brought the same news at once: the loser met the UNIQUE key, and finds it booked now.
    if (!booked && booked.error().reason == "duplicate")
        booked = once();
    FP("billing.settle.after_commit");
    if (booked && *booked == Booked::exception)
        log::error("payment_exception", {{"channel", channel}, {"trade", trade.provider_trade_no}});
    return booked;
}

api::PaymentProvider* providerOf(tenant::Tenant& tenant, const std::string& channel)
{
    for (const tenant::PaymentChannel& one : tenant.payments)
        if (one.id == channel)
            return &one.provider->get();
    return nullptr;
}

std::int64_t pollDelayMs(std::int64_t polls)
{
    static constexpr std::int64_t kDelays[] = {5'000, 10'000, 15'000, 30'000, 60'000};
    return kDelays[std::min<std::int64_t>(polls, std::ssize(kDelays) - 1)];
}

} // namespace zikao::billing
