#pragma once

#include <string>

#include "kernel/tenant/tenant.hpp"

namespace zikao::ctl {

/// Takes people on file over from a CSV file, all or nothing, with an entry in the audit chain; prints how many.
/// @errors `invalid_argument` with reason `csv_column` or `csv_content`, naming file, line and column of what is
///         wrong; `not_found`: no such file
Result<void> importPeople(tenant::Tenant& tenant, const std::string& path);

} // namespace zikao::ctl
