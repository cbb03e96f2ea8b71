#include "kernel/base/encoding.hpp"
#include "kernel/billing/ledger.hpp"
#include "kernel/storage/invariant.hpp"

namespace zikao::billing {

namespace {

const std::vector<storage::Invariant> kInvariants = {
    {"I4 total is the sum of the lines", "SELECT o.no FROM pay_order o WHERE o.total_fen <> (SELECT "
                                         "COALESCE(SUM(l.amount_fen), 0) FROM order_line l WHERE "
                                         "l.order_no = o.no)"},
    {"I5 a paid order received its total", "SELECT no FROM pay_order WHERE state IN ('paid', 'refunding', "
                                           "'refunded') AND received_fen <> total_fen"},
    {"I5 an unpaid order received nothing",
     "SELECT no FROM pay_order WHERE state NOT IN ('paid', 'refunding', 'refunded') AND received_fen <> 0"},
    {"I5 what was received is booked exactly once",
     "SELECT o.no FROM pay_order o WHERE o.received_fen <> (SELECT COALESCE(SUM(t.amount_fen), 0) FROM "
     "pay_transaction t "
     "WHERE t.order_no = o.no AND t.kind = 'order') OR (SELECT COUNT(*) FROM pay_transaction t WHERE "
     "t.order_no = o.no "
     "AND t.kind = 'order') > 1"},
    {"I5 refunded <= set aside <= received",
     "SELECT no FROM pay_order WHERE refunded_fen < 0 OR refunded_fen > refund_held_fen OR refund_held_fen > "
     "received_fen"},
    {"I5 an exception gives back no more than it took",
     "SELECT id FROM pay_exception WHERE refunded_fen < 0 OR refunded_fen > refund_held_fen OR "
     "refund_held_fen > "
     "amount_fen"},
    {"I5 refunds add up to what their order says",
     "SELECT o.no FROM pay_order o WHERE o.refunded_fen <> (SELECT COALESCE(SUM(r.amount_fen), 0) FROM "
     "pay_refund r WHERE "
     "r.order_no = o.no AND r.exception_id = '' AND r.state = 'done') OR o.refund_held_fen <> (SELECT "
     "COALESCE(SUM(r.amount_fen), 0) FROM pay_refund r WHERE r.order_no = o.no AND r.exception_id = '' AND "
     "r.state NOT IN "
     "('failed', 'rejected'))"},
    {"I5 refunds add up to what their exception says",
     "SELECT e.id FROM pay_exception e WHERE e.refunded_fen <> (SELECT COALESCE(SUM(r.amount_fen), 0) FROM "
     "pay_refund r "
     "WHERE r.exception_id = e.id AND r.state = 'done') OR e.refund_held_fen <> (SELECT "
     "COALESCE(SUM(r.amount_fen), 0) FROM pay_refund r WHERE r.exception_id = e.id AND r.state NOT IN "
     "('failed', "
     "'rejected'))"},
    {"I6 a provider's number appears once",
     "SELECT provider_trade_no FROM pay_transaction GROUP BY channel, provider_trade_no HAVING COUNT(*) > 1"},
    {"I6 a refund approved has two persons", "SELECT id FROM pay_refund WHERE state NOT IN ('requested', "
                                             "'rejected') AND (approved_by = '' OR approved_by = "
                                             "asked_by)"},
    {"I7 a paid order was announced",
     "SELECT o.no FROM pay_order o WHERE o.state IN ('paid', 'refunding', 'refunded') AND (SELECT COUNT(*) "
     "FROM outbox b "
     "WHERE b.kind = 'order_paid' AND b.dedupe_key = {paid_key}) <> 1"},
    {"I7 an announced order is paid",
     "SELECT b.dedupe_key FROM outbox b WHERE b.kind = 'order_paid' AND NOT EXISTS (SELECT 1 FROM pay_order "
     "o WHERE "
     "b.dedupe_key = {paid_key} AND o.state IN ('paid', 'refunding', 'refunded'))"},
    {"I7 money outside an order is an exception",
     "SELECT t.provider_trade_no FROM pay_transaction t WHERE t.kind = 'exception' AND NOT EXISTS (SELECT 1 "
     "FROM "
     "pay_exception e WHERE e.channel = t.channel AND e.provider_trade_no = t.provider_trade_no AND "
     "e.amount_fen = "
     "t.amount_fen)"},
    {"I7 an exception stands for money",
     "SELECT e.id FROM pay_exception e WHERE NOT EXISTS (SELECT 1 FROM pay_transaction t WHERE t.channel = "
     "e.channel AND "
     "t.provider_trade_no = e.provider_trade_no AND t.kind = 'exception')"},
    {"I7 an expired order is announced, and no other",
     "SELECT o.no FROM pay_order o WHERE (o.state = 'expired') <> EXISTS (SELECT 1 FROM outbox b WHERE "
     "b.kind = "
     "'order_expired' AND b.dedupe_key = {expired_key})"},
    {"an expired order has no code that may still be paid",
     "SELECT a.no FROM pay_attempt a JOIN pay_order o ON o.no = a.order_no WHERE o.state = 'expired' AND "
     "a.state IN "
     "('creating', 'open', 'unsure')"},
    {"one live order for each case", "SELECT no FROM pay_order WHERE (state IN ('unpaid', 'paying', 'paid', "
                                     "'refunding')) <> (live_case_key IS NOT NULL)"},
    {"I21 nothing in a bill is unexplained",
     "SELECT day_text FROM pay_reconciliation WHERE unexplained_fen <> 0"},
};

/// Fills in the keys under which an order's news lie in the outbox.
std::string forEngine(std::string sql, storage::Engine engine)
{
    for (const std::string kind : {"paid", "expired"}) {
        const std::string mark = "{" + kind + "_key}";
        const std::string key = storage::joined(engine, "'order_" + kind + ":'", "o.no");
        for (std::size_t at = sql.find(mark); at != std::string::npos; at = sql.find(mark))
            sql.replace(at, mark.size(), key);
    }
    return sql;
}

Result<void> checkMacs(storage::Database& database, const Vault& vault, std::vector<std::string>& broken)
{
    const auto rows =
        database.query("SELECT channel, provider_trade_no, attempt_no, order_no, amount_fen, currency, kind, "
                       "mac FROM pay_transaction");
    if (!rows)
        return fail(rows.error());
    for (const storage::Row& row : *rows)
        if (!equalInConstantTime(row.text(7),
                                 transactionMac(vault, row.text(0), row.text(1), row.text(2), row.text(3),
                                                row.integer(4), row.text(5), row.text(6))))
            broken.push_back("a transaction was altered: " + row.text(1));
    const auto refunds = database.query(
        "SELECT id, order_no, exception_id, channel, attempt_no, reason, asked_by, approved_by, total_fen, "
        "amount_fen, mac FROM pay_refund");
    if (!refunds)
        return fail(refunds.error());
    for (const storage::Row& row : *refunds)
        if (!equalInConstantTime(
                row.text(10),
                refundMac(vault, {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4),
                                  row.text(5), row.text(6), row.text(7), row.integer(8), row.integer(9)})))
            broken.push_back("a refund was altered: " + row.text(0));
    const auto orders = alteredOrders(database, vault);
    if (!orders)
        return fail(orders.error());
    broken.insert(broken.end(), orders->begin(), orders->end());
    return ok();
}

} // namespace

Result<std::vector<std::string>> check(storage::Database& database, const Vault* vault)
{
    std::vector<storage::Invariant> invariants = kInvariants;
    for (storage::Invariant& invariant : invariants)
        invariant.broken_by = forEngine(std::move(invariant.broken_by), database.engine());
    auto broken = storage::violations(database, invariants);
    if (!broken)
        return broken;
    if (vault != nullptr)
        if (auto checked = checkMacs(database, *vault, *broken); !checked)
            return fail(checked.error());
    return broken;
}

} // namespace zikao::billing
