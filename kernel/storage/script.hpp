#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace zikao::storage {

/// Cuts a script into its statements at `;`, minding quotes, comments (`--`, `/* */`) and the body of a
/// `CREATE TRIGGER … BEGIN … END`. Comments and empty statements are left out.
std::vector<std::string> splitScript(std::string_view script);

} // namespace zikao::storage
