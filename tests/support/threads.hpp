#pragma once

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace zikao::test {

/// Does jobs 0 … jobs-1 on some threads at once; returns when all are done.
template <class F>
void onThreads(std::size_t jobs, F act, int threads = 4)
{
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> running;
    running.reserve(static_cast<std::size_t>(threads));
    for (int i = 0; i < threads; ++i)
        running.emplace_back([&] {
            for (std::size_t job = next++; job < jobs; job = next++)
                act(job);
        });
}

} // namespace zikao::test
