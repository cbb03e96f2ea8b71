#pragma once

#include <string>

#include "kernel/tenant/tenant.hpp"

namespace zikao::app {

/// The unguessable last part of the address that delivery reports are pushed to (`/api/message-reports/{key}`): the same
/// as long as the tenant's key ring is. `zikaoctl tenants report-url` prints the whole address.
std::string reportKey(const tenant::Tenant& tenant);

} // namespace zikao::app
