#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kernel/base/json.hpp"

namespace zikao::app {

/// Where tenants' databases live.
struct DatabaseConfig
{
    std::string engine; ///< "sqlite" (a file per tenant below data_dir) or "mysql" (a database per tenant)
    std::string host, socket, user, password_file, name_prefix;
    std::uint16_t port = 3306;
    int connections = 8; ///< per tenant
};

/// One tenant of the installation: its province folder and what only this installation knows.
struct TenantConfig
{
    std::string province_dir; ///< provinces/<p>, relative to the configuration file
    std::string rules_dir;    ///< lua-rules/<p>, published by `zikaoctl tenants load` when nothing is yet
    std::map<std::string, Json>
        plugin_settings; ///< by plugin id; {"file": "path"} values are read from files
};

/// The one configuration file of zikaod, zikaoctl and their workers. Every key is described in
/// docs/operator.md; unknown keys refuse the start. Relative paths are relative to the file's folder.
struct Config
{
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;
    std::string public_url; ///< what browsers and payment providers reach, without a slash at the end
    std::string tls_certificate, tls_key; ///< PEM files; empty: plain HTTP (behind a proxy, or on loopback)
    std::vector<std::string> trusted_proxies; ///< addresses whose X-Forwarded-For is believed (C3)
    std::string data_dir, sql_dir, web_dir, plugin_dir, worker, common_rules_dir;
    DatabaseConfig database;
    std::vector<TenantConfig> tenants;
    int http_threads = 8;
    int rule_workers = 2;

    /// @errors `not_found`: no such file; `invalid_argument` naming every faulty key
    static Result<Config> read(const std::string& path);
};

} // namespace zikao::app
