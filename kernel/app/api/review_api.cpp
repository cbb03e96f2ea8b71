#include "kernel/app/api/routes.hpp"
#include "kernel/audit/audit.hpp"
#include "kernel/exams/windows.hpp"

namespace zikao::app {

namespace {

using namespace http;
using identity::Role;

constexpr std::size_t kMostRows = 200;

Json reasonsJson(const Decision& decision, const Json& texts)
{
    Json reasons = Json::array();
    for (const Reason& reason : decision.reasons)
        reasons.push_back(reasonJson(reason, texts));
    return reasons;
}

/// What became of one case; whatever it was, the others go on.
Json decideOne(Call& call, const std::string& action, const std::string& why, const std::string& batch,
               const Json& row)
{
    const std::string case_id = row.value("id", "");
    cases::Input input;
    input.revision = row.value("revision", std::int64_t{-1});
    input.request_key = batch + ":" + case_id;
    input.reason = why;
    Result<cases::Outcome> outcome = call.site.engine.perform(call.actor(), case_id, action, input);
    if (!outcome) {
        const Error& error = outcome.error();
        const std::string code = error.reason.empty() ? name(error.code) : error.reason;
        return {{"id", case_id},
                {"done", false},
                {"code", code},
                {"detail", sentence(call.site.packageTexts(), code, Json::object())},
                {"reasons", Json::array()}};
    }
    return {{"id", case_id},
            {"done", outcome->decision.allowed},
            {"code", outcome->decision.allowed ? "" : "refused"},
            {"detail", ""},
            {"reasons", reasonsJson(outcome->decision, outcome->package->texts)}};
}

Result<Response> decideMany(Call& call)
{
    StrictObject body(call.body, "");
    const std::string action = body.text("action");
    const std::string why = body.text("reason", "");
    const std::string batch = body.text("operation_id");
    const Json& rows = body.array("rows");
    if (rows.empty() || rows.size() > kMostRows)
        body.fault("rows", "field_range");
    for (const Json& row : rows)
        if (!row.is_object() || !row.contains("id") || !row["id"].is_string() || !row.contains("revision") ||
            !row["revision"].is_number_integer())
            body.fault("rows", "field_type");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    Json outcomes = Json::array();
    int done = 0;
    for (const Json& row : rows) {
        outcomes.push_back(decideOne(call, action, why, batch, row));
        done += outcomes.back()["done"].get<bool>();
    }
    return Response::json({{"rows", std::move(outcomes)}, {"done", done}});
}

Result<Response> hold(Call& call)
{
    StrictObject body(call.body, "");
    const bool take_over = body.boolean("take_over", false);
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    Result<cases::Hold> held = call.site.engine.hold(call.actor(), call.param("case"), take_over);
    if (!held)
        return fail(held.error());
    return Response::json({{"holder_name", held->holder_name},
                           {"mine", true},
                           {"taken_at_ms", held->taken_at.ms},
                           {"until_ms", held->until.ms}});
}

Result<Response> release(Call& call)
{
    if (Result<void> done = call.site.engine.release(call.actor(), call.param("case")); !done)
        return fail(done.error());
    return Response::noContent();
}

Json windowJson(const exams::Window& window)
{
    return {{"name", window.name},
            {"title", window.title},
            {"opens_ms", window.opens.ms},
            {"closes_ms", window.closes.ms},
            {"within", window.within}};
}

Result<Response> windows(Call& call)
{
    Result<std::vector<exams::Window>> all = exams::Windows(*call.site.tenant).all();
    if (!all)
        return fail(all.error());
    Json out = Json::array();
    for (const exams::Window& window : *all)
        out.push_back(windowJson(window));
    return Response::json(out);
}

Result<Response> saveWindow(Call& call)
{
    StrictObject body(call.body, "");
    exams::Window window;
    window.name = call.param("name");
    window.title = body.text("title");
    window.opens.ms = body.integer("opens_ms", 0, INT64_MAX);
    window.closes.ms = body.integer("closes_ms", 0, INT64_MAX);
    window.within = body.text("within", "");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    Result<void> saved =
        call.site.tenant->database->transaction([&](storage::Transaction& tx) -> Result<void> {
            if (Result<void> done = exams::Windows(*call.site.tenant).save(tx, window); !done)
                return done;
            return audit::append(
                tx, {call.actor().id, "window.save", "window:" + window.name, "{}", call.request.id},
                call.now());
        });
    if (!saved)
        return fail(saved.error());
    return Response::json(windowJson(window));
}

} // namespace

void addReviewRoutes(Routes& routes)
{
    constexpr Need kReviewers = Need::roles(bit(Role::county_office) | bit(Role::prefecture_office) |
                                            bit(Role::host_school) | bit(Role::province_office));
    constexpr Need kSetUp = Need::roles(bit(Role::province_office) | bit(Role::tenant_admin));
    constexpr BodyRule kSmall = BodyRule::json(1024);
    routes.add({Method::post, "/api/staff/cases/decide", Scope::tenant, kReviewers | Need::csrf,
                BodyRule::json(64 * 1024), Rate::write, Cost::heavy},
               decideMany);
    routes.add({Method::post, "/api/staff/cases/{case}/hold", Scope::tenant, kReviewers | Need::csrf, kSmall,
                Rate::write, Cost::light},
               hold);
    routes.add({Method::del, "/api/staff/cases/{case}/hold", Scope::tenant, kReviewers | Need::csrf,
                BodyRule::none(), Rate::write, Cost::light},
               release);
    routes.add(
        {Method::get, "/api/staff/windows", Scope::tenant, kSetUp, BodyRule::none(), Rate::read, Cost::light},
        windows);
    routes.add({Method::put, "/api/staff/windows/{name}", Scope::tenant, kSetUp | Need::csrf, kSmall,
                Rate::write, Cost::light},
               saveWindow);
}

} // namespace zikao::app
