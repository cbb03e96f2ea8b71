#pragma once

#include <chrono>
#include <mutex>

#include "plugins/api/date.hpp"

namespace zikao {

/// The only source of time in the product. Tests and replays give their own.
/// @threads any
class Clock
{
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0;
    [[nodiscard]] Date today() const { return beijingDate(now()); }
};

/// The machine's clock.
class SystemClock : public Clock
{
public:
    [[nodiscard]] Instant now() const override
    {
        using namespace std::chrono;
        return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
    }
};

/// A clock that stands until it is moved.
class FakeClock : public Clock
{
public:
    explicit FakeClock(Date day) : now_(beijingInstant(day)) {}
    explicit FakeClock(Instant at) : now_(at) {}

    [[nodiscard]] Instant now() const override
    {
        std::lock_guard lock(mutex_);
        return now_;
    }
    void advance(std::chrono::milliseconds span)
    {
        std::lock_guard lock(mutex_);
        now_ = now_ + span;
    }
    void set(Instant at)
    {
        std::lock_guard lock(mutex_);
        now_ = at;
    }

private:
    mutable std::mutex mutex_;
    Instant now_;
};

} // namespace zikao
