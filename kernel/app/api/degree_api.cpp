#include "kernel/app/api/case_view.hpp"
#include "kernel/app/api/no_fields.hpp"
#include "kernel/app/api/routes.hpp"
#include "kernel/documents/documents.hpp"

namespace zikao::app {

namespace {

using namespace http;
using identity::Role;

constexpr std::size_t kLongestReasonBytes = 2000; // 500 Chinese characters

Json yearJson(int year)
{
    return year > 0 ? Json(year) : Json(nullptr);
}

Json degreeJson(const degrees::Degree& degree)
{
    return {{"basis", degrees::name(degree.basis)},
            {"level", degree.level},
            {"school", degree.school},
            {"major", degree.major},
            {"study_form", degree.study_form},
            {"type", degree.type},
            {"conclusion", degree.conclusion},
            {"certificate_no", degree.certificate_no},
            {"admission_year", yearJson(degree.admission_year)},
            {"graduation_year", yearJson(degree.graduation_year)},
            {"printed_on", degree.printed_on ? Json(degree.printed_on->text()) : Json(nullptr)},
            {"document", degree.document},
            {"document_number", degree.document_number},
            {"case_id", degree.case_id},
            {"verified_at_ms", degree.verified_at.ms}};
}

Json choiceJson(const degrees::Choice& choice)
{
    return {{"record_id", choice.record_id},
            {"level", choice.level},
            {"school", choice.school},
            {"major", choice.major},
            {"study_form", choice.study_form},
            {"type", choice.type},
            {"conclusion", choice.conclusion},
            {"admission_year", yearJson(choice.admission_year)},
            {"graduation_year", yearJson(choice.graduation_year)}};
}

/// The code itself is shown again only in the session that asked for it.
Result<Json> attemptJson(const Call& call, const degrees::Attempt& attempt)
{
    Json json{{"state", degrees::name(attempt.state)},
              {"expires_at_ms", attempt.expires_at.ms},
              {"qr_svg", nullptr}};
    if (attempt.state != degrees::AttemptState::waiting || attempt.session_id != call.actor().session_id)
        return json;
    Result<std::string> svg = documents::qrSvg(attempt.qr_text);
    if (!svg)
        return fail(svg.error());
    json["qr_svg"] = std::move(*svg);
    return json;
}

Result<Response> answer(Call& call, const degrees::Check& check)
{
    const Json page = call.site.profile().value("degree_page", Json::object());
    Json json{{"available", call.site.degrees.available()},
              {"state", check.state()},
              {"degree", check.held ? degreeJson(*check.held) : Json(nullptr)},
              {"attempt", nullptr},
              {"choices", Json::array()},
              {"now_ms", call.now().ms}};
    for (const char* key : {"app_name", "app_url", "help_url", "intro", "no_record_hint", "papers_case"})
        json[key] = page.value(key, "");
    if (check.attempt) {
        Result<Json> attempt = attemptJson(call, *check.attempt);
        if (!attempt)
            return fail(attempt.error());
        json["attempt"] = std::move(*attempt);
        for (const degrees::Choice& choice : check.attempt->choices)
            json["choices"].push_back(choiceJson(choice));
    }
    return Response::json(json);
}

Result<Response> answer(Call& call, const Result<degrees::Check>& check)
{
    if (!check)
        return fail(check.error());
    return answer(call, *check);
}

Result<Response> show(Call& call)
{
    return answer(call, call.site.degrees.check(call.actor().id));
}

Result<Response> newCode(Call& call)
{
    StrictObject body(call.body, "");
    const std::string operation_id = body.text("operation_id");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    Result<degrees::Attempt> attempt = call.site.degrees.newCode(call.actor(), operation_id);
    if (!attempt)
        return fail(attempt.error());
    return show(call);
}

Result<Response> refresh(Call& call)
{
    return answer(call, call.site.degrees.refresh(call.actor().id));
}

Result<Response> choose(Call& call)
{
    StrictObject body(call.body, "");
    const std::string record_id = body.text("record_id");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    return answer(call, call.site.degrees.choose(call.actor(), record_id));
}

/// What a reviewer sees beside the case: the subject's degree, and nothing of codes.
Result<Response> degreeOfCase(Call& call)
{
    Result<cases::View> view = call.site.engine.view(call.actor(), call.param("case"));
    if (!view)
        return fail(view.error());
    degrees::Check check;
    if (!view->record.visitor) {
        Result<degrees::Check> found = call.site.degrees.check(view->record.subject_id);
        if (!found)
            return fail(found.error());
        check = std::move(*found);
    }
    return Response::json(
        {{"state", check.state()}, {"degree", check.held ? degreeJson(*check.held) : Json(nullptr)}});
}

/// A wrong record was bound to the candidate: the office takes it back, and the candidate is told why.
Result<Response> takeBack(Call& call)
{
    StrictObject body(call.body, "");
    const std::string why = body.text("reason");
    const Instant seen_at{body.integer("verified_at_ms", 0, INT64_MAX)};
    if (why.size() < 2 || why.size() > kLongestReasonBytes)
        body.fault("reason", "field_range");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    Result<cases::View> view = call.site.engine.view(call.actor(), call.param("case"));
    if (!view)
        return fail(view.error());
    if (view->record.visitor)
        return fail(ErrorCode::not_found, "a visitor has no degree");
    const Json texts = call.site.packageTexts();
    Result<void> done =
        call.site.tenant->database->transaction([&](storage::Transaction& tx) -> Result<void> {
            auto gone = call.site.degrees.takeBack(tx, call.actor(), view->record.subject_id, seen_at, why);
            if (!gone)
                return fail(gone.error());
            notify::BoxMessage message;
            message.account_id = view->record.subject_id;
            message.title = sentence(texts, "degree_taken_back_title", Json::object());
            message.text = sentence(texts, "degree_taken_back", {{"school", gone->school}, {"reason", why}});
            message.sent_at = call.now();
            return call.site.notify.toBox(tx, message);
        });
    if (!done)
        return fail(done.error());
    return degreeOfCase(call);
}

Result<Response> callback(Call& call)
{
    api::RawNotice raw;
    for (const auto& [name, value] : call.request.head->message)
        raw.headers.emplace_back(name, value);
    raw.body = std::move(call.raw);
    Result<api::NoticeReply> reply = call.site.degrees.callback(raw);
    if (!reply)
        return fail(reply.error());
    Response response = Response::text(std::move(reply->body), reply->content_type);
    response.head.setStatus(static_cast<Status>(reply->status));
    return response;
}

} // namespace

void addDegreeRoutes(Routes& routes)
{
    constexpr BodyRule kNone = BodyRule::none();
    constexpr BodyRule kSmall = BodyRule::json(1024);
    constexpr Need kChange = Need::candidate | Need::csrf;
    routes.add({Method::get, "/api/degree", Scope::tenant, Need::candidate, kNone, Rate::read, Cost::light},
               show);
    routes.add({Method::post, "/api/degree/codes", Scope::tenant, kChange, kSmall, Rate::write, Cost::heavy},
               newCode);
    routes.add(
        {Method::post, "/api/degree/refresh", Scope::tenant, kChange, kSmall, Rate::write, Cost::heavy},
        noFields(refresh));
    routes.add({Method::post, "/api/degree/choose", Scope::tenant, kChange, kSmall, Rate::write, Cost::light},
               choose);
    routes.add({Method::get, "/api/cases/{case}/degree", Scope::tenant, Need::signed_in, kNone, Rate::read,
                Cost::light},
               ofCase(degreeOfCase));
    routes.add({Method::post, "/api/staff/cases/{case}/degree/take_back", Scope::tenant,
                Need::roles(bit(Role::prefecture_office) | bit(Role::province_office)) | Need::csrf,
                BodyRule::json(4096), Rate::write, Cost::light},
               takeBack);
    routes.add({Method::post, "/api/degree/callback", Scope::tenant, Need::anyone | Need::signed_by_sender,
                BodyRule::raw(64 * 1024), Rate::provider, Cost::light},
               callback);
}

} // namespace zikao::app
