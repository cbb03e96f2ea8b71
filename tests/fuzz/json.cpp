#include "kernel/base/json.hpp"
#include "kernel/base/encoding.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using fuzz::demand;

constexpr JsonLimits kLimits;

std::size_t depthOf(const Json& value)
{
    std::size_t deepest = 0;
    for (const Json& each : value)
        if (each.is_structured())
            deepest = std::max(deepest, depthOf(each));
    return deepest + 1;
}

FUZZ_TARGET(json)
{
    const auto value = parseJson(input);
    if (!value) {
        demand(value.error().reason.starts_with("json_"), "refused without a reason");
        return;
    }
    demand(input.size() <= kLimits.max_bytes && depthOf(*value) <= kLimits.max_depth, "over a limit");
    const std::string text = dumpJson(*value);
    demand(isUtf8(text), "a text that is not UTF-8");
    // Numbers may be longer when they are written.
    const auto again = parseJson(text, {kLimits.max_bytes * 32, kLimits.max_depth, kLimits.max_nodes});
    demand(again && *again == *value, "written again it means something else");
}

} // namespace
