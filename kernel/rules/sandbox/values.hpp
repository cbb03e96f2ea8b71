#pragma once

#include <lua.hpp>
#include <string>
#include <string_view>

#include "kernel/base/json.hpp"

namespace zikao::rules::sandbox {

/// Bounds on a value that leaves a script (C38).
struct ResultLimits
{
    std::size_t max_bytes = 1024 * 1024;
    int max_depth = 16;
    std::size_t max_nodes = 10'000;
};

/// What was wrong with a value, and where inside it.
struct ValueFault
{
    std::string path; ///< "actions.submit.guard"
    std::string message;
    int line = 0; ///< of the function that should not be there
    bool over_limit = false;
};

/// Pushes the value of a JSON text. Absent and null are nil; a number must be whole and fit 64 bits; a list holds no
/// null. Call within State::protectedly. Raises a Lua error on a value that may not cross and on what is no JSON.
void push(lua_State* L, std::string_view text);

/// Reads the value at `index` without running any script code: nil, booleans, whole numbers, UTF-8 text,
/// lists (keys 1…n) and maps (text keys). An empty table is a list. Anything else is a fault.
/// @return false when `fault` was filled
bool read(lua_State* L, int index, const ResultLimits& limits, Json& out, ValueFault& fault);

} // namespace zikao::rules::sandbox
