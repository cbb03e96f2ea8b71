#pragma once

#include <string>

#include "kernel/catalog/catalog.hpp"

namespace zikao::ctl {

/// Imports one kind from a CSV file, all or nothing, with an entry in the audit chain; prints how many rows.
/// @errors those of Catalog::import, with the file's name in front; `not_found`: no such file
Result<int> importFile(tenant::Tenant& tenant, catalog::Catalog& catalog, const std::string& kind,
                       const std::string& path);

} // namespace zikao::ctl
