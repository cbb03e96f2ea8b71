#include "kernel/app/api/routes.hpp"

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
    input.bulk = true;
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
    if (!body.has("rows"))
        body.fault("rows", "field_missing");
    else if (rows.empty() || rows.size() > kMostRows)
        body.fault("rows", "field_range");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        StrictObject row(rows[i], "rows[" + std::to_string(i) + "]");
        row.text("id");
        row.integer("revision", INT64_MIN, INT64_MAX);
        static_cast<void>(row.finish());
        body.take(row);
    }
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

} // namespace

void addReviewRoutes(Routes& routes)
{
    constexpr Need kReviewers = Need::roles(bit(Role::county_office) | bit(Role::prefecture_office) |
                                            bit(Role::host_school) | bit(Role::province_office));
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
}

} // namespace zikao::app
