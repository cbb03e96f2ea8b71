#pragma once

#include <string>
#include <vector>

#include "kernel/tenant/tenant.hpp"

namespace zikao::cases {

/// What is not as it must be among the stored cases: every history is a way through its definition that ends where the
/// case stands (I8), every row of it is as the platform wrote it (its MAC), every step was taken by whom the definition
/// allows and with the reason it asks for (I9), every step has its entry in the audit trail (I13), no answer of an office is still open in a state that asks nobody.
/// @return one line for each violation; empty: all is well. Reads every case: for faults and tests, not for busy hours
/// @errors the database's; `not_found` or `corrupt` for a rule package that cases were begun with
Result<std::vector<std::string>> check(tenant::Tenant& tenant);

} // namespace zikao::cases
