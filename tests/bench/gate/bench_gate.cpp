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
    const nlohmann::json line = {{"name", name},   {"ours", ours}, {"theirs", theirs},
                                 {"ratio", ratio}, {"unit", unit}, {"target", target}};
    std::printf("%s\n", line.dump().c_str());
    std::fflush(stdout);
}

struct Served
{
    double per_second, micros_each; ///< and processor time of the server per request
};

Served measure(const std::string& kind, milliseconds round)
{
    const ServerProcess server(kind);
    const double before = server.processorSeconds();
    const Load load = run(server.port(), 64, round);
    return {load.per_second, (server.processorSeconds() - before) * 1e6 /
                                 (load.per_second * static_cast<double>(round.count()) / 1000)};
}

/// Rounds alternate, so that a busy moment of the machine meets both.
void keepAlive(milliseconds round)
{
    std::vector<double> ours, theirs, our_micros, their_micros;
    for (int i = 0; i < 3; ++i) {
        const Served gate = measure("gate", round), poco = measure("poco", round);
        ours.push_back(gate.per_second);
        our_micros.push_back(gate.micros_each);
        theirs.push_back(poco.per_second);
        their_micros.push_back(poco.micros_each);
    }
    print("keep_alive_64", median(ours), median(theirs), median(ours) / median(theirs), "requests/s",
          "ratio >= 1.3");
    print("keep_alive_64_processor", median(our_micros), median(their_micros),
          median(our_micros) / median(their_micros), "microseconds of processor per request", "");
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

/// p99 of some thousand ordinary requests a second (a saturated machine would only show its scheduler) while
/// 500 clients send their heads a byte at a time to `besieged`.
double besetP99(const ServerProcess& measured, const ServerProcess& besieged, milliseconds round)
{
    Held slow(besieged.port(), 500, true);
    std::atomic<bool> over{false};
    std::thread dripping([&] {
        while (!over) {
            slow.drip(5); // each of them twice a second
            std::this_thread::sleep_for(milliseconds(5));
        }
    });
    const double p99 = run(measured.port(), 32, round, milliseconds(4)).p99_micros;
    over = true;
    dripping.join();
    return p99;
}

/// The comparison is a gate that has no slow clients while another process has them: the slow clients
/// themselves take their share of a small machine, and only what they do to the gate is asked for.
void slowHeads(milliseconds round)
{
    std::vector<double> alone, beset;
    for (int i = 0; i < 5; ++i) {
        const ServerProcess server("gate"), other("gate");
        alone.push_back(besetP99(server, other, round));
        beset.push_back(besetP99(server, server, round));
    }
    print("slow_heads_500_p99", median(beset), median(alone), median(beset) / median(alone),
          "microseconds, theirs = the slow ones at another process", "ratio <= 2");
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
