#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace zikao::bench {

struct Load
{
    double per_second = 0;
    double p50_micros = 0, p99_micros = 0;
    std::int64_t failed = 0;
};

/// Asks for the small answer over keep-alive connections, each sending its next request when the answer came
/// and `pause` after the one before is over; one thread, epoll.
Load run(std::uint16_t port, int connections, std::chrono::milliseconds duration,
         std::chrono::milliseconds pause = {});

/// Connections that are held open. They say nothing, or begin a head and add bytes by and by.
class Held
{
public:
    Held(std::uint16_t port, int count, bool begin_head);
    ~Held();
    Held(const Held&) = delete;
    /// One byte on each of the next `count` connections, round and round.
    void drip(std::size_t count);
    [[nodiscard]] std::size_t count() const { return descriptors_.size(); }

private:
    std::vector<int> descriptors_;
    std::size_t next_ = 0;
};

} // namespace zikao::bench
