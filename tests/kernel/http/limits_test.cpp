#include "kernel/http/rate.hpp"
#include "tests/kernel/http/gate_fixture.hpp"

namespace zikao::http::test {
namespace {

using Limits = GateTest;

TEST_F(Limits, AHeadThatTakesOverTenSecondsIsEnded)
{
    start();
    RawClient client = connect();
    client.send("GET / HTTP/1.1\r\nHost: h\r\n");
    ASSERT_TRUE(eventually([&] { return gate->stats().accepted == 1; }));
    for (int i = 0; i < 9; ++i) { // one byte a second does not prolong it
        now_ms += 1000;
        client.send("X");
        EXPECT_FALSE(client.hears(5));
    }
    now_ms += 1001;
    EXPECT_EQ(client.read().status, 408);
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(gate->stats().timed_out, 1u);
}

TEST_F(Limits, AClientThatNeverSaysAnythingIsEnded)
{
    start();
    RawClient client = connect();
    ASSERT_TRUE(eventually([&] { return gate->stats().open_connections == 1; }));
    now_ms += 9'900;
    EXPECT_FALSE(client.hears(20));
    now_ms += 200;
    EXPECT_TRUE(client.ended());
}

TEST_F(Limits, AnIdleConnectionLivesSeventyFiveSeconds)
{
    start();
    RawClient client = connect();
    ASSERT_EQ(client.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n").status, 200);
    now_ms += 74'900;
    EXPECT_FALSE(client.hears(20));
    ASSERT_EQ(client.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n").status, 200);
    EXPECT_FALSE(client.hears(20)); // lets the gate put the connection back first
    now_ms += 75'100;
    EXPECT_TRUE(client.ended());
}

TEST_F(Limits, ABodySlowerThanAKilobyteASecondIsEnded)
{
    start();
    RawClient client = connect();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return gate->stats().open_connections == 1; }));
    EXPECT_FALSE(client.hears(20));
    for (int i = 0; i < 12; ++i) { // 100 bytes a second
        now_ms += 1000;
        client.send(std::string(100, 'x'));
        if (client.hears(20))
            break;
    }
    EXPECT_EQ(client.read().status, 408);
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(handler->handled.load(), 0);
}

TEST_F(Limits, ABodyThatKeepsTheLeastSpeedIsTakenHoweverLongItLasts)
{
    start();
    RawClient client = connect();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 61440\r\n\r\n");
    for (int i = 0; i < 30; ++i) {
        client.send(std::string(2048, 'x'));
        ASSERT_FALSE(i < 29 && client.hears(10)) << "after " << i << " s";
        now_ms += 1000;
    }
    EXPECT_EQ(client.read().status, 200);
}

TEST_F(Limits, ASlowReaderIsEndedAndHoldsNoThread)
{
    options.threads = 1;
    start();
    RawClient slow = connect(4096);
    slow.send("GET /big HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return handler->handled == 1; }));
    EXPECT_EQ(connect().ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n").status, 200) << "the one thread is free";
    // What the kernel's buffers took counts as sent; 8 MiB at 1 KB/s and the grace are far behind after three
    // hours.
    now_ms += 3 * 3600 * 1000;
    EXPECT_TRUE(eventually([&] { return gate->stats().timed_out == 1; }));
}

TEST_F(Limits, AReaderThatIsOnlyDelayedGetsTheWholeAnswer)
{
    start();
    RawClient client = connect(4096);
    client.send("GET /big HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return handler->handled == 1; }));
    EXPECT_EQ(client.read().body.size(), 8u * 1024 * 1024);
    EXPECT_EQ(client.ask("GET /a HTTP/1.1\r\nHost: h\r\n\r\n").body, "GET /a ");
}

class Rates : public testing::Test
{
protected:
    std::int64_t now_ms = 0;
    std::array<RateBudgets, kRates> budgets = [] {
        std::array<RateBudgets, kRates> all{};
        all[static_cast<int>(Rate::login)] = {{10, 1}, {3, 0.5}};
        return all;
    }();
    RateLimiter limiter{budgets, [this] { return now_ms; }};
};

TEST_F(Rates, ASessionIsStoppedAfterItsBurstAndToldWhenToComeBack)
{
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(limiter.take(Rate::login, "1.1.1.1", "s"), 0);
    EXPECT_EQ(limiter.take(Rate::login, "1.1.1.1", "s"), 2);
    EXPECT_EQ(limiter.take(Rate::login, "1.1.1.1", "other"), 0);
    now_ms += 2000;
    EXPECT_EQ(limiter.take(Rate::login, "1.1.1.1", "s"), 0);
    EXPECT_GT(limiter.take(Rate::login, "1.1.1.1", "s"), 0);
}

TEST_F(Rates, AnAddressIsStoppedHoweverManySessionsItClaims)
{
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(limiter.take(Rate::login, "1.1.1.1", "s" + std::to_string(i)), 0);
    EXPECT_EQ(limiter.take(Rate::login, "1.1.1.1", "new"), 1);
    EXPECT_EQ(limiter.take(Rate::login, "1.1.1.2", "new"), 0);
}

TEST_F(Rates, OneClassDoesNotUseUpAnother)
{
    for (int i = 0; i < 4; ++i)
        limiter.take(Rate::login, "1.1.1.1", "s");
    EXPECT_EQ(limiter.take(Rate::read, "1.1.1.1", "s"), 0);
}

TEST_F(Rates, ASubscriberCannotUseItsManyAddressesOfOneNetwork)
{
    EXPECT_EQ(networkOf("2001:db8:1:2::1"), networkOf("2001:db8:1:2:ffff::9"));
    EXPECT_NE(networkOf("2001:db8:1:2::1"), networkOf("2001:db8:1:3::1"));
    EXPECT_NE(networkOf("1.1.1.1"), networkOf("1.1.1.2"));
}

TEST_F(Rates, ManyAddressesDoNotGrowTheTableWithoutEnd)
{
    for (int i = 0; i < 300'000; ++i)
        limiter.take(Rate::login,
                     "10." + std::to_string(i >> 16) + "." + std::to_string((i >> 8) & 255) + "." +
                         std::to_string(i & 255),
                     "");
    EXPECT_LE(limiter.size(), 16u * 8192);
}

} // namespace
} // namespace zikao::http::test
