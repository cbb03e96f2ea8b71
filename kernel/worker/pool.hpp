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

/// How a worker is confined. It never has a database, an inherited descriptor but its socket, or a child
/// process. The supervisor sends it with the greeting; the worker confines itself before it runs anything of
/// a guest.
struct Confinement
{
    bool network = false; ///< may connect outwards (plugins whose manifest asks), also to resolve names
    int memory_mib = 256; ///< RLIMIT_AS (not under sanitizers, whose shadow memory is terabytes)
    int cpu_seconds = 0;  ///< 0: bounded by wall time alone
    std::vector<std::string> readable =
        {}; ///< paths it may open read-only (models, fonts), enforced by Landlock
    bool loads =
        false; ///< opens a library and `readable` while it starts; afterwards nothing, unless `network`
};

struct PoolOptions
{
    std::string name;                   ///< for logs and metrics
    std::string executable;             ///< zikao-worker
    std::vector<std::string> arguments; ///< role and its arguments: {"rules"} or {"plugin", dir, interface}
    std::string greeting; ///< sent once to each new worker (settings); never on the command line
    int size = 2;
    Confinement confinement;
    int recycle_after = 10'000; ///< calls; then drained and replaced
    bool breaker = true;        ///< off where the owner keeps one per guest (rule packages share a pool)
    std::chrono::milliseconds start_limit{
        60'000}; ///< from spawn to ready; models on a busy machine take their time
};

struct PoolStats
{
    std::int64_t calls = 0;
    std::int64_t killed = 0;   ///< by us, for being late
    std::int64_t died = 0;     ///< by themselves: crash, forbidden system call, exit
    std::int64_t restarts = 0; ///< workers started after the first ones, for whatever reason
    bool breaker_open = false;
};

/// Pre-started worker processes. A call that is late is answered `timeout` and its worker killed and
/// replaced; a worker that dies gives `plugin_fault` (reason `crashed` or `forbidden_call`). Five deaths in
/// 60 s open the breaker for 30 s: calls answer `unavailable` (reason `breaker_open`) at once.
/// @threads any; a call waits for a free worker within its own deadline
class Pool
{
public:
    /// Returns when every worker is ready. @errors what the worker's factory answered, or `plugin_fault`
    static Result<std::unique_ptr<Pool>> start(PoolOptions options);
    ~Pool(); ///< kills what it started

    /// @param deadline  from sending to the whole answer
    /// @param patience  how long to wait for a free worker first; negative: the deadline covers both
    /// @errors `timeout` (outcome unknown), `plugin_fault`, `unavailable` (nothing was sent), or the
    ///         handler's
    Result<Message> call(const Message& request, std::chrono::milliseconds deadline,
                         std::chrono::milliseconds patience = std::chrono::milliseconds{-1});

    /// Replaces every worker by one started with the present files; running calls finish on the old ones.
    /// Returns when the new ones serve. @errors those of `start`: then the old ones keep working
    Result<void> drainAndReplace();

    [[nodiscard]] PoolStats stats() const;

private:
    struct Impl;
    explicit Pool(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Answers one call. The head and body go back, or an error that crosses as one.
using Handler = std::function<Result<Message>(const Message&)>;
/// Makes the handler from the greeting; with `loads` this still may open what the confinement names.
using HandlerFactory = std::function<Result<Handler>(const std::string& greeting)>;

/// The descriptor on which a worker finds its socket.
inline constexpr int kWorkerSocket = 3;

/// The worker's side, run in zikao-worker: reads confinement and greeting, confines itself, then answers
/// calls one at a time until the socket closes. A handler that throws answers `plugin_fault`; the worker
/// lives on.
/// @return the exit status; the caller ends by _exit, so that no guest's destructors run
int serve(int socket, const HandlerFactory& make);

} // namespace zikao::worker
