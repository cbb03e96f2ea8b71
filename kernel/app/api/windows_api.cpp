#include <algorithm>

#include "kernel/app/api/routes.hpp"
#include "kernel/audit/audit.hpp"
#include "kernel/exams/windows.hpp"

namespace zikao::app {

namespace {

using namespace http;
using identity::Role;

/// A window that the tenant has, whether its times were set or not.
struct Known
{
    std::string title, within;
    std::vector<std::string> used_by; ///< titles of the procedures that it opens
};

/// By name: what the profile describes, and what the definitions ask for.
Result<std::map<std::string, Known>> knownWindows(Call& call)
{
    std::map<std::string, Known> known;
    for (const Json& each : call.site.profile().value("windows", Json::array()))
        known[each.at("id")] = {each.at("title"), each.value("within", ""), {}};
    auto package = call.site.tenant->rules->active();
    if (!package)
        return fail(package.error());
    for (const auto& [type, definition] : (*package)->cases) {
        static constexpr std::string_view kNamed = "window.";
        const std::string window = definition.value("window", "");
        if (!window.starts_with(kNamed))
            continue;
        const std::string title = definition.value("title", type);
        const auto at = known.try_emplace(window.substr(kNamed.size()), Known{title, "", {}}).first;
        at->second.used_by.push_back(title);
    }
    return known;
}

Json windowJson(const exams::Window& window, const Known& known)
{
    return {{"name", window.name},           {"title", window.title},   {"opens_ms", window.opens.ms},
            {"closes_ms", window.closes.ms}, {"within", window.within}, {"used_by", known.used_by}};
}

Result<Response> windows(Call& call)
{
    Result<std::vector<exams::Window>> all = exams::Windows(*call.site.tenant).all();
    if (!all)
        return fail(all.error());
    auto known = knownWindows(call);
    if (!known)
        return fail(known.error());
    Json out = Json::array();
    for (const exams::Window& window : *all) {
        out.push_back(windowJson(window, (*known)[window.name]));
        known->erase(window.name);
    }
    for (const auto& [name, unset] : *known)
        out.push_back({{"name", name},
                       {"title", unset.title},
                       {"opens_ms", nullptr},
                       {"closes_ms", nullptr},
                       {"within", unset.within},
                       {"used_by", unset.used_by}});
    return Response::json(out);
}

/// Why a window cannot have these times, said at its end, with the other window's figures (AH-PHO-03).
Result<Response> refused(Call& call, const exams::Window& window, const Error& error)
{
    Reason reason;
    reason.code = error.reason;
    reason.field = "closes_ms";
    if (error.reason == "window_order")
        reason.code = "window_closes_first";
    if (error.reason == "window_unknown")
        reason.field = "within";
    if (error.reason == "window_outlasts") {
        Result<std::vector<exams::Window>> all = exams::Windows(*call.site.tenant).all();
        if (!all)
            return fail(all.error());
        const exams::Window* other = nullptr;
        for (const exams::Window& each : *all) {
            const bool around = each.name == window.within && window.closes > each.closes;
            const bool inner = each.within == window.name && each.closes > window.closes;
            if (around || (inner && other == nullptr))
                other = &each;
            if (around)
                break;
        }
        if (other != nullptr) {
            reason.code = other->name == window.within ? "window_outlasts" : "window_too_short";
            reason.args = {{"other", other->title}, {"closes", beijingText(other->closes)}};
        }
    }
    return refusal(Decision{false, {reason}}, call.site.packageTexts(), call.request.id);
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
    auto known = knownWindows(call);
    if (!known)
        return fail(known.error());
    // What the profile says of a window is not the administrator's to loosen.
    const Known& described = (*known)[window.name];
    if (!described.within.empty())
        window.within = described.within;
    Result<void> saved =
        call.site.tenant->database->transaction([&](storage::Transaction& tx) -> Result<void> {
            if (Result<void> done = exams::Windows(*call.site.tenant).save(tx, window); !done)
                return done;
            return audit::append(
                tx, {call.actor().id, "window.save", "window:" + window.name, "{}", call.request.id},
                call.now());
        });
    if (!saved && saved.error().code == ErrorCode::invalid_argument)
        return refused(call, window, saved.error());
    if (!saved)
        return fail(saved.error());
    return Response::json(windowJson(window, described));
}

} // namespace

void addWindowRoutes(Routes& routes)
{
    constexpr Need kSetUp = Need::roles(bit(Role::province_office) | bit(Role::tenant_admin));
    routes.add(
        {Method::get, "/api/staff/windows", Scope::tenant, kSetUp, BodyRule::none(), Rate::read, Cost::light},
        windows);
    routes.add({Method::put, "/api/staff/windows/{name}", Scope::tenant, kSetUp | Need::csrf,
                BodyRule::json(1024), Rate::write, Cost::light},
               saveWindow);
}

} // namespace zikao::app
