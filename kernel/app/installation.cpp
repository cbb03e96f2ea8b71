#include "kernel/app/installation.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/audit/audit.hpp"
#include "kernel/base/encoding.hpp"
#include "kernel/base/id.hpp"

namespace zikao::app {

namespace {

namespace fs = std::filesystem;

Result<std::string> readSmallFile(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail(ErrorCode::not_found, "cannot read " + path);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
    return text;
}

} // namespace

std::string tenantId(const TenantConfig& tenant)
{
    const fs::path path = fs::path(tenant.province_dir).lexically_normal();
    return (path.has_filename() ? path : path.parent_path()).filename().string();
}

Result<tenant::OpenOptions> openOptions(const Config& config, const TenantConfig& tenant,
                                        tenant::OpenOptions::Mode mode)
{
    tenant::OpenOptions options;
    options.province_dir = tenant.province_dir;
    options.data_dir = config.data_dir;
    options.sql_dir = config.sql_dir;
    options.plugin_dir = config.plugin_dir;
    options.worker_executable = config.worker;
    options.public_url = config.public_url + "/" + tenantId(tenant);
    options.plugin_settings = tenant.plugin_settings;
    options.mode = mode;
    if (config.database.engine == "mysql") {
        options.engine = storage::Engine::mysql;
        options.mysql.host = config.database.host;
        options.mysql.port = config.database.port;
        options.mysql.socket = config.database.socket;
        options.mysql.user = config.database.user;
        options.mysql.database = config.database.name_prefix;
        options.mysql.connections = config.database.connections;
        if (!config.database.password_file.empty()) {
            auto password = readSmallFile(config.database.password_file);
            if (!password)
                return fail(password.error().code, "database.password_file: " + password.error().message);
            options.mysql.password = std::move(*password);
        }
    }
    return options;
}

Result<std::unique_ptr<rules::Evaluator>> startRules(const Config& config)
{
    rules::EvaluatorOptions options;
    options.worker_executable = config.worker;
    options.workers = config.rule_workers;
    return rules::startEvaluator(options);
}

Result<std::string> pepper(const std::string& data_dir)
{
    const std::string path = (fs::path(data_dir) / "pepper").string();
    std::error_code failed;
    fs::create_directories(data_dir, failed);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0) {
        const std::string fresh = base64(randomBytes(32)) + "\n";
        const bool written =
            ::write(file, fresh.data(), fresh.size()) == static_cast<ssize_t>(fresh.size()) &&
            ::fsync(file) == 0;
        ::close(file);
        if (!written) {
            ::unlink(path.c_str());
            return fail(ErrorCode::unavailable, "cannot write " + path);
        }
    } else if (errno != EEXIST) {
        return fail(ErrorCode::unavailable, "cannot write " + path);
    }
    struct stat about = {};
    if (::stat(path.c_str(), &about) != 0 || (about.st_mode & 077) != 0)
        return fail(ErrorCode::forbidden, path + " must be readable by its owner alone (chmod 600)");
    auto text = readSmallFile(path);
    if (text && fromBase64(*text).value_or("").size() != 32)
        return fail(ErrorCode::corrupt, path + " is damaged");
    return text;
}

std::string witnessPath(const tenant::Tenant& tenant)
{
    return (fs::path(tenant.file_dir).parent_path() / "audit-witness").string();
}

identity::Witness auditWitness(tenant::Tenant& tenant)
{
    return [&tenant](storage::Transaction& tx, const identity::Act& act) {
        return audit::append(tx, {act.actor, act.act, act.object, act.detail, act.request_id},
                             tenant.clock.now());
    };
}

} // namespace zikao::app
