#include "kernel/identity/codes.hpp"

#include <algorithm>
#include <array>

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

constexpr std::array<std::string_view, 5> kPurposes = {"register", "claim", "change", "login", "reset"};

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

Failure wrongCode()
{
    return fail(ErrorCode::invalid_argument, "code refused", "code_wrong");
}

} // namespace

const char* name(CodePurpose purpose)
{
    return kPurposes[static_cast<std::size_t>(purpose)].data();
}

std::optional<CodePurpose> codePurposeFrom(std::string_view text)
{
    const auto* const found = std::ranges::find(kPurposes, text);
    if (found == kPurposes.end())
        return std::nullopt;
    return static_cast<CodePurpose>(found - kPurposes.begin());
}

bool isMobileNumber(std::string_view text)
{
    return text.size() == 11 && text[0] == '1' &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string Codes::phoneKey(const std::string& phone) const
{
    return tenant_.vault->index(phone, kPhonePurpose);
}

std::string Codes::numberKey(const std::string& id_number) const
{
    const auto number = IdNumber::parse(id_number);
    return tenant_.vault->index(number ? number->whole() : id_number, kIdNumberPurpose);
}

/// Takes one from a daily allowance by condition, so that two requests at once cannot both have the last.
Result<void> Codes::allow(storage::Executor& on, const std::string& key, std::int64_t gap_ms, int per_day)
{
    const std::string today = tenant_.clock.today().text();
    const std::int64_t at = tenant_.clock.now().ms;
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

/// What counts the messages to one phone or mailbox. Mail servers know no capitals.
std::string Codes::recipientKey(const Way& way) const
{
    if (way.channel == "sms")
        return phoneKey(way.recipient);
    std::string mailbox = way.recipient;
    for (char& c : mailbox)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return tenant_.vault->index(mailbox, kEmailPurpose);
}

/// Ten messages a day reach one phone or mailbox, whichever number they were asked for by. Who asked by ID number is not
/// told that they are used up: that would say whose phone it is.
Result<bool> Codes::allowRecipient(storage::Transaction& tx, const For& bound, const Way& way)
{
    if (way.recipient.empty())
        return false;
    const std::string recipient = recipientKey(way);
    const auto allowed = allow(tx, recipient + ":day", 0, kPerDayAndNumber);
    if (allowed)
        return true;
    if (allowed.error().code == ErrorCode::too_many && bound.key != recipient)
        return false;
    return fail(allowed.error());
}

Result<void> Codes::send(const For& bound, const Way& way)
{
    const std::string code = sixDigits();
    const std::string id = newId();
    const std::string purpose = name(bound.purpose);
    return tenant_.database->transaction([&](storage::Transaction& tx) -> Result<void> {
        if (auto allowed = allow(tx, bound.key, kResendMs, kPerDayAndNumber); !allowed)
            return allowed;
        if (!way.network.empty())
            if (auto allowed =
                    allow(tx, "network:" + networkOf(way.network), 0, tenant_.profile.codes_per_network);
                !allowed)
                return allowed;
        const auto goes = allowRecipient(tx, bound, way);
        if (!goes)
            return fail(goes.error());
        // Of the same session only: whoever asks for a stranger's number must not end the stranger's code.
        const auto voided = tx.execute("UPDATE security_code SET state = 'void' WHERE subject_key = ? AND "
                                       "purpose = ? AND session_id = ? AND state = 'open'",
                                       {bound.key, purpose, bound.session_id});
        if (!voided)
            return fail(voided.error());
        const std::int64_t at = tenant_.clock.now().ms;
        const auto stored =
            tx.execute("INSERT INTO security_code (id, purpose, subject_key, session_id, account_id, "
                       "code_hash, sent_at_ms, expires_at_ms, tries, state) "
                       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 'open')",
                       {id, purpose, bound.key, bound.session_id, *goes ? way.account_id : std::string(),
                        tenant_.vault->index(id + ":" + code, kCodePurpose), at, at + kCodeLivesMs});
        if (!stored)
            return fail(stored.error());
        if (!*goes)
            return ok();
        const QueuedMessage message{way.channel,
                                    way.recipient,
                                    "verification_code",
                                    {{"code", code}, {"minutes", std::to_string(kCodeLivesMs / kMinuteMs)}},
                                    at + kCodeLivesMs};
        FP("identity.code.before_commit");
        const auto posted = storage::post(tx, {"message", sealMessage(*tenant_.vault, message)}, {at});
        return posted ? ok() : Result<void>(fail(posted.error()));
    });
}

Result<Codes::Right> Codes::check(const For& bound, const std::string& code)
{
    storage::Database& db = *tenant_.database;
    const auto rows =
        db.query("SELECT id, account_id, code_hash FROM security_code WHERE subject_key = ? AND "
                 "purpose = ? AND session_id = ? AND state = 'open' ORDER BY sent_at_ms DESC LIMIT 1",
                 {bound.key, std::string(name(bound.purpose)), bound.session_id});
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return wrongCode();
    const storage::Row& row = rows->front();
    // Counted before it is looked at: a hundred guesses at once get no further than five one by one.
    const auto tried =
        db.execute("UPDATE security_code SET tries = tries + 1 WHERE id = ? AND state = 'open' AND "
                   "tries < ? AND expires_at_ms > ?",
                   {row.text(0), kMostTries, tenant_.clock.now().ms});
    if (!tried)
        return fail(tried.error());
    const std::string given = tenant_.vault->index(row.text(0) + ":" + code, kCodePurpose);
    if (*tried != 1 || !equalInConstantTime(row.text(2), given))
        return wrongCode();
    const auto again =
        db.execute("UPDATE security_code SET tries = tries - 1 WHERE id = ? AND tries > 0", {row.text(0)});
    if (!again)
        return fail(again.error());
    return Right{row.text(0), row.text(1)};
}

Result<void> Codes::use(storage::Transaction& tx, const std::string& id)
{
    const auto used =
        tx.execute("UPDATE security_code SET state = 'used' WHERE id = ? AND state = 'open' AND "
                   "expires_at_ms > ?",
                   {id, tenant_.clock.now().ms});
    if (!used)
        return fail(used.error());
    return *used == 1 ? ok() : Result<void>(wrongCode());
}

} // namespace zikao::identity
