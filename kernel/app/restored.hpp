#pragma once

#include "kernel/tenant/tenant.hpp"

namespace zikao::app {

/// Ends every session of a tenant whose database was put back from a backup, and writes that into its audit trail.
/// @param actor    who says so
/// @param missing  what the witness saw and the database no longer has; may be empty
/// @return how many sessions ended
Result<std::int64_t> endSessionsAfterRestore(tenant::Tenant& tenant, const std::string& actor,
                                             const std::string& missing);

/// The same where the audit witness knows more than the database, which is what an old backup looks like: for the start
/// of a server, before anybody is served. The log says so (`database_restored`); the witness stays as it is, so that
/// `audit verify` names the gap until `zikaoctl audit restored` answers for it.
Result<void> endWhatARestoreRevived(tenant::Tenant& tenant);

} // namespace zikao::app
