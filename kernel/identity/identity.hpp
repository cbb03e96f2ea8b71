#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kernel/identity/actor.hpp"
#include "kernel/identity/attempts.hpp"
#include "kernel/identity/codes.hpp"
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
    /// What else the province keeps of a person, by name: "major", "hukou_type" …
    std::map<std::string, std::string> more;
};

/// Everything a candidate's account begins with. `password_hash` from `Passwords::hash`, made before the
/// transaction.
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

/// One privileged act, for the audit chain. Identity cannot see the chain (same level), so `app` hands in a
/// witness that appends in the caller's transaction; when the witness fails, so does the act (C49).
struct Act
{
    std::string actor, act, object, detail, request_id; ///< as in audit::Entry
};
using Witness = std::function<Result<void>(storage::Transaction&, const Act&)>;

/// Accounts and sessions of one tenant. @threads any
class Identity
{
public:
    Identity(tenant::Tenant& tenant, Passwords& passwords, Witness witness = {});

    // Picture codes: each is answered once, lives five minutes, a wrong answer needs a new picture
    // (DEF-GEN-03). The length is the profile's `captcha_length` (4 unless told).
    struct Captcha
    {
        std::string id, png;
    };
    Result<Captcha> newCaptcha();
    Result<void> checkCaptcha(const std::string& id, const std::string& answer); ///< reason `captcha_wrong`
    /// As `checkCaptcha`, but a right answer may be given once more, to `checkCaptcha`: one picture answered is worth
    /// one code sent and then one log-in.
    Result<void> answerCaptcha(const std::string& id, const std::string& answer);

    // Sessions (C11): found by the cookie's token; renews the idle time; nothing when unknown or over. Guests
    // live 7 days so that a draft survives; candidates the profile's `session_minutes` idle and 12 h, staff 15 min
    // idle and 8 h.
    Result<Session> beginGuest();
    Result<std::optional<Session>> find(const std::string& token);
    Result<void> end(const std::string& token);

    struct Login
    {
        std::string login, password, captcha_id, captcha, one_time_code;
        std::string network; ///< the client's address; failures count per account and network (/24, /64)
        std::string request_id = {};
    };
    /// Candidates by ID number (or admission number). @errors `unauthenticated` with reason `login_wrong`
    /// (one message and timing for known and unknown, C6), `invalid_argument` `captcha_wrong`, `too_many`
    /// `login_locked` (C7) or `login_busy`
    Result<Session> loginCandidate(const Login& login);
    /// Sends a code to a phone. For `login` nothing goes out where no candidate has the phone, and the answer is the
    /// same; for every other purpose the phone is the asker's own. The picture code was checked before.
    /// @errors as `Codes::send`; `invalid_argument` with reason `phone_format`
    Result<void> requestPhoneCode(CodePurpose purpose, const std::string& phone,
                                  const std::string& session_id, const std::string& network = {});
    /// Sends the code of a log-in by certificate to the phone of the candidate of this name and ID number; answers the
    /// same where there is none. @errors as `Codes::send`
    Result<void> requestCertificateCode(const std::string& name, const std::string& id_number,
                                        const std::string& session_id, const std::string& network = {});

    struct CertificateLogin
    {
        std::string name, id_number, password, code, captcha_id, captcha;
        std::string session_id; ///< in which the code was asked for
        std::string network;
    };
    /// 证件号登录 (XZ-LOG-01). One message and one timing whichever of name, number, password and code is wrong.
    /// @errors `unauthenticated` with reason `certificate_login_wrong`; else as `loginCandidate`
    Result<Session> loginByCertificate(const CertificateLogin& login);

    struct PhoneLogin
    {
        std::string phone, code, captcha_id, captcha;
        std::string session_id; ///< in which the code was asked for
    };
    /// 手机号登录 (XZ-LOG-02): without a password, so it works while the hashing pool is full, and for the owner of an
    /// account that strangers have locked.
    /// @errors `unauthenticated` with reason `phone_login_wrong`; `invalid_argument` `captcha_wrong`
    Result<Session> loginByPhone(const PhoneLogin& login);

    /// Staff by user name, password and a TOTP code (C8). Reasons besides those of candidates, all told only
    /// after the right password: `otp_enrol` (nothing enrolled yet: call `enrolTotp`), `otp_needed`,
    /// `otp_wrong`, `password_expired` (after 90 days: call `renewStaffPassword`)
    Result<Session> loginStaff(const Login& login);

    struct TotpEnrolment
    {
        std::string secret, uri; ///< base 32 to type, and the address to draw as a QR code
    };
    /// A second factor for a staff account that has none; needs the password. Holds from the first login with
    /// a code of it; until then each call makes a new secret. @errors as `loginStaff`; `conflict` with reason
    /// `otp_enrolled`
    Result<TotpEnrolment> enrolTotp(const Login& login);
    /// Login and change of an expired password in one step. @errors as `loginStaff` and `changePassword`
    Result<Session> renewStaffPassword(const Login& login, const std::string& new_password);

