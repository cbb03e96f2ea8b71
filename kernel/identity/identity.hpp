#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/identity/actor.hpp"
#include "kernel/identity/id_number.hpp"
#include "kernel/identity/passwords.hpp"
#include "kernel/tenant/tenant.hpp"

namespace zikao::identity {

/// A candidate's person record as stored; S3 values decrypted only here.
struct Person
{
    std::string account_id, name, id_number, phone, email;
    std::string sex, ethnicity, birth_date;
    std::string office_code; ///< the office responsible for the candidate
    std::string admission_number;
};

/// Everything a candidate's account begins with. `password_hash` from `Passwords::hash`, made before the transaction.
struct NewCandidate
{
    Person person; ///< account_id empty: made here
    std::string password_hash;
};

struct Session
{
    std::string token; ///< for the cookie; stored only hashed
    std::string csrf;
    Actor actor;
};

/// Accounts and sessions of one tenant. @threads any
class Identity
{
public:
    Identity(tenant::Tenant& tenant, Passwords& passwords);

    // Picture codes: each is answered once, lives five minutes, a wrong answer needs a new picture (DEF-GEN-03).
    struct Captcha
    {
        std::string id, png;
    };
    Result<Captcha> newCaptcha();
    Result<void> checkCaptcha(const std::string& id, const std::string& answer); ///< reason `captcha_wrong`

    // Sessions (C11): found by the cookie's token; renews the idle time; nothing when unknown or over.
    Result<Session> beginGuest();
    Result<std::optional<Session>> find(const std::string& token);
    Result<void> end(const std::string& token);

    struct Login
    {
        std::string login, password, captcha_id, captcha, one_time_code, network;
    };
    /// Candidates by ID number (or admission number). @errors `unauthenticated` with reason `login_wrong` (one message
    /// and timing for known and unknown, C6), `captcha_wrong`, `login_locked` (C7), `login_busy`
    Result<Session> loginCandidate(const Login& login);
    /// Staff by user name, password and, where enrolled, a TOTP code (C8). Reason `otp_wrong`, `otp_needed`
    Result<Session> loginStaff(const Login& login);

    /// Inside the transaction of the case action that opens the account. The ID number and the phone are unique.
    /// @return the account id. @errors `conflict` with reason `id_number_taken` or `phone_taken`
    Result<std::string> openCandidate(storage::Transaction& tx, const NewCandidate& candidate);
    Result<void> updatePerson(storage::Transaction& tx, const Person& person);
    Result<Person> person(const std::string& account_id);

    /// Replaces a guest session's subject by the account, with a new token (rise of rights, C11).
    Result<Session> promote(const std::string& guest_token, const std::string& account_id);

    Result<void> changePassword(const Actor& actor, const std::string& old_password, const std::string& new_password);

    /// 忘记密码 (XJ-LOG-05, C9): sends a code to the phone or e-mail of the registration through the outbox.
    /// Answers the same for unknown numbers. @errors `captcha_wrong`, `too_many` (`code_too_soon`, `code_daily_limit`)
    Result<void> requestReset(const std::string& id_number, const std::string& way, const std::string& session_id);
    /// @errors `invalid_argument` with reason `code_wrong` (also late, used, other session, five tries)
    Result<void> resetPassword(const std::string& id_number, const std::string& code, const std::string& new_password,
                               const std::string& session_id);

    struct NewStaff
    {
        std::string user_name, name, password, office_code;
        std::vector<std::string> roles;
    };
    /// @errors `conflict` when the three officers' roles would meet in one account (C17)
    Result<std::string> addStaff(const NewStaff& staff, const Actor& by);
    Result<void> disable(const std::string& account_id, const Actor& by);

private:
    tenant::Tenant& tenant_;
    Passwords& passwords_;
};

} // namespace zikao::identity
