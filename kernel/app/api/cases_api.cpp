#include "kernel/app/api/case_view.hpp"
#include "kernel/app/api/routes.hpp"

#include "kernel/http/cookies.hpp"

namespace zikao::app {

namespace {

using namespace http;

constexpr std::size_t kDraftBytes = 128 * 1024;
constexpr std::size_t kUploadBytes =
    12 * 1024 * 1024; ///< over every province's limit; the field's own is judged later

Result<Response> shown(Call& call, const Result<cases::View>& view)
{
    if (!view)
        return fail(view.error());
    Result<std::string> text = caseViewText(call, *view);
    return text ? Result<Response>(Response::jsonText(std::move(*text))) : fail(text.error());
}

Result<Response> begin(Call& call)
{
    StrictObject body(call.body, "");
    const std::string type = body.text("type");
    const std::string sitting = body.text("sitting", "");
    const bool acknowledged = body.boolean("acknowledged", false);
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    Result<cases::View> view = call.site.engine.begin(call.actor(), type, sitting, acknowledged);
    if (!view && view.error().code == ErrorCode::refused) {
        Result<Decision> decision = call.site.engine.mayBegin(call.actor(), type, sitting, acknowledged);
        if (!decision)
            return fail(decision.error());
        return refusal(*decision, call.site.packageTexts(), call.request.id);
    }
    return shown(call, view);
}

Result<Response> show(Call& call)
{
    return shown(call, call.site.engine.view(call.actor(), call.param("case")));
}

Result<Response> saveDraft(Call& call)
{
    StrictObject body(call.body, "");
    cases::Input input;
    input.revision = body.integer("revision", 0, INT64_MAX);
    input.fields = body.object("fields");
    if (!body.has("fields"))
        body.fault("fields", "field_missing");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    Result<cases::Record> record = call.site.engine.saveDraft(call.actor(), call.param("case"), input);
    if (!record)
        return fail(record.error());
    return Response::json({{"revision", record->revision}, {"saved_at_ms", call.now().ms}});
}

Result<Response> perform(Call& call)
{
    StrictObject body(call.body, "");
    cases::Input input;
    input.revision = body.integer("revision", 0, INT64_MAX);
    input.request_key = body.text("request_key");
    input.fields = body.any("fields");
    input.secrets = body.object("secrets");
    input.reason = body.text("reason", "");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());

    const std::string& case_id = call.param("case");
    Result<cases::Outcome> outcome =
        call.site.engine.perform(call.actor(), case_id, call.param("action"), input);
    if (!outcome)
        return fail(outcome.error());
    if (!outcome->decision.allowed)
        return refusal(outcome->decision, outcome->package->texts, call.request.id);
    if (outcome->opened_account.empty()) {
        const Result<cases::View> view = call.site.engine.view(call.actor(), outcome->record);
        // Done, and with that out of this officer's sight: one of several offices sent the case back.
        if (!view && view.error().code == ErrorCode::not_found)
            return Response::noContent();
        return shown(call, view);
    }

    // The visitor became a candidate: a rise of rights, so the session gets a new token (C11).
    const std::string old_token = sessionToken(call.request, call.site.id()).value_or("");
    Result<identity::Session> risen = call.site.identity.promote(old_token, outcome->opened_account);
    if (!risen)
        return fail(risen.error());
    call.session = *risen;
    Result<Response> response = shown(call, call.site.engine.view(call.actor(), case_id));
    if (response)
        setSessionCookie(*response, call.site.id(), risen->token, call.request.secure);
    return response;
}

Result<Response> explain(Call& call)
{
    Result<cases::View> view = call.site.engine.view(call.actor(), call.param("case"));
    if (!view)
        return fail(view.error());
    Result<Decision> decision =
        call.site.engine.explain(call.actor(), call.param("case"), call.param("action"));
    if (!decision)
        return fail(decision.error());
    Json reasons = Json::array();
    for (const Reason& reason : decision->reasons)
        reasons.push_back(reasonJson(reason, view->package->texts));
    return Response::json({{"allowed", decision->allowed}, {"reasons", std::move(reasons)}});
}

Result<Response> upload(Call& call)
{
    const std::string& case_id = call.param("case");
    const std::string field = call.request.query("field").value_or("");
    Result<cases::Attached> attached =
        call.site.engine.attach(call.actor(), case_id, field, call.raw, call.request.header("Content-Type"));
    if (!attached)
        return fail(attached.error());
    if (!attached->refused.empty())
        return refusal({false, attached->refused}, attached->package->texts, call.request.id);
    Result<cases::View> view = call.site.engine.view(call.actor(), case_id);
    if (!view)
        return fail(view.error());
    return Response::json(
        {{"file", fileJson(attached->file, view->package->texts)},
         {"reading_state", attached->reading_state.empty() ? Json(nullptr) : Json(attached->reading_state)},
         {"revision", attached->revision}});
}

/// The verdict on a portrait that is still being cropped; nothing is kept.
Result<Response> judgePhoto(Call& call)
{
    const std::string& case_id = call.param("case");
    Result<Json> inspection = call.site.engine.judgePhoto(call.actor(), case_id,
                                                          call.request.query("field").value_or(""), call.raw);
    if (!inspection)
        return fail(inspection.error());
    Result<cases::View> view = call.site.engine.view(call.actor(), case_id);
    if (!view)
        return fail(view.error());
    return Response::json(inspectionJson(*inspection, view->package->texts));
}

/// What is no picture leaves only as an attachment (C46). Previews are always JPEG.
std::string mediaType(const files::File& file, bool preview)
{
    if (preview || file.type == "jpg")
        return "image/jpeg";
    if (file.type == "png")
        return "image/png";
    return file.type == "pdf" ? "application/pdf" : "application/octet-stream";
}

Result<Response> readFile(Call& call)
{
    Result<files::File> file = call.site.engine.file(call.actor(), call.param("case"), call.param("file"));
    if (!file)
        return fail(file.error());
    const bool picture = file->type == "jpg" || file->type == "png";
    const bool preview = picture && call.request.query("preview").value_or("") == "1";
    Result<std::string> bytes = call.site.files.read(*file, preview);
    if (!bytes)
        return fail(bytes.error());
    return Response::download(std::move(*bytes), mediaType(*file, preview), file->field + "." + file->type,
                              !picture);
}

Result<Response> readForm(Call& call)
{
    Result<cases::Printed> printed =
        call.site.engine.print(call.actor(), call.param("case"), call.param("form"));
    if (!printed)
        return fail(printed.error());
    return Response::download(std::move(printed->pdf), "application/pdf", call.param("form") + ".pdf", false);
}

Result<Response> removeFile(Call& call)
{
    Result<std::int64_t> revision =
        call.site.engine.detach(call.actor(), call.param("case"), call.param("file"));
    if (!revision)
        return fail(revision.error());
    return Response::noContent();
}

Result<Response> readings(Call& call)
{
    Result<cases::View> view = call.site.engine.view(call.actor(), call.param("case"));
    if (!view)
        return fail(view.error());
    return Response::json(readingsJson(*view, call.isStaff()));
}

/// A case that does not take a change says why in the words of its state: what that is called and what it waits for.
Result<Response> inItsState(Call& call, const Error& error)
{
    const Result<cases::View> view = call.site.engine.view(call.actor(), call.param("case"));
    if (!view)
        return fail(error);
    const auto state = view->definition->states.find(view->record.state);
    if (state == view->definition->states.end())
        return fail(error);
    const Json& texts = view->package->texts;
    Problem problem = problemOf(error);
    problem.args = {{"state", state->second.title}, {"why", waitsFor(*view)}};
    return problemResponse(problem, call.request.id, [&](std::string_view code, const Json& args) {
        return sentence(texts, std::string(code) + "_in_state", args);
    });
}

} // namespace

