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

/// unpaid: nothing asked yet · paying: at least one attempt may still be paid · paid · expired: every attempt is
/// closed at its provider and the order took no money · refunding, refunded: after an approved refund
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
};

/// One QR code of one channel; shown once, never reused.
struct Attempt
{
    std::string no, order_no, channel, state; ///< "open" | "paid" | "closed" | "unsure"
    std::string qr_text;
    Instant created_at, expires_at;
};

/// Money that does not fit an open order: staff see it, own it and can give it back.
/// kind: "late" (order expired), "double" (paid before), "wrong_amount", "unknown_order", "after_void"
struct ExceptionEntry
{
    std::string id, kind, channel, attempt_no, provider_trade_no, order_no, state; ///< open | refunding | settled
    Money amount;
    Instant seen_at;
};

/// Money on its way back, asked for by one person and approved by another (C18).
struct RefundEntry
{
    std::string id, target; ///< target: an order number or the id of an exception
    std::string state;      ///< requested | approved | sent | done | failed
    std::string reason, requested_by, approved_by; ///< account ids
    Money amount;
    Instant requested_at;
    std::optional<Instant> approved_at;
};

struct OrderSearch
{
    std::string text;                    ///< a whole order number; with `candidates` both empty: every order
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
};

struct ReconcileReport
{
    Date day;
    std::string channel;
    Money ours, theirs, unexplained;
    int matched = 0, repaired = 0, exceptions = 0;
};

/// Orders, attempts, notices and refunds of one tenant. Money becomes "paid" in exactly one place (`settle`), whatever
/// arrives twice, late, reordered or never. Providers are called outside transactions. @threads any
class Billing
{
public:
    explicit Billing(tenant::Tenant& tenant) : tenant_(tenant) {}

    /// In the transaction of the case action. At most one live order per case. @errors `conflict` `order_open`/`order_paid`
    Result<Order> open(storage::Transaction& tx, const NewOrder& order);

    /// New codes for every channel (or one): closes older open attempts at their providers first and confirms it,
    /// then creates. Prolongs the order to the new codes' end. @errors `conflict` `order_paid`, `order_expired`;
    /// `unavailable` `provider_unsure` (an older code could not be closed)
    Result<std::vector<Attempt>> newCodes(const std::string& order_no, const std::string& operation_id);

    /// 查询缴费结果: asks every provider with an open or unsure attempt now and books what it says.
    struct Answer
    {
        Order order;
        Instant asked_at;
        bool sure = true; ///< false: a provider did not answer
    };
    Result<Answer> refresh(const std::string& order_no);

    /// A provider's notice: verify, store raw, settle, then acknowledge (C30).
    Result<api::NoticeReply> notice(const std::string& channel, const api::RawNotice& raw);

    /// Background: polls open attempts whose notice is missing, closes what expired, marks orders expired.
    Result<int> tick();

    Result<std::optional<Order>> find(const std::string& order_no);
    Result<std::vector<Order>> ofCandidate(const std::string& candidate_id);
    Result<std::optional<Order>> liveOrderOfCase(const std::string& case_id);
    /// Live or not: what the case's payment page shows.
    Result<std::optional<Order>> newestOrderOfCase(const std::string& case_id);
    /// Newest first; an order matches by its whole number or by its candidate.
    Result<OrderPage> search(const OrderSearch& search);
    Result<std::vector<Attempt>> attempts(const std::string& order_no);
    Result<std::vector<ExceptionEntry>> exceptions(bool only_open);

    /// Two persons (C18): one asks, another approves. Amounts in total never exceed what was received (C33).
    Result<std::string> requestRefund(const std::string& order_or_exception, Money amount, const std::string& reason,
                                      const std::string& staff_id);
    /// @errors `forbidden` with reason `second_person_needed` for the one who asked
    Result<void> approveRefund(const std::string& refund_id, const std::string& staff_id);
    /// Newest first. @param target  empty: all
    Result<std::vector<RefundEntry>> refunds(const std::string& target = {});

    /// The provider's bill of a day against the ledger. Repairs what a notice missed, lists the rest.
    Result<ReconcileReport> reconcile(const std::string& channel, Date day);

private:
    tenant::Tenant& tenant_;
};

/// Outbox kinds written here, in the transaction that made them true: "order_paid", "order_expired"
/// {order_no, case_id}. kernel/app delivers them as system actions `paid` and `order_expired` on the case.

} // namespace zikao::billing
