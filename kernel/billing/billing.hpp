#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "kernel/tenant/tenant.hpp"

namespace zikao::billing {

struct Line
{
    std::string code, name; ///< "00024", "普通逻辑"
    Money amount;
};

/// unpaid: nothing asked yet · paying: at least one attempt may still be paid · paid · expired: every attempt
/// is closed at its provider and the order took no money · refunding, refunded: after an approved refund
enum class OrderState { unpaid, paying, paid, expired, refunding, refunded };
const char* name(OrderState state);

struct Order
{
    std::string no; ///< 商户订单号 shown to people; 20 digits
    std::string case_id, candidate_id, business, subject;
    OrderState state = OrderState::unpaid;
    Money total, received, refunded;
    std::vector<Line> lines;
    Instant created_at, expires_at;
    std::optional<Instant> paid_at;
    std::string paid_channel, provider_trade_no;
    std::chrono::milliseconds code_lives{0}; ///< life of one code; 0: a code lives as long as its order
};

/// One QR code of one channel; shown once, never reused.
struct Attempt
{
    std::string no, order_no, channel, state; ///< "open" | "paid" | "closed" | "unsure"
    std::string qr_text;
    Instant created_at, expires_at;
};

/// Money that does not fit an open order: staff see it, own it and can give it back.
/// kind: "late" (order expired), "double" (paid before), "wrong_amount" (or another currency),
/// "unknown_order"
struct ExceptionEntry
{
    std::string id, kind, channel, attempt_no, provider_trade_no, order_no,
        state; ///< open | refunding | settled
    Money amount, refunded;
    Instant seen_at, paid_at; ///< when it was booked, and when its payer paid by the provider's word
    std::optional<Instant> refunded_at; ///< when the last part of it went back
};

/// What the first of two persons asks for.
struct NewRefund
{
    std::string target; ///< order number, or id of an exception
    Money amount;
    std::string reason;
    std::string asked_by;
    std::string operation_id; ///< chosen by the page; same id, same refund (C29)
};

/// Money on its way back, asked for by one person and approved by another (C18).
struct RefundEntry
{
    std::string id, target; ///< target: an order number or the id of an exception
    /// requested | rejected | approved (the provider has not answered yet) | sent (it is at work) | done |
    /// failed
    std::string state;
    std::string channel;
    std::string reason, requested_by, approved_by; ///< account ids
    Money amount;
    Instant requested_at;
    std::optional<Instant> approved_at;
};

struct OrderSearch
{
    /// a whole number: of an order, case or attempt, or the provider's; with `candidates` both empty: every
    /// order
    std::string text;
    std::vector<std::string> candidates; ///< account ids whose orders match too
    std::string state;                   ///< name of an OrderState; empty: any
    int limit = 50, offset = 0;
};
struct OrderPage
{
    std::vector<Order> orders;
    std::int64_t total = 0;
};

struct NewOrder
{
    std::string case_id, candidate_id, business, subject;
    std::vector<Line> lines;
    std::chrono::seconds lives{180}; ///< XJ-PAY-05: 180 s; DEF: 30 min elsewhere
    std::string operation_id;        ///< same id, same order (C29)
    /// 0: a code lives `lives`, and each prolongs the order to its end. Otherwise the order ends `lives` after
    /// it was opened, whatever codes it had, and a code lives so long, but never beyond its order (XZ-PAY-10).
    std::chrono::seconds code_lives{0};
};

/// One day of one channel. `unexplained` is what remains of theirs - ours after every listed difference: 0,
/// or staff must look. A difference is a payment of ours that the bill does not hold, or one whose amount
/// differs, or a refund that is not ours; money of the bill that we did not know is booked (`repaired`) and
/// then matches.
struct ReconcileReport
{
    Date day;
    std::string channel;
    Money ours, theirs, unexplained;
    int matched = 0, repaired = 0;
    int exceptions = 0; ///< differences listed, and payments that became exceptions
};

/// Orders, attempts, notices and refunds of one tenant. Money becomes "paid" in exactly one place (`settle`),
/// whatever arrives twice, late, reordered or never. Providers are called outside transactions. @threads any
class Billing
{
public:
    explicit Billing(tenant::Tenant& tenant) : tenant_(tenant) {}

    /// In the transaction of the case action. At most one live order per case; an expired or wholly refunded
    /// one makes room. @errors `conflict` with reason `order_open`, `order_paid` or `operation_reused` (same
    ///         operation id, other content); `invalid_argument`: no lines, or an amount that is not positive
    Result<Order> open(storage::Transaction& tx, const NewOrder& order);

    /// New codes for every channel (or one): closes older open attempts at their providers first and confirms
    /// it, then creates. Prolongs the order to the new codes' end, unless its codes live shorter than itself.
    /// The same operation id gives the same codes. A channel that does not answer is left out; its attempt is
    /// `unsure` and watched. Where codes live shorter than the order and one of them cannot be closed, the codes
    /// that live are given again instead of new ones: whoever shut the window need not wait for their end.
    /// @errors `conflict` with reason `order_paid`, `order_expired`, `order_open` (somebody asked at the same
    ///         moment), `operation_reused`; `unavailable` with reason `provider_unsure`: an older code could
    ///         not be closed (a code that nobody scanned may have to end by itself), or no channel gave a
    ///         code; `not_found`
    Result<std::vector<Attempt>> newCodes(const std::string& order_no, const std::string& operation_id);