Endpoint ofCase(Result<Response> (*endpoint)(Call&))
{
    return [endpoint](Call& call) -> Result<Response> {
        using identity::Role;
        static constexpr Role kDealers[] = {Role::county_office, Role::prefecture_office, Role::host_school,
                                            Role::province_office, Role::exam_site};
        const auto has = [&](Role role) { return call.actor().has(role); };
        if (call.isStaff() && std::none_of(std::begin(kDealers), std::end(kDealers), has))
            return fail(ErrorCode::not_found, "the caller's duties are not about cases");
        Result<Response> answer = endpoint(call);
        if (!answer &&
            (answer.error().reason == "case_locked" || answer.error().reason == "action_not_offered"))
            return inItsState(call, answer.error());
        return answer;
    };
}

void addCaseRoutes(Routes& routes)
{
    constexpr Need kChange = Need::visitor | Need::csrf;
    routes.add(
        {Method::post, "/api/cases", Scope::tenant, kChange, BodyRule::json(1024), Rate::write, Cost::light},
        begin);
    routes.add({Method::get, "/api/cases/{case}", Scope::tenant, Need::visitor, BodyRule::none(), Rate::read,
                Cost::light},
               ofCase(show));
    routes.add({Method::put, "/api/cases/{case}/draft", Scope::tenant, kChange, BodyRule::json(kDraftBytes),
                Rate::write, Cost::light},
               ofCase(saveDraft));
    routes.add({Method::post, "/api/cases/{case}/actions/{action}", Scope::tenant, kChange,
                BodyRule::json(kDraftBytes), Rate::write, Cost::light},
               ofCase(perform));
    routes.add({Method::get, "/api/cases/{case}/explain/{action}", Scope::tenant, Need::visitor,
                BodyRule::none(), Rate::read, Cost::light},
               ofCase(explain));
    routes.add({Method::post, "/api/cases/{case}/files", Scope::tenant, kChange, BodyRule::raw(kUploadBytes),
                Rate::upload, Cost::heavy},
               ofCase(upload));
    routes.add({Method::post, "/api/cases/{case}/photo_verdict", Scope::tenant, kChange,
                BodyRule::raw(kUploadBytes), Rate::upload, Cost::heavy},
               ofCase(judgePhoto));
    routes.add({Method::get, "/api/cases/{case}/files/{file}", Scope::tenant, Need::visitor, BodyRule::none(),
                Rate::read, Cost::light},
               ofCase(readFile));
    routes.add({Method::get, "/api/cases/{case}/forms/{form}", Scope::tenant, Need::visitor, BodyRule::none(),
                Rate::read, Cost::heavy},
               ofCase(readForm));
    routes.add({Method::del, "/api/cases/{case}/files/{file}", Scope::tenant, kChange, BodyRule::none(),
                Rate::write, Cost::light},
               ofCase(removeFile));
    routes.add({Method::get, "/api/cases/{case}/readings", Scope::tenant, Need::visitor, BodyRule::none(),
                Rate::read, Cost::light},
               ofCase(readings));
}

} // namespace zikao::app
