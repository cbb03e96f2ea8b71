#include "kernel/audit/audit.hpp"
#include "kernel/base/encoding.hpp"
#include "kernel/base/id.hpp"
#include "kernel/base/log.hpp"
#include "kernel/billing/ledger.hpp"
#include "kernel/storage/outbox.hpp"
#include "plugins/api/control.hpp"

namespace zikao::billing {

namespace {

constexpr std::int64_t kBatch = 50;

/// What a refund goes back to.
struct Source
{
    std::string order_no, exception_id, channel, attempt_no;
    std::int64_t paid_fen = 0;
};

struct RefundRow : RefundFigures
{
    std::string state, mac;
    std::int64_t next_poll_ms = 0, polls = 0;
};

Result<std::vector<RefundRow>> refundRows(storage::Executor& on, const std::string& where,
                                          const storage::Params& params)
{
    const auto rows =
        on.query("SELECT id, order_no, exception_id, channel, attempt_no, reason, asked_by, approved_by, "
                 "total_fen, amount_fen, state, mac, next_poll_ms, polls FROM pay_refund WHERE " +
                     where,
                 params);
    if (!rows)
        return fail(rows.error());
    std::vector<RefundRow> all;
    for (const storage::Row& row : *rows)
        all.push_back({{row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5),
                        row.text(6), row.text(7), row.integer(8), row.integer(9)},
                       row.text(10),
                       row.text(11),
                       row.integer(12),
                       row.integer(13)});
    return all;
}

Result<std::optional<Source>> sourceOf(storage::Executor& on, const std::string& order_or_exception)
{
    const auto orders =
        on.query("SELECT order_no, '', channel, attempt_no, amount_fen FROM pay_transaction WHERE "
                 "order_no = ? AND kind = 'order'",
                 {order_or_exception});
    if (!orders)
        return fail(orders.error());
    const auto exceptions =
        on.query("SELECT order_no, id, channel, attempt_no, amount_fen FROM pay_exception WHERE id = ?",
                 {order_or_exception});
    if (!exceptions)
        return fail(exceptions.error());
    if (orders->empty() && exceptions->empty())
        return std::optional<Source>{};
    const storage::Row& row = orders->empty() ? exceptions->front() : orders->front();
    return std::optional<Source>{{row.text(0), row.text(1), row.text(2), row.text(3), row.integer(4)}};
}

/// A refund's number is of its operation, so that the table itself lets no operation have two.
std::string numberOf(const NewRefund& refund)
{
    return "rf" + hex(sm3(refund.asked_by + "\n" + refund.operation_id)).substr(0, 26);
}

bool isFor(const RefundRow& row, const NewRefund& refund)
{
    const std::string& target = row.exception_id.empty() ? row.order_no : row.exception_id;
    return target == refund.target && row.amount_fen == refund.amount.inFen() && row.reason == refund.reason;
}

/// Sets the amount aside; what is set aside never exceeds what came, which the statement itself sees to.
Result<bool> hold(storage::Transaction& tx, const Source& source, std::int64_t amount_fen)
{
    const auto held =
        source.exception_id.empty()
            ? tx.execute(
                  "UPDATE pay_order SET refund_held_fen = refund_held_fen + ?, revision = revision + 1 WHERE "
                  "no = ? AND state IN ('paid', 'refunding') AND received_fen - refund_held_fen >= ?",
                  {amount_fen, source.order_no, amount_fen})
            : tx.execute("UPDATE pay_exception SET refund_held_fen = refund_held_fen + ? WHERE id = ? AND "
                         "amount_fen - refund_held_fen >= ?",
                         {amount_fen, source.exception_id, amount_fen});
    if (!held)
        return fail(held.error());
    return *held == 1;
}

bool isUnaltered(const Vault& vault, const RefundRow& refund)
{
    return equalInConstantTime(refund.mac, refundMac(vault, refund)) || !CONTROL("refund_mac");
}

Result<void> note(storage::Transaction& tx, const std::string& actor, const std::string& act,
                  const std::string& id, const Json& detail, Instant now)
{
    return audit::append(tx, {actor, act, "refund:" + id, dumpJson(detail), {}}, now);
}

Result<void> run(storage::Transaction& tx, const std::string& sql, const storage::Params& params)
{
    const auto rows = tx.execute(sql, params);
    return rows ? ok() : Result<void>(fail(rows.error()));
}

Result<bool> othersRunning(storage::Transaction& tx, const RefundRow& refund)
{
    const auto rows =
        tx.query("SELECT COUNT(*) FROM pay_refund WHERE order_no = ? AND exception_id = ? AND id <> ? AND "
                 "state IN ('approved', 'sent')",
                 {refund.order_no, refund.exception_id, refund.id});
    if (!rows)
        return fail(rows.error());
    return rows->front().integer(0) > 0;
}

/// Where order or exception stands once this refund has ended: other refunds of it may still run.
Result<std::string> stateAfter(storage::Transaction& tx, const RefundRow& refund)
{
    const auto others = othersRunning(tx, refund);
    if (!others)
        return fail(others.error());
    return std::string(*others ? "refunding" : refund.exception_id.empty() ? "paid" : "open");
}

/// Moves order or exception on after a refund ended. MariaDB reads what it assigned, so the state comes
/// first.
Result<void> giveBack(storage::Transaction& tx, const RefundRow& refund)
{
    const auto state = stateAfter(tx, refund);
    if (!state)
        return fail(state.error());
    const std::int64_t fen = refund.amount_fen;
    if (refund.exception_id.empty())
        return run(
            tx,
            "UPDATE pay_order SET "
            "live_case_key = CASE WHEN refunded_fen + ? >= received_fen THEN NULL ELSE live_case_key END, "
            "state = CASE WHEN refunded_fen + ? >= received_fen THEN 'refunded' ELSE ? END, "
            "refunded_fen = refunded_fen + ?, revision = revision + 1 WHERE no = ?",
            {fen, fen, *state, fen, refund.order_no});
    return run(tx,
               "UPDATE pay_exception SET "
               "state = CASE WHEN refunded_fen + ? >= amount_fen THEN 'settled' ELSE ? END, "
               "refunded_fen = refunded_fen + ? WHERE id = ?",
               {fen, *state, fen, refund.exception_id});
}

Result<void> release(storage::Transaction& tx, const RefundRow& refund)
{
    const auto state = stateAfter(tx, refund);
    if (!state)
        return fail(state.error());
    if (refund.exception_id.empty())
        return run(tx,
                   "UPDATE pay_order SET refund_held_fen = refund_held_fen - ?, state = ?, "
                   "revision = revision + 1 WHERE no = ?",
                   {refund.amount_fen, *state, refund.order_no});
    return run(tx, "UPDATE pay_exception SET refund_held_fen = refund_held_fen - ?, state = ? WHERE id = ?",
               {refund.amount_fen, *state, refund.exception_id});
}

Result<void> announceRefunded(storage::Transaction& tx, const RefundRow& refund, Instant now)
{
    if (!refund.exception_id.empty())
        return ok();
    const auto order = tx.query("SELECT state, case_id FROM pay_order WHERE no = ?", {refund.order_no});
    if (!order)
        return fail(order.error());
    if (order->empty() || order->front().text(0) != "refunded")
        return ok();
    const auto posted = storage::post(tx,
                                      {"order_refunded",
                                       {{"order_no", refund.order_no}, {"case_id", order->front().text(1)}},
                                       {},
                                       "order_refunded:" + refund.order_no},
                                      now);
    return posted ? ok() : Result<void>(fail(posted.error()));
}

Result<void> succeed(storage::Transaction& tx, const RefundRow& refund, Instant now)
{
    if (auto moved = giveBack(tx, refund); !moved)
        return moved;
    if (auto announced = announceRefunded(tx, refund, now); !announced)
        return announced;
    return note(tx, "system:billing", "refund.succeeded", refund.id, {{"fen", refund.amount_fen}}, now);
}

Result<void> giveUp(storage::Transaction& tx, const RefundRow& refund, Instant now)
{
    if (auto released = release(tx, refund); !released)
        return released;
    const auto posted = storage::post(
        tx, {"refund_failed", {{"refund_id", refund.id}}, {}, "refund_failed:" + refund.id}, now);
    if (!posted)
        return fail(posted.error());
    return note(tx, "system:billing", "refund.failed", refund.id, {{"fen", refund.amount_fen}}, now);
}

/// Tells the provider. Repeating it is safe: the same number is the same refund. A row that is not as two persons left it
/// is not told.
Result<void> send(tenant::Tenant& tenant, const RefundRow& refund)
{
    if (!isUnaltered(*tenant.vault, refund)) {
        log::error("refund_altered", {{"tenant", tenant.profile.id}, {"refund", refund.id}});
        return ok();
    }
    api::PaymentProvider* provider = providerOf(tenant, refund.channel);
    if (provider == nullptr)
        return ok();
    const bool ask_only = refund.state == "sent";
    Result<api::Refund> answer =
        ask_only ? provider->queryRefund(refund.attempt_no, refund.id)
                 : provider->refund({refund.attempt_no, refund.id, Money::fen(refund.total_fen),
                                     Money::fen(refund.amount_fen), refund.reason,
                                     tenant.public_url + "/api/notify/" + refund.channel});
    FP("billing.refund.answered");
    if (!answer) {
        log::warning("refund_unanswered", {{"refund", refund.id},
                                           {"code", zikao::name(answer.error().code)},
                                           {"reason", answer.error().reason}});
        if (ask_only || answer.error().code != ErrorCode::invalid_argument)
            return ok();
        answer = api::Refund{refund.id, api::RefundState::failed, {}, Money::fen(refund.amount_fen)};
    }
    answer->refund_no = refund.id;
    const auto applied = tenant.database->transaction(
        [&](storage::Transaction& tx) { return applyRefund(tx, *answer, tenant.clock.now()); });
    return applied ? ok() : Result<void>(fail(applied.error()));
}

/// An order whose money is given back is as it was opened; an exception has none.
Result<void> trueSource(storage::Transaction& tx, const Vault& vault, const Source& source)
{
    if (!source.exception_id.empty())
        return ok();
    const auto order = orderRows(tx, "no = ?", {source.order_no});
    if (!order)
        return fail(order.error());
    std::string mac;
    if (const auto revision = revisionOf(tx, source.order_no, &mac); !revision)
        return fail(revision.error());
    return requireTrueOrder(vault, order->front(), mac);
}

} // namespace

