#include "kernel/app/api/next_step.hpp"

#include <algorithm>

#include "kernel/app/api/menu.hpp"

namespace zikao::app {

namespace {

using cases::Phase;

std::string stateTitle(const cases::View& view)
{
    const auto state = view.definition->states.find(view.record.state);
    return state == view.definition->states.end() ? view.record.state : state->second.title;
}

/// What an office wrote last, as a sentence; a date that went by since says nothing.
std::string newestReason(const std::vector<cases::Event>& history)
{
    for (auto event = history.rbegin(); event != history.rend(); ++event)
        if (!event->reason.empty())
            return "原因：" + event->reason + (event->reason.ends_with("。") ? "" : "。");
    return {};
}

/// What the candidate is asked to do in a state an office has passed on, in the state's words; empty: nothing, or
/// nothing but to give up.
std::string askedFor(const cases::View& view)
{
    const auto state = view.definition->states.find(view.record.state);
    if (view.record.phase != Phase::approved || state == view.definition->states.end())
        return {};
    const bool asked = std::ranges::any_of(view.offers, [&](const cases::Offer& offer) {
        const cases::Action* action = view.definition->action(offer.id);
        if (action == nullptr || action->by != "candidate")
            return false;
        const auto to = view.definition->states.find(action->to);
        return to != view.definition->states.end() && to->second.phase != Phase::closed;
    });
    return asked ? sentence(view.package->texts, state->second.waits_for, {}) : "";
}

Json card(const std::string& title, const std::string& text, const std::string& button,
          const std::string& path, Json deadline)
{
    return Json{{"title", title},
                {"text", text},
                {"button", button},
                {"path", path},
                {"deadline_ms", std::move(deadline)}};
}

/// The card of one case; null: there is nothing to do in it now.
using CaseCard = Json (*)(const cases::View& view, const Json& deadline);

Json sentBack(const cases::View& view, const Json& deadline)
{
    // What one office sends back to another is of this phase, too.
    if (view.record.phase != Phase::returned || !view.editable)
        return nullptr;
    return card(view.definition->title + "：" + stateTitle(view),
                newestReason(view.history) + "请修改后重新提交。", "去修改", casePath(view.record.id),
                deadline);
}

Json unpaid(const cases::View& view, const Json& deadline)
{
    if (view.record.phase != Phase::submitted && view.record.phase != Phase::awaiting_payment)
        return nullptr;
    return card(view.definition->title + "：还没有缴费", "请在截止时间前完成网上缴费。", "去缴费",
                casePath(view.record.id) + "/payment", deadline);
}

Json passedOn(const cases::View& view, const Json& deadline)
{
    const std::string text = askedFor(view);
    return text.empty() ? Json(nullptr)
                        : card(view.definition->title + "：" + stateTitle(view), text, "去办理",
                               casePath(view.record.id), deadline);
}

Json begun(const cases::View& view, const Json& deadline)
{
    if (view.record.phase != Phase::draft)
        return nullptr;
    return card(view.definition->title + "：还没有提交", "已填写的内容已保存，请继续填写并提交。", "继续填写",
                casePath(view.record.id), deadline);
}

} // namespace

Json deadlinesJson(const cases::View& view, Instant now)
{
    Json out = Json::array();
    if (isOver(view.record.phase))
        return out;
    for (const cases::Deadline& deadline : view.deadlines) {
        const cases::Action* action = view.definition->action(deadline.action);
        // An order that runs out leads back to where the deadline strikes.
        const bool would_happen =
            action != nullptr && (view.record.phase == Phase::awaiting_payment ||
                                  std::ranges::count(action->from, view.record.state) > 0);
        if (would_happen && deadline.due_at >= now)
            out.push_back({{"title", action->title}, {"at_ms", deadline.due_at.ms}});
    }
    return out;
}

Json nextStep(const std::vector<cases::View>& running, const std::vector<cases::Engine::Tile>& tiles,
              Instant now)
{
    for (const CaseCard cardOf : {sentBack, unpaid, passedOn, begun})
        for (const cases::View& view : running) {
            const Json due = deadlinesJson(view, now);
            if (Json found = cardOf(view, due.empty() ? Json(nullptr) : due.front()["at_ms"]);
                !found.is_null())
                return found;
        }
    for (const cases::Engine::Tile& tile : tiles)
        // What may be done at any time is no matter of now, nor is what few do twice.
        if (tile.open && tile.open_case.empty() && !tile.had && tile.closes_at)
            return card("现在可以办理：" + tile.title, "请在规定时间内办理。", "去办理",
                        "/start/" + tile.type, Json(tile.closes_at->ms));
    return nullptr;
}

} // namespace zikao::app
