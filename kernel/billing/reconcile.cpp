#include "kernel/base/id.hpp"
#include "kernel/base/log.hpp"
#include "kernel/billing/ledger.hpp"

namespace zikao::billing {

namespace {

constexpr int kDaysLookedBack = 7;
constexpr std::chrono::minutes kBillReady{10 * 60 + 30};

/// One day of one channel while it is compared.
struct Comparison
{
    std::string channel, day;
    Instant begin, end; ///< of the Beijing day
    ReconcileReport report;
    std::int64_t listed_fen = 0;
    std::set<std::string> refunds_seen; ///< so that two rows without numbers are not taken for one refund
    std::vector<std::pair<std::string, std::pair<std::string, std::int64_t>>>
        differences; ///< kind, number, fen

    void differ(const std::string& kind, const std::string& number, std::int64_t fen)
    {
        differences.push_back({kind, {number, fen}});
        listed_fen += fen;
        ++report.exceptions;
    }
};

Result<std::optional<std::int64_t>> bookedAmount(storage::Database& database, const std::string& channel,
                                                 const std::string& provider_trade_no)
{
    const auto rows =
        database.query("SELECT amount_fen FROM pay_transaction WHERE channel = ? AND provider_trade_no = ?",
                       {channel, provider_trade_no});
    if (!rows)
        return fail(rows.error());
    return rows->empty() ? std::optional<std::int64_t>{}
                         : std::optional<std::int64_t>{rows->front().integer(0)};
}

Result<void> execute(storage::Executor& on, const std::string& sql, const storage::Params& params)
{
    const auto rows = on.execute(sql, params);
    return rows ? ok() : Result<void>(fail(rows.error()));
}

/// The provider knows more than its bill line says (when it was paid, in what currency); else the line must
/// do.
api::Trade tradeOf(api::PaymentProvider& provider, const api::BillRow& row, Instant end_of_day)
{
    const auto asked = provider.query(row.attempt_no);
    if (asked && asked->state == api::TradeState::paid && asked->provider_trade_no == row.provider_trade_no &&
        asked->amount == row.amount)
        return *asked;
    api::Trade trade;
    trade.attempt_no = row.attempt_no;
    trade.state = api::TradeState::paid;
    trade.provider_trade_no = row.provider_trade_no;
    trade.amount = row.amount;
    trade.paid_at = end_of_day - std::chrono::seconds{1};
    return trade;
}

Result<void> comparePayment(tenant::Tenant& tenant, api::PaymentProvider& provider, Comparison& day,
                            const api::BillRow& row)
{
    auto booked = bookedAmount(*tenant.database, day.channel, row.provider_trade_no);
    if (!booked)
        return fail(booked.error());
    if (!*booked) {
        const auto settled = settleNow(tenant, day.channel, tradeOf(provider, row, day.end));
        if (!settled)
            return fail(settled.error());
        ++day.report.repaired;
        day.report.exceptions += *settled == Booked::exception;
        log::warning("bill_repaired", {{"channel", day.channel}, {"trade", row.provider_trade_no}});
        booked = bookedAmount(*tenant.database, day.channel, row.provider_trade_no);
        if (!booked)
            return fail(booked.error());
    } else {
        ++day.report.matched;
    }
    if (const std::int64_t off = row.amount.inFen() - (*booked).value_or(0); off != 0)
        day.differ("amount_differs", row.provider_trade_no, off);
    return execute(*tenant.database,
                   "UPDATE pay_transaction SET bill_day = ? WHERE channel = ? AND provider_trade_no = ?",
                   {day.day, day.channel, row.provider_trade_no});
}

/// Ours that a row without a number means: same attempt, same amount, in no bill yet (or in this one, when the day
/// is compared again). Empty: none.
Result<std::string> unnumberedRefund(tenant::Tenant& tenant, const Comparison& day, const api::BillRow& row)
{
    const auto rows =
        tenant.database->query("SELECT id FROM pay_refund WHERE channel = ? AND attempt_no = ? AND "
                               "amount_fen = ? AND bill_day IN ('', ?) "
                               "AND state IN ('approved', 'sent', 'done') ORDER BY asked_at_ms, id",
                               {day.channel, row.attempt_no, row.amount.inFen(), day.day});
    if (!rows)
        return fail(rows.error());
    for (const storage::Row& each : *rows)
        if (!day.refunds_seen.contains(each.text(0)))
            return each.text(0);
    return std::string();
}

Result<void> compareRefund(tenant::Tenant& tenant, Comparison& day, api::BillRow row)
{
    if (row.refund_no.empty()) {
        auto meant = unnumberedRefund(tenant, day, row);
        if (!meant)
            return fail(meant.error());
        row.refund_no = std::move(*meant);
    }
    day.refunds_seen.insert(row.refund_no);
    const auto known =
        tenant.database->query("SELECT state, amount_fen FROM pay_refund WHERE id = ? AND channel = ?",
                               {row.refund_no, day.channel});
    if (!known)
        return fail(known.error());
    if (known->empty()) {
        day.differ("unknown_refund", row.refund_no.empty() ? row.attempt_no : row.refund_no,
                   -row.amount.inFen());
        return ok();
    }
    const api::Refund refund{row.refund_no, api::RefundState::succeeded, {}, row.amount};
    const auto applied = tenant.database->transaction(
        [&](storage::Transaction& tx) { return applyRefund(tx, refund, tenant.clock.now()); });
    if (!applied)
        return fail(applied.error());
    const auto now_known =
        tenant.database->query("SELECT state, amount_fen FROM pay_refund WHERE id = ?", {row.refund_no});
    if (!now_known)
        return fail(now_known.error());
    const std::int64_t ours = now_known->front().text(0) == "done" ? now_known->front().integer(1) : 0;
    ++(*applied ? day.report.repaired : day.report.matched);
    if (ours != row.amount.inFen())
        day.differ("refund_differs", row.refund_no, ours - row.amount.inFen());
    return execute(*tenant.database, "UPDATE pay_refund SET bill_day = ? WHERE id = ?",
                   {day.day, row.refund_no});
}

/// What we booked for that day and the bill does not hold.
Result<void> listMissing(tenant::Tenant& tenant, Comparison& day)
{
    const auto payments = tenant.database->query(
        "SELECT provider_trade_no, amount_fen FROM pay_transaction WHERE channel = ? AND bill_day = '' AND "
        "paid_at_ms >= ? AND paid_at_ms < ?",
        {day.channel, day.begin.ms, day.end.ms});
    if (!payments)
        return fail(payments.error());
    for (const storage::Row& row : *payments)
        day.differ("missing_at_provider", row.text(0), -row.integer(1));
    const auto refunds = tenant.database->query("SELECT id, amount_fen FROM pay_refund WHERE channel = ? AND "
                                                "bill_day = '' AND state = 'done' AND "
                                                "done_at_ms >= ? AND done_at_ms < ?",
                                                {day.channel, day.begin.ms, day.end.ms});
    if (!refunds)
        return fail(refunds.error());
    for (const storage::Row& row : *refunds)
        day.differ("refund_missing_at_provider", row.text(0), row.integer(1));
    return ok();
}

/// Our side from the tables alone, so that a fault in the comparison shows as unexplained money.
Result<std::int64_t> oursFen(tenant::Tenant& tenant, const Comparison& day)
{
    const storage::Params params{day.channel, day.day, day.begin.ms, day.end.ms};
    const auto payments = tenant.database->query(
        "SELECT COALESCE(SUM(amount_fen), 0) + 0 FROM pay_transaction WHERE channel = ? AND (bill_day = ? OR "
        "(bill_day = '' AND paid_at_ms >= ? AND paid_at_ms < ?))",
        params);
    if (!payments)
        return fail(payments.error());
    const auto refunds =
        tenant.database->query("SELECT COALESCE(SUM(amount_fen), 0) + 0 FROM pay_refund WHERE channel = ? "
                               "AND state = 'done' AND "
                               "(bill_day = ? OR (bill_day = '' AND done_at_ms >= ? AND done_at_ms < ?))",
                               params);
    if (!refunds)
        return fail(refunds.error());
    return payments->front().integer(0) - refunds->front().integer(0);
}

/// Days whose bill should be there and was not compared yet.
Result<std::vector<Date>> daysDue(tenant::Tenant& tenant, const std::string& channel)
{
    const auto first = tenant.database->query(
        "SELECT COALESCE(MIN(created_at_ms), -1) FROM pay_attempt WHERE channel = ?", {channel});
    if (!first)
        return fail(first.error());
    const std::int64_t begun_ms = first->front().integer(0);
    std::vector<Date> days;
    if (begun_ms < 0)
        return days;
    const Instant now = tenant.clock.now();
    for (int ago = kDaysLookedBack; ago > 0; --ago) {
        const Date day = beijingDate(now).plusDays(-ago);
        if (day < beijingDate({begun_ms}) || now < beijingInstant(day.plusDays(1), kBillReady))
            continue;
        const auto done = tenant.database->query(
            "SELECT 1 FROM pay_reconciliation WHERE channel = ? AND day_text = ?", {channel, day.text()});
        if (!done)
            return fail(done.error());
        if (done->empty())
            days.push_back(day);
    }
    return days;
}

Result<void> write(tenant::Tenant& tenant, const Comparison& day)
{
    const ReconcileReport& report = day.report;
    return tenant.database->transaction([&](storage::Transaction& tx) -> Result<void> {
        for (const char* table : {"pay_reconciliation", "pay_difference"})
            if (auto cleared =
                    execute(tx, "DELETE FROM " + std::string(table) + " WHERE channel = ? AND day_text = ?",
                            {day.channel, day.day});
                !cleared)
                return cleared;
        for (const auto& [kind, what] : day.differences)
            if (auto listed =
                    execute(tx,
                            "INSERT INTO pay_difference (id, channel, day_text, kind, number, amount_fen) "
                            "VALUES (?, ?, ?, ?, ?, ?)",
                            {newId(), day.channel, day.day, kind, what.first, what.second});
                !listed)
                return listed;
        return execute(
            tx,
            "INSERT INTO pay_reconciliation (channel, day_text, ours_fen, theirs_fen, unexplained_fen, "
            "matched, repaired, exceptions, done_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            {day.channel, day.day, report.ours.inFen(), report.theirs.inFen(), report.unexplained.inFen(),
             static_cast<std::int64_t>(report.matched), static_cast<std::int64_t>(report.repaired),
             static_cast<std::int64_t>(report.exceptions), tenant.clock.now().ms});
    });
}

} // namespace

