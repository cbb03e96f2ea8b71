#include "kernel/app/api/next_step.hpp"

#include <algorithm>

#include "kernel/app/api/case_view.hpp"
#include "kernel/app/api/menu.hpp"

namespace zikao::app {

namespace {

using cases::Phase;

/// What an office wrote last, as a sentence; a date that went by since says nothing.
std::string newestReason(const std::vector<cases::Event>& history)
{
    for (auto event = history.rbegin(); event != history.rend(); ++event)
        if (!event->reason.empty())
            return "原因：" + event->reason + (event->reason.ends_with("。") ? "" : "。");
    return {};
}

/// Whether the candidate could go on with the case, not only give it up.
bool goesOn(const cases::View& view)
{
    return std::ranges::any_of(view.offers, [&](const cases::Offer& offer) {
        const cases::Action* action = view.definition->action(offer.id);
        if (action == nullptr || action->by != "candidate")
            return false;
        const auto to = view.definition->states.find(action->to);
        return to != view.definition->states.end() && to->second.phase != Phase::closed;
    });
}

Json card(const std::string& title, const std::string& text, const std::string& button,
          const std::string& path)
{
    return Json{{"title", title}, {"text", text}, {"button", button}, {"path", path}};
}

/// The card of one case; null: there is nothing to do in it now.
using CaseCard = Json (*)(const cases::View& view);

std::string inItsState(const cases::View& view)
{
    return view.definition->title + "：" + titleOfState(*view.definition, view.record.state);
}

Json sentBack(const cases::View& view)
{
    // What one office sends back to another is of this phase, too.
    if (view.record.phase != Phase::returned || !view.editable)
        return nullptr;
    return card(inItsState(view), newestReason(view.history) + "请修改后重新提交。", "去修改",
                casePath(view.record.id));
}

Json unpaid(const cases::View& view)
{
    if (view.record.phase != Phase::submitted && view.record.phase != Phase::awaiting_payment)
        return nullptr;
    return card(view.definition->title + "：还没有缴费", "请在截止时间前完成网上缴费。", "去缴费",
                casePath(view.record.id) + "/payment");
}

Json passedOn(const cases::View& view)
{
    const std::string asked = waitsFor(view);
    if (view.record.phase != Phase::approved || asked.empty() || !goesOn(view))
        return nullptr;
    return card(inItsState(view), asked, "去办理", casePath(view.record.id));
}

Json begun(const cases::View& view)
{
    if (view.record.phase != Phase::draft)
        return nullptr;
    return card(view.definition->title + "：还没有提交", "已填写的内容已保存，请继续填写并提交。", "继续填写",
                casePath(view.record.id));
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
        for (const cases::View& view : running)
            if (Json found = cardOf(view); !found.is_null()) {
                const Json due = deadlinesJson(view, now);
                found["deadline_ms"] = due.empty() ? Json(nullptr) : due.front()["at_ms"];
                return found;
            }
    for (const cases::Engine::Tile& tile : tiles)
        // What may be done at any time is no matter of now, nor is what few do twice.
        if (tile.open && tile.open_case.empty() && !tile.had && tile.closes_at) {
            Json found =
                card("现在可以办理：" + tile.title, "请在规定时间内办理。", "去办理", "/start/" + tile.type);
            found["deadline_ms"] = tile.closes_at->ms;
            return found;
        }
    return nullptr;
}

} // namespace zikao::app
