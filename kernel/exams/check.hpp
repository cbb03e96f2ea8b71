#pragma once

#include <string>
#include <vector>

#include "kernel/storage/database.hpp"

namespace zikao::exams {

/// What is not as it must be among sign-ups (I2, I10). @return one line for each violation; empty: all is well
Result<std::vector<std::string>> check(storage::Database& database);

} // namespace zikao::exams
