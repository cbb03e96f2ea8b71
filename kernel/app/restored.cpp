#include "kernel/app/restored.hpp"

#include "kernel/app/installation.hpp"
#include "kernel/audit/audit.hpp"
#include "kernel/audit/witness.hpp"
#include "kernel/base/log.hpp"
#include "kernel/identity/restored.hpp"

namespace zikao::app {

Result<std::int64_t> endSessionsAfterRestore(tenant::Tenant& tenant, const std::string& actor,
                                             const std::string& missing)
{
    return tenant.database->transaction([&](storage::Transaction& tx) -> Result<std::int64_t> {
        const auto ended = identity::endEverySession(tx);
        if (!ended)
            return fail(ended.error());
        const std::string detail = dumpJson(Json{{"sessions", *ended}, {"missing", missing}});
        const auto written = audit::append(
            tx, {actor, "tenant.restored", "tenant:" + tenant.profile.id, detail, {}}, tenant.clock.now());
        return written ? ended : Result<std::int64_t>(fail(written.error()));
    });
}

Result<void> endWhatARestoreRevived(tenant::Tenant& tenant)
{
    const auto missing = audit::Witness(witnessPath(tenant), *tenant.vault).lost(*tenant.database);
    if (!missing && missing.error().code == ErrorCode::invalid_argument)
        return ok(); // no backup does that: the next checkpoint finds the file altered and says so
    if (!missing)
        return fail(missing.error());
    if (missing->empty())
        return ok();
    const auto ended = endSessionsAfterRestore(tenant, "system:start", *missing);
    if (!ended)
        return fail(ended.error());
    log::error(
        "database_restored",
        {{"tenant", tenant.profile.id}, {"missing", *missing}, {"sessions_ended", std::to_string(*ended)}});
    return ok();
}

} // namespace zikao::app
