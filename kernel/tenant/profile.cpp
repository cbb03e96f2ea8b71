#include "kernel/tenant/profile.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "kernel/base/strict_object.hpp"

namespace zikao::tenant {

namespace {

bool isId(std::string_view text)
{
    return !text.empty() && text.size() <= 40 && text.front() != '_' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
           });
}

void checkId(StrictObject& object, std::string_view key, const std::string& value)
{
    if (object.has(key) && !isId(value))
        object.fault(key, "field_range");
}

/// Reads an optional nested object of optional texts and nothing else.
void readTexts(StrictObject& parent, std::string_view key, std::initializer_list<const char*> names)
{
    StrictObject object(parent.object(key), parent.pathOf(key));
    for (const char* name : names)
        static_cast<void>(object.text(name, ""));
    static_cast<void>(object.finish());
    parent.take(object);
}

/// Calls `read` with each object of an optional array, with its path, and takes over the faults.
template <class F>
void readEach(StrictObject& parent, std::string_view key, F&& read)
{
    const Json& items = parent.array(key);
    std::set<std::string> ids;
    for (std::size_t i = 0; i < items.size(); ++i) {
        StrictObject object(items[i], parent.pathOf(key) + "[" + std::to_string(i) + "]");
        const std::string id = object.text("id");
        checkId(object, "id", id);
        if (!ids.insert(id).second)
            object.fault("id", "field_repeated");
        read(object, id);
        static_cast<void>(object.finish());
        parent.take(object);
    }
}

/// Exactly one of the keys must be there; with `or_none`, at most one.
void requireOneOf(StrictObject& object, std::initializer_list<const char*> keys, bool or_none = false)
{
    const auto count =
        std::count_if(keys.begin(), keys.end(), [&](const char* key) { return object.has(key); });
    if (count > 1 || (count == 0 && !or_none))
        object.fault(*keys.begin(), count == 0 ? "field_missing" : "field_repeated");
}

void requireKnown(StrictObject& object, const char* key, const std::string& value,
                  std::initializer_list<std::string_view> known)
{
    if (object.has(key) && std::find(known.begin(), known.end(), value) == known.end())
        object.fault(key, "field_range");
}

/// @param first    ids of the entries that stand further up and on the first level
/// @param parents  ids that other entries stand under: such an entry may lead nowhere itself
void readMenuEntry(StrictObject& entry, const std::string& id, std::set<std::string>& first,
                   const std::set<std::string>& parents)
{
    static_cast<void>(entry.text("title"));
    for (const char* key : {"case", "notice", "payment_of", "page"})
        static_cast<void>(entry.text(key, ""));
    if (entry.texts("person_of").empty() && entry.has("person_of"))
        entry.fault("person_of", "field_range");
    requireOneOf(entry, {"case", "notice", "payment_of", "page", "person_of"}, parents.contains(id));
    const std::string under = entry.text("under", "");
    if (under.empty())
        first.insert(id);
    else if (!first.contains(under))
        entry.fault("under", "field_range");
    if (!entry.has("needs"))
        return;
    StrictObject needs(entry.object("needs"), entry.pathOf("needs"));
    static_cast<void>(needs.text("case"));
    static_cast<void>(needs.text("phase"));
    static_cast<void>(needs.finish());
    entry.take(needs);
}

void readMenu(StrictObject& profile)
{
    std::set<std::string> first, parents;
    for (const Json& entry : profile.array("menu"))
        if (entry.is_object() && entry.contains("under") && entry["under"].is_string())
            parents.insert(entry["under"].get<std::string>());
    readEach(profile, "menu",
             [&](StrictObject& entry, const std::string& id) { readMenuEntry(entry, id, first, parents); });
}

/// {case type: [{title, phases, states}]}
void readProgress(StrictObject& profile)
{
    const Json& progress = profile.object("progress");
    for (const auto& [type, steps] : progress.items()) {
        if (!steps.is_array()) {
            profile.fault("progress." + type, "field_type");
            continue;
        }
        for (std::size_t i = 0; i < steps.size(); ++i) {
            StrictObject step(steps[i], profile.pathOf("progress." + type) + "[" + std::to_string(i) + "]");
            static_cast<void>(step.text("title"));
            static_cast<void>(step.texts("phases"));
            static_cast<void>(step.texts("states"));
            static_cast<void>(step.finish());
            profile.take(step);
        }
    }
}

