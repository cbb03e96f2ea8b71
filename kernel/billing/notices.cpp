#include "kernel/base/id.hpp"
#include "kernel/base/log.hpp"
#include "kernel/billing/ledger.hpp"

namespace zikao::billing {

namespace {

constexpr int kForgedStatus = 400;

Result<void> judge(storage::Executor& on, const std::string& id, const std::string& verdict,
                   const std::string& why, const api::Notice& notice)
{
    const std::string attempt_no =
        notice.kind == api::Notice::Kind::refund ? notice.refund.refund_no : notice.trade.attempt_no;
    const auto done = on.execute(
        "UPDATE pay_notice SET verdict = ?, why = ?, notice_id = ?, attempt_no = ? WHERE id = ?",
        {verdict, why.substr(0, 60), notice.notice_id.substr(0, 80), attempt_no.substr(0, 64), id});
    return done ? ok() : Result<void>(fail(done.error()));
}

Result<std::string> store(tenant::Tenant& tenant, const std::string& channel, const api::RawNotice& raw)
{
    const std::string id = newId();
    const Json whole{{"headers", raw.headers}, {"body", raw.body}};
    const auto stored = tenant.database->execute(
        "INSERT INTO pay_notice (id, channel, raw, received_at_ms, verdict) VALUES (?, ?, ?, ?, 'stored')",
        {id, channel, storage::Bytes{tenant.vault->seal(dumpJson(whole), "pay_notice.raw")},
         tenant.clock.now().ms});
    if (!stored)
        return fail(stored.error());
    FP("billing.notice.stored");
    return id;
}

/// Books a notice in one transaction with its verdict.
Result<void> book(tenant::Tenant& tenant, const std::string& channel, const std::string& id,
                  const api::Notice& notice)
{
    return tenant.database->transaction([&](storage::Transaction& tx) -> Result<void> {
        const Instant now = tenant.clock.now();
        if (notice.kind == api::Notice::Kind::payment && notice.trade.state == api::TradeState::paid) {
            if (const auto booked = settle(tx, *tenant.vault, channel, notice.trade, now); !booked)
                return fail(booked.error());
        } else if (notice.kind == api::Notice::Kind::closed) {
            const auto closed =
                tx.execute("UPDATE pay_attempt SET state = 'closed' WHERE no = ? AND channel = ? AND " +
                               std::string(kLive),
                           {notice.trade.attempt_no, channel});
            if (!closed)
                return fail(closed.error());
        } else if (notice.kind == api::Notice::Kind::refund) {
            if (const auto applied = applyRefund(tx, notice.refund, now); !applied)
                return fail(applied.error());
        }
        return judge(tx, id, "accepted", {}, notice);
    });
}

} // namespace

Result<api::NoticeReply> Billing::notice(const std::string& channel, const api::RawNotice& raw)
{
    api::PaymentProvider* provider = providerOf(tenant_, channel);
    if (provider == nullptr)
        return fail(ErrorCode::not_found, "no such channel");
    const auto id = store(tenant_, channel, raw);
    if (!id)
        return fail(id.error());
    const auto notice = provider->readNotice(raw, tenant_.clock.now());
    if (!notice) {
        const bool forged = notice.error().code == ErrorCode::forbidden;
        log::warning("notice_refused", {{"channel", channel},
                                        {"notice", *id},
                                        {"code", zikao::name(notice.error().code)},
                                        {"reason", notice.error().reason}});
        if (auto judged =
                judge(*tenant_.database, *id, forged ? "forged" : "unread", notice.error().reason, {});
            !judged)
            return fail(judged.error());
        api::NoticeReply reply = provider->acknowledge(false);
        if (forged && (reply.status < 400 || reply.status >= 500))
            reply.status = kForgedStatus;
        return reply;
    }
    Result<void> booked = book(tenant_, channel, *id, *notice);
    if (!booked && booked.error().reason == "duplicate")
        booked = book(tenant_, channel, *id, *notice);
    FP("billing.notice.after_commit");
    if (!booked)
        log::error("notice_not_booked", {{"channel", channel},
                                         {"notice", *id},
                                         {"code", zikao::name(booked.error().code)},
                                         {"message", booked.error().message}});
    return provider->acknowledge(booked.has_value());
}

} // namespace zikao::billing
