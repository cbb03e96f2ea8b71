#include <gtest/gtest.h>

#include "kernel/worker/breaker.hpp"

using namespace zikao::worker;
using namespace std::chrono_literals;

TEST(Breaker, OpensAtTheFifthDeathWithinAMinuteAndClosesAfterHalfOne)
{
    Breaker breaker;
    const Breaker::Time start{std::chrono::hours{1}};
    for (int i = 0; i < 4; ++i)
        EXPECT_FALSE(breaker.death(start + i * 10s));
    EXPECT_FALSE(breaker.isOpen(start + 40s));
    EXPECT_TRUE(breaker.death(start + 45s));
    EXPECT_TRUE(breaker.isOpen(start + 74s));
    EXPECT_FALSE(breaker.isOpen(start + 75s));
}

TEST(Breaker, ForgetsDeathsOlderThanAMinute)
{
    Breaker breaker;
    const Breaker::Time start{std::chrono::hours{1}};
    for (int i = 0; i < 20; ++i)
        EXPECT_FALSE(breaker.death(start + i * 16s)) << i;
}

TEST(Breaker, CountsAfreshAfterItClosed)
{
    Breaker breaker;
    const Breaker::Time start{std::chrono::hours{1}};
    for (int i = 0; i < 5; ++i)
        breaker.death(start);
    ASSERT_TRUE(breaker.isOpen(start));
    EXPECT_FALSE(breaker.death(start + 31s));
    EXPECT_FALSE(breaker.isOpen(start + 31s));
}