/// Time windows that belong to no sitting; `within` names one that must not close earlier.
void readWindows(StrictObject& parent)
{
    std::set<std::string> names;
    for (const Json& window : parent.array("windows"))
        if (window.is_object() && window.contains("id") && window["id"].is_string())
            names.insert(window["id"].get<std::string>());
    readEach(parent, "windows", [&](StrictObject& window, const std::string& id) {
        static_cast<void>(window.text("title"));
        const std::string within = window.text("within", "");
        if (!within.empty() && (within == id || !names.contains(within)))
            window.fault("within", "field_range");
    });
}

void readReasonChoices(StrictObject& parent)
{
    const Json& choices = parent.object("reason_choices");
    for (const auto& [type, sentences] : choices.items()) {
        const bool texts =
            sentences.is_array() && std::all_of(sentences.begin(), sentences.end(),
                                                [](const Json& item) { return item.is_string(); });
        if (!texts)
            parent.fault("reason_choices." + type, "field_type");
    }
}

void readLogin(StrictObject& parent, Profile& profile)
{
    static const std::set<std::string, std::less<>> kWays = {"password", "certificate", "phone"};
    StrictObject login(parent.object("login"), parent.pathOf("login"));
    for (const char* name : {"user_name_label", "browser_hint", "hint", "register_case", "register_label",
                             "claim_case", "claim_label"})
        static_cast<void>(login.text(name, ""));
    if (login.has("ways")) {
        profile.login_ways = login.texts("ways");
        std::set<std::string> seen;
        for (const std::string& way : profile.login_ways)
            if (!kWays.contains(way) || !seen.insert(way).second)
                login.fault("ways", "field_range");
        if (profile.login_ways.empty())
            login.fault("ways", "field_missing");
    }
    static_cast<void>(login.finish());
    parent.take(login);
}

PluginBinding readBinding(StrictObject& parent, std::string_view key, const std::string& file)
{
    PluginBinding binding;
    binding.where = file + ": " + std::string(key);
    const Json& value = parent.any(key);
    if (value.is_object()) {
        StrictObject object(value, parent.pathOf(key));
        binding.plugin = object.text("plugin");
        checkId(object, "plugin", binding.plugin);
        binding.settings = object.object("settings");
        static_cast<void>(object.finish());
        parent.take(object);
    } else if (!value.is_null()) {
        binding.plugin = parent.text(key, "");
        if (!binding.plugin.empty())
            checkId(parent, key, binding.plugin);
    }
    return binding;
}

void readDegreePage(StrictObject& parent, Profile& profile)
{
    using enum api::DegreePurpose;
    static const std::map<std::string, api::DegreePurpose> kPurposes{
        {"registration", registration}, {"graduation", graduation}, {"exemption", exemption}};
    if (!parent.has("degree_page"))
        return;
    StrictObject page(parent.object("degree_page"), parent.pathOf("degree_page"));
    const auto purpose = kPurposes.find(page.text("purpose"));
    if (purpose != kPurposes.end())
        profile.degree_purpose = purpose->second;
    else if (page.has("purpose"))
        page.fault("purpose", "field_range");
    profile.degree_code_seconds =
        static_cast<int>(page.integerOr("code_seconds", profile.degree_code_seconds, 60, 600));
    for (const char* key : {"app_name", "app_url", "help_url", "intro", "no_record_hint", "papers_case"})
        static_cast<void>(page.text(key, ""));
    for (const char* key : {"app_url", "help_url"})
        if (page.has(key) && !page.text(key, "").starts_with("https://"))
            page.fault(key, "field_range");
    static_cast<void>(page.finish());
    parent.take(page);
}

void checkColour(StrictObject& theme)
{
    const std::string colour = theme.text("primary_color");
    const bool right = colour.size() == 7 && colour[0] == '#' &&
                       colour.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
    if (theme.has("primary_color") && !right)
        theme.fault("primary_color", "field_range");
}

} // namespace

