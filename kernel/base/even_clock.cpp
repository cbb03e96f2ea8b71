#include "kernel/base/even_clock.hpp"

#include <ctime>

#include "kernel/base/log.hpp"

namespace zikao {

EvenClock::EvenClock(const Clock& machine, Count count)
    : machine_(machine),
      count_(std::move(count)),
      last_(machine.now()),
      counted_(count_())
{}

Instant EvenClock::now() const
{
    const std::lock_guard lock(mutex_);
    const Instant told = machine_.now();
    const std::chrono::milliseconds count = count_();
    const Instant own = last_ + (count - counted_);
    const std::chrono::milliseconds off{told.ms - own.ms};
    const bool jumped = off > kStep || off < -kStep;
    last_ = jumped ? own : told;
    counted_ = count;
    if (jumped != jumped_) {
        jumped_ = jumped;
        if (jumped)
            log::error("clock_jumped", {{"seconds", std::to_string(off.count() / 1000)}});
        else
            log::info("clock_followed_again", {});
    }
    return last_;
}

std::chrono::milliseconds EvenClock::sinceBoot()
{
    timespec count{};
    ::clock_gettime(CLOCK_BOOTTIME, &count);
    return std::chrono::seconds{count.tv_sec} +
           std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::nanoseconds{count.tv_nsec});
}

} // namespace zikao
