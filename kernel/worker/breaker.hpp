#pragma once

#include <chrono>
#include <deque>

namespace zikao::worker {

/// Five deaths within 60 s: nothing is tried for 30 s, then all is forgotten and tried again.
/// @threads guarded by its owner
class Breaker
{
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::size_t kDeaths = 5;
    static constexpr std::chrono::seconds kWithin{60}, kRest{30};

    /// @return whether this death opened it
    bool death(Time now)
    {
        if (isOpen(now))
            return false;
        deaths_.push_back(now);
        while (now - deaths_.front() > kWithin)
            deaths_.pop_front();
        if (deaths_.size() < kDeaths)
            return false;
        deaths_.clear();
        closes_at_ = now + kRest;
        return true;
    }
    [[nodiscard]] bool isOpen(Time now) const { return now < closes_at_; }
    [[nodiscard]] Time closesAt() const { return closes_at_; }

private:
    std::deque<Time> deaths_;
    Time closes_at_{};
};

} // namespace zikao::worker
