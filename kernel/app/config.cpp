#include "kernel/app/config.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "kernel/base/strict_object.hpp"

namespace zikao::app {

namespace {

namespace fs = std::filesystem;

/// Paths of the file are written relative to it, so that an installation can be moved as a whole.
std::string resolve(const fs::path& base, const std::string& path)
{
    return path.empty() ? path : (base / path).lexically_normal().string();
}

DatabaseConfig readDatabase(const Json& json, StrictObject& parent, const fs::path& base)
{
    StrictObject object(json, parent.pathOf("database"));
    DatabaseConfig database;
    database.engine = object.text("engine", "sqlite");
    if (database.engine != "sqlite" && database.engine != "mysql")
        object.fault("engine", "field_range");
    database.host = object.text("host", "127.0.0.1");
    database.socket = object.text("socket", "");
    database.port = static_cast<std::uint16_t>(object.integerOr("port", 3306, 1, 65535));
    database.user = object.text("user", "");
    database.password_file = resolve(base, object.text("password_file", ""));
    database.name_prefix = object.text("name_prefix", "zikao_");
    database.connections = static_cast<int>(object.integerOr("connections", 8, 1, 200));
    static_cast<void>(object.finish());
    parent.take(object);
    return database;
}

TenantConfig readTenant(const Json& json, StrictObject& parent, std::size_t at, const fs::path& base)
{
    StrictObject object(json, parent.pathOf("tenants[" + std::to_string(at) + "]"));
    TenantConfig tenant;
    tenant.province_dir = resolve(base, object.text("province_dir"));
    tenant.rules_dir = resolve(base, object.text("rules_dir"));
    for (const auto& [id, settings] : object.object("plugin_settings").items()) {
        Json resolved = settings;
        if (resolved.is_object())
            for (auto& [key, value] : resolved.items())
                if (value.is_object() && value.size() == 1 && value.contains("file") &&
                    value["file"].is_string())
                    value["file"] = resolve(base, value["file"].get<std::string>());
        tenant.plugin_settings[id] = std::move(resolved);
    }
    static_cast<void>(object.finish());
    parent.take(object);
    return tenant;
}

} // namespace

Result<Config> Config::read(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail(ErrorCode::not_found, "no configuration file " + path);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    Result<Json> json = parseJson(text);
    if (!json)
        return fail(json.error().code, path + ": " + json.error().message, json.error().reason);

    const fs::path base = fs::absolute(path).parent_path();
    StrictObject object(*json, fs::path(path).filename().string());
    Config config;
    config.address = object.text("address", config.address);
    config.port = static_cast<std::uint16_t>(object.integerOr("port", config.port, 0, 65535));
    config.public_url = object.text("public_url");
    config.tls_certificate = resolve(base, object.text("tls_certificate", ""));
    config.tls_key = resolve(base, object.text("tls_key", ""));
    if (config.tls_certificate.empty() != config.tls_key.empty())
        object.fault("tls_key", "field_missing");
    config.trusted_proxies = object.texts("trusted_proxies");
    config.data_dir = resolve(base, object.text("data_dir"));
    config.sql_dir = resolve(base, object.text("sql_dir"));
    config.web_dir = resolve(base, object.text("web_dir"));
    config.plugin_dir = resolve(base, object.text("plugin_dir"));
    config.worker = resolve(base, object.text("worker"));
    config.common_rules_dir = resolve(base, object.text("common_rules_dir"));
    config.http_threads = static_cast<int>(object.integerOr("http_threads", 8, 1, 64));
    config.rule_workers = static_cast<int>(object.integerOr("rule_workers", 2, 1, 32));
    config.database = readDatabase(object.object("database"), object, base);
    const Json& tenants = object.array("tenants");
    for (std::size_t i = 0; i < tenants.size(); ++i)
        config.tenants.push_back(readTenant(tenants[i], object, i, base));
    if (Result<void> good = object.finish(); !good)
        return fail(good.error());
    return config;
}

} // namespace zikao::app
