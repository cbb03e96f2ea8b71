#include "kernel/base/id.hpp"
#include "kernel/identity/account.hpp"

namespace zikao::identity {

namespace {

constexpr std::int64_t kRemembered = 5;
const std::string kOwnSession = "session";

} // namespace

/// Checks the rules and the history, then hashes: everything slow happens before a transaction.
Result<std::string> Identity::acceptableHash(const Account& account, const std::string& new_password)
{
    const bool is_staff = account.kind == "staff";
    Person own;
    own.name = account.display_name;
    own.email = account.user_name;
    if (!is_staff) {
        auto known = person(account.id);
        if (!known)
            return fail(known.error());
        own = *std::move(known);
    }
    if (const auto faults = passwordFaults(new_password, own, is_staff); !faults.empty())
        return fail(ErrorCode::invalid_argument, "password against the rules", faults.front());
    const Passwords::Cost cost = is_staff ? Passwords::Cost::staff : Passwords::Cost::candidate;
    if (is_staff) {
        const auto earlier = db().query("SELECT password_hash FROM password_history WHERE account_id = ? "
                                        "ORDER BY set_at_ms DESC, id DESC LIMIT ?",
                                        {account.id, kRemembered});
        if (!earlier)
            return fail(earlier.error());
        for (const storage::Row& row : *earlier) {
            const auto same = passwords_.verify(new_password, row.text(0), cost);
            if (!same)
                return fail(same.error());
            if (*same)
                return fail(ErrorCode::invalid_argument, "password was used before", "password_used_before");
        }
    }
    return passwords_.hash(new_password, cost);
}

Result<void> Identity::storePassword(storage::Transaction& tx, const Account& account,
                                     const std::string& hash)
{
    const std::int64_t at = now().ms;
    const auto stored =
        tx.execute("UPDATE account SET password_hash = ?, password_set_at_ms = ? WHERE id = ? AND "
                   "password_hash = ? AND state = 'active'",
                   {hash, at, account.id, account.password_hash});
    if (!stored)
        return fail(stored.error());
    if (*stored != 1)
        return fail(ErrorCode::conflict, "the password changed meanwhile");
    if (account.kind == "staff") {
        const auto noted = tx.execute(
            "INSERT INTO password_history (id, account_id, password_hash, set_at_ms) VALUES (?, ?, ?, ?)",
            {newId(), account.id, hash, at});
        if (!noted)
            return fail(noted.error());
    }
    const auto ended = tx.execute("DELETE FROM login_session WHERE subject_id = ?", {account.id});
    return ended ? ok() : Result<void>(fail(ended.error()));
}

Result<void> Identity::changePassword(const Actor& actor, const std::string& old_password,
                                      const std::string& new_password)
{
    const auto account = accountBy("id", actor.id);
    if (!account)
        return fail(account.error());
    if (!*account || !(*account)->active())
        return fail(ErrorCode::unauthenticated, "no such account");
    const Account& own = **account;
    // A stolen session must not be a place to guess the password in peace.
    const std::string key = tenant_.vault->index(own.id, kAccountKeyPurpose);
    if (auto counted = attempts_.count(key, kOwnSession); !counted)
        return counted;
    const auto right = passwords_.verify(old_password, own.password_hash);
    if (!right || *right)
        if (auto forgiven = attempts_.forgive(key, kOwnSession); !forgiven)
            return forgiven;
    if (!right)
        return fail(right.error());
    if (!*right)
        return fail(ErrorCode::invalid_argument, "the old password is wrong", "password_wrong");
    const auto hash = acceptableHash(own, new_password);
    if (!hash)
        return fail(hash.error());
    return db().transaction([&](storage::Transaction& tx) -> Result<void> {
        if (auto stored = storePassword(tx, own, *hash); !stored)
            return stored;
        FP("identity.password.before_commit");
        return witness(tx, actor, "account.password_change", "account:" + own.id, Json::object());
    });
}

} // namespace zikao::identity
