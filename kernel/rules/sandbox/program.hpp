#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernel/base/json.hpp"
#include "kernel/rules/package.hpp"
#include "kernel/rules/sandbox/state.hpp"

namespace zikao::rules::sandbox {

/// The Lua files of a package as bytecode that this process itself compiled from text; bytecode from outside
/// is never accepted. Path → code.
struct Program
{
    std::map<std::string, std::string> code;
};

/// "rules.sign_up" → "rules/sign_up.lua".
std::string fileOf(std::string module);

/// Compiles text (never bytecode) under the limits. Line numbers stay in the code.
/// @errors `invalid_argument` reason rule_error with "file:line: message", `limit_exceeded`
Result<std::string> compileText(const std::string& path, const std::string& text, const Limits& limits);

/// What one evaluation answered.
struct Outcome
{
    Json value;
    std::int64_t micros = 0, memory_bytes = 0, instructions = 0;
};

/// Calls one rule in a fresh state. @param facts  JSON text. @errors as State::protectedly; reason rule_unknown, result
Result<Outcome> callRule(const Program& program, const std::string& rule, std::string_view facts,
                         const Limits& limits);

/// Evaluates a data file (package.lua, cases/*, examples/*) in a fresh state, without `use`.
/// A value that is no data is reported as a fault, with the line of a function where there is one.
Result<Json> evaluateData(const Program& program, const std::string& path, const Limits& limits,
                          std::vector<Fault>& faults);

/// Names of the functions a rule file returns, in order.
Result<std::vector<std::string>> listRules(const Program& program, const std::string& path,
                                           const Limits& limits);

/// Splits "cases/x.lua:12: message" into a fault.
Fault faultOf(const Error& error, const std::string& file);

} // namespace zikao::rules::sandbox
