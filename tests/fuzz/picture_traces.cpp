#include "kernel/files/traces.hpp"
#include "tests/fuzz/target.hpp"

#include <algorithm>

namespace {

using namespace zikao;
using fuzz::demand;

FUZZ_TARGET(picture_traces)
{
    const std::vector<std::string> traces = files::tracesOf(input);
    demand(traces.empty() || input.starts_with("\xFF\xD8"), "traces in what is no jpg");
    for (const std::string& trace : traces) {
        demand(trace == "software" || trace == "photoshop" || trace == "xmp" || trace == "recompressed",
               "a trace that nobody knows");
        demand(std::count(traces.begin(), traces.end(), trace) == 1, "a trace that is told twice");
    }
}

} // namespace
