#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernel/tenant/tenant.hpp"

namespace zikao::identity {

/// What a one-time code is good for. A code of one purpose is worthless for every other (C9).
enum class CodePurpose {
    registration, ///< "register": a new candidate shows that the phone is theirs
    claim,        ///< "claim": a person on file takes their account
    change,       ///< "change": a candidate names another phone
    login,        ///< "login": one item of a way of logging in
    reset         ///< "reset": a forgotten password
};
const char* name(CodePurpose purpose);
std::optional<CodePurpose> codePurposeFrom(std::string_view text);

/// 11 digits beginning with 1: what a text message can be sent to.
bool isMobileNumber(std::string_view text);

/// One-time codes of one tenant (DEF-GEN-02, C9): 6 digits, five minutes, another one after 60 s, five wrong tries
/// void it, ten a day for a number and for a mailbox, the profile's `codes_per_network` a day for a network. A code is bound to purpose,
/// number and session, lies in the database only as a keyed hash, and is used exactly once.
/// @threads any
class Codes
{
public:
    explicit Codes(tenant::Tenant& tenant) : tenant_(tenant) {}

    /// What a code is bound to.
    struct For
    {
        CodePurpose purpose;
        std::string key; ///< `phoneKey` or `numberKey`
        std::string session_id;
    };
    [[nodiscard]] std::string phoneKey(const std::string& phone) const;
    [[nodiscard]] std::string numberKey(const std::string& id_number) const;

    /// Where it goes.
    struct Way
    {
        std::string channel = "sms"; ///< "sms" | "email"
        std::string recipient;       ///< empty: nothing is sent, and the answer is the same
        std::string account_id;      ///< whose code it is, where that is known
        std::string network;         ///< the client's address; empty: no limit for it
    };
    /// Makes a code, ends the older one of the same binding, and posts the message in the same transaction.
    /// @errors `too_many` with reason `code_too_soon` or `code_daily_limit`
    Result<void> send(const For& bound, const Way& way);

    struct Right
    {
        std::string id, account_id;
    };
    /// Whether a code is right now. Only wrong answers use up tries, so that an act that fails for another reason can
    /// be done again with it. @errors `invalid_argument` with reason `code_wrong`
    Result<Right> check(const For& bound, const std::string& code);
    /// Uses a code up, inside the transaction of the act that stands on it.
    /// @errors `invalid_argument` with reason `code_wrong`: used, voided or late meanwhile
    Result<void> use(storage::Transaction& tx, const std::string& id);

private:
    Result<void> allow(storage::Executor& on, const std::string& key, std::int64_t gap_ms, int per_day);
    [[nodiscard]] std::string recipientKey(const Way& way) const;
    Result<bool> allowRecipient(storage::Transaction& tx, const For& bound, const Way& way);

    tenant::Tenant& tenant_;
};

} // namespace zikao::identity
