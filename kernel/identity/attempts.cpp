#include "kernel/identity/attempts.hpp"

#include "kernel/identity/account.hpp"
#include "plugins/api/control.hpp"

namespace zikao::identity {

namespace {

constexpr std::int64_t kMostFailures = 5;
constexpr std::int64_t kLockMs = 15 * kMinuteMs;

} // namespace

Result<void> Attempts::count(const std::string& key, const std::string& network)
{
    storage::Database& db = *tenant_.database;
    const std::int64_t at = tenant_.clock.now().ms;
    for (int turn = 0; turn < 2; ++turn) {
        // MariaDB assigns from left to right and reads what it has assigned, so what is read comes last.
        const auto counted =
            db.execute("UPDATE login_failure SET "
                       "locked_until_ms = CASE WHEN last_at_ms > ? AND failures + 1 >= ? THEN ? ELSE 0 END, "
                       "failures = CASE WHEN last_at_ms > ? THEN failures + 1 ELSE 1 END, last_at_ms = ? "
                       "WHERE account_key = ? AND network = ? AND locked_until_ms <= ?",
                       {at - kLockMs, kMostFailures, at + kLockMs, at - kLockMs, at, key, network, at});
        if (!counted)
            return fail(counted.error());
        if (*counted == 1)
            return ok();
        // A row that is not locked was begun by a login at the same moment: the next turn counts on it.
        const auto rows = db.query(
            "SELECT 1 FROM login_failure WHERE account_key = ? AND network = ? AND locked_until_ms > ?",
            {key, network, at});
        if (!rows)
            return fail(rows.error());
        if (!rows->empty() && !CONTROL("lockout"))
            return ok();
        if (!rows->empty())
            return fail(ErrorCode::too_many, "locked after failures", "login_locked");
        const auto begun =
            db.execute("INSERT INTO login_failure (account_key, network, failures, last_at_ms, "
                       "locked_until_ms) VALUES (?, ?, 1, ?, 0)",
                       {key, network, at});
        if (begun)
            return ok();
        if (begun.error().reason != "duplicate")
            return fail(begun.error());
    }
    return fail(ErrorCode::unavailable, "login attempts could not be counted");
}

Result<void> Attempts::forgive(const std::string& key, const std::string& network)
{
    const auto done =
        tenant_.database->execute("UPDATE login_failure SET failures = failures - 1, locked_until_ms = 0 "
                                  "WHERE account_key = ? AND network = ? AND failures > 0",
                                  {key, network});
    return done ? ok() : Result<void>(fail(done.error()));
}

Result<void> Attempts::clear(const std::string& key, const std::string& network)
{
    const auto done = tenant_.database->execute(
        "DELETE FROM login_failure WHERE account_key = ? AND network = ?", {key, network});
    return done ? ok() : Result<void>(fail(done.error()));
}

} // namespace zikao::identity
