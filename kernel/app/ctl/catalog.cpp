#include <cstdio>
#include <fstream>
#include <iterator>

#include "kernel/app/ctl/command.hpp"
#include "kernel/app/ctl/context.hpp"
#include "kernel/app/ctl/import_file.hpp"
#include "kernel/audit/audit.hpp"
#include "kernel/base/encoding.hpp"

namespace zikao::ctl {

namespace {

Result<int> import(Context& context, const Arguments& arguments)
{
    const auto tenant = context.tenant(arguments["TENANT"]);
    if (!tenant)
        return fail(tenant.error());
    catalog::Catalog catalog(**tenant);
    return importFile(**tenant, catalog, arguments["KIND"], arguments["FILE"]).transform([](int) {
        return static_cast<int>(kDone);
    });
}

std::string kindNames()
{
    std::string names;
    for (const std::string& kind : catalog::importKinds())
        names += (names.empty() ? "" : ", ") + kind;
    return names;
}

} // namespace

Result<int> importFile(tenant::Tenant& tenant, catalog::Catalog& catalog, const std::string& kind,
                       const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail(ErrorCode::not_found, "cannot read " + path);
    const std::string csv{std::istreambuf_iterator<char>(file), {}};
    const auto rows = catalog.import(kind, csv, [&](storage::Transaction& tx, int count) {
        return audit::append(tx,
                             {kOperator,
                              "catalog.import",
                              "catalog:" + kind,
                              dumpJson({{"rows", count}, {"sm3", hex(sm3(csv))}}),
                              {}},
                             tenant.clock.now());
    });
    if (!rows)
        return fail(rows.error().code, path + ": " + rows.error().message, rows.error().reason);
    std::printf("%s: %s: %d rows\n", tenant.profile.id.c_str(), kind.c_str(), *rows);
    return *rows;
}

std::vector<Command> catalogCommands()
{
    return {{"catalog",
             "import",
             {"TENANT", "KIND", "FILE"},
             {},
             "replace one kind (" + kindNames() + ") by a CSV file, all or nothing",
             import}};
}

} // namespace zikao::ctl
