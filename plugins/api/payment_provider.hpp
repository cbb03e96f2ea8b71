#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plugins/api/date.hpp"
#include "plugins/api/money.hpp"
#include "plugins/api/notice.hpp"
#include "plugins/api/plugin.hpp"

namespace zikao::api {

/// One attempt to collect money. The number is ours and unique for the merchant, for ever.
struct ChargeRequest
{
    std::string attempt_no; ///< 6-32 letters and digits; the provider's out_trade_no
    Money amount;           ///< greater than zero
    std::string subject;    ///< what the payer reads, at most 60 characters
    Instant expires_at;     ///< last moment at which the provider may take the money
    std::string notify_url; ///< where the provider sends notices
};

/// What the payer scans. `qr_text` is drawn by us and never shown twice.
struct ChargeCode
{
    std::string qr_text;
};

enum class TradeState {
    not_created, ///< the provider does not know the number (yet)
    pending,     ///< known, unpaid
    paid,        ///< money taken (a later refund does not change that)
    closed       ///< can no longer be paid
};

/// What the provider says of one attempt.
struct Trade
{
    std::string attempt_no;
    TradeState state = TradeState::not_created;
    std::string provider_trade_no; ///< the provider's own number, once there is one
    Money amount;                  ///< the order's total as the provider knows it (not what coupons left)
    std::string currency = "CNY";
    std::optional<Instant> paid_at;
};

struct RefundRequest
{
    std::string attempt_no;
    std::string refund_no; ///< ours; the same number is the same refund, however often it is sent
    Money total;           ///< of the attempt
    Money amount;          ///< to give back, greater than zero
    std::string reason;
    std::string notify_url =
        {}; ///< where the provider reports the outcome; empty: asked for by `queryRefund` only
};

enum class RefundState { processing, succeeded, failed, unknown };

struct Refund
{
    std::string refund_no;
    RefundState state = RefundState::unknown;
    std::string provider_refund_no;
    Money amount;
};

/// A notice whose signature, age, merchant and application were verified by the plugin.
struct Notice
{
    enum class Kind { payment, refund, closed, other };
    Kind kind = Kind::other;
    std::string notice_id; ///< stays the same when the provider repeats it
    Trade trade;           ///< for `payment` and `closed`
    Refund refund;         ///< for `refund`; state `unknown` when only `queryRefund` tells outcome and amount
};

/// One line of the provider's daily bill. Refund rows carry a positive amount, and a refund number unless the
/// provider's bills have none.
struct BillRow
{
    enum class Kind { payment, refund };
    Kind kind = Kind::payment;
    std::string attempt_no;
    std::string provider_trade_no;
    std::string refund_no;
    Money amount;
};

/// One payment gateway, speaking its real protocol. All calls may be repeated with the same numbers.
/// @errors common to all: `unavailable` (no answer, or one that cannot be trusted), `timeout` (outcome
///         unknown: query before anything else), `invalid_argument` with the provider's code in `reason`.
class PaymentProvider : public Plugin
{
public:
    static constexpr const char* kName = "PaymentProvider";
    static constexpr int kVersion = 1;

    virtual Result<ChargeCode> charge(const ChargeRequest& request) = 0;
    virtual Result<Trade> query(const std::string& attempt_no) = 0;

    /// Ends an unpaid attempt. @return the state afterwards, as the provider confirms it: `closed`, or `paid`
    /// when the payer was faster; anything else means the attempt may still be paid. Some providers know a
    /// number only from the first scan on, or from the payment on and have no close at all: `not_created` then cannot be closed, and is as good as closed once
    /// the attempt's `expires_at` has passed (a minute of grace for the clocks), because they refuse money
    /// after it.
    virtual Result<Trade> close(const std::string& attempt_no) = 0;

    virtual Result<Refund> refund(const RefundRequest& request) = 0;
    virtual Result<Refund> queryRefund(const std::string& attempt_no, const std::string& refund_no) = 0;

    /// Verifies and decodes a notice; changes nothing outside (it may fetch the provider's newest keys, at
    /// most once a minute). @errors `forbidden`: forged, stale, of another merchant or a probe; `reason` says
    /// which check failed (signature, timestamp, serial, cipher, merchant, app, body).
    virtual Result<Notice> readNotice(const RawNotice& notice, Instant now) = 0;

    /// @param accepted  whether the notice is dealt with and must not be repeated
    virtual NoticeReply acknowledge(bool accepted) = 0;

    /// Every settled payment and refund of a Beijing day, available from about 10:00 of the next.
    /// @errors `not_found`: no bill for that day (yet); a provider that says "nothing was traded" gives an
    ///         empty list
    virtual Result<std::vector<BillRow>> bill(Date day) = 0;
};

} // namespace zikao::api
