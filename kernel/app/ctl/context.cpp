#include "kernel/app/ctl/context.hpp"

#include <algorithm>
#include <filesystem>

namespace zikao::ctl {

Result<const app::Config*> Context::config()
{
    if (config_)
        return &*config_;
    if (config_file_.empty())
        return fail(ErrorCode::internal, "this command needs --config FILE");
    auto read = app::Config::read(config_file_);
    if (!read)
        return fail(ErrorCode::internal, read.error().message, read.error().reason);
    config_ = std::move(*read);
    return &*config_;
}

Result<const app::TenantConfig*> Context::tenantConfig(const std::string& id)
{
    const auto known = config();
    if (!known)
        return fail(known.error());
    const auto& tenants = (*known)->tenants;
    const auto found = std::find_if(tenants.begin(), tenants.end(), [&](const app::TenantConfig& tenant) {
        return app::tenantId(tenant) == id;
    });
    if (found == tenants.end())
        return fail(ErrorCode::not_found, config_file_ + " has no tenant " + id);
    return &*found;
}

Result<std::vector<std::string>> Context::tenantIds(const std::string& id)
{
    if (!id.empty())
        return tenantConfig(id).transform([&](const app::TenantConfig*) { return std::vector{id}; });
    return config().transform([](const app::Config* known) {
        std::vector<std::string> ids;
        for (const app::TenantConfig& tenant : known->tenants)
            ids.push_back(app::tenantId(tenant));
        return ids;
    });
}

Result<tenant::OpenOptions> Context::options(const std::string& id, Mode mode)
{
    const auto known = tenantConfig(id);
    if (!known)
        return fail(known.error());
    return app::openOptions(*config_, **known, mode);
}

Result<std::unique_ptr<storage::Database>> Context::database(const std::string& id, Mode mode)
{
    const auto how = options(id, mode);
    if (!how)
        return fail(how.error());
    return tenant::openDatabase(*how, id);
}

Result<std::unique_ptr<tenant::Tenant>> Context::tenant(const std::string& id, Mode mode)
{
    const auto how = options(id, mode);
    if (!how)
        return fail(how.error());
    const auto rules = evaluator();
    if (!rules)
        return fail(rules.error());
    return tenant::open(*how, clock_, **rules);
}

Result<rules::Evaluator*> Context::evaluator()
{
    if (evaluator_)
        return evaluator_.get();
    rules::EvaluatorOptions how;
    how.worker_executable =
        (std::filesystem::canonical("/proc/self/exe").parent_path() / "zikao-worker").string();
    if (configured()) {
        const auto known = config();
        if (!known)
            return fail(known.error());
        how.worker_executable = (*known)->worker;
    }
    auto started = rules::startEvaluator(how);
    if (!started)
        return fail(started.error());
    evaluator_ = std::move(*started);
    return evaluator_.get();
}

Result<identity::Passwords*> Context::passwords()
{
    if (passwords_)
        return passwords_.get();
    const auto known = config();
    if (!known)
        return fail(known.error());
    auto secret = app::pepper((*known)->data_dir);
    if (!secret)
        return fail(secret.error());
    passwords_ = std::make_unique<identity::Passwords>(std::move(*secret));
    return passwords_.get();
}

} // namespace zikao::ctl