Result<bool> applyRefund(storage::Transaction& tx, const api::Refund& refund, Instant now)
{
    const auto rows = refundRows(tx, "id = ?", {refund.refund_no});
    if (!rows)
        return fail(rows.error());
    if (rows->empty()) {
        log::error("refund_unknown", {{"refund", refund.refund_no}});
        return false;
    }
    const RefundRow& ours = rows->front();
    if (refund.state == api::RefundState::succeeded && refund.amount.inFen() != ours.amount_fen) {
        log::error("refund_amount_differs", {{"refund", refund.refund_no}});
        return false;
    }
    const bool ended =
        refund.state == api::RefundState::succeeded || refund.state == api::RefundState::failed;
    const std::string state = refund.state == api::RefundState::succeeded ? "done"
                              : refund.state == api::RefundState::failed  ? "failed"
                                                                          : "sent";
    const auto moved = tx.execute(
        "UPDATE pay_refund SET state = ?, provider_refund_no = ?, done_at_ms = ? WHERE id = ? "
        "AND state IN ('approved', 'sent')",
        {state, refund.provider_refund_no, ended ? storage::Value{now.ms} : storage::Value{}, ours.id});
    if (!moved)
        return fail(moved.error());
    if (*moved != 1 || !ended)
        return *moved == 1;
    const auto booked = state == "done" ? succeed(tx, ours, now) : giveUp(tx, ours, now);
    if (!booked)
        return fail(booked.error());
    FP("billing.refund.before_commit");
    return true;
}

