#include <algorithm>

#include "kernel/app/api/case_view.hpp"
#include "kernel/app/api/menu.hpp"
#include "kernel/app/api/next_step.hpp"
#include "kernel/app/api/no_fields.hpp"
#include "kernel/app/api/routes.hpp"

namespace zikao::app {

namespace {

using namespace http;

/// The steps the profile names for a procedure (`progress`), by the phase or state it is in. Where no step names it all
/// of them are done; what came to nothing has no steps.
Json progressJson(const Json& steps, const cases::Record& record)
{
    const auto named = [](const Json& step, const char* key, const std::string& what) {
        const Json names = step.value(key, Json::array());
        return std::ranges::find(names, Json(what)) != names.end();
    };
    const std::string phase = cases::name(record.phase);
    std::size_t current = 0;
    while (current < steps.size() && !named(steps[current], "phases", phase) &&
           !named(steps[current], "states", record.state))
        ++current;
    Json out = Json::array();
    if (record.phase == cases::Phase::rejected || record.phase == cases::Phase::closed)
        return out;
    for (std::size_t i = 0; i < steps.size(); ++i)
        out.push_back({{"title", steps[i].value("title", std::string())},
                       {"state", i < current    ? "done"
                                 : i == current ? "current"
                                                : "todo"}});
    return out;
}

Json tileJson(const cases::Engine::Tile& tile, const Json& texts)
{
    Json reasons = Json::array();
    for (const Reason& reason : tile.reasons)
        reasons.push_back(reasonJson(reason, texts));
    const bool running = !tile.open_case.empty();
    return {{"type", tile.type},
            {"title", tile.title},
            {"open", tile.open},
            {"reasons", std::move(reasons)},
            {"opens_at_ms", tile.opens_at ? Json(tile.opens_at->ms) : Json(nullptr)},
            {"closes_at_ms", tile.closes_at ? Json(tile.closes_at->ms) : Json(nullptr)},
            {"of_sitting", tile.of_sitting},
            {"case_id", running ? Json(tile.open_case) : Json(nullptr)},
            {"path", running ? casePath(tile.open_case) : "/start/" + tile.type}};
}

Json messageJson(const notify::BoxMessage& message)
{
    return {{"id", message.id},
            {"title", message.title},
            {"text", message.text},
            {"case_id", message.case_id.empty() ? Json(nullptr) : Json(message.case_id)},
            {"sent_at_ms", message.sent_at.ms},
            {"read", message.read}};
}

Result<Response> center(Call& call)
{
    Site& site = call.site;
    Result<std::vector<cases::Record>> records = site.engine.ofSubject(call.actor());
    if (!records)
        return fail(records.error());
    Result<std::vector<cases::Engine::Tile>> tiles = site.engine.tiles(call.actor());
    if (!tiles)
        return fail(tiles.error());
    Result<std::vector<notify::BoxMessage>> box = site.notify.box(call.actor().id, 5);
    if (!box)
        return fail(box.error());

    const Json login = site.profile().value("login", Json::object());
    const std::string first_type = login.value("register_case", std::string());
    const Json progress = site.profile().value("progress", Json::object());
    std::vector<cases::View> open_views;
    Json running = Json::array();
    for (const cases::Record& record : *records) {
        Result<cases::View> view = site.engine.view(call.actor(), record.id);
        if (!view)
            return fail(view.error());
        const bool over = isOver(record.phase);
        running.push_back({{"case_id", record.id},
                           {"type", record.type},
                           {"title", view->definition->title},
                           {"state_title", titleOfState(*view->definition, record.state)},
                           {"phase", cases::name(record.phase)},
                           {"waits_for", waitsFor(*view)},
                           {"since_ms", record.changed_at.ms},
                           {"path", casePath(record.id)},
                           {"deadlines", deadlinesJson(*view, call.now())},
                           {"stages", progressJson(progress.value(record.type, Json::array()), record)}});
        if (!over)
            open_views.push_back(std::move(*view));
    }
    const Json texts = site.packageTexts();
    Json tile_list = Json::array();
    for (const cases::Engine::Tile& tile : *tiles)
        // Whoever has an account needs no procedure that gives one.
        if (tile.type != first_type && tile.type != login.value("claim_case", std::string()))
            tile_list.push_back(tileJson(tile, texts));
    Json messages = Json::array();
    for (const notify::BoxMessage& message : *box)
        messages.push_back(messageJson(message));
    const Json page_titles = pageTitles(site.profile());
    Json queries = Json::array();
    for (const auto& [id, title] :
         {std::pair{"orders", "订单查询"}, {"majors", "毕业标准查询"}, {"messages", "消息"}})
        queries.push_back(
            {{"id", id}, {"title", page_titles.value(id, title)}, {"path", std::string("/") + id}});
    return Response::json({{"next", nextStep(open_views, *tiles, call.now())},
                           {"running", std::move(running)},
                           {"tiles", std::move(tile_list)},
                           {"queries", std::move(queries)},
                           {"messages", std::move(messages)},
                           {"now_ms", call.now().ms}});
}

Result<Response> messages(Call& call)
{
    Result<std::vector<notify::BoxMessage>> box = call.site.notify.box(call.actor().id);
    if (!box)
        return fail(box.error());
    Json out = Json::array();
    for (const notify::BoxMessage& message : *box)
        out.push_back(messageJson(message));
    return Response::json(out);
}

Result<Response> markRead(Call& call)
{
    if (Result<void> marked = call.site.notify.markRead(call.actor().id, call.param("id")); !marked)
        return fail(marked.error());
    return Response::noContent();
}

} // namespace

void addCenterRoutes(Routes& routes)
{
    constexpr BodyRule kNone = BodyRule::none();
    routes.add({Method::get, "/api/center", Scope::tenant, Need::candidate, kNone, Rate::read, Cost::light},
               center);
    routes.add({Method::get, "/api/messages", Scope::tenant, Need::candidate, kNone, Rate::read, Cost::light},
               messages);
    routes.add({Method::post, "/api/messages/{id}/read", Scope::tenant, Need::candidate | Need::csrf,
                BodyRule::json(64), Rate::write, Cost::light},
               noFields(markRead));
}

} // namespace zikao::app
