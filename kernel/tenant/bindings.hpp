#pragma once

#include "kernel/tenant/tenant.hpp"

namespace zikao::tenant {

/// Loads every plugin the profile names into `tenant`, all at one time, since each starts a process and some read
/// models. @errors those of the loaders; `not_found`: the file of a `{"file": …}` setting
Result<void> loadPlugins(Tenant& tenant, const OpenOptions& options);

} // namespace zikao::tenant
