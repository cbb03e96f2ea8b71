#include <filesystem>
#include <fstream>

#include "kernel/base/strict_object.hpp"
#include "kernel/plugin/interfaces.hpp"
#include "kernel/plugin/plugins.hpp"

namespace zikao::plugin {

namespace {

constexpr std::size_t kMaxManifest = 64 * 1024;

Result<std::string> readSmall(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail(ErrorCode::plugin_fault, "cannot read " + path);
    std::string text(kMaxManifest + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > kMaxManifest)
        return fail(ErrorCode::plugin_fault, path + " is over 64 KiB");
    return text;
}

bool fits(const Json& value, const std::string& type)
{
    if (type == "string")
        return value.is_string();
    if (type == "integer")
        return value.is_number_integer();
    if (type == "boolean")
        return value.is_boolean();
    if (type == "list")
        return value.is_array();
    return type == "object" && value.is_object();
}

/// One entry of `settings`: {type, required, default, about, secret}.
void checkEntry(const std::string& name, const Json& entry, StrictObject& all)
{
    StrictObject object(entry, "settings." + name);
    const std::string type = object.text("type");
    const bool required = object.boolean("required", false);
    object.boolean("secret", false);
    object.text("about");
    const Json& otherwise = object.any("default");
    if (type != "string" && type != "integer" && type != "boolean" && type != "list" && type != "object")
        object.fault("type", "field_type");
    else if (entry.contains("default") && !fits(otherwise, type))
        object.fault("default", "field_type");
    if (required && entry.contains("default"))
        object.fault("default", "required_has_no_default");
    [[maybe_unused]] const auto good = object.finish(); // the faults are taken over
    all.take(object);
}

} // namespace

Result<Manifest> Manifest::read(const std::string& plugin_dir)
{
    const std::string path = plugin_dir + "/manifest.json";
    auto text = readSmall(path);
    if (!text)
        return fail(text.error());
    auto json = parseJson(*text);
    if (!json)
        return fail(ErrorCode::plugin_fault, path + ": " + json.error().message);
    StrictObject object(*json, path);
    Manifest manifest;
    manifest.id = object.text("id");
    manifest.implements = object.text("implements");
    manifest.version = object.text("version");
    manifest.maturity = object.text("maturity");
    manifest.network = object.boolean("network", false);
    manifest.memory_mib = static_cast<int>(object.integerOr("memory_mib", 256, 32, 8192));
    manifest.readable = object.texts("readable");
    manifest.settings = object.object("settings");
    for (const auto& [name, entry] : manifest.settings.items())
        checkEntry(name, entry, object);
    if (!manifest.implements.empty() && interfaceVersion(manifest.implements) == 0)
        object.fault("implements", "unknown_interface");
    const std::string folder = std::filesystem::path(plugin_dir).filename().string();
    if (!manifest.id.empty() && !folder.empty() && folder != manifest.id)
        object.fault("id", "differs_from_folder");
    if (auto good = object.finish(); !good)
        return fail(ErrorCode::plugin_fault, good.error().message);
    return manifest;
}

Result<Json> Manifest::check(const Json& given, const std::string& where) const
{
    std::string faults;
    const auto fault = [&](const std::string& key, const std::string& what) {
        faults += (faults.empty() ? "" : "; ") + where + (key.empty() ? "" : "." + key) + ": " + what;
    };
    if (!given.is_object() && !given.is_null())
        return fail(ErrorCode::invalid_argument, where + ": must be an object");
    Json checked = Json::object();
    for (const auto& [key, entry] : settings.items()) {
        const std::string type = entry.value("type", "");
        if (given.is_object() && given.contains(key)) {
            if (fits(given[key], type))
                checked[key] = given[key];
            else
                fault(key, "must be of type " + type);
        } else if (entry.value("required", false)) {
            fault(key, "is missing (" + entry.value("about", "") + ")");
        } else if (entry.contains("default")) {
            checked[key] = entry["default"];
        }
    }
    if (given.is_object())
        for (const auto& [key, value] : given.items())
            if (!settings.contains(key))
                fault(key, "is unknown to " + id);
    if (!faults.empty())
        return fail(ErrorCode::invalid_argument, faults, "plugin_settings");
    return checked;
}

Result<std::string> pinnedDigest(const std::string& plugin_dir)
{
    namespace fs = std::filesystem;
    const fs::path dir = fs::path(plugin_dir).lexically_normal();
    const std::string id = dir.filename().string();
    const fs::path lock = dir.parent_path() / "plugins.lock";
    std::error_code error;
    if (!fs::exists(lock, error))
        return std::string();
    auto text = readSmall(lock.string());
    if (!text)
        return text;
    auto json = parseJson(*text);
    if (!json || !json->is_object())
        return fail(ErrorCode::plugin_fault, lock.string() + " is no JSON object");
    const Json digest = json->value(id, Json());
    if (!digest.is_string() || digest.get_ref<const std::string&>().size() != 64)
        return fail(ErrorCode::plugin_fault, lock.string() + " pins no SM3 digest for " + id);
    return digest.get<std::string>();
}

} // namespace zikao::plugin
