#include "kernel/app/api/entering.hpp"
#include "kernel/app/api/menu.hpp"
#include "kernel/app/api/no_fields.hpp"
#include "kernel/app/api/routes.hpp"

#include "kernel/documents/documents.hpp"
#include "kernel/http/cookies.hpp"

namespace zikao::app {

namespace {

using namespace http;

Result<Response> answerMe(Call& call, bool set_cookie)
{
    Result<Json> me = meJson(call);
    if (!me)
        return fail(me.error());
    Response response = Response::json(*me);
    if (set_cookie)
        setSessionCookie(response, call.site.id(), call.session->token, call.request.secure);
    return response;
}

Result<Response> me(Call& call)
{
    const bool fresh = !call.session;
    if (fresh) {
        Result<identity::Session> guest = call.site.identity.beginGuest();
        if (!guest)
            return fail(guest.error());
        call.session = std::move(*guest);
    }
    return answerMe(call, fresh);
}

Result<Response> login(Call& call)
{
    StrictObject body(call.body, "");
    identity::Identity::Login login;
    login.login = body.text("id_number");
    login.password = body.text("password");
    login.captcha_id = body.text("captcha_id");
    login.captcha = body.text("captcha");
    login.network = call.request.client;
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    if (login.login.empty())
        return fail(ErrorCode::invalid_argument, "empty user name", "user_name_empty");
    if (Result<void> open = passwordAloneIsOpen(call); !open)
        return fail(open.error());
    return enter(call, call.site.identity.loginCandidate(login));
}

/// What every request of an officer who is not signed in yet begins with. `body` is finished by the caller.
identity::Identity::Login staffProof(Call& call, StrictObject& body)
{
    identity::Identity::Login login;
    login.login = body.text("user_name");
    login.password = body.text("password");
    login.captcha_id = body.text("captcha_id");
    login.captcha = body.text("captcha");
    login.network = call.request.client;
    login.request_id = call.request.id;
    if (login.login.empty() && body.has("user_name"))
        body.fault("user_name", "user_name_empty");
    return login;
}

/// The sentence for officers speaks of their user name, the candidates' of the ID number.
Error staffRefusal(const Error& error)
{
    return error.reason == "login_wrong" ? Error{error.code, error.message, "staff_login_wrong"} : error;
}

Result<Response> staffLogin(Call& call)
{
    StrictObject body(call.body, "");
    identity::Identity::Login login = staffProof(call, body);
    login.one_time_code = body.text("otp", "");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    Result<identity::Session> session = call.site.identity.loginStaff(login);
    if (!session)
        return fail(staffRefusal(session.error()));
    return enter(call, std::move(session));
}

/// The first login binds an authenticator (C8): answers the secret, once, to whoever knows the password.
Result<Response> enrolTotp(Call& call)
{
    StrictObject body(call.body, "");
    const identity::Identity::Login login = staffProof(call, body);
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    Result<identity::Identity::TotpEnrolment> enrolment = call.site.identity.enrolTotp(login);
    if (!enrolment)
        return fail(staffRefusal(enrolment.error()));
    Result<std::string> svg = documents::qrSvg(enrolment->uri);
    if (!svg)
        return fail(svg.error());
    return Response::json(
        {{"secret", enrolment->secret}, {"uri", enrolment->uri}, {"qr_svg", std::move(*svg)}});
}

Result<Response> renewStaffPassword(Call& call)
{
    StrictObject body(call.body, "");
    identity::Identity::Login login = staffProof(call, body);
    login.one_time_code = body.text("otp", "");
    const std::string fresh = body.text("new_password");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    Result<identity::Session> session = call.site.identity.renewStaffPassword(login, fresh);
    if (!session)
        return fail(staffRefusal(session.error()));
    return enter(call, std::move(session));
}

Result<Response> logout(Call& call)
{
    if (const auto token = sessionToken(call.request, call.site.id()))
        if (Result<void> ended = call.site.identity.end(*token); !ended)
            return fail(ended.error());
    Response response = Response::noContent();
    clearSessionCookie(response, call.site.id(), call.request.secure);
    return response;
}

Result<Response> forgotPassword(Call& call)
{
    StrictObject body(call.body, "");
    const std::string id_number = body.text("id_number");
    const std::string way = body.text("way");
    const std::string captcha_id = body.text("captcha_id");
    const std::string captcha = body.text("captcha");
    if (way != "phone" && way != "email")
        body.fault("way", "field_range");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    if (Result<void> right = call.site.identity.checkCaptcha(captcha_id, captcha); !right)
        return fail(right.error());
    Result<void> sent =
        call.site.identity.requestReset(id_number, way, call.actor().session_id, call.request.client);
    if (!sent)
        return fail(sent.error());
    constexpr std::chrono::seconds kResendAfter{60}; // DEF-GEN-02
    return Response::json({{"resend_after_ms", (call.now() + kResendAfter).ms}});
}

Result<Response> resetPassword(Call& call)
{
    StrictObject body(call.body, "");
    const std::string id_number = body.text("id_number");
    const std::string code = body.text("code");
    const std::string password = body.text("new_password");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    Result<void> reset =
        call.site.identity.resetPassword(id_number, code, password, call.actor().session_id, call.request.id);
    if (!reset)
        return fail(reset.error());
    return Response::noContent();
}

Result<Response> changePassword(Call& call)
{
    StrictObject body(call.body, "");
    const std::string old_password = body.text("old_password");
    const std::string new_password = body.text("new_password");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    Result<void> changed = call.site.identity.changePassword(call.actor(), old_password, new_password);
    if (!changed)
        return fail(changed.error());
    return Response::noContent();
}

} // namespace

Result<http::Response> enter(Call& call, Result<identity::Session> session)
{
    if (!session)
        return fail(session.error());
    if (const auto old = http::sessionToken(call.request, call.site.id()))
        if (Result<void> ended = call.site.identity.end(*old); !ended)
            return fail(ended.error());
    call.session = std::move(*session);
    return answerMe(call, true);
}

void addAccountRoutes(Routes& routes)
{
    constexpr Need kChange = Need::visitor | Need::csrf;
    constexpr BodyRule kSmall = BodyRule::json(4096);
    routes.add(
        {Method::get, "/api/me", Scope::tenant, Need::anyone, BodyRule::none(), Rate::read, Cost::light}, me);
    routes.add({Method::post, "/api/login", Scope::tenant, kChange, kSmall, Rate::login, Cost::heavy}, login);
    routes.add({Method::post, "/api/staff/login", Scope::tenant, kChange, kSmall, Rate::login, Cost::heavy},
               staffLogin);
    routes.add({Method::post, "/api/staff/totp", Scope::tenant, kChange, kSmall, Rate::login, Cost::heavy},
               enrolTotp);
    routes.add(
        {Method::post, "/api/staff/password/renew", Scope::tenant, kChange, kSmall, Rate::login, Cost::heavy},
        renewStaffPassword);
    routes.add({Method::post, "/api/logout", Scope::tenant, Need::signed_in | Need::csrf, BodyRule::json(64),
                Rate::write, Cost::light},
               noFields(logout));
    routes.add(
        {Method::post, "/api/password/forgot", Scope::tenant, kChange, kSmall, Rate::code, Cost::light},
        forgotPassword);
    routes.add(
        {Method::post, "/api/password/reset", Scope::tenant, kChange, kSmall, Rate::login, Cost::heavy},
        resetPassword);
    routes.add({Method::post, "/api/password/change", Scope::tenant, Need::signed_in | Need::csrf, kSmall,
                Rate::login, Cost::heavy},
               changePassword);
}

} // namespace zikao::app
