#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/http/head.hpp"
#include "kernel/http/problem.hpp"
#include "kernel/http/request.hpp"
#include "kernel/http/response.hpp"
#include "kernel/http/router.hpp"
#include "kernel/http/transport.hpp"

namespace zikao::http {

/// What is decided on the head alone, before any byte of the body is waited for.
struct Admission
{
    std::uint64_t max_body = 0; ///< 413 beyond it; 0: no body is taken
    Cost cost = Cost::light;
    std::optional<Response> refusal; ///< answer this at once; with an unread body the connection then ends
    /// Handling it waits for nothing, no database and no worker: its thread stays at the door (seats.hpp).
    bool from_memory = false;
};

/// The application behind the gate.
/// @threads all of the gate's threads at once
class Handler
{
public:
    virtual ~Handler() = default;
    virtual Admission admit(const Request& request) = 0;
    /// May block (databases, plugins), always with deadlines of its own. An exception becomes a 500 (the HTTP
    /// edge).
    virtual Response handle(Request& request) = 0;
};

struct GateOptions
{
    std::string address = "127.0.0.1";
    std::uint16_t port = 0; ///< 0: any free one, see `Gate::port`
    std::optional<TlsFiles> tls;
    int threads = 8;
    int at_the_door = 0;           ///< threads that wait for events at one time (seats.hpp); 0: two a core
    int heavy_at_once = 4;         ///< requests of Cost::heavy handled at one time; the rest wait their turn
    std::size_t heavy_queue = 512; ///< beyond it 503
    std::size_t max_connections = 20'000; ///< when full, the longest idle ones make room
    HeadLimits head;
    std::size_t body_in_memory = 64 * 1024;
    std::string spool_dir = "/tmp"; ///< nameless files of bigger bodies
    std::vector<std::string>
        trusted_proxies; ///< whose X-Forwarded-For and X-Forwarded-Proto are believed (C3)

    std::chrono::milliseconds head_time{10'000}; ///< for a whole head, TLS handshake included
    std::chrono::milliseconds idle_time{75'000}; ///< between requests
    std::chrono::milliseconds transfer_grace{
        10'000}; ///< before the least speed counts, for bodies and answers
    std::uint64_t least_bytes_per_second = 1024;
    std::chrono::milliseconds linger_time{2'000}; ///< for the rest of a body that was refused

    std::function<std::int64_t()> monotonic_ms; ///< for tests; the machine's steady clock otherwise
    std::chrono::milliseconds sweep_every{200}; ///< how often deadlines are looked at
    Texts texts;                                ///< sentences of the gate's own refusals
};

/// Counters since the start, for /metrics.
struct GateStats
{
    std::uint64_t accepted = 0, requests = 0, malformed = 0, timed_out = 0, evicted = 0;
    std::uint64_t by_status_class[6] = {}; ///< [2]: 2xx …
    std::uint64_t handling_micros = 0;     ///< sum over all handled requests
    std::int64_t open_connections = 0, heavy_waiting = 0;
};

/// The door of the server: complete, unambiguous, bounded requests only (C1, C2). A few threads wait on one
/// epoll set; whichever wakes owns that connection, reads what is there, and either puts it back
/// or, when the request is complete, handles it on the spot. A connection that waits costs memory, never a
/// thread. Requests of one connection are answered in order, one at a time.
/// @threads start, drain and stop from one thread; stats from any
class Gate
{
public:
    /// Listens and starts. @errors `unavailable`: the address is taken; `invalid_argument`: TLS files, spool
    /// folder
    static Result<std::unique_ptr<Gate>> start(GateOptions options, std::shared_ptr<Handler> handler);
    ~Gate(); ///< stops

    [[nodiscard]] std::uint16_t port() const;

    /// Accepts no more, ends idle connections, lets running requests finish and their connections end.
    /// @return whether all ended within `patience`; call `stop` afterwards in any case
    bool drain(std::chrono::milliseconds patience);
    void stop();

    [[nodiscard]] GateStats stats() const;

private:
    struct Impl;
    explicit Gate(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace zikao::http