Result<int> Billing::reconcileDue()
{
    int compared = 0;
    for (const tenant::PaymentChannel& channel : tenant_.payments) {
        const auto days = daysDue(tenant_, channel.id);
        if (!days)
            return fail(days.error());
        for (const Date day : *days) {
            const auto report = reconcile(channel.id, day);
            compared += report.has_value();
            if (!report)
                log::warning("bill_not_compared", {{"channel", channel.id},
                                                   {"day", day.text()},
                                                   {"code", zikao::name(report.error().code)},
                                                   {"reason", report.error().reason}});
        }
    }
    return compared;
}

Result<ReconcileReport> Billing::reconcile(const std::string& channel, Date date)
{
    api::PaymentProvider* provider = providerOf(tenant_, channel);
    if (provider == nullptr)
        return fail(ErrorCode::not_found, "no such channel");
    const auto bill = provider->bill(date);
    if (!bill)
        return fail(bill.error());
    Comparison day;
    day.channel = channel;
    day.day = date.text();
    day.begin = beijingInstant(date);
    day.end = beijingInstant(date.plusDays(1));
    day.report.day = date;
    day.report.channel = channel;
    for (const api::BillRow& row : *bill) {
        const bool payment = row.kind == api::BillRow::Kind::payment;
        day.report.theirs += payment ? row.amount : Money::zero() - row.amount;
        const auto compared =
            payment ? comparePayment(tenant_, *provider, day, row) : compareRefund(tenant_, day, row);
        if (!compared)
            return fail(compared.error());
    }
    if (auto listed = listMissing(tenant_, day); !listed)
        return fail(listed.error());
    const auto ours = oursFen(tenant_, day);
    if (!ours)
        return fail(ours.error());
    day.report.ours = Money::fen(*ours);
    day.report.unexplained = day.report.theirs - day.report.ours - Money::fen(day.listed_fen);
    if (auto written = write(tenant_, day); !written)
        return fail(written.error());
    if (day.report.unexplained != Money::zero() || !day.differences.empty())
        log::error("bill_differs", {{"channel", channel},
                                    {"day", day.day},
                                    {"differences", std::to_string(day.differences.size())},
                                    {"unexplained_fen", std::to_string(day.report.unexplained.inFen())}});
    return day.report;
}

} // namespace zikao::billing
