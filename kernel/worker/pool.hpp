#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernel/base/json.hpp"
#include "plugins/api/result.hpp"

namespace zikao::worker {

/// What crosses the socket: a small JSON head and any bytes (pictures, package sources).
struct Message
{
    Json head;
    std::string body = {};
};

/// How a worker is confined. It never has a database, an inherited descriptor but its socket, or a child.
struct Confinement
{
    bool network = false;            ///< may connect outwards (plugins whose manifest asks)
    int memory_mib = 256;            ///< RLIMIT_AS (not under sanitizers)
    int cpu_seconds = 0;             ///< 0: bounded by wall time alone
    std::vector<std::string> readable = {}; ///< paths it may open read-only before seccomp closes `open` (empty: none)
};

struct PoolOptions
{
    std::string name;                ///< for logs and metrics
    std::string executable;          ///< zikao-worker
    std::vector<std::string> arguments; ///< role and its arguments: {"rules"} or {"plugin", dir, interface}
    std::string greeting;            ///< sent once to each new worker (settings); never on the command line
    int size = 2;
    Confinement confinement;
    int recycle_after = 10'000;      ///< calls; then drained and replaced
};

struct PoolStats
{
    std::int64_t calls = 0, killed = 0, died = 0, restarts = 0;
    bool breaker_open = false;
};

/// Pre-started worker processes. A call that is late is answered `timeout` and its worker killed and replaced;
/// a worker that dies gives `plugin_fault`. Five deaths in 60 s open the breaker for 30 s: calls answer
/// `unavailable` at once.
/// @threads any; a call waits for a free worker within its own deadline
class Pool
{
public:
    static Result<std::unique_ptr<Pool>> start(PoolOptions options);
    ~Pool(); ///< kills what it started

    Result<Message> call(const Message& request, std::chrono::milliseconds deadline);

    /// Replaces every worker by one started with the present files; running calls finish on the old ones.
    void drainAndReplace();

    [[nodiscard]] PoolStats stats() const;

private:
    struct Impl;
    explicit Pool(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// The worker's side, run in zikao-worker: reads the greeting, confines itself, then answers calls one at a time
/// until the socket closes. The handler returns head and body, or an error that crosses as one.
using Handler = std::function<Result<Message>(const Message&)>;
using HandlerFactory = std::function<Result<Handler>(const std::string& greeting)>;
int serve(int socket, const Confinement& confinement, const HandlerFactory& make);

} // namespace zikao::worker
