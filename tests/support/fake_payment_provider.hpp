#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "kernel/base/clock.hpp"
#include "kernel/base/json.hpp"
#include "plugins/api/payment_provider.hpp"

namespace zikao::test {

/// A payment provider in memory with a ledger of its own, which misbehaves on request. Notices are JSON texts
/// whose "seal" only it knows. @threads any
class FakePaymentProvider : public api::PaymentProvider
{
public:
    explicit FakePaymentProvider(std::string name, const Clock& clock) : name_(std::move(name)), clock_(clock)
    {}

    // --- what a test makes happen
    // -----------------------------------------------------------------------------
    /// The payer scans and pays; false: the number is unknown or closed.
    bool pay(const std::string& attempt_no, std::optional<Money> amount = {})
    {
        const std::lock_guard lock(mutex_);
        const auto found = trades_.find(attempt_no);
        if (found == trades_.end() || found->second.state == api::TradeState::closed)
            return false;
        payLocked(found->second, amount);
        return true;
    }
    /// Money for a number that nobody asked a code for.
    api::Trade payStray(const std::string& attempt_no, Money amount)
    {
        const std::lock_guard lock(mutex_);
        api::Trade& trade = trades_[attempt_no];
        trade.attempt_no = attempt_no;
        payLocked(trade, amount);
        return trade;
    }
    /// The channel takes the money although it said the attempt was closed.
    void payClosed(const std::string& attempt_no)
    {
        const std::lock_guard lock(mutex_);
        payLocked(trades_.at(attempt_no), {});
    }
    api::RawNotice paymentNotice(const std::string& attempt_no)
    {
        const std::lock_guard lock(mutex_);
        const api::Trade& trade = trades_.at(attempt_no);
        return {{},
                dumpJson({{"seal", "genuine " + name_},
                          {"kind", "payment"},
                          {"attempt", trade.attempt_no},
                          {"trade", trade.provider_trade_no},
                          {"fen", trade.amount.inFen()},
                          {"currency", trade.currency},
                          {"paid_at_ms", trade.paid_at.value_or(Instant{}).ms}})};
    }
    api::RawNotice forgedNotice(const std::string& attempt_no, Money amount)
    {
        return {{},
                dumpJson({{"seal", "forged"},
                          {"kind", "payment"},
                          {"attempt", attempt_no},
                          {"trade", "T-forged-" + attempt_no},
                          {"fen", amount.inFen()},
                          {"currency", "CNY"},
                          {"paid_at_ms", 0}})};
    }
    void endRefund(const std::string& refund_no, api::RefundState state)
    {
        const std::lock_guard lock(mutex_);
        refunds_.at(refund_no).state = state;
    }

    std::atomic<bool> silent = false;           ///< answers nothing: `unavailable`
    std::atomic<bool> charge_times_out = false; ///< makes the code, but its answer is lost
    std::atomic<bool> charge_refused = false;
    std::atomic<bool> close_fails = false;
    std::atomic<bool> pays_while_closing = false;
    std::atomic<bool> unscanned =
        false; ///< a number is unknown until it is paid, as with codes nobody scanned
    std::atomic<bool> refunds_slowly = false, refund_times_out = false, refund_refused = false;
    std::atomic<bool> bill_missing = false;
    std::vector<api::BillRow> extra_bill_rows; ///< added to every bill
    std::set<std::string> left_out_of_bill;    ///< attempts
    std::string refunds_without_number; ///< an attempt: refunds of the bill name it instead of our number
    std::atomic<int> charges = 0, queries = 0, closes = 0, refund_calls = 0;

    [[nodiscard]] api::TradeState stateOf(const std::string& attempt_no)
    {
        const std::lock_guard lock(mutex_);
        return trades_.at(attempt_no).state;
    }
    [[nodiscard]] Money refundedTotal()
    {
        const std::lock_guard lock(mutex_);
        Money total;
        for (const auto& [no, refund] : refunds_)
            if (refund.state == api::RefundState::succeeded)
                total += refund.amount;
        return total;
    }

