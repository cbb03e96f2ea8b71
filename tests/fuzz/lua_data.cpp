#include "kernel/base/encoding.hpp"
#include "kernel/rules/sandbox/program.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using namespace zikao::rules;
using fuzz::demand;

// What a package's text makes of itself: compiled, run without words of its own, its value read as data.
FUZZ_TARGET(lua_data)
{
    sandbox::Limits limits;
    limits.memory_bytes = std::int64_t{4} << 20;
    limits.instructions = 100'000;
    limits.allow(std::chrono::seconds(2));
    const std::string path = "cases/any.lua";
    auto code = sandbox::compileText(path, std::string(input), limits);
    if (!code)
        return;
    demand(!input.starts_with('\x1b'), "bytecode from outside");
    std::vector<Fault> faults;
    const auto value = sandbox::evaluateData({{{path, std::move(*code)}}}, path, limits, faults);
    if (!value)
        return;
    const std::string text = dumpJson(*value);
    const auto again = parseJson(text, {.max_bytes = 64u << 20, .max_depth = 256, .max_nodes = 10'000'000});
    demand(again && dumpJson(*again) == text, "written again it is another value");
}

} // namespace
