#pragma once

#include <string>
#include <vector>

#include "kernel/storage/database.hpp"

namespace zikao::storage {

/// What must hold of stored data whatever happened to the server (threats.md, section 5).
struct Invariant
{
    std::string id;        ///< "I4 total is the sum of the lines"
    std::string broken_by; ///< SQL whose rows each name one violation in the first column
};

/// @return one line for each violation; empty: all hold. Reads whole tables: for faults and tests, not for busy hours
Result<std::vector<std::string>> violations(Database& database, const std::vector<Invariant>& invariants);

} // namespace zikao::storage
