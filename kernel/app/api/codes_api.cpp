#include "kernel/app/api/entering.hpp"
#include "kernel/app/api/routes.hpp"

#include <algorithm>

namespace zikao::app {

namespace {

using namespace http;
using identity::CodePurpose;

constexpr std::chrono::seconds kResendAfter{60}; // DEF-GEN-02
constexpr std::chrono::minutes kCodeLives{5};

/// A way of logging in that the province does not use is closed on the server too.
Result<void> wayIsOpen(const Call& call, const std::string& way)
{
    const auto& ways = call.site.tenant->profile.login_ways;
    if (std::find(ways.begin(), ways.end(), way) != ways.end())
        return ok();
    return fail(ErrorCode::forbidden, "the province does not use this way of logging in", "login_way_closed");
}

/// Whom the code is for: a phone, or the candidate of a name and an ID number.
struct Asked
{
    CodePurpose purpose = CodePurpose::login;
    std::string phone, name, id_number, captcha_id, captcha;
    [[nodiscard]] bool byPhone() const { return !phone.empty(); }
};

Result<Asked> readAsked(Call& call)
{
    StrictObject body(call.body, "");
    Asked asked;
    const std::string word = body.text("purpose");
    const auto purpose = identity::codePurposeFrom(word);
    // A reset has its own route, which knows mailboxes too.
    if (body.has("purpose") && (!purpose || *purpose == CodePurpose::reset))
        body.fault("purpose", "field_range");
    asked.purpose = purpose.value_or(CodePurpose::login);
    asked.phone = body.text("phone", "");
    asked.name = body.text("name", "");
    asked.id_number = body.text("id_number", "");
    asked.captcha_id = body.text("captcha_id");
    asked.captcha = body.text("captcha");
    const bool by_number = !asked.name.empty() && !asked.id_number.empty();
    if (asked.byPhone() ? !asked.name.empty() || !asked.id_number.empty()
                        : !by_number || asked.purpose != CodePurpose::login)
        body.fault("phone", "phone_format");
    if (asked.byPhone() && !identity::isMobileNumber(asked.phone))
        body.fault("phone", "phone_format");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    return asked;
}

Result<Response> sendCode(Call& call)
{
    const Result<Asked> asked = readAsked(call);
    if (!asked)
        return fail(asked.error());
    const bool to_log_in = asked->purpose == CodePurpose::login;
    if (to_log_in)
        if (Result<void> open = wayIsOpen(call, asked->byPhone() ? "phone" : "certificate"); !open)
            return fail(open.error());
    if (asked->purpose == CodePurpose::change && call.actor().kind != identity::ActorKind::candidate)
        return fail(ErrorCode::unauthenticated, "only a candidate changes a phone");
    identity::Identity& identity = call.site.identity;
    // One picture answered is worth one code and then one log-in; everywhere else it is spent here.
    Result<void> right = to_log_in ? identity.answerCaptcha(asked->captcha_id, asked->captcha)
                                   : identity.checkCaptcha(asked->captcha_id, asked->captcha);
    if (!right)
        return fail(right.error());
    const std::string& session = call.actor().session_id;
    Result<void> sent =
        asked->byPhone()
            ? identity.requestPhoneCode(asked->purpose, asked->phone, session, call.request.client)
            : identity.requestCertificateCode(asked->name, asked->id_number, session, call.request.client);
    if (!sent)
        return fail(sent.error());
    return Response::json({{"resend_after_ms", (call.now() + kResendAfter).ms},
                           {"expires_at_ms", (call.now() + kCodeLives).ms}});
}

Result<Response> loginByCertificate(Call& call)
{
    StrictObject body(call.body, "");
    const identity::Identity::CertificateLogin login{
        body.text("name"),       body.text("id_number"), body.text("password"),   body.text("code"),
        body.text("captcha_id"), body.text("captcha"),   call.actor().session_id, call.request.client};
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    if (Result<void> open = wayIsOpen(call, "certificate"); !open)
        return fail(open.error());
    return enter(call, call.site.identity.loginByCertificate(login));
}

Result<Response> loginByPhone(Call& call)
{
    StrictObject body(call.body, "");
    const identity::Identity::PhoneLogin login{body.text("phone"), body.text("code"), body.text("captcha_id"),
                                               body.text("captcha"), call.actor().session_id};
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    if (Result<void> open = wayIsOpen(call, "phone"); !open)
        return fail(open.error());
    return enter(call, call.site.identity.loginByPhone(login));
}

} // namespace

Result<void> passwordAloneIsOpen(const Call& call)
{
    return wayIsOpen(call, "password");
}

void addCodeRoutes(Routes& routes)
{
    constexpr Need kChange = Need::visitor | Need::csrf;
    constexpr BodyRule kSmall = BodyRule::json(4096);
    routes.add({Method::post, "/api/codes", Scope::tenant, kChange, kSmall, Rate::code, Cost::light},
               sendCode);
    routes.add(
        {Method::post, "/api/login/certificate", Scope::tenant, kChange, kSmall, Rate::login, Cost::heavy},
        loginByCertificate);
    // Light: it hashes nothing, so it works while the hashing pool and the heavy requests are full.
    routes.add({Method::post, "/api/login/phone", Scope::tenant, kChange, kSmall, Rate::login, Cost::light},
               loginByPhone);
}

} // namespace zikao::app