Result<int> pollRefunds(tenant::Tenant& tenant)
{
    const std::int64_t now = tenant.clock.now().ms;
    const auto due = refundRows(
        *tenant.database, "state IN ('approved', 'sent') AND next_poll_ms <= ? ORDER BY next_poll_ms LIMIT ?",
        {now, kBatch});
    if (!due)
        return fail(due.error());
    int asked = 0;
    for (const RefundRow& refund : *due) {
        const auto taken = tenant.database->execute(
            "UPDATE pay_refund SET next_poll_ms = ?, polls = polls + 1 WHERE id = ? AND next_poll_ms = ? AND "
            "polls = ?",
            {now + pollDelayMs(refund.polls + 1), refund.id, refund.next_poll_ms, refund.polls});
        if (!taken)
            return fail(taken.error());
        if (*taken != 1)
            continue;
        if (auto sent = send(tenant, refund); !sent)
            return fail(sent.error());
        ++asked;
    }
    return asked;
}

Result<std::string> Billing::requestRefund(const NewRefund& refund)
{
    if (refund.reason.empty())
        return fail(ErrorCode::invalid_argument, "a refund needs a reason", "reason_required");
    if (refund.amount <= Money::zero() || refund.operation_id.empty())
        return fail(ErrorCode::invalid_argument, "a refund of nothing, or without an operation id");
    const std::string id = numberOf(refund);
    return tenant_.database->transaction([&](storage::Transaction& tx) -> Result<std::string> {
        const Instant now = tenant_.clock.now();
        const auto earlier = refundRows(tx, "id = ?", {id});
        if (!earlier)
            return fail(earlier.error());
        if (!earlier->empty())
            return isFor(earlier->front(), refund)
                       ? Result<std::string>(id)
                       : fail(ErrorCode::conflict, "another refund had this id", "operation_reused");
        const auto source = sourceOf(tx, refund.target);
        if (!source)
            return fail(source.error());
        if (!*source)
            return fail(ErrorCode::not_found, "nothing was received there");
        if (auto whole = trueSource(tx, *tenant_.vault, **source); !whole)
            return fail(whole.error());
        const auto held = hold(tx, **source, refund.amount.inFen());
        if (!held)
            return fail(held.error());
        if (!*held)
            return fail(ErrorCode::refused, "more than is left", "refund_too_much");
        const Source& from = **source;
        const RefundFigures asked{id,
                                  from.order_no,
                                  from.exception_id,
                                  from.channel,
                                  from.attempt_no,
                                  refund.reason,
                                  refund.asked_by,
                                  {},
                                  from.paid_fen,
                                  refund.amount.inFen()};
        const auto stored =
            run(tx,
                "INSERT INTO pay_refund (id, order_no, exception_id, channel, attempt_no, total_fen, "
                "amount_fen, reason, state, asked_by, asked_at_ms, mac) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'requested', ?, ?, ?)",
                {id, from.order_no, from.exception_id, from.channel, from.attempt_no, from.paid_fen,
                 asked.amount_fen, refund.reason, refund.asked_by, now.ms, refundMac(*tenant_.vault, asked)});
        if (!stored && stored.error().reason == "duplicate")
            return fail(ErrorCode::conflict, "its twin was faster", storage::kLostRace);
        if (!stored)
            return fail(stored.error());
        if (auto noted = note(tx, refund.asked_by, "refund.request", id,
                              {{"of", refund.target}, {"fen", asked.amount_fen}}, now);
            !noted)
            return fail(noted.error());
        return id;
    });
}

