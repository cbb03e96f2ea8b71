#include <cstdio>
#include <filesystem>
#include <set>

#include "kernel/app/api/messages_api.hpp"
#include "kernel/app/ctl/command.hpp"
#include "kernel/app/ctl/import_file.hpp"
#include "kernel/app/ctl/rule_folder.hpp"
#include "kernel/catalog/catalog.hpp"

namespace zikao::ctl {

namespace {

namespace fs = std::filesystem;

Result<int> list(Context& context, const Arguments&)
{
    const auto config = context.config();
    if (!config)
        return fail(config.error());
    for (const app::TenantConfig& tenant : (*config)->tenants) {
        const auto profile = tenant::Profile::read(tenant.province_dir);
        if (!profile)
            return fail(profile.error());
        std::printf("%-12s %s\n", profile->id.c_str(), profile->name.c_str());
    }
    return kDone;
}

/// A file that no import knows would be data that silently never arrives.
Result<void> refuseStrangers(const fs::path& folder)
{
    std::set<std::string> known;
    for (const std::string& kind : catalog::importKinds())
        known.insert(kind + ".csv");
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed))
        if (entry.path().extension() == ".csv" && !known.contains(entry.path().filename().string()))
            return fail(ErrorCode::invalid_argument, "no import knows " + entry.path().string(),
                        "kind_unknown");
    return ok();
}

Result<void> loadData(tenant::Tenant& tenant)
{
    const fs::path folder = fs::path(tenant.profile.dir) / "data";
    if (Result<void> known = refuseStrangers(folder); !known)
        return known;
    catalog::Catalog catalog(tenant);
    for (const std::string& kind : catalog::importKinds()) {
        const fs::path file = folder / (kind + ".csv");
        if (!fs::exists(file))
            continue;
        if (const auto imported = importFile(tenant, catalog, kind, file.string()); !imported)
            return fail(imported.error());
    }
    return ok();
}

Result<int> loadRules(Context& context, tenant::Tenant& tenant)
{
    const auto known = context.tenantConfig(tenant.profile.id);
    if (!known)
        return fail(known.error());
    const auto source = readRuleFolder(context, (*known)->rules_dir);
    if (!source)
        return fail(source.error());
    const auto active = tenant.rules->active();
    if (!active && active.error().code != ErrorCode::not_found)
        return fail(active.error());
    if (active && (*active)->hash == source->hash()) {
        std::printf("%s: rules %s are active already\n", tenant.profile.id.c_str(),
                    (*active)->version.c_str());
        return kDone;
    }
    return publishRuleFolder(context, tenant, (*known)->rules_dir);
}

Result<int> load(Context& context, const Arguments& arguments)
{
    const auto tenant = context.tenant(arguments["TENANT"]);
    if (!tenant)
        return fail(tenant.error());
    if (const auto data = loadData(**tenant); !data)
        return fail(data.error());
    return loadRules(context, **tenant);
}

Result<int> reportUrl(Context& context, const Arguments& arguments)
{
    const auto tenant = context.tenant(arguments["TENANT"]);
    if (!tenant)
        return fail(tenant.error());
    std::printf("%s/api/message-reports/%s\n", (*tenant)->public_url.c_str(),
                app::reportKey(**tenant).c_str());
    return kDone;
}

} // namespace

std::vector<Command> tenantsCommands()
{
    return {
        {"tenants", "list", {}, {}, "list the tenants of the configuration", list},
        {"tenants",
         "load",
         {"TENANT"},
         {},
         "import the province's data files and publish its rule folder; changes nothing when all is there",
         load},
        {"tenants",
         "report-url",
         {"TENANT"},
         {},
         "print the address where the message provider pushes its delivery reports; whoever knows it is "
         "heard",
         reportUrl},
    };
}

} // namespace zikao::ctl
