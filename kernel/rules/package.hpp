#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/json.hpp"
#include "plugins/api/result.hpp"

namespace zikao::rules {

/// The text files of a package by path ("package.lua", "cases/sign_up.lua", "rules/fees.lua",
/// "texts/zh-CN.json",
/// "examples/fees.lua"), as read from a folder or sent by the console. `require`-like use of lua-rules/common
/// is by `use "common.credit"`; the common files are part of the source so that a hash pins them too.
struct Source
{
    std::map<std::string, std::string> files;

    /// Reads a folder and `common_dir` (its files get the prefix "common/"). Only .lua and .json, at most 64
    /// KiB each.
    static Result<Source> read(const std::string& dir, const std::string& common_dir);
    /// SM3 over the sorted, length-prefixed files, hex.
    [[nodiscard]] std::string hash() const;
    [[nodiscard]] std::string serialise() const; ///< what is stored; the same source gives the same bytes
    static Result<Source> parse(std::string_view text);
};

/// One fault of a package, with where to look.
struct Fault
{
    std::string file; ///< "cases/sign_up.lua"
    int line = 0;     ///< 0 where only the path is known
    std::string path; ///< "actions.submit.guard"
    std::string message;
};

/// A package that compiled: what it declares, as data.
struct Package
{
    std::string id, version, hash;
    Source source;
    std::map<std::string, Json> cases;         ///< definition by case id, as evaluated
    Json texts;                                ///< code → Chinese sentence with {placeholders}
    std::vector<std::string> rules;            ///< every callable "module.function"
    Json manifest;                             ///< package.lua as data
    std::map<std::string, Json> examples = {}; ///< lists of examples (E15) by file
};

struct Compiled
{
    std::shared_ptr<const Package> package; ///< null when there are faults
    std::vector<Fault> faults;
    bool evaluated = true; ///< false: no worker looked at it, so the fault is ours and trying again may help
};

/// One rule to run: "sign_up.may_submit" on facts. They travel as text: written once, read by the worker alone.
class Call
{
public:
    Call(std::string rule, const Json& facts);
    /// @param facts  the text of a JSON object
    static Call onText(std::string rule, std::string facts);

    [[nodiscard]] const std::string& rule() const { return rule_; }
    [[nodiscard]] const std::string& facts() const { return facts_; }

private:
    Call() = default;
    std::string rule_, facts_;
};

/// What a rule answered and what it cost.
struct Evaluation
{
    Json value;              ///< a decision {allowed, reasons} or data
    std::int64_t micros = 0; ///< inside the worker
    std::int64_t memory_bytes = 0;
    std::int64_t instructions = 0;
};

/// The pool of rule workers. Sends all calls of one request in one message; each call runs in a fresh Lua
/// state. A package never holds every worker (one is left for the others), and five killed workers in 60 s
/// make that package rest for 30 s, so a tenant's runaway rule costs its own requests alone.
/// @errors `limit_exceeded` with reason `time`, `memory`, `instructions` or `result`; `invalid_argument` with
///         reason `rule_error` (file:line in the message), `rule_unknown` or `facts`; `unavailable`
/// @threads any
class Evaluator
{
public:
    virtual ~Evaluator() = default;
    /// Reads a package whole: every file compiles, package.lua, cases and examples are plain data, texts are
    /// text. Case definitions are checked by the level above. Faults come in the order of the files.
    virtual Compiled compile(const Source& source) = 0;
    virtual Result<std::vector<Evaluation>> run(const Package& package, const std::vector<Call>& calls) = 0;
};

struct EvaluatorOptions
{
    std::string worker_executable;
    int workers = 2;
    std::chrono::milliseconds soft_limit{
        200}; ///< of computing for one message; the worker stops the script itself
    std::chrono::milliseconds hard_limit{1000}; ///< then the worker is killed; also the longest wait for one
    int memory_mib = 32;                        ///< of one script, in its allocator
    std::int64_t max_instructions = 10'000'000;
};

Result<std::unique_ptr<Evaluator>> startEvaluator(const EvaluatorOptions& options);

/// One example of `examples/*.lua` (E15) and how it went.
struct ExampleOutcome
{
    std::string file, name;
    bool passed = false;
    std::string difference; ///< what was expected and what came, when it failed
};
Result<std::vector<ExampleOutcome>> rehearse(Evaluator& evaluator, const Package& package);

} // namespace zikao::rules