Result<void> Billing::approveRefund(const std::string& refund_id, const std::string& staff_id)
{
    const auto approved = tenant_.database->transaction([&](storage::Transaction& tx) -> Result<void> {
        const Instant now = tenant_.clock.now();
        auto rows = refundRows(tx, "id = ?", {refund_id});
        if (!rows)
            return fail(rows.error());
        if (rows->empty())
            return fail(ErrorCode::not_found, "no such refund");
        RefundRow& refund = rows->front();
        if (refund.state == "requested" && !isUnaltered(*tenant_.vault, refund))
            return fail(ErrorCode::corrupt, "refund " + refund_id + " is not as it was asked for");
        if (refund.approved_by == staff_id && refund.state != "rejected")
            return ok(); // the click came twice
        refund.approved_by = staff_id;
        const auto moved =
            tx.execute("UPDATE pay_refund SET state = 'approved', approved_by = ?, approved_at_ms = ?, "
                       "next_poll_ms = ?, mac = ? WHERE id = ? AND state = 'requested' AND asked_by <> ? AND "
                       "mac = ?",
                       {staff_id, now.ms, now.ms + pollDelayMs(0), refundMac(*tenant_.vault, refund),
                        refund_id, CONTROL("second_person") ? staff_id : std::string(), refund.mac});
        if (!moved)
            return fail(moved.error());
        if (*moved != 1 && refund.state == "requested")
            return fail(ErrorCode::forbidden, "who asked cannot approve", "same_person");
        if (*moved != 1)
            return fail(ErrorCode::conflict, "decided before", "refund_decided");
        const auto shown =
            refund.exception_id.empty()
                ? run(tx,
                      "UPDATE pay_order SET state = 'refunding', revision = revision + 1 WHERE no = ? AND "
                      "state IN ('paid', 'refunding')",
                      {refund.order_no})
                : run(tx, "UPDATE pay_exception SET state = 'refunding' WHERE id = ?", {refund.exception_id});
        if (!shown)
            return shown;
        FP("billing.approve.before_commit");
        return note(tx, staff_id, "refund.approve", refund_id,
                    {{"asked_by", refund.asked_by}, {"fen", refund.amount_fen}}, now);
    });
    if (!approved)
        return approved;
    const auto rows = refundRows(*tenant_.database, "id = ? AND state = 'approved'", {refund_id});
    if (!rows)
        return fail(rows.error());
    return rows->empty() ? ok() : send(tenant_, rows->front());
}

