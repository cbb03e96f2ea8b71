#include <filesystem>
#include <fstream>
#include <iterator>

#include "kernel/app/api/case_view.hpp"
#include "kernel/app/api/menu.hpp"
#include "kernel/app/api/routes.hpp"
#include "kernel/base/encoding.hpp"

namespace zikao::app {

namespace {

using namespace http;

/// Addresses of the theme's files, relative to the site's root; null when the profile names none.
Json themeUrl(const Json& theme, const char* key, const std::string& tenant)
{
    const std::string path = theme.value(key, std::string());
    if (path.empty())
        return nullptr;
    return "/" + tenant + "/api/theme/" + std::filesystem::path(path).filename().string();
}

} // namespace

Json themeJson(const Site& site)
{
    const Json theme = site.profile().value("theme", Json::object());
    return {{"primary_color", theme.value("primary_color", "#1F4E8C")},
            {"emblem_url", themeUrl(theme, "emblem", site.id())},
            {"picture_url", themeUrl(theme, "home_picture", site.id())}};
}

namespace {

/// The objects of a list of the profile with these texts, "" where one is absent.
Json listOf(const Json& profile, const char* list, std::initializer_list<const char*> keys)
{
    Json out = Json::array();
    for (const Json& item : profile.value(list, Json::array())) {
        Json texts = Json::object();
        for (const char* key : keys)
            texts[key] = textAt(item, key);
        out.push_back(std::move(texts));
    }
    return out;
}

Json textsOf(const Json& profile, const char* object, std::initializer_list<const char*> keys)
{
    const Json from = profile.value(object, Json::object());
    Json texts = Json::object();
    for (const char* key : keys)
        texts[key] = textAt(from, key);
    return texts;
}

Json entriesJson(const Json& profile)
{
    Json entries = Json::array();
    for (const Json& entry : profile.value("entries", Json::array()))
        entries.push_back({{"id", textAt(entry, "id")},
                           {"title", textAt(entry, "title")},
                           {"text", textAt(entry, "text")},
                           {"path", fixedPath(entry).value()}});
    return entries;
}

Result<Response> profile(Call& call)
{
    const Json& raw = call.site.profile();
    const Json login = raw.value("login", Json::object());
    Json procedures = Json::array();
    const auto package = call.site.tenant->rules->active();
    if (package)
        for (const auto& [type, definition] : (*package)->cases)
            procedures.push_back({{"type", type},
                                  {"title", definition.value("title", type)},
                                  {"subject", definition.value("subject", "candidate")},
                                  {"gate", gateJson(definition.value("gate", Json()), (*package)->texts)}});
    const auto type = [&](const char* key) {
        const std::string named = textAt(login, key);
        return named.empty() ? Json(nullptr) : Json(named);
    };
    return Response::json(
        {{"id", call.site.id()},
         {"name", call.site.tenant->profile.name},
         {"platform_name", call.site.tenant->profile.platform_name},
         {"theme", themeJson(call.site)},
         {"stages", raw.value("stages", Json::array())},
         {"login",
          {{"user_name_label", textAt(login, "user_name_label")},
           {"browser_hint", textAt(login, "browser_hint")},
           {"hint", textAt(login, "hint")},
           {"ways", call.site.tenant->profile.login_ways},
           {"reset_ways", call.site.identity.resetWays()},
           {"register_type", type("register_case")},
           {"register_label", textAt(login, "register_label")},
           {"claim_type", type("claim_case")},
           {"claim_label", textAt(login, "claim_label")}}},
         {"entries", entriesJson(raw)},
         {"notices", listOf(raw, "notices", {"id", "title", "text"})},
         {"help", listOf(raw, "help", {"id", "question", "answer"})},
         {"page_titles", pageTitles(raw)},
         {"payment_columns", raw.value("payment_columns", Json::array())},
         {"menu_complete", raw.value("menu_complete", false)},
         {"position_line", raw.value("position_line", false)},
         {"contact", textsOf(raw, "contact", {"phone", "address", "hours", "mail"})},
         {"footer", textsOf(raw, "footer", {"owner", "record_number", "phone", "accessibility"})},
         {"captcha_length", call.site.tenant->profile.captcha_length},
         {"procedures", std::move(procedures)},
         {"now_ms", call.now().ms}});
}

/// A file of the province's theme folder. The route's placeholder admits no slash, so nothing above it is
/// named.
Result<Response> themeFile(Call& call)
{
    namespace fs = std::filesystem;
    const fs::path path = fs::path(call.site.tenant->profile.dir) / "theme" / call.param("file");
    const std::string extension = path.extension().string();
    const std::string type = extension == ".svg" ? "image/svg+xml" : extension == ".png" ? "image/png" : "";
    std::ifstream file(path, std::ios::binary);
    if (type.empty() || !fs::is_regular_file(path) || !file)
        return fail(ErrorCode::not_found, "no such theme file");
    Response response = Response::text(std::string{std::istreambuf_iterator<char>(file), {}}, type);
    response.head.set("Cache-Control", "public, max-age=3600");
    return response;
}

Result<Response> captcha(Call& call)
{
    Result<identity::Identity::Captcha> drawn = call.site.identity.newCaptcha();
    if (!drawn)
        return fail(drawn.error());
    return Response::json({{"id", drawn->id}, {"image", "data:image/png;base64," + base64(drawn->png)}});
}

} // namespace

void addTenantRoutes(Routes& routes)
{
    constexpr BodyRule kNone = BodyRule::none();
    routes.add({Method::get, "/api/tenant", Scope::tenant, Need::anyone, kNone, Rate::read, Cost::light},
               profile);
    routes.add(
        {Method::get, "/api/theme/{file}", Scope::tenant, Need::anyone, kNone, Rate::read, Cost::light},
        themeFile);
    routes.add({Method::get, "/api/captcha", Scope::tenant, Need::anyone, kNone, Rate::captcha, Cost::light},
               captcha);
}

} // namespace zikao::app
