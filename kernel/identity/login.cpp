#include "kernel/identity/account.hpp"
#include "kernel/identity/totp.hpp"

namespace zikao::identity {

namespace {

constexpr std::int64_t kStaffPasswordLivesMs = 90 * kDayMs;

Failure wrongLogin()
{
    return fail(ErrorCode::unauthenticated, "login refused", "login_wrong");
}

std::string upperTrimmed(const std::string& text)
{
    std::string out;
    for (const char c : text)
        if (c != ' ' && c != '\t')
            out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
}

std::string lowerTrimmed(const std::string& text)
{
    std::string out;
    for (const char c : text)
        if (c != ' ' && c != '\t')
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

/// Who proved to be the owner of an account and has no session yet.
Actor ownActor(const std::string& account_id, const Identity::Login& login)
{
    Actor owner;
    owner.kind = ActorKind::staff;
    owner.id = account_id;
    owner.request_id = login.request_id;
    return owner;
}

} // namespace

Result<std::optional<Identity::Account>> Identity::accountOfNumber(const std::string& id_number)
{
    const auto number = IdNumber::parse(id_number);
    if (!number)
        return std::optional<Account>{};
    return accountBy("login_index", tenant_.vault->index(number->whole(), kIdNumberPurpose));
}

Result<std::optional<Identity::Account>> Identity::candidateAccount(const std::string& login)
{
    if (IdNumber::parse(login))
        return accountOfNumber(login);
    const auto rows = db().query("SELECT account_id FROM person WHERE admission_number = ?", {login});
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return std::optional<Account>{};
    return accountBy("id", rows->front().text(0));
}

Result<Session> Identity::loginCandidate(const Login& login)
{
    if (auto answered = checkCaptcha(login.captcha_id, login.captcha); !answered)
        return fail(answered.error());
    const std::string asked = upperTrimmed(login.login);
    const auto account = candidateAccount(asked);
    if (!account)
        return fail(account.error());
    const bool known = account->has_value() && (*account)->kind == "candidate";
    const std::string key = tenant_.vault->index(known ? (*account)->id : asked, kAccountKeyPurpose);
    const std::string network = networkOf(login.network);
    if (auto counted = attempts_.count(key, network); !counted)
        return fail(counted.error());
    const auto right = passwords_.verify(login.password, known ? (*account)->password_hash : "");
    if (!right) {
        if (auto forgiven = attempts_.forgive(key, network); !forgiven)
            return fail(forgiven.error());
        return fail(right.error());
    }
    if (!*right || !(*account)->active())
        return wrongLogin();
    return finishLogin(**account, key, network, login.password, Passwords::Cost::candidate);
}

Result<Session> Identity::finishLogin(const Account& account, const std::string& key,
                                      const std::string& network, const std::string& password,
                                      Passwords::Cost cost, const std::string& code_id)
{
    const ActorKind kind = account.kind == "staff" ? ActorKind::staff : ActorKind::candidate;
    auto session = db().transaction([&](storage::Transaction& tx) -> Result<Session> {
        // The password may have changed, or the account ended, while we were hashing.
        const auto still = tx.execute(
            "UPDATE account SET last_login_at_ms = ? WHERE id = ? AND password_hash = ? AND state = 'active'",
            {now().ms, account.id, account.password_hash});
        if (!still)
            return fail(still.error());
        if (*still != 1)
            return wrongLogin();
        if (!code_id.empty())
            if (auto used = Codes(tenant_).use(tx, code_id); !used)
                return fail(used.error());
        return openSession(tx, kind, account.id);
    });
    if (!session)
        return session;
    if (auto cleared = attempts_.clear(key, network); !cleared)
        return fail(cleared.error());
    if (auto refreshed = refreshHash(account, password, cost); !refreshed)
        return fail(refreshed.error());
    session->actor.name = account.display_name;
    session->actor.roles = splitRoles(account.roles);
    session->actor.office_code = account.office_code;
    return session;
}

Result<void> Identity::refreshHash(const Account& account, const std::string& password, Passwords::Cost cost)
{
    if (!Passwords::outdated(account.password_hash, cost))
        return ok();
    const auto fresh = passwords_.hash(password, cost);
    // A full queue is no reason to refuse a good login; the next one tries again.
    if (!fresh)
        return fresh.error().code == ErrorCode::too_many ? ok() : Result<void>(fail(fresh.error()));
    const auto stored =
        db().execute("UPDATE account SET password_hash = ? WHERE id = ? AND password_hash = ?",
                     {*fresh, account.id, account.password_hash});
    return stored ? ok() : Result<void>(fail(stored.error()));
}

Result<Identity::StaffProof> Identity::provePassword(const Login& login)
{
    if (auto answered = checkCaptcha(login.captcha_id, login.captcha); !answered)
        return fail(answered.error());
    const std::string asked = lowerTrimmed(login.login);
    const auto account = accountBy("login_index", tenant_.vault->index(asked, kUserNamePurpose));
    if (!account)
        return fail(account.error());
    const bool known = account->has_value() && (*account)->kind == "staff";
    StaffProof proof;
    proof.key = tenant_.vault->index(known ? (*account)->id : asked, kAccountKeyPurpose);
    proof.network = networkOf(login.network);
    if (auto counted = attempts_.count(proof.key, proof.network); !counted)
        return fail(counted.error());
    const auto right =
        passwords_.verify(login.password, known ? (*account)->password_hash : "", Passwords::Cost::staff);
    if (!right) {
        if (auto forgiven = attempts_.forgive(proof.key, proof.network); !forgiven)
            return fail(forgiven.error());
        return fail(right.error());
    }
    if (!*right || !(*account)->active())
        return wrongLogin();
    proof.account = std::make_shared<Account>(**account);
    return proof;
}

Result<std::int64_t> Identity::matchTotp(const Account& account, const std::string& code)
{
    const auto secret = tenant_.vault->open(account.totp_sealed, kTotpPurpose);
    if (!secret)
        return fail(secret.error());
    const auto step = totpMatch(*secret, code, now(), account.totp_step);
    if (!step)
        return fail(ErrorCode::unauthenticated, "one-time code refused", "otp_wrong");
    return *step;
}

Result<void> Identity::useTotp(const Account& account, std::int64_t step)
{
    const auto used = db().execute("UPDATE account SET totp_step = ?, totp_state = 'active' WHERE id = ? AND "
                                   "totp_step < ? AND totp_secret = ?",
                                   {step, account.id, step, storage::Bytes{account.totp_sealed}});
    if (!used)
        return fail(used.error());
    if (*used != 1)
        return fail(ErrorCode::unauthenticated, "one-time code used before", "otp_wrong");
    return ok();
}

Result<Identity::StaffProof> Identity::proveStaff(const Login& login, bool expired_will_do)
{
    Result<StaffProof> proof = provePassword(login);
    if (!proof)
        return proof;
    const Account& account = *proof->account;
    // Not counted and not cleared: clearing here would give whoever has the password endless guesses at the
    // code.
    const auto notYet = [&](const char* reason) -> Result<StaffProof> {
        if (auto forgiven = attempts_.forgive(proof->key, proof->network); !forgiven)
            return fail(forgiven.error());
        return fail(ErrorCode::unauthenticated, "one more step of the login", reason);
    };
    if (account.totp_state == "none" || (account.totp_state == "pending" && login.one_time_code.empty()))
        return notYet("otp_enrol");
    if (login.one_time_code.empty())
        return notYet("otp_needed");
    const auto step = matchTotp(account, login.one_time_code);
    if (!step)
        return fail(step.error());
    const bool expired = now().ms - account.password_set_at_ms >= kStaffPasswordLivesMs;
    if (expired && !expired_will_do)
        return notYet("password_expired");
    if (auto used = useTotp(account, *step); !used)
        return fail(used.error());
    return proof;
}

Result<Session> Identity::loginStaff(const Login& login)
{
    const auto proof = proveStaff(login, false);
    if (!proof)
        return fail(proof.error());
    return finishLogin(*proof->account, proof->key, proof->network, login.password, Passwords::Cost::staff);
}

Result<Identity::TotpEnrolment> Identity::enrolTotp(const Login& login)
{
    const auto proof = provePassword(login);
    if (!proof)
        return fail(proof.error());
    if (auto forgiven = attempts_.forgive(proof->key, proof->network); !forgiven)
        return fail(forgiven.error());
    const std::string secret = newTotpSecret();
    const std::string& id = proof->account->id;
    const auto stored = db().transaction([&](storage::Transaction& tx) -> Result<void> {
        const auto enrolled =
            tx.execute("UPDATE account SET totp_secret = ?, totp_state = 'pending', totp_step = 0 "
                       "WHERE id = ? AND totp_state <> 'active'",
                       {storage::Bytes{tenant_.vault->seal(secret, kTotpPurpose)}, id});
        if (!enrolled)
            return fail(enrolled.error());
        if (*enrolled != 1)
            return fail(ErrorCode::conflict, "a second factor is enrolled", "otp_enrolled");
        return witness(tx, ownActor(id, login), "account.totp_enrol", "account:" + id, Json::object());
    });
    if (!stored)
        return fail(stored.error());
    return TotpEnrolment{base32(secret),
                         totpUri(secret, tenant_.profile.platform_name, proof->account->user_name)};
}

Result<Session> Identity::renewStaffPassword(const Login& login, const std::string& new_password)
{
    const auto proof = proveStaff(login, true);
    if (!proof)
        return fail(proof.error());
    Account account = *proof->account;
    const auto hash = acceptableHash(account, new_password);
    if (!hash)
        return fail(hash.error());
    const auto stored = db().transaction([&](storage::Transaction& tx) -> Result<void> {
        if (auto kept = storePassword(tx, account, *hash); !kept)
            return kept;
        return witness(tx, ownActor(account.id, login), "account.password_change", "account:" + account.id,
                       Json::object());
    });
    if (!stored)
        return fail(stored.error());
    account.password_hash = *hash;
    return finishLogin(account, proof->key, proof->network, new_password, Passwords::Cost::staff);
}

} // namespace zikao::identity
