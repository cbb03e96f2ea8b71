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

/// SQL for two texts in one: the only thing in these queries that the engines spell differently.
std::string joined(Engine engine, const std::string& left, const std::string& right);

/// @return one line for each violation; empty: all hold. Reads whole tables: for faults and tests, not for busy hours
Result<std::vector<std::string>> violations(Database& database, const std::vector<Invariant>& invariants);

} // namespace zikao::storage