Result<Profile> Profile::read(const std::string& dir)
{
    const std::string path = (std::filesystem::path(dir) / "province.json").string();
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail(ErrorCode::not_found, "no province profile " + path);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    Result<Json> json = parseJson(text);
    if (!json)
        return fail(json.error().code, path + ": " + json.error().message, json.error().reason);

    Profile profile;
    profile.raw = std::move(*json);
    profile.dir = dir;
    StrictObject object(profile.raw, path);
    profile.id = object.text("id");
    checkId(object, "id", profile.id);
    if (profile.id != std::filesystem::path(dir).lexically_normal().filename().string())
        object.fault("id", "field_not_folder_name");
    profile.name = object.text("name");
    profile.platform_name = object.text("platform_name");
    profile.hosts = object.texts("hosts");
    profile.captcha_length =
        static_cast<int>(object.integerOr("captcha_length", profile.captcha_length, 4, 6));
    profile.session_minutes =
        static_cast<int>(object.integerOr("session_minutes", profile.session_minutes, 5, 60));
    profile.codes_per_network =
        static_cast<int>(object.integerOr("codes_per_network", profile.codes_per_network, 50, 100'000));
    profile.qr_seconds = static_cast<int>(object.integerOr("qr_seconds", profile.qr_seconds, 60, 1800));

    StrictObject theme(object.object("theme"), object.pathOf("theme"));
    checkColour(theme);
    static_cast<void>(theme.text("emblem", ""));
    static_cast<void>(theme.text("home_picture", ""));
    static_cast<void>(theme.finish());
    object.take(theme);

    static_cast<void>(object.texts("stages"));
    readLogin(object, profile);
    readTexts(object, "footer", {"owner", "record_number", "phone", "address", "slogan", "accessibility"});
    readTexts(object, "contact", {"phone", "address", "hours", "mail"});
    readEach(object, "notices", [](StrictObject& notice, const std::string&) {
        static_cast<void>(notice.text("title"));
        static_cast<void>(notice.text("text"));
    });
    readEach(object, "entries", [](StrictObject& entry, const std::string&) {
        for (const char* key : {"case", "notice", "page", "text"})
            static_cast<void>(entry.text(key, ""));
        static_cast<void>(entry.text("title"));
        requireOneOf(entry, {"case", "notice", "page"});
    });
    readEach(object, "help", [](StrictObject& item, const std::string&) {
        static_cast<void>(item.text("question"));
        static_cast<void>(item.text("answer"));
    });
    readEach(object, "contacts", [](StrictObject& group, const std::string& id) {
        static_cast<void>(group.text("title"));
        static_cast<void>(group.text("text", ""));
        requireKnown(group, "id", id, {"province", "prefecture", "county", "school"});
    });
    readMenu(object);
    static_cast<void>(object.boolean("menu_complete", false));
    static_cast<void>(object.boolean("position_line", false));
    readProgress(object);
    readEach(object, "payment_page", [](StrictObject& line, const std::string&) {
        static_cast<void>(line.text("label"));
        for (const char* key : {"from", "text"})
            static_cast<void>(line.text(key, ""));
        requireOneOf(line, {"from", "text"});
    });
    static_cast<void>(object.texts("payment_notices"));
    readEach(object, "payment_columns", [](StrictObject& column, const std::string& id) {
        static_cast<void>(column.text("title"));
        requireKnown(column, "id", id,
                     {"no", "name", "code", "exam_at", "amount", "state", "ordered_at", "remark"});
    });
    readEach(object, "payment_totals", [](StrictObject& total, const std::string&) {
        static_cast<void>(total.text("label"));
        static_cast<void>(total.text("unit", ""));
        requireKnown(total, "from", total.text("from"),
                     {"person.name", "person.admission_number", "order.course_count", "order.total"});
    });
    readTexts(object, "payment_words",
              {"notices_title", "pay_button", "confirm_title", "confirm_text", "contact", "browser_hint",
               "unpaid", "paying", "paid", "expired", "refunding", "refunded", "line_unpaid", "line_paid"});
    static_cast<void>(object.texts("refund_reasons"));
    readReasonChoices(object);
    readWindows(object);
    for (const auto& [name, value] : object.object("settings").items())
        if (!value.is_boolean())
            object.fault("settings." + name, "field_type");
    readEach(object, "payment_channels", [&](StrictObject& channel, const std::string& id) {
        ChannelBinding binding{id, channel.text("label"), {}};
        static_cast<void>(channel.boolean("same_phone", true));
        binding.plugin.plugin = channel.text("plugin");
        checkId(channel, "plugin", binding.plugin.plugin);
        binding.plugin.settings = channel.object("settings");
        binding.plugin.where = channel.pathOf("settings");
        profile.payment_channels.push_back(std::move(binding));
    });
    profile.message_sender = readBinding(object, "message_sender", path);
    profile.mail_sender = readBinding(object, "mail_sender", path);
    profile.image_inspector = readBinding(object, "image_inspector", path);
    profile.id_card_reader = readBinding(object, "id_card_reader", path);
    profile.degree_checker = readBinding(object, "degree_checker", path);
    profile.record_exchange = readBinding(object, "record_exchange", path);
    readDegreePage(object, profile);
    if (Result<void> good = object.finish(); !good)
        return fail(good.error());
    profile.raw["captcha_length"] = profile.captcha_length;
    profile.raw["codes_per_network"] = profile.codes_per_network;
    profile.raw["session_minutes"] = profile.session_minutes;
    profile.raw["qr_seconds"] = profile.qr_seconds;
    return profile;
}

} // namespace zikao::tenant
