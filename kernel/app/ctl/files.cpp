#include "kernel/files/files.hpp"

#include <cstdio>

#include "kernel/app/ctl/command.hpp"
#include "kernel/app/ctl/context.hpp"

namespace zikao::ctl {

namespace {

/// After a restore: the database and the file store must have come back from the same moment (I11).
Result<int> check(Context& context, const Arguments& arguments)
{
    const auto tenant = context.tenant(arguments["TENANT"], Context::Mode::inspect);
    if (!tenant)
        return fail(tenant.error());
    const auto faults = files::Files(**tenant).faults();
    if (!faults)
        return fail(faults.error());
    for (const std::string& id : *faults)
        std::printf("missing or altered: %s\n", id.c_str());
    std::printf("%s: %zu files missing or altered\n", arguments["TENANT"].c_str(), faults->size());
    return faults->empty() ? kDone : kRefused;
}

} // namespace

std::vector<Command> filesCommands()
{
    return {{"files",
             "check",
             {"TENANT"},
             {},
             "look for uploads whose stored file is missing or altered",
             check}};
}

} // namespace zikao::ctl
