#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "kernel/base/clock.hpp"
#include "kernel/base/json.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::storage {

/// News for whoever delivers them, written in the transaction that made them true (C21).
struct OutboxRow
{
    std::string kind; ///< "order_paid", "message", "read_id_card" …
    Json payload;
    Instant due_at = {};         ///< zero: at once
    std::string dedupe_key = {}; ///< a second row with the same key is not added; empty: no check
};

/// @return whether it was added (false: the key was there already)
Result<bool> post(Executor& tx, const OutboxRow& row, Instant now);

/// Removes an undelivered row again (a deadline that no longer holds).
Result<void> withdraw(Executor& tx, const std::string& dedupe_key);

/// Delivers due rows: claims each under a lease of two minutes so that several processes may run, calls the
/// handler of its kind, marks it done, or plans the next try (5 s, 30 s, 2 min, 10 min, then hourly).
/// Handlers must be idempotent: one whose process died after it acted is called again. A kind without a
/// handler here is left for another process.
class OutboxRunner
{
public:
    /// @return success: done; an error: try again later. `refused` or `invalid_argument`: never again (logged
    ///         as error)
    using Handler = std::function<Result<void>(const std::string& id, const Json& payload)>;

    OutboxRunner(Database& database, const Clock& clock) : database_(database), clock_(clock) {}
    void on(std::string kind, Handler handler) { handlers_[std::move(kind)] = std::move(handler); }

    /// Delivers what is due, at most `limit` rows. @return how many were dealt with
    Result<int> deliverDue(int limit = 50);

private:
    Result<void> settle(const std::string& id, const std::string& kind, const std::string& claim,
                        std::int64_t tries, const Result<void>& handled);

    Database& database_;
    const Clock& clock_;
    std::map<std::string, Handler> handlers_;
};

} // namespace zikao::storage
