#include "kernel/base/encoding.hpp"
#include "kernel/base/id.hpp"
#include "kernel/base/queued_message.hpp"
#include "kernel/identity/account.hpp"
#include "kernel/storage/outbox.hpp"

namespace zikao::identity {

namespace {

constexpr std::int64_t kCodeLivesMs = 5 * kMinuteMs;
constexpr std::int64_t kResendMs = kMinuteMs;
constexpr std::int64_t kMostTries = 5;
constexpr int kPerDayAndNumber = 10;
// A campus sits behind one network; this only stops a machine that asks for everybody.
constexpr int kPerDayAndNetwork = 200;
const std::string kReset = "reset";

std::string sixDigits()
{
    constexpr std::uint32_t kModulus = 1'000'000;
    constexpr std::uint32_t kFair = 0xFFFFFFFFU - 0xFFFFFFFFU % kModulus;
    std::uint32_t value = kFair;
    while (value >= kFair) {
        value = 0;
        for (const char byte : randomBytes(4))
            value = (value << 8) | static_cast<unsigned char>(byte);
    }
    const std::string digits = std::to_string(value % kModulus);
    return std::string(6 - digits.size(), '0') + digits;
}

std::string normalNumber(const std::string& text)
{
    const auto number = IdNumber::parse(text);
    return number ? number->whole() : text;
}

Failure wrongCode()
{
    return fail(ErrorCode::invalid_argument, "code refused", "code_wrong");
}

} // namespace

/// Takes one from a daily allowance by condition, so that two requests at once cannot both have the last.
Result<void> Identity::allowCode(storage::Executor& on, const std::string& key, std::int64_t gap_ms,
                                 int per_day)
{
    const std::string today = tenant_.clock.today().text();
    const std::int64_t at = now().ms;
    const auto taken = on.execute(
        "UPDATE code_allowance SET sent = CASE WHEN day_text = ? THEN sent + 1 ELSE 1 END, day_text = ?, "
        "last_at_ms = ? WHERE subject_key = ? AND last_at_ms <= ? AND (day_text <> ? OR sent < ?)",
        {today, today, at, key, at - gap_ms, today, static_cast<std::int64_t>(per_day)});
    if (!taken)
        return fail(taken.error());
    if (*taken == 1)
        return ok();
    const auto rows = on.query("SELECT last_at_ms FROM code_allowance WHERE subject_key = ?", {key});
    if (!rows)
        return fail(rows.error());
    if (!rows->empty() && rows->front().integer(0) > at - gap_ms)
        return fail(ErrorCode::too_many, "a code was sent a moment ago", "code_too_soon");
    if (!rows->empty())
        return fail(ErrorCode::too_many, "the day's codes are used up", "code_daily_limit");
    const auto begun =
        on.execute("INSERT INTO code_allowance (subject_key, day_text, sent, last_at_ms) VALUES (?, ?, 1, ?)",
                   {key, today, at});
    if (begun)
        return ok();
    if (begun.error().reason == "duplicate")
        return fail(ErrorCode::too_many, "a code was sent a moment ago", "code_too_soon");
    return fail(begun.error());
}

Result<void> Identity::requestReset(const std::string& id_number, const std::string& way,
                                    const std::string& session_id, const std::string& network)
{
    if (way != "phone" && way != "email")
        return fail(ErrorCode::invalid_argument, "no such way", "reset_unknown");
    const std::string number = normalNumber(id_number);
    const std::string key = tenant_.vault->index(number, kIdNumberPurpose);
    const auto account = candidateAccount(number);
    if (!account)
        return fail(account.error());
    std::string recipient;
    if (*account && (*account)->active()) {
        const auto owner = person((*account)->id);
        if (!owner)
            return fail(owner.error());
        recipient = way == "phone" ? owner->phone : owner->email;
    }
    const std::string code = sixDigits();
    const std::string id = newId();
    return db().transaction([&](storage::Transaction& tx) -> Result<void> {
        if (auto allowed = allowCode(tx, key, kResendMs, kPerDayAndNumber); !allowed)
            return allowed;
        if (!network.empty())
            if (auto allowed = allowCode(tx, "network:" + networkOf(network), 0, kPerDayAndNetwork); !allowed)
                return allowed;
        const auto voided = tx.execute("UPDATE security_code SET state = 'void' WHERE subject_key = ? AND "
                                       "purpose = ? AND state = 'open'",
                                       {key, kReset});
        if (!voided)
            return fail(voided.error());
        const std::int64_t at = now().ms;
        const auto stored =
            tx.execute("INSERT INTO security_code (id, purpose, subject_key, session_id, account_id, "
                       "code_hash, sent_at_ms, "
                       "expires_at_ms, tries, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 'open')",
                       {id, kReset, key, session_id, recipient.empty() ? std::string() : (*account)->id,
                        tenant_.vault->index(id + ":" + code, kCodePurpose), at, at + kCodeLivesMs});
        if (!stored)
            return fail(stored.error());
        if (recipient.empty())
            return ok();
        const QueuedMessage message{way == "phone" ? "sms" : "email",
                                    recipient,
                                    "verification_code",
                                    {{"code", code}, {"minutes", std::to_string(kCodeLivesMs / kMinuteMs)}},
                                    at + kCodeLivesMs};
        const auto posted = storage::post(tx, {"message", sealMessage(*tenant_.vault, message)}, now());
        return posted ? ok() : Result<void>(fail(posted.error()));
    });
}

Result<void> Identity::resetPassword(const std::string& id_number, const std::string& code,
                                     const std::string& new_password, const std::string& session_id)
{
    const std::string key = tenant_.vault->index(normalNumber(id_number), kIdNumberPurpose);
    const auto rows =
        db().query("SELECT id, account_id, code_hash FROM security_code WHERE subject_key = ? AND "
                   "purpose = ? AND session_id = ? AND state = 'open' ORDER BY sent_at_ms DESC LIMIT 1",
                   {key, kReset, session_id});
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return wrongCode();
    const std::string code_id = rows->front().text(0);
    const auto tried =
        db().execute("UPDATE security_code SET tries = tries + 1 WHERE id = ? AND state = 'open' AND "
                     "tries < ? AND expires_at_ms > ?",
                     {code_id, kMostTries, now().ms});
    if (!tried)
        return fail(tried.error());
    const std::string given = tenant_.vault->index(code_id + ":" + code, kCodePurpose);
    const std::string account_id = rows->front().text(1);
    if (*tried != 1 || account_id.empty() || !equalInConstantTime(rows->front().text(2), given))
        return wrongCode();
    const auto account = accountBy("id", account_id);
    if (!account)
        return fail(account.error());
    if (!*account || !(*account)->active())
        return wrongCode();
    const auto hash = acceptableHash(**account, new_password);
    if (!hash) {
        // The code was right; a password that has to be chosen again must not use up its tries.
        const auto again = db().execute("UPDATE security_code SET tries = tries - 1 WHERE id = ?", {code_id});
        return fail(again ? hash.error() : again.error());
    }
    return db().transaction([&](storage::Transaction& tx) -> Result<void> {
        const auto used =
            tx.execute("UPDATE security_code SET state = 'used' WHERE id = ? AND state = 'open'", {code_id});
        if (!used)
            return fail(used.error());
        if (*used != 1)
            return wrongCode();
        if (auto stored = storePassword(tx, **account, *hash); !stored)
            return stored;
        const auto unlocked = tx.execute("DELETE FROM login_failure WHERE account_key = ?",
                                         {tenant_.vault->index(account_id, kAccountKeyPurpose)});
        if (!unlocked)
            return fail(unlocked.error());
        FP("identity.reset.before_commit");
        return witness(tx, {ActorKind::candidate, account_id, {}, {}, {}, session_id, {}},
                       "account.password_reset", "account:" + account_id, Json::object());
    });
}

} // namespace zikao::identity
