#include "kernel/base/id.hpp"
#include "kernel/identity/account.hpp"

namespace zikao::identity {

namespace {

/// How stale `seen_at_ms` may be: one write each half minute and session instead of one each request.
constexpr std::int64_t kSeenStepMs = 30 * kSecondMs;

struct Limits
{
    const char* kind;
    ActorKind actor;
    std::int64_t idle_ms, absolute_ms;
};
/// A candidate's idle time stands in the profile.
constexpr Limits kLimits[] = {{"guest", ActorKind::visitor, 7 * kDayMs, 7 * kDayMs},
                              {"candidate", ActorKind::candidate, 0, 12 * kHourMs},
                              {"staff", ActorKind::staff, 15 * kMinuteMs, 8 * kHourMs}};

const Limits& limitsOf(ActorKind actor)
{
    return *std::find_if(std::begin(kLimits), std::end(kLimits),
                         [&](const Limits& l) { return l.actor == actor; });
}

const Limits* limitsOf(const std::string& kind)
{
    const auto* found =
        std::find_if(std::begin(kLimits), std::end(kLimits), [&](const Limits& l) { return l.kind == kind; });
    return found == std::end(kLimits) ? nullptr : found;
}

std::string tokenHash(const Vault& vault, const std::string& token)
{
    return vault.index(token, kTokenPurpose);
}

} // namespace

Result<Session> Identity::openSession(storage::Executor& on, ActorKind kind, const std::string& subject_id)
{
    Session session;
    session.token = randomToken();
    session.csrf = tenant_.vault->index(session.token, kCsrfPurpose);
    session.actor.kind = kind;
    session.actor.id = subject_id;
    session.actor.session_id = tokenHash(*tenant_.vault, session.token);
    const std::int64_t at = now().ms;
    const auto stored =
        on.execute("INSERT INTO login_session (token_hash, kind, subject_id, begun_at_ms, seen_at_ms) VALUES "
                   "(?, ?, ?, ?, ?)",
                   {session.actor.session_id, std::string(limitsOf(kind).kind), subject_id, at, at});
    if (!stored)
        return fail(stored.error());
    return session;
}

Result<Session> Identity::beginGuest()
{
    return openSession(db(), ActorKind::visitor, newId());
}

Result<std::optional<Session>> Identity::find(const std::string& token)
{
    const std::string hash = tokenHash(*tenant_.vault, token);
    const auto rows =
        db().query("SELECT s.kind, s.subject_id, s.begun_at_ms, s.seen_at_ms, a.display_name, a.state, "
                   "a.roles, a.office_code FROM login_session s LEFT JOIN account a ON a.id = s.subject_id "
                   "WHERE s.token_hash = ?",
                   {hash});
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return std::optional<Session>{};
    const storage::Row& row = rows->front();
    const Limits* limits = limitsOf(row.text(0));
    if (limits == nullptr)
        return fail(ErrorCode::corrupt, "a session of an unknown kind");
    const std::int64_t at = now().ms;
    const std::int64_t seen_at = row.integer(3);
    const std::int64_t idle_ms =
        limits->actor == ActorKind::candidate ? tenant_.profile.session_minutes * kMinuteMs : limits->idle_ms;
    if (at - row.integer(2) >= limits->absolute_ms || at - seen_at >= idle_ms) {
        // Gone for good: a clock that is set back must not wake it.
        if (auto ended = end(token); !ended)
            return fail(ended.error());
        return std::optional<Session>{};
    }
    if (limits->actor != ActorKind::visitor && row.text(5) != "active")
        return std::optional<Session>{};
    if (at - seen_at >= kSeenStepMs) {
        const auto renewed =
            db().execute("UPDATE login_session SET seen_at_ms = ? WHERE token_hash = ? AND seen_at_ms < ?",
                         {at, hash, at});
        if (!renewed)
            return fail(renewed.error());
    }
    Session session{token, tenant_.vault->index(token, kCsrfPurpose), {}};
    session.actor = {limits->actor, row.text(1), row.text(4), splitRoles(row.text(6)), row.text(7), hash, {}};
    return std::optional<Session>{std::move(session)};
}

Result<void> Identity::end(const std::string& token)
{
    const auto removed =
        db().execute("DELETE FROM login_session WHERE token_hash = ?", {tokenHash(*tenant_.vault, token)});
    return removed ? ok() : Result<void>(fail(removed.error()));
}

Result<Session> Identity::promote(const std::string& guest_token, const std::string& account_id)
{
    return db().transaction([&](storage::Transaction& tx) -> Result<Session> {
        const auto account = tx.query("SELECT display_name FROM account WHERE id = ? AND kind = 'candidate' "
                                      "AND state = 'active'",
                                      {account_id});
        if (!account)
            return fail(account.error());
        if (account->empty())
            return fail(ErrorCode::not_found, "no such candidate");
        const auto removed = tx.execute("DELETE FROM login_session WHERE token_hash = ? AND kind = 'guest'",
                                        {tokenHash(*tenant_.vault, guest_token)});
        if (!removed)
            return fail(removed.error());
        if (*removed != 1)
            return fail(ErrorCode::unauthenticated, "the guest session is over");
        Result<Session> session = openSession(tx, ActorKind::candidate, account_id);
        if (!session)
            return session;
        session->actor.name = account->front().text(0);
        return session;
    });
}

} // namespace zikao::identity
