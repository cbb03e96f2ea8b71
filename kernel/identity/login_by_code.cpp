#include "kernel/identity/account.hpp"
#include "kernel/identity/codes.hpp"
#include "kernel/identity/names.hpp"

namespace zikao::identity {

namespace {

Failure wrongCertificate()
{
    return fail(ErrorCode::unauthenticated, "login refused", "certificate_login_wrong");
}

Failure wrongPhone()
{
    return fail(ErrorCode::unauthenticated, "login refused", "phone_login_wrong");
}

bool isRefusedCode(const Error& error)
{
    return error.reason == "code_wrong";
}

} // namespace

Result<void> Identity::requestPhoneCode(CodePurpose purpose, const std::string& phone,
                                        const std::string& session_id, const std::string& network)
{
    if (!isMobileNumber(phone))
        return fail(ErrorCode::invalid_argument, "no mobile number", "phone_format");
    Codes codes(tenant_);
    const std::string key = codes.phoneKey(phone);
    Codes::Way way{"sms", phone, {}, network};
    if (purpose == CodePurpose::login) {
        const auto rows =
            db().query("SELECT p.account_id FROM person p JOIN account a ON a.id = p.account_id "
                       "WHERE p.phone_index = ? AND a.state = 'active'",
                       {key});
        if (!rows)
            return fail(rows.error());
        if (rows->empty())
            way.recipient.clear();
        else
            way.account_id = rows->front().text(0);
    }
    return codes.send({purpose, key, session_id}, way);
}

Result<void> Identity::requestCertificateCode(const std::string& name, const std::string& id_number,
                                              const std::string& session_id, const std::string& network)
{
    const auto account = accountOfNumber(id_number);
    if (!account)
        return fail(account.error());
    Codes codes(tenant_);
    Codes::Way way{"sms", {}, {}, network};
    if (*account && (*account)->active() && plainName((*account)->display_name) == plainName(name)) {
        const auto owner = person((*account)->id);
        if (!owner)
            return fail(owner.error());
        way.recipient = owner->phone;
        way.account_id = owner->account_id;
    }
    return codes.send({CodePurpose::login, codes.numberKey(id_number), session_id}, way);
}

Result<Session> Identity::loginByCertificate(const CertificateLogin& login)
{
    if (auto answered = checkCaptcha(login.captcha_id, login.captcha); !answered)
        return fail(answered.error());
    const auto account = accountOfNumber(login.id_number);
    if (!account)
        return fail(account.error());
    Codes codes(tenant_);
    const std::string number = codes.numberKey(login.id_number);
    const bool known = account->has_value() && (*account)->kind == "candidate";
    const std::string key = tenant_.vault->index(known ? (*account)->id : number, kAccountKeyPurpose);
    const std::string network = networkOf(login.network);
    if (auto counted = attempts_.count(key, network); !counted)
        return fail(counted.error());
    // All items are looked at whatever the first one says: the time must not tell which of them is wrong.
    const auto right = passwords_.verify(login.password, known ? (*account)->password_hash : "");
    if (!right) {
        if (auto forgiven = attempts_.forgive(key, network); !forgiven)
            return fail(forgiven.error());
        return fail(right.error());
    }
    const auto code = codes.check({CodePurpose::login, number, login.session_id}, login.code);
    if (!code && !isRefusedCode(code.error()))
        return fail(code.error());
    if (!*right || !code || !(*account)->active() || code->account_id != (*account)->id ||
        plainName((*account)->display_name) != plainName(login.name))
        return wrongCertificate();
    auto session = finishLogin(**account, key, network, login.password, Passwords::Cost::candidate, code->id);
    if (!session && (isRefusedCode(session.error()) || session.error().reason == "login_wrong"))
        return wrongCertificate();
    return session;
}

Result<Session> Identity::loginByPhone(const PhoneLogin& login)
{
    if (auto answered = checkCaptcha(login.captcha_id, login.captcha); !answered)
        return fail(answered.error());
    Codes codes(tenant_);
    const std::string key = codes.phoneKey(login.phone);
    const auto code = codes.check({CodePurpose::login, key, login.session_id}, login.code);
    if (!code && !isRefusedCode(code.error()))
        return fail(code.error());
    if (!code || code->account_id.empty())
        return wrongPhone();
    const auto account = accountBy("id", code->account_id);
    if (!account)
        return fail(account.error());
    if (!*account)
        return wrongPhone();
    auto session = db().transaction([&](storage::Transaction& tx) -> Result<Session> {
        // The phone may have gone to somebody else, or the account ended, since the code was sent.
        const auto still = tx.execute("UPDATE account SET last_login_at_ms = ? WHERE id = ? AND state = "
                                      "'active' AND kind = 'candidate' "
                                      "AND EXISTS (SELECT 1 FROM person WHERE person.account_id = account.id "
                                      "AND person.phone_index = ?)",
                                      {now().ms, code->account_id, key});
        if (!still)
            return fail(still.error());
        if (*still != 1)
            return wrongPhone();
        if (auto used = codes.use(tx, code->id); !used)
            return fail(used.error());
        FP("identity.phone_login.before_commit");
        return openSession(tx, ActorKind::candidate, code->account_id);
    });
    if (!session)
        return isRefusedCode(session.error()) ? Result<Session>(wrongPhone()) : session;
    session->actor.name = (*account)->display_name;
    return session;
}

} // namespace zikao::identity
