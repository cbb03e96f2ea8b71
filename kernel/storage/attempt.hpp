#pragma once

#include <functional>

#include "kernel/storage/database.hpp"

namespace zikao::storage {

/// One run of a transaction: its result, and whether it left nothing behind and may be run again.
struct Attempt
{
    Result<void> result;
    bool again = false;
};

/// Runs `attempt` until it need not run again, at most five times, with growing random pauses.
/// @errors the attempt's own; `unavailable` with reason `lost_race` when all five were lost
Result<void> retryLostRaces(const std::function<Attempt()>& attempt);

/// Marks the calling thread as being inside a transaction of a database for as long as it lives. A thread
/// inside one may not ask the same database for a second connection: with a bounded pool that is a deadlock
/// (C24).
class InsideTransaction
{
public:
    explicit InsideTransaction(const Database& database);
    ~InsideTransaction();
    InsideTransaction(const InsideTransaction&) = delete;
    InsideTransaction& operator=(const InsideTransaction&) = delete;

    static bool isInside(const Database& database);
    /// What a refused call answers.
    static Failure refusal();

private:
    const Database* outer_;
};

} // namespace zikao::storage
