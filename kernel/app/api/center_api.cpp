#include <algorithm>

#include "kernel/app/api/menu.hpp"
#include "kernel/app/api/no_fields.hpp"
#include "kernel/app/api/routes.hpp"

namespace zikao::app {

namespace {

using namespace http;

/// Where a candidate stands in the tenant's named stages: each closed procedure moves one on. The profile's
/// stages alternate between what the candidate does and what an office or provider answers.
Json stagesJson(const Json& names, std::size_t current, bool finished)
{
    Json out = Json::array();
    for (std::size_t i = 0; i < names.size(); ++i)
        out.push_back({{"title", names[i]},
                       {"state", finished || i < current ? "done"
                                 : i == current          ? "current"
                                                         : "todo"}});
    return out;
}

/// What is due for a case and has not come yet, in the words of the actions that then happen.
Json deadlinesJson(const cases::View& view, Instant now)
{
    Json out = Json::array();
    if (isOver(view.record.phase))
        return out;
    for (const cases::Deadline& deadline : view.deadlines) {
        const cases::Action* action = view.definition->action(deadline.action);
        // An order that runs out leads back to where the deadline strikes.
        const bool would_happen =
            action != nullptr && (view.record.phase == cases::Phase::awaiting_payment ||
                                  std::ranges::count(action->from, view.record.state) > 0);
        if (would_happen && deadline.due_at >= now)
            out.push_back({{"title", action->title}, {"at_ms", deadline.due_at.ms}});
    }
    return out;
}

std::size_t stageOf(const cases::Record& record, const std::string& first_type)
{
    const bool first = record.type == first_type;
    switch (record.phase) {
    case cases::Phase::draft:
    case cases::Phase::returned: return first ? 0 : 2;
    case cases::Phase::in_review: return 1;
    default: return first ? 2 : 3;
    }
}

/// The steps the profile names for a procedure (`progress`), by the phase it is in. In a phase that no step names all
/// of them are done; what came to nothing has no steps.
Json progressJson(const Json& steps, cases::Phase phase)
{
    const std::string now = cases::name(phase);
    std::size_t current = steps.size();
    for (std::size_t i = 0; i < steps.size() && current == steps.size(); ++i)
        for (const Json& each : steps[i].value("phases", Json::array()))
            if (each == now)
                current = i;
    Json titles = Json::array();
    for (const Json& step : steps)
        titles.push_back(step.value("title", std::string()));
    const bool given_up = phase == cases::Phase::rejected || phase == cases::Phase::closed;
    return given_up && current == steps.size() ? Json::array() : stagesJson(titles, current, false);
}

/// What an office wrote last; a date that went by since says nothing.
std::string newestReason(const std::vector<cases::Event>& history)
{
    for (auto event = history.rbegin(); event != history.rend(); ++event)
        if (!event->reason.empty())
            return event->reason;
    return {};
}

/// The one thing to do now: the first of a returned case, an unpaid one, a draft, an open procedure.
Json nextJson(const std::vector<cases::View>& running, const std::vector<cases::Engine::Tile>& tiles,
              Instant now)
{
    const auto card = [](const std::string& title, const std::string& text, const std::string& button,
                         const std::string& path, Json deadline) {
        return Json{{"title", title},
                    {"text", text},
                    {"button", button},
                    {"path", path},
                    {"deadline_ms", std::move(deadline)}};
    };
    const auto deadline = [now](const cases::View& view) {
        const Json due = deadlinesJson(view, now);
        return due.empty() ? Json(nullptr) : due.front()["at_ms"];
    };
    for (const cases::View& view : running)
        if (view.record.phase == cases::Phase::returned) {
            return card(view.definition->title + "：审核未通过",
                        "原因：" + newestReason(view.history) + "。请修改后重新提交。", "去修改",
                        casePath(view.record.id), deadline(view));
        }
    for (const cases::View& view : running)
        if (view.record.phase == cases::Phase::submitted ||
            view.record.phase == cases::Phase::awaiting_payment)
            return card(view.definition->title + "：还没有缴费", "请在截止时间前完成网上缴费。", "去缴费",
                        casePath(view.record.id) + "/payment", deadline(view));
    for (const cases::View& view : running)
        if (view.record.phase == cases::Phase::draft)
            return card(view.definition->title + "：还没有提交", "已填写的内容已保存，请继续填写并提交。",
                        "继续填写", casePath(view.record.id), deadline(view));
    for (const cases::Engine::Tile& tile : tiles)
        // What may be done at any time is no matter of now.
        if (tile.open && tile.open_case.empty() && tile.closes_at)
            return card("现在可以办理：" + tile.title, "请在规定时间内办理。", "去办理",
                        "/start/" + tile.type, Json(tile.closes_at->ms));
    return nullptr;
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
    const Json stages = site.profile().value("stages", Json::array());
    const Json progress = site.profile().value("progress", Json::object());
    std::vector<cases::View> open_views;
    Json running = Json::array();
    for (const cases::Record& record : *records) {
        Result<cases::View> view = site.engine.view(call.actor(), record.id);
        if (!view)
            return fail(view.error());
        const auto state = view->definition->states.find(record.state);
        const bool over = isOver(record.phase);
        running.push_back(
            {{"case_id", record.id},
             {"type", record.type},
             {"title", view->definition->title},
             {"state_title", state == view->definition->states.end() ? record.state : state->second.title},
             {"phase", cases::name(record.phase)},
             {"waits_for", state == view->definition->states.end()
                               ? ""
                               : sentence(view->package->texts, state->second.waits_for, {})},
             {"since_ms", record.changed_at.ms},
             {"path", casePath(record.id)},
             {"deadlines", deadlinesJson(*view, call.now())},
             {"stages",
              progress.empty()
                  ? stagesJson(stages, stageOf(record, first_type), record.phase == cases::Phase::completed)
                  : progressJson(progress.value(record.type, Json::array()), record.phase)}});
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
    return Response::json({{"next", nextJson(open_views, *tiles, call.now())},
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