    /// Inside the transaction of the case action that opens the account. The ID number and the phone are
    /// unique.
    /// @return the account id. @errors `conflict` with reason `id_number_taken` or `phone_taken`;
    ///         `invalid_argument` with the fault of the ID number
    Result<std::string> openCandidate(storage::Transaction& tx, const NewCandidate& candidate);
    /// Replaces the record. @errors as `openCandidate`; `not_found`
    Result<void> updatePerson(storage::Transaction& tx, const Person& person);
    Result<Person> person(const std::string& account_id); ///< @errors `not_found`
    /// By whole ID number, whole phone, or the beginning of a name.
    Result<std::vector<Person>> searchCandidates(const std::string& text, int limit);

    /// Replaces a guest session's subject by the account, with a new token (rise of rights, C11).
    /// @errors `unauthenticated`: no such guest session
    Result<Session> promote(const std::string& guest_token, const std::string& account_id);

    /// Ends every session of the account, this one too. @errors `invalid_argument` with reason
    /// `password_wrong`, the first fault of `passwordFaults`, or `password_used_before` (staff: the last
    /// five); `login_locked`
    Result<void> changePassword(const Actor& actor, const std::string& old_password,
                                const std::string& new_password);

    /// 忘记密码 (XJ-LOG-05, C9): sends a code to the phone or e-mail of the registration through the outbox.
    /// The picture code was checked before. Answers the same for unknown numbers and for a way the person has
    /// not named.
    /// @param way      "phone" or "email"
    /// @param network  the client's address, for its own daily limit
    /// @errors `too_many` (`code_too_soon`, `code_daily_limit`), `invalid_argument`: an unknown way; `conflict` with
    ///         reason `code_way_unserved`: one that nobody carries here
    Result<void> requestReset(const std::string& id_number, const std::string& way,
                              const std::string& session_id, const std::string& network = {});
    /// The ways by which a code can be sent here: "phone", "email".
    [[nodiscard]] std::vector<std::string> resetWays() const;
    /// Ends every session of the account and lifts its locks. @errors `invalid_argument` with reason
    /// `code_wrong` (also late, used, other session, five tries) or the first fault of the new password
    Result<void> resetPassword(const std::string& id_number, const std::string& code,
                               const std::string& new_password, const std::string& session_id,
                               const std::string& request_id = {});

    struct NewStaff
    {
        std::string user_name, name, password, office_code;
        std::vector<std::string> roles;
        std::string totp_secret; ///< base 32; empty: enrolled at the first login
    };
    /// @errors `conflict` with reason `user_name_taken` or `three_officers` (system, security and audit never
    ///         meet in one account, C17); `forbidden` with reason `own_role`: who grants a role cannot hold
    ///         it; `invalid_argument` with reason `role_unknown`, `totp_secret`, `user_name_empty` or a
    ///         password fault
    Result<std::string> addStaff(const NewStaff& staff, const Actor& by);
    /// Ends every session of the account at once. @errors `not_found`
    Result<void> disable(const std::string& account_id, const Actor& by);
    /// For staff who lost password or second factor: sets a password; the second factor must be enrolled
    /// again.
    Result<void> resetStaff(const std::string& account_id, const std::string& new_password, const Actor& by);

    struct StaffRow
    {
        std::string id, user_name, name, office_code, state; ///< state: active | disabled
        std::set<Role> roles;
        bool second_factor = false;
    };
    Result<std::vector<StaffRow>> staff();

    /// Background: removes sessions, picture codes, codes and failure counts that are over. @return how many
    Result<int> sweep();

private:
    Result<void> judgeCaptcha(const std::string& id, const std::string& answer, const char* claim, bool gone);
    struct Account;
    Result<std::optional<Account>> accountBy(const char* column, const std::string& value);
    Result<std::optional<Account>> candidateAccount(const std::string& login);
    Result<std::optional<Account>> accountOfNumber(const std::string& id_number);
    /// A staff member whose password was right; the attempt is counted and not yet forgiven or cleared.
    struct StaffProof
    {
        std::shared_ptr<Account> account;
        std::string key, network; ///< of the failure count
    };
    Result<StaffProof> provePassword(const Login& login);
    Result<StaffProof> proveStaff(const Login& login, bool expired_will_do);
    Result<Session> finishLogin(const Account& account, const std::string& key, const std::string& network,
                                const std::string& password, Passwords::Cost cost,
                                const std::string& code_id = {});
    Result<Session> openSession(storage::Executor& on, ActorKind kind, const std::string& subject_id);
    Result<void> refreshHash(const Account& account, const std::string& password, Passwords::Cost cost);
    Result<std::string> acceptableHash(const Account& account, const std::string& new_password);
    Result<void> storePassword(storage::Transaction& tx, const Account& account, const std::string& hash);
    Result<std::int64_t> matchTotp(const Account& account, const std::string& code);
    Result<void> useTotp(const Account& account, std::int64_t step);
    Result<Person> personFrom(const storage::Row& row) const;
    Result<void> witness(storage::Transaction& tx, const Actor& by, const std::string& act,
                         const std::string& object, const Json& detail);
    [[nodiscard]] storage::Database& db() { return *tenant_.database; }
    [[nodiscard]] Instant now() const { return tenant_.clock.now(); }

    tenant::Tenant& tenant_;
    Passwords& passwords_;
    Witness witness_;
    Attempts attempts_{tenant_};
};

} // namespace zikao::identity
