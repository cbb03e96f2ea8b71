// bench_gate [--seconds N]: the gate against Poco's own server, one JSON line per measure.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/bench/gate/load.hpp"
#include "tests/bench/gate/server.hpp"

namespace zikao::bench {
namespace {

using std::chrono::milliseconds;

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void print(const std::string& name, double ours, const nlohmann::json& theirs, const nlohmann::json& ratio,
           const std::string& unit, const std::string& target)
{
    const nlohmann::json line = {{"name", name}, {"ours", ours}, {"theirs", theirs},
                                 {"ratio", ratio}, {"unit", unit}, {"target", target}};
    std::printf("%s\n", line.dump().c_str());
    std::fflush(stdout);
}

/// Rounds alternate, so that a busy moment of the machine meets both.
void keepAlive(milliseconds round)
{
    std::vector<double> ours, theirs;
    for (int i = 0; i < 3; ++i) {
        ours.push_back(run(ServerProcess("gate").port(), 64, round).per_second);
        theirs.push_back(run(ServerProcess("poco").port(), 64, round).per_second);
    }
    print("keep_alive_64", median(ours), median(theirs), median(ours) / median(theirs), "requests/s", "ratio >= 1.3");
}

void idle(milliseconds round)
{
    constexpr int kIdle = 5000;
    std::vector<double> alone, crowded, bytes;
    for (int i = 0; i < 3; ++i) {
        const ServerProcess server("gate");
        alone.push_back(run(server.port(), 64, round).per_second);
        const auto before = server.resident();
        const Held held(server.port(), kIdle, false);
        crowded.push_back(run(server.port(), 64, round).per_second);
        bytes.push_back(static_cast<double>(server.resident() - before) / kIdle);
    }
    print("idle_5000_memory", median(bytes), nullptr, nullptr, "bytes/connection", "ours <= 20480");
    print("idle_5000_throughput", median(crowded), median(alone), median(crowded) / median(alone),
          "requests/s, theirs = without idle ones", "ratio >= 0.9");
}

void slowHeads(milliseconds round)
{
    std::vector<double> alone, beset;
    for (int i = 0; i < 3; ++i) {
        const ServerProcess server("gate");
        alone.push_back(run(server.port(), 16, round).p99_micros);
        Held slow(server.port(), 500, true);
        std::atomic<bool> over{false};
        std::thread dripping([&] {
            while (!over) {
                slow.drip();
                std::this_thread::sleep_for(milliseconds(500));
            }
        });
        beset.push_back(run(server.port(), 16, round).p99_micros);
        over = true;
        dripping.join();
    }
    print("slow_heads_500_p99", median(beset), median(alone), median(beset) / median(alone),
          "microseconds, theirs = without slow ones", "ratio <= 2");
}

} // namespace
} // namespace zikao::bench

int main(int argc, char** argv)
{
    using namespace zikao::bench;
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);

    if (argc == 3 && std::string(argv[1]) == "--serve")
        return serve(argv[2]);
    const int seconds = argc == 3 && std::string(argv[1]) == "--seconds" ? std::atoi(argv[2]) : 3;
    const milliseconds round(std::max(1, seconds) * 1000);
    keepAlive(round);
    idle(round);
    slowHeads(round);
    return 0;
}
