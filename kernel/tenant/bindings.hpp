#pragma once

#include "kernel/plugin/exchanges.hpp"
#include "kernel/tenant/tenant.hpp"

namespace zikao::tenant {

/// Loads every plugin the profile names into `tenant`, all at one time, since each starts a process and some read
/// models. @errors those of the loaders; `not_found`: the file of a `{"file": …}` setting
Result<void> loadPlugins(Tenant& tenant, const OpenOptions& options);

/// The plugin that the profile names as `record_exchange`; null: it names none. Nothing below the routes speaks to it, so
/// it is not a tenant's. @errors as `loadPlugins`
Result<std::unique_ptr<plugin::Loaded<api::RecordExchange>>> loadExchange(const Profile& profile,
                                                                          const OpenOptions& options);

} // namespace zikao::tenant
