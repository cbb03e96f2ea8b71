#pragma once

#include <functional>

#include "kernel/base/clock.hpp"

namespace zikao {

/// The machine's clock without its jumps (I19). It follows the machine's time as a time service corrects it, by little at
/// once. After a larger step it goes on by the hardware's count of time and says so in the log (`clock_jumped`), until
/// the machine's time is back or the process is started anew: a day set by mistake would otherwise end every order,
/// session and deadline within a second, which nobody could undo.
/// @threads any
class EvenClock : public Clock
{
public:
    /// What it follows at once: short beside every term, more than a time service corrects in one step.
    static constexpr std::chrono::milliseconds kStep = std::chrono::minutes{1};
    /// Time since some instant, by a count that nobody sets.
    using Count = std::function<std::chrono::milliseconds()>;

    /// @param machine  what may jump; must outlive this clock. Its time now is believed
    explicit EvenClock(const Clock& machine, Count count = sinceBoot);
    [[nodiscard]] Instant now() const override;

private:
    /// Goes on while the machine sleeps.
    static std::chrono::milliseconds sinceBoot();

    const Clock& machine_;
    const Count count_;
    mutable std::mutex mutex_;
    mutable Instant last_;
    mutable std::chrono::milliseconds counted_;
    mutable bool jumped_ = false;
};

} // namespace zikao
