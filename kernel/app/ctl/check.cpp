#include <cstdio>

#include "kernel/app/ctl/command.hpp"
#include "kernel/app/ctl/context.hpp"
#include "kernel/billing/ledger.hpp"
#include "kernel/cases/check.hpp"
#include "kernel/exams/check.hpp"
#include "kernel/files/files.hpp"

namespace zikao::ctl {

namespace {

/// After a restore, a crash, or a night at which something went wrong: what must hold of the data, held against it.
Result<int> check(Context& context, const Arguments& arguments)
{
    const auto tenant = context.tenant(arguments["TENANT"], Context::Mode::inspect);
    if (!tenant)
        return fail(tenant.error());
    storage::Database& database = *(*tenant)->database;
    std::size_t found = 0;
    for (const auto& [part, broken] :
         {std::pair{"payments", billing::check(database, (*tenant)->vault.get())},
          std::pair{"sign-ups", exams::check(database, (*tenant)->vault.get())},
          std::pair{"cases", cases::check(**tenant)},
          std::pair{"files missing or altered", files::Files(**tenant).faults()}}) {
        if (!broken)
            return fail(broken.error());
        for (const std::string& line : *broken)
            std::printf("%s: %s\n", part, line.c_str());
        found += broken->size();
    }
    std::printf("%s: %zu violations\n", arguments["TENANT"].c_str(), found);
    return found == 0 ? kDone : kRefused;
}

} // namespace

std::vector<Command> checkCommands()
{
    return {{"tenants",
             "check",
             {"TENANT"},
             {},
             "hold payments, sign-ups, histories and files against what must be true of them",
             check}};
}

} // namespace zikao::ctl
