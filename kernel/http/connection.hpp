#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "kernel/http/gate.hpp"
#include "kernel/http/seats.hpp"
#include "kernel/http/transport.hpp"

namespace zikao::http {

/// What the connections of one gate share.
struct Shared
{
    explicit Shared(GateOptions given)
        : options(std::move(given)),
          seats(options.at_the_door > 0
                    ? options.at_the_door
                    : 2 * static_cast<int>(std::max(1u, std::thread::hardware_concurrency())))
    {}

    GateOptions options;
    std::shared_ptr<Handler> handler;
    Poco::Net::Context::Ptr tls; ///< null: plain
    std::string boot_id;         ///< start of every request id
    std::atomic<std::uint64_t> next_request{1};
    std::atomic<bool> draining{false};
    Seats seats;

    std::atomic<std::uint64_t> accepted{0}, requests{0}, malformed{0}, timed_out{0}, evicted{0},
        handling_micros{0};
    std::atomic<std::uint64_t> by_status_class[6] = {};
    std::atomic<std::int64_t> open_connections{0};

    [[nodiscard]] std::int64_t now() const { return options.monotonic_ms(); }
};

/// One client's connection: a state machine that moves as far as it can without waiting and then says what it
/// waits for. Owned by one thread at a time.
class Connection
{
public:
    enum class Wait {
        read,  ///< until bytes come
        write, ///< until bytes can leave
        turn,  ///< a complete heavy request: call `handle` when there is room
        close  ///< over
    };
    struct Next
    {
        Wait wait;
        std::int64_t deadline_ms = 0;
        bool idle = false; ///< between requests: may be ended without harm
    };

    Connection(Shared& shared, const Poco::Net::StreamSocket& socket, std::string peer);

    [[nodiscard]] int descriptor() const { return transport_.descriptor(); }
    /// Bytes came since the last read, or with `ended` nothing comes after them.
    void readable(bool ended);
    /// Moves on after an event, until a read or write would wait.
    Next advance();
    /// Handles the complete request that `advance` stopped at, and moves on.
    Next handle();
    /// Refuses the complete request that `advance` stopped at, since too many wait.
    Next refuseBusy();
    /// The deadline passed: says so where that helps. The connection is closed afterwards.
    void expire();

private:
    enum class Phase { handshake, head, body, ready, send, linger, over };
    enum class After { next_request, read_body, linger, end };

    bool stepHandshake();
    bool stepHead();
    bool stepBody();
    bool stepSend();
    bool stepLinger();
    bool fill();
    Transport::Moved read(char* buffer);
    Next parked() const;
    void headComplete(std::size_t length);
    bool takeBody(std::string_view& bytes);
    void bodyComplete();
    void handleNow();
    void answer(Response response, bool body_unread);
    void refuse(Status status, const char* code, bool body_unread);
    void judgeClient();
    bool fail();

    Shared& shared_;
    Transport transport_;
    std::string peer_;
    Phase phase_;
    After after_ = After::next_request;
    Wait waiting_ = Wait::read;
    bool closing_ = false;
    bool readable_ = false; ///< a read may give bytes; only a connection that has read all of them may wait
    bool ended_ = false;    ///< the peer sends no more: its end is still to be read

    std::string in_;
    HeadScanner scanner_;
    std::int64_t phase_since_ms_ = 0;
    bool served_one_ = false;
    int handled_in_a_row_ = 0; ///< in this turn of its thread

    std::unique_ptr<Request> request_;
    std::unique_ptr<ChunkDecoder> chunks_;
    Admission admission_;

    std::string out_;
    std::shared_ptr<const std::string> out_shared_;
    std::size_t out_at_ = 0;
    std::uint64_t moved_ = 0; ///< bytes of the body or answer so far, for the least speed
};

} // namespace zikao::http
