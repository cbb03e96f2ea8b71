// zikaod: the server. `zikaod --config zikaod.json`, ended by SIGTERM or SIGINT.
#include <csignal>
#include <cstdio>
#include <cstring>

#include "kernel/app/server.hpp"
#include "kernel/base/even_clock.hpp"
#include "kernel/base/log.hpp"

namespace {

using namespace zikao;

constexpr int kWrongConfiguration = 2;
constexpr std::chrono::seconds kDrainPatience{15};

int refuse(const std::string& file, const Error& error)
{
    std::fprintf(stderr, "zikaod: %s: %s\n", file.c_str(), error.message.c_str());
    log::error("start_refused", {{"code", name(error.code)}, {"reason", error.reason}});
    return kWrongConfiguration;
}

/// Blocked in every thread that is started from here on, so that `sigwait` in the main thread takes them.
sigset_t blockEndSignals()
{
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGTERM);
    ::sigaddset(&signals, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

int serve(const std::string& file)
{
    const auto config = app::Config::read(file);
    if (!config)
        return refuse(file, config.error());
    const sigset_t signals = blockEndSignals();
    ::signal(SIGPIPE, SIG_IGN); // a browser that went away is seen by the write's own error
    const SystemClock machine;
    const EvenClock clock(machine);
    auto server = app::Server::start(*config, clock);
    if (!server)
        return refuse(file, server.error());
    (*server)->startBackground();
    log::info("ready", {{"address", config->address},
                        {"port", std::to_string((*server)->port())},
                        {"tls", config->tls_certificate.empty() ? "no" : "yes"},
                        {"tenants", std::to_string(config->tenants.size())}});

    int signal = 0;
    ::sigwait(&signals, &signal);
    log::info("draining", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
    const bool drained = (*server)->stop(kDrainPatience);
    log::info("ended", {{"drained", drained ? "yes" : "no"}});
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc == 3 && std::strcmp(argv[1], "--config") == 0)
        return serve(argv[2]);
    std::fputs("usage: zikaod --config FILE\n", stderr);
    return kWrongConfiguration;
}
