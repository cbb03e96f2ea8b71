#pragma once

#include <string>
#include <vector>

#include "kernel/base/crypto.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::exams {

/// What is not as it must be among sign-ups (I2, I10), and which passes, merged numbers and granted courses are not as
/// the platform wrote them. @return one line for each violation; empty: all is well
/// @param vault  where given, the row MACs are checked too
Result<std::vector<std::string>> check(storage::Database& database, const Vault* vault = nullptr);

} // namespace zikao::exams
