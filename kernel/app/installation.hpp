#pragma once

#include <memory>
#include <string>

#include "kernel/app/config.hpp"
#include "kernel/identity/identity.hpp"
#include "kernel/tenant/tenant.hpp"

namespace zikao::app {

/// What zikaod and zikaoctl share: from the configuration file to open tenants.

/// @errors `not_found`: the database's password file cannot be read
Result<tenant::OpenOptions> openOptions(const Config& config, const TenantConfig& tenant,
                                        tenant::OpenOptions::Mode mode);

/// Id of a configured tenant: the name of its province folder.
std::string tenantId(const TenantConfig& tenant);

Result<std::unique_ptr<rules::Evaluator>> startRules(const Config& config);

/// The pepper of every password hash of the installation, kept in `<data_dir>/pepper` for its owner alone
/// (0600) and made at the first call. Without it no password fits any more: it belongs into the backup of the
/// keys.
Result<std::string> pepper(const std::string& data_dir);

/// Where the checkpoints of a tenant's audit chains are kept (audit::Witness).
std::string witnessPath(const tenant::Tenant& tenant);

/// Appends what identity reports to the tenant's audit chain, in the same transaction.
identity::Witness auditWitness(tenant::Tenant& tenant);

} // namespace zikao::app
