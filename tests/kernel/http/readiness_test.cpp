// What arrives at moments when nobody waits for it: the epoll set reports each change once.
#include <sys/resource.h>

#include "tests/kernel/http/gate_fixture.hpp"

namespace zikao::http::test {
namespace {

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view kWait = "GET /wait HTTP/1.1\r\nHost: h\r\n\r\n";

double processorSeconds()
{
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

class Readiness : public GateTest
{
protected:
    /// No deadline helps: the test's clock stands.
    bool letGo()
    {
        return eventually([&] { return gate->stats().open_connections == 0; });
    }
};

TEST_F(Readiness, WhatComesWhileARequestIsHandledIsAnsweredAfterIt)
{
    start();
    RawClient client = connect();
    client.send(kWait);
    ASSERT_TRUE(handler->stand(1));
    client.send(kGet);
    handler->open();
    EXPECT_EQ(client.read().body, "GET /wait ");
    EXPECT_EQ(client.read().body, "GET /a ");
}

TEST_F(Readiness, WhatComesWhileARequestStandsInLineIsAnsweredAfterIt)
{
    options.heavy_at_once = 1;
    start();
    RawClient running = connect(), waiting = connect();
    constexpr std::string_view kHeavy = "GET /heavy HTTP/1.1\r\nHost: h\r\n\r\n";
    running.send(kHeavy);
    ASSERT_TRUE(handler->stand(1));
    waiting.send(kHeavy);
    ASSERT_TRUE(eventually([&] { return gate->stats().heavy_waiting == 1; }));
    waiting.send(kGet);
    handler->open();
    EXPECT_EQ(waiting.read().body, "GET /heavy ");
    EXPECT_EQ(waiting.read().body, "GET /a ");
}

TEST_F(Readiness, AClientThatAsksAndEndsItsSideIsAnsweredAndLetGo)
{
    start();
    RawClient client = connect();
    client.send(kGet);
    ::shutdown(client.descriptor(), SHUT_WR);
    EXPECT_EQ(client.read().status, 200);
    EXPECT_TRUE(client.ended());
    EXPECT_TRUE(letGo());
}

TEST_F(Readiness, AClientThatEndsItsSideWhileItIsServedIsAnsweredAndLetGo)
{
    start();
    RawClient client = connect();
    client.send(kWait);
    ASSERT_TRUE(handler->stand(1));
    ::shutdown(client.descriptor(), SHUT_WR);
    handler->open();
    EXPECT_EQ(client.read().status, 200);
    EXPECT_TRUE(client.ended());
    EXPECT_TRUE(letGo());
}

TEST_F(Readiness, AClientThatGoesAwayBetweenRequestsIsLetGo)
{
    start();
    {
        RawClient client = connect();
        ASSERT_EQ(client.ask(kGet).status, 200);
    }
    EXPECT_TRUE(letGo());
}

TEST_F(Readiness, ASlowReaderThatKeepsSendingCostsNoProcessorAndGetsEverything)
{
    start();
    RawClient client = connect(4096);
    client.send("GET /big HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(client.hears(10'000));
    for (int i = 0; i < 3; ++i)
        client.send(kGet);
    const double before = processorSeconds();
    std::this_thread::sleep_for(std::chrono::milliseconds(500)); // the span that is measured
    EXPECT_LT(processorSeconds() - before, 0.25) << "a thread runs in circles";
    EXPECT_EQ(client.read().body.size(), 8u * 1024 * 1024);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(client.read().body, "GET /a ");
}

TEST_F(Readiness, AClientThatNeverStopsAskingLetsOthersIn)
{
    options.threads = 1;
    start();
    RawClient greedy = connect(), other = connect();
    greedy.send(kWait);
    ASSERT_TRUE(handler->stand(1));
    std::string many;
    for (int i = 0; i < 1500; ++i)
        many += kGet;
    greedy.send(many);
    other.send("GET /count HTTP/1.1\r\nHost: h\r\n\r\n");
    handler->open();
    EXPECT_LT(std::stoi(other.read().body), 200);
    for (int i = 0; i < 1501; ++i)
        ASSERT_EQ(greedy.read().status, 200);
}

} // namespace
} // namespace zikao::http::test