Result<void> Billing::rejectRefund(const std::string& refund_id, const std::string& staff_id)
{
    return tenant_.database->transaction([&](storage::Transaction& tx) -> Result<void> {
        const Instant now = tenant_.clock.now();
        auto rows = refundRows(tx, "id = ?", {refund_id});
        if (!rows)
            return fail(rows.error());
        if (rows->empty())
            return fail(ErrorCode::not_found, "no such refund");
        RefundRow& refund = rows->front();
        if (refund.state == "requested" && !isUnaltered(*tenant_.vault, refund))
            return fail(ErrorCode::corrupt, "refund " + refund_id + " is not as it was asked for");
        if (refund.approved_by == staff_id && refund.state == "rejected")
            return ok(); // the click came twice
        refund.approved_by = staff_id;
        const auto moved = tx.execute(
            "UPDATE pay_refund SET state = 'rejected', approved_by = ?, done_at_ms = ?, mac = ? WHERE id = ? "
            "AND state = 'requested'",
            {staff_id, now.ms, refundMac(*tenant_.vault, refund), refund_id});
        if (!moved)
            return fail(moved.error());
        if (*moved != 1)
            return fail(ErrorCode::conflict, "decided before", "refund_decided");
        const std::string table = refund.exception_id.empty() ? "pay_order" : "pay_exception";
        const std::string key = refund.exception_id.empty() ? "no" : "id";
        if (auto freed = run(
                tx, "UPDATE " + table + " SET refund_held_fen = refund_held_fen - ? WHERE " + key + " = ?",
                {refund.amount_fen, refund.exception_id.empty() ? refund.order_no : refund.exception_id});
            !freed)
            return freed;
        return note(tx, staff_id, "refund.reject", refund_id, {{"fen", refund.amount_fen}}, now);
    });
}

Result<std::vector<RefundEntry>> Billing::refunds(const std::string& target)
{
    const std::string where =
        target.empty() ? "1 = 1" : "(order_no = ? AND exception_id = '') OR exception_id = ?";
    const storage::Params params = target.empty() ? storage::Params{} : storage::Params{target, target};
    const auto rows = tenant_.database->query("SELECT id, order_no, exception_id, state, channel, reason, "
                                              "asked_by, approved_by, amount_fen, asked_at_ms, "
                                              "approved_at_ms FROM pay_refund WHERE " +
                                                  where + " ORDER BY asked_at_ms DESC, id DESC LIMIT 500",
                                              params);
    if (!rows)
        return fail(rows.error());
    std::vector<RefundEntry> all;
    for (const storage::Row& row : *rows) {
        RefundEntry entry{row.text(0),      row.text(2).empty() ? row.text(1) : row.text(2),
                          row.text(3),      row.text(4),
                          row.text(5),      row.text(6),
                          row.text(7),      Money::fen(row.integer(8)),
                          {row.integer(9)}, {}};
        if (!row.isNull(10))
            entry.approved_at = Instant{row.integer(10)};
        all.push_back(std::move(entry));
    }
    return all;
}

} // namespace zikao::billing
