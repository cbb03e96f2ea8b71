#include "kernel/audit/audit.hpp"

#include <cstdio>

#include "kernel/app/ctl/command.hpp"
#include "kernel/app/ctl/context.hpp"
#include "kernel/app/restored.hpp"
#include "kernel/audit/witness.hpp"

namespace zikao::ctl {

namespace {

Result<int> broken(const std::string& tenant, const std::string& why)
{
    std::printf("%s: NOT WHOLE: %s\n", tenant.c_str(), why.c_str());
    return kRefused;
}

/// The chains against themselves (C47), then against what the witness file saw of them (C48).
Result<int> verify(Context& context, const Arguments& arguments)
{
    const std::string& id = arguments["TENANT"];
    const auto tenant = context.tenant(id, Context::Mode::inspect);
    if (!tenant)
        return fail(tenant.error());
    const auto chains = audit::verify(*(*tenant)->database);
    if (!chains)
        return fail(chains.error());
    if (!chains->whole)
        return broken(id, "lane " + std::to_string(chains->broken_lane) + ", entry " +
                              std::to_string(chains->first_broken) + ": " + chains->why);
    audit::Witness witness(app::witnessPath(**tenant), *(*tenant)->vault);
    const auto seen = witness.check(*(*tenant)->database);
    if (seen && !seen->empty())
        return broken(id, *seen);
    if (!seen && seen.error().code != ErrorCode::not_found)
        return fail(seen.error());
    std::printf("%s: %lld entries, whole%s\n", id.c_str(), static_cast<long long>(chains->entries),
                seen ? ", as witnessed"
                     : "; there are no checkpoints yet (zikaod writes one every ten seconds)");
    return kDone;
}

/// After a restore: ends what the backup revived, and answers for the gap that the witness sees.
Result<int> restored(Context& context, const Arguments& arguments)
{
    const std::string& id = arguments["TENANT"];
    const auto tenant = context.tenant(id);
    if (!tenant)
        return fail(tenant.error());
    audit::Witness witness(app::witnessPath(**tenant), *(*tenant)->vault);
    const auto missing = witness.check(*(*tenant)->database);
    if (!missing && missing.error().code != ErrorCode::not_found)
        return fail(missing.error());
    const auto ended = app::endSessionsAfterRestore(**tenant, kOperator, missing.value_or(""));
    if (!ended)
        return fail(ended.error());
    const auto aside = witness.putAside(context.clock().now());
    if (!aside)
        return fail(aside.error());
    std::printf("%s: %lld sessions ended\n", id.c_str(), static_cast<long long>(*ended));
    if (!aside->empty())
        std::printf("%s: checkpoints so far are kept in %s\n", id.c_str(), aside->c_str());
    std::printf("%s: passwords, second factors and disabled accounts are as the backup had them: compare "
                "`staff list`\n",
                id.c_str());
    return kDone;
}

} // namespace

std::vector<Command> auditCommands()
{
    return {{"audit",
             "restored",
             {"TENANT"},
             {},
             "after a restore: end every session and begin a new witness; what it saw is kept beside it",
             restored},
            {"audit",
             "verify",
             {"TENANT"},
             {},
             "recompute the audit chains and compare them with the witness's checkpoints",
             verify}};
}

} // namespace zikao::ctl
