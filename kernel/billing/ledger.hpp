#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/billing/billing.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::billing {

/// What booking a payment came to.
enum class Booked {
    paid,     ///< the order became paid now
    repeated, ///< this payment was booked before
    exception ///< the money fits no open order; staff see it
};

/// The one place where an order becomes paid. Books a trade whose state is `paid`, whoever brought the news:
/// the UNIQUE key of the provider's number lets it in once, a conditional update gives it to the order, or it
/// becomes an exception with a name. Posts "order_paid" or "pay_exception" and appends to the audit chain.
/// @errors `invalid_argument`: the trade is not paid, or names no provider number
Result<Booked> settle(storage::Transaction& tx, const Vault& vault, const std::string& channel,
                      const api::Trade& trade, Instant now);

/// `settle` in a transaction of its own.
Result<Booked> settleNow(tenant::Tenant& tenant, const std::string& channel, const api::Trade& trade);

/// What a refund consists of before and after its second person.
struct RefundFigures
{
    std::string id, order_no, exception_id, channel, attempt_no, reason, asked_by;
    std::string approved_by; ///< empty: nobody did yet
    std::int64_t total_fen = 0, amount_fen = 0;
};
/// What binds the figures of a refund row to the persons who asked and approved (row MAC for money): no refund goes to a
/// provider without it.
std::string refundMac(const Vault& vault, const RefundFigures& refund);

/// What binds a transaction row's figures together (row MAC for money).
std::string transactionMac(const Vault& vault, const std::string& channel,
                           const std::string& provider_trade_no, const std::string& attempt_no,
                           const std::string& order_no, std::int64_t amount_fen, const std::string& currency,
                           const std::string& kind);

/// What binds an order together as it was opened, head and lines: nothing of it changes later (row MAC for money).
std::string orderMac(const Vault& vault, const Order& order);
/// Nobody is asked to pay, or given back, what an order says that was changed outside the platform.
/// @param mac  as its row carries it. @errors `conflict` with `order_altered`; the log names the order
Result<void> requireTrueOrder(const Vault& vault, const Order& order, const std::string& mac);
/// One line for each order that is not as it was opened, those without a MAC too.
Result<std::vector<std::string>> alteredOrders(storage::Database& database, const Vault& vault);
/// As storage::sealOldRows, for orders. @return how many
Result<std::int64_t> sealOldOrders(storage::Database& database, const Vault& vault);

/// A row of pay_attempt with what only billing needs of it.
struct AttemptRow
{
    Attempt attempt; ///< state as stored: creating | open | unsure | paid | closed
    Money amount;
    std::int64_t next_poll_ms = 0, polls = 0;
    std::string operation_id;
};
Result<std::vector<AttemptRow>> attemptRows(storage::Executor& on, const std::string& where,
                                            const storage::Params& params);

/// Attempts that may still bring money, as an SQL condition.
inline constexpr const char* kLive = "state IN ('creating', 'open', 'unsure')";

Result<std::vector<Order>> orderRows(storage::Executor& on, const std::string& where,
                                     const storage::Params& params);

/// Null when the tenant has no such channel (any more).
api::PaymentProvider* providerOf(tenant::Tenant& tenant, const std::string& channel);

/// Delay before the next question about something that was asked `polls` times: 5, 10, 15, 30, then 60 s,
/// which asks at 5, 15, 30 and 60 s after the beginning.
std::int64_t pollDelayMs(std::int64_t polls);

enum class Ended { closed, paid, unsure };

/// Closes an attempt at its provider and books what comes of it. A number that the provider does not know
/// counts as closed only when the code's time is over by `grace`, for an unscanned code may still be scanned
/// before.
Result<Ended> closeAttempt(tenant::Tenant& tenant, const AttemptRow& row, std::chrono::milliseconds grace);

/// Asks the provider about an attempt and books the answer. @return nothing when the provider did not answer
Result<std::optional<api::TradeState>> queryAttempt(tenant::Tenant& tenant, const AttemptRow& row);

/// Whether money may still be taken for an order.
bool payable(const Order& order);
/// Why it may not.
Failure notPayable(const Order& order);

/// Moves with everything that happens to the order. @param mac  where given, gets the MAC of the row
/// @errors `not_found`
Result<std::int64_t> revisionOf(storage::Executor& on, const std::string& order_no,
                                std::string* mac = nullptr);

/// Whether somebody is asking the providers for these codes right now: closing them would leave half of them
/// alive.
bool areBeingMade(const std::vector<AttemptRow>& attempts, Instant now);

/// Marks an open order expired and posts "order_expired". @return whether it did: not when its revision moved
Result<bool> endOrder(storage::Transaction& tx, const std::string& order_no, const std::string& case_id,
                      std::int64_t revision, Instant now);

/// How long after a code's end a number that its provider does not know may still turn out to be paid.
inline constexpr std::chrono::seconds kExpiryGrace{10};

/// Books what a provider says of a refund. @return whether anything changed
Result<bool> applyRefund(storage::Transaction& tx, const api::Refund& refund, Instant now);

/// Sends due refunds and asks about those in process, for `tick`.
Result<int> pollRefunds(tenant::Tenant& tenant);

} // namespace zikao::billing