    // --- the interface
    // ----------------------------------------------------------------------------------------
    Result<api::ChargeCode> charge(const api::ChargeRequest& request) override
    {
        ++charges;
        if (silent)
            return fail(ErrorCode::unavailable, "silent");
        if (charge_refused)
            return fail(ErrorCode::invalid_argument, "refused", "PARAM_ERROR");
        const std::lock_guard lock(mutex_);
        api::Trade& trade = trades_[request.attempt_no];
        if (trade.attempt_no.empty()) {
            trade.attempt_no = request.attempt_no;
            trade.amount = request.amount;
            trade.state = api::TradeState::pending;
        }
        if (charge_times_out)
            return fail(ErrorCode::timeout, "no answer in time");
        return api::ChargeCode{name_ + "://" + request.attempt_no};
    }
    Result<api::Trade> query(const std::string& attempt_no) override
    {
        ++queries;
        if (silent)
            return fail(ErrorCode::unavailable, "silent");
        const std::lock_guard lock(mutex_);
        return answerLocked(attempt_no);
    }
    Result<api::Trade> close(const std::string& attempt_no) override
    {
        ++closes;
        if (silent || close_fails)
            return fail(ErrorCode::unavailable, "close failed");
        const std::lock_guard lock(mutex_);
        const auto found = trades_.find(attempt_no);
        if (found == trades_.end() || (unscanned && found->second.state == api::TradeState::pending))
            return answerLocked(attempt_no);
        if (pays_while_closing && found->second.state == api::TradeState::pending)
            payLocked(found->second, {});
        if (found->second.state == api::TradeState::pending)
            found->second.state = api::TradeState::closed;
        return found->second;
    }
    Result<api::Refund> refund(const api::RefundRequest& request) override
    {
        ++refund_calls;
        if (silent)
            return fail(ErrorCode::unavailable, "silent");
        if (refund_refused)
            return fail(ErrorCode::invalid_argument, "refused", "NOT_ENOUGH");
        const std::lock_guard lock(mutex_);
        api::Refund& refund = refunds_[request.refund_no];
        if (refund.refund_no.empty()) {
            refund.refund_no = request.refund_no;
            refund.provider_refund_no = "R" + std::to_string(++numbers_);
            refund.amount = request.amount;
            refund.state = refunds_slowly ? api::RefundState::processing : api::RefundState::succeeded;
        }
        if (refund_times_out)
            return fail(ErrorCode::timeout, "no answer in time");
        return refund;
    }
    Result<api::Refund> queryRefund(const std::string&, const std::string& refund_no) override
    {
        if (silent)
            return fail(ErrorCode::unavailable, "silent");
        const std::lock_guard lock(mutex_);
        const auto found = refunds_.find(refund_no);
        return found == refunds_.end() ? api::Refund{refund_no, api::RefundState::unknown, {}, {}}
                                       : found->second;
    }
    Result<api::Notice> readNotice(const api::RawNotice& raw, Instant) override
    {
        const auto body = parseJson(raw.body);
        if (!body || body->value("seal", "") != "genuine " + name_)
            return fail(ErrorCode::forbidden, "forged", "signature");
        api::Notice notice;
        notice.kind = api::Notice::Kind::payment;
        notice.notice_id = "N" + body->at("trade").get<std::string>();
        notice.trade = {body->at("attempt"),  api::TradeState::paid,
                        body->at("trade"),    Money::fen(body->at("fen").get<std::int64_t>()),
                        body->at("currency"), Instant{body->at("paid_at_ms").get<std::int64_t>()}};
        return notice;
    }
    api::NoticeReply acknowledge(bool accepted) override
    {
        return accepted ? api::NoticeReply{200, "text/plain", "success"}
                        : api::NoticeReply{500, "text/plain", "fail"};
    }
    Result<std::vector<api::BillRow>> bill(Date day) override
    {
        if (silent)
            return fail(ErrorCode::unavailable, "silent");
        if (bill_missing)
            return fail(ErrorCode::not_found, "no bill yet");
        const std::lock_guard lock(mutex_);
        std::vector<api::BillRow> rows = extra_bill_rows;
        for (const auto& [no, trade] : trades_)
            if (trade.state == api::TradeState::paid && beijingDate(*trade.paid_at) == day &&
                !left_out_of_bill.contains(no))
                rows.push_back({api::BillRow::Kind::payment, no, trade.provider_trade_no, {}, trade.amount});
        for (const auto& [no, refund] : refunds_)
            if (refund.state == api::RefundState::succeeded)
                rows.push_back(
                    refunds_without_number.empty()
                        ? api::BillRow{api::BillRow::Kind::refund, {}, {}, no, refund.amount}
                        : api::BillRow{
                              api::BillRow::Kind::refund, refunds_without_number, {}, {}, refund.amount});
        return rows;
    }

private:
    void payLocked(api::Trade& trade, std::optional<Money> amount)
    {
        if (trade.state == api::TradeState::paid)
            return;
        trade.state = api::TradeState::paid;
        trade.provider_trade_no = name_ + "-T" + std::to_string(++numbers_);
        trade.paid_at = clock_.now();
        if (amount)
            trade.amount = *amount;
    }
    Result<api::Trade> answerLocked(const std::string& attempt_no)
    {
        const auto found = trades_.find(attempt_no);
        if (found == trades_.end() || (unscanned && found->second.state == api::TradeState::pending)) {
            api::Trade unknown;
            unknown.attempt_no = attempt_no;
            return unknown;
        }
        return found->second;
    }

    std::string name_;
    const Clock& clock_;
    std::mutex mutex_;
    std::map<std::string, api::Trade> trades_;
    std::map<std::string, api::Refund> refunds_;
    int numbers_ = 0;
};

} // namespace zikao::test
