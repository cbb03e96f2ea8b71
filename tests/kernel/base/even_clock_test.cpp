#include <gtest/gtest.h>

#include "kernel/base/even_clock.hpp"

namespace zikao {
namespace {

using namespace std::chrono_literals;

/// Both go on: what a quiet machine does.
struct Machine
{
    FakeClock wall{Date{2026, 4, 11}};
    std::chrono::milliseconds count{0};
    EvenClock clock{wall, [this] { return count; }};
    const Instant begun = wall.now();

    void pass(std::chrono::milliseconds span)
    {
        wall.advance(span);
        count += span;
    }
    [[nodiscard]] std::chrono::milliseconds shown() const
    {
        return std::chrono::milliseconds{clock.now().ms - begun.ms};
    }
};

TEST(EvenClock, I19_AJumpOfTheMachinesClockIsNotSeenAndItsReturnIs)
{
    Machine machine;
    machine.pass(10s);
    EXPECT_EQ(machine.shown(), 10s);
    for (const std::chrono::milliseconds jump :
         {std::chrono::milliseconds(24h), std::chrono::milliseconds(-1h)}) {
        const auto before = machine.shown();
        machine.wall.advance(jump);
        EXPECT_EQ(machine.shown(), before) << jump.count();
        machine.pass(20min);
        EXPECT_EQ(machine.shown(), before + 20min) << jump.count();
        machine.wall.advance(-jump + 3s);
        EXPECT_EQ(machine.shown(), before + 20min + 3s) << "the machine's time is right again";
    }
}

TEST(EvenClock, FollowsWhatATimeServiceCorrectsHoweverMuchItComesTo)
{
    Machine machine;
    for (int i = 0; i < 100; ++i) {
        machine.pass(1min);
        machine.wall.advance(-2s);
        EXPECT_EQ(machine.shown(), (i + 1) * 58s);
    }
}

} // namespace
} // namespace zikao
