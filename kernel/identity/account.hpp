#pragma once

#include "kernel/base/crypto.hpp"
#include "kernel/identity/identity.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::identity {

/// A row of `account`, for the parts of Identity.
struct Identity::Account
{
    std::string id, kind, user_name, display_name, password_hash, state, roles, office_code;
    std::int64_t password_set_at_ms = 0;
    std::string totp_sealed, totp_state; ///< totp_state: none | pending | active
    std::int64_t totp_step = 0;

    [[nodiscard]] bool active() const { return state == "active"; }
};

/// What a role list looks like in the table: names with commas between them.
std::string joinedRoles(const std::set<Role>& roles);
std::set<Role> splitRoles(const std::string& text);

/// /24 of an IPv4 address, /64 of an IPv6 one, else the text itself (at most 64 characters).
std::string networkOf(const std::string& address);

inline constexpr std::int64_t kSecondMs = 1000;
inline constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
inline constexpr std::int64_t kHourMs = 60 * kMinuteMs;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;

// What sealed values and keyed hashes are bound to.
inline constexpr const char* kIdNumberPurpose = "candidate.id_number";
inline constexpr const char* kPhonePurpose = "candidate.phone";
inline constexpr const char* kEmailPurpose = "candidate.email";
inline constexpr const char* kDetailsPurpose = "candidate.details";
inline constexpr const char* kUserNamePurpose = "staff.user_name";
inline constexpr const char* kTotpPurpose = "staff.totp_secret";
inline constexpr const char* kTokenPurpose = "session.token";
inline constexpr const char* kCsrfPurpose = "session.csrf";
inline constexpr const char* kCaptchaPurpose = "captcha.answer";
inline constexpr const char* kAccountKeyPurpose = "login.account";
inline constexpr const char* kCodePurpose = "security_code.code";

} // namespace zikao::identity
