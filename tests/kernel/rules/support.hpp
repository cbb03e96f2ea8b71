#pragma once

#include <map>
#include <memory>
#include <regex>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "kernel/rules/package.hpp"

namespace zikao::rules::testing_support {

/// A package that compiles: one case, one rule file, one example. Tests replace or add files.
inline Source smallPackage(std::map<std::string, std::string> changed = {})
{
    Source source;
    source.files = {
        {"package.lua",
         R"(return { id = "lantern", version = "1.0.0", host_api = { min = 1, max = 1 }, cases = { "sign_up" } })"},
        {"cases/sign_up.lua", R"(return { title = "报考" })"},
        {"texts/zh-CN.json", R"({"credits_short": "还差 {need} 学分"})"},
        {"rules/sign_up.lua", R"(
local M = {}
function M.may_submit(facts)
  if facts.credits < 14 then return refuse("credits_short", { have = facts.credits, need = 14 }, "courses") end
  return allow()
end
function M.echo(facts) return facts end
return M
)"},
    };
    for (auto& [path, text] : changed)
        source.files[path] = text;
    return source;
}

inline EvaluatorOptions evaluatorOptions()
{
    EvaluatorOptions options;
    options.worker_executable = ZIKAO_BUILD_DIR "/bin/zikao-worker";
#ifdef ZIKAO_SANITIZE
    // Instrumented code is several times slower; the limits are the subject of tests/hostile.
    options.soft_limit = std::chrono::milliseconds{2'000};
    options.hard_limit = std::chrono::milliseconds{10'000};
#endif
    return options;
}

/// One pool for a test program.
inline Evaluator& evaluator()
{
    static const auto started = startEvaluator(evaluatorOptions());
    EXPECT_TRUE(started) << (started ? "" : started.error().message);
    return **started;
}

inline std::shared_ptr<const Package> compiled(const Source& source)
{
    Compiled made = evaluator().compile(source);
    for (const Fault& fault : made.faults)
        ADD_FAILURE() << fault.file << ":" << fault.line << " " << fault.path << " " << fault.message;
    return made.package;
}

/// Codes that a package's rules refuse with, as they stand in its source: its own files and those of the common rules
/// that it uses.
inline std::set<std::string> refusalCodes(const Source& source)
{
    static const std::regex kUse(R"re(use "common\.([a-z_]+)")re"),
        kRefuse(R"re(refuse\("([a-z_]+)"\s*[,)])re");
    const auto each = [](const std::string& text, const std::regex& what, auto take) {
        for (std::sregex_iterator hit(text.begin(), text.end(), what), end; hit != end; ++hit)
            take((*hit)[1].str());
    };
    std::map<std::string, std::string> read;
    for (const auto& [path, text] : source.files)
        if (path.starts_with("rules/"))
            read[path] = text;
    for (std::size_t before = 0; before != read.size();) {
        before = read.size();
        for (const auto& [path, text] : std::map(read))
            each(text, kUse, [&](const std::string& name) {
                const std::string used = "common/" + name + ".lua";
                read[used] = source.files.at(used);
            });
    }
    std::set<std::string> codes;
    for (const auto& [path, text] : read)
        each(text, kRefuse, [&](const std::string& code) { codes.insert(code); });
    return codes;
}

} // namespace zikao::rules::testing_support
