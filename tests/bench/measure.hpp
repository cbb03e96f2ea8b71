#pragma once

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernel/base/json.hpp"
#include "plugins/api/result.hpp"

namespace zikao::bench {

using Clock = std::chrono::steady_clock;

/// The value, or the error as an exception: a measurement of something broken is worth nothing.
template <class T>
T must(Result<T> result)
{
    if (!result)
        throw std::runtime_error(result.error().message + " (" + result.error().reason + ")");
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

/// One line for run.mjs. @param target  "ours <= 150" or "ratio >= 0.6"; empty: just to know
inline void print(const std::string& name, double ours, const Json& theirs, const Json& ratio,
                  const std::string& unit, const std::string& target)
{
    const Json line = {{"name", name},   {"ours", ours}, {"theirs", theirs},
                       {"ratio", ratio}, {"unit", unit}, {"target", target}};
    std::printf("%s\n", line.dump().c_str());
    std::fflush(stdout);
}

inline double micros(Clock::time_point since)
{
    return std::chrono::duration<double, std::micro>(Clock::now() - since).count();
}

/// Processor time that a process has used so far.
inline double processorSeconds(const std::string& process)
{
    std::ifstream in("/proc/" + process + "/stat");
    std::string skipped;
    for (int i = 0; i < 13; ++i)
        in >> skipped;
    double user = 0, system = 0;
    in >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

inline double median(std::vector<double> values)
{
    std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

} // namespace zikao::bench