    /// Ends an open order before its time, so that what it was for may be changed (issue "no 30-minute lock").
    /// What a gateway can close is closed and confirmed first. A code of a gateway without a close lives to its
    /// end; then a query must say that it is unpaid. Money that comes nevertheless is "late". Posts
    /// "order_expired".
    /// @errors `conflict` with reason `order_paid` (the gateway says so, even now: the payment stands),
    ///         `order_expired`, `order_open` (codes are being made), `code_alive` (a code may still be paid,
    ///         until `codesEnd`); `unavailable` with reason `provider_unsure`; `not_found`
    Result<Order> giveUp(const std::string& order_no, const std::string& actor_id);

    /// When the last code that may still be paid is over; nothing when none may.
    Result<std::optional<Instant>> codesEnd(const std::string& order_no);

    /// 查询缴费结果: asks every provider about the attempts that may still be paid and, of an order that took no
    /// money, about the ended ones too; books what they say.
    struct Answer
    {
        Order order;
        Instant asked_at;
        bool sure = true; ///< false: a provider did not answer
    };
    Result<Answer> refresh(const std::string& order_no);

    /// A provider's notice: stored raw (sealed), verified, settled, and acknowledged only after the commit
    /// (C30). Forged ones answer 400. A notice that comes by GET has what follows the '?' for its body.
    /// @errors `not_found`: no such channel; `unavailable`: it could not even
    /// be stored
    Result<api::NoticeReply> notice(const std::string& channel, const api::RawNotice& raw);

    /// Background, every second or so, in any number of processes: asks about open attempts after 5, 15, 30
    /// and then each 60 s, and five minutes longer where codes live shorter than their order; closes what expired or belongs to an order already paid; marks orders expired once
    /// every attempt is closed at its provider, never while one is unsure; sends approved refunds and asks
    /// about those in process.
    /// @return how many attempts, orders and refunds were dealt with
    Result<int> tick();

    Result<std::optional<Order>> find(const std::string& order_no);
    Result<std::vector<Order>> ofCandidate(const std::string& candidate_id);
    Result<std::optional<Order>> liveOrderOfCase(const std::string& case_id);
    /// Live or not: what the case's payment page shows.
    Result<std::optional<Order>> newestOrderOfCase(const std::string& case_id);
    /// Newest first; an order matches by a whole number or by its candidate.
    Result<OrderPage> search(const OrderSearch& search);
    Result<std::vector<Attempt>> attempts(const std::string& order_no);
    Result<std::vector<ExceptionEntry>> exceptions(bool only_open);
    /// What came for an order and is not its payment, in the order in which it was paid; settled or not. Its
    /// candidate is told of it (DEF-GEN-10).
    Result<std::vector<ExceptionEntry>> exceptionsOf(const std::string& order_no);

    /// Two persons (C18): one asks, another approves. Amounts in total never exceed what was received (C33). The same
    /// operation id of the same person is the same refund.
    /// @return the refund's id. @errors `refused` with reason `refund_too_much`; `not_found`; `conflict` with reason
    ///         `operation_reused`; `invalid_argument`: nothing, no operation id, or `reason_required`
    Result<std::string> requestRefund(const NewRefund& refund);
    /// Sends it to the provider; one that does not answer is asked again by `tick` with the same number. Whoever
    /// approved it may say so again. @errors `forbidden` with reason `same_person`; `conflict` with reason
    /// `refund_decided`; `not_found`
    Result<void> approveRefund(const std::string& refund_id, const std::string& staff_id);
    /// Sets the asked amount free again; whoever asked may do so too, and say so again.
    /// @errors `conflict` with reason `refund_decided`; `not_found`
    Result<void> rejectRefund(const std::string& refund_id, const std::string& staff_id);
    /// Newest first, at most 500. @param target  empty: all
    Result<std::vector<RefundEntry>> refunds(const std::string& target = {});

    /// The provider's bill of a day against the ledger. Repairs what a notice missed, lists the rest.
    Result<ReconcileReport> reconcile(const std::string& channel, Date day);
    /// Background, every hour or so: compares the days of the last week that were not compared yet, each from
    /// half past ten of the next morning on (bills come at about ten), beginning with the channel's first code.
    /// A bill that is not there is asked for again. @return how many days of channels were compared
    Result<int> reconcileDue();

private:
    tenant::Tenant& tenant_;
};

/// The invariants of money as queries (I4, I5, I6, I7, I21): one line for each violation, none when all is
/// well.
/// @param vault  where given, the row MACs of transactions are checked too
Result<std::vector<std::string>> check(storage::Database& database, const Vault* vault = nullptr);

/// Outbox kinds written here, in the transaction that made them true:
///   "order_paid", "order_expired", "order_refunded" {order_no, case_id}: kernel/app delivers them as system
///       actions `paid`, `order_expired` and `order_refunded` on the case
///   "pay_exception" {exception_id, kind, order_no, case_id}, "refund_failed" {refund_id}: staff must look

} // namespace zikao::billing
