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

/// Asks for the small answer over keep-alive connections, each sending its next request when the answer came; one
/// thread, epoll.
Load run(std::uint16_t port, int connections, std::chrono::milliseconds duration);

/// Connections that are held open. They say nothing, or begin a head and add a byte whenever `drip` is called.
class Held
{
public:
    Held(std::uint16_t port, int count, bool begin_head);
    ~Held();
    Held(const Held&) = delete;
    void drip();
    [[nodiscard]] std::size_t count() const { return descriptors_.size(); }

private:
    std::vector<int> descriptors_;
};

} // namespace zikao::bench
