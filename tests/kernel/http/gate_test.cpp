#include "tests/kernel/http/gate_fixture.hpp"

#include <sys/resource.h>

#include <fstream>

namespace zikao::http::test {
namespace {

using Gates = GateTest;

const std::string kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

TEST_F(Gates, OneConnectionServesManyRequests)
{
    start();
    RawClient client = connect();
    for (int i = 0; i < 100; ++i)
        ASSERT_EQ(client.ask(kGet).body, "GET /a ");
    EXPECT_EQ(gate->stats().accepted, 1u);
    EXPECT_EQ(gate->stats().requests, 100u);
}

TEST_F(Gates, PipelinedRequestsAreAnsweredInTheirOrder)
{
    start();
    RawClient client = connect();
    std::string all;
    for (int i = 0; i < 500; ++i)
        all += "POST /n" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok";
    client.send(all);
    for (int i = 0; i < 500; ++i)
        ASSERT_EQ(client.read().body, "POST /n" + std::to_string(i) + " ok");
}

TEST_F(Gates, AConnectionThatAskedToEndIsEnded)
{
    start();
    RawClient client = connect();
    const auto answer = client.ask("GET / HTTP/1.1\r\nHost: h\r\nConnection: foo, Close\r\n\r\n");
    EXPECT_TRUE(answer.has("Connection: close"));
    EXPECT_TRUE(client.ended());
    RawClient old = connect();
    EXPECT_EQ(old.ask("GET / HTTP/1.0\r\nHost: h\r\n\r\n").status, 200);
    EXPECT_TRUE(old.ended());
}

TEST_F(Gates, AChunkedBodyIsPutTogether)
{
    start();
    RawClient client = connect();
    const auto answer = client.ask("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
                                   "3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n" +
                                   kGet);
    EXPECT_EQ(answer.body, "POST / abc0123456789");
    EXPECT_EQ(client.read().body, "GET /a ");
}

TEST_F(Gates, ABodyOverTheMemoryBoundGoesToDiskAndComesBackWhole)
{
    start();
    RawClient client = connect();
    std::string body(300'000, 'x');
    for (std::size_t i = 0; i < body.size(); i += 7)
        body[i] = static_cast<char>('a' + i % 26);
    const auto length = "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    client.send("POST / HTTP/1.1\r\nHost: h\r\n" + length + body);
    EXPECT_EQ(client.read().body, "POST / " + body);
    EXPECT_EQ(client.ask("POST /spooled HTTP/1.1\r\nHost: h\r\n" + length + body).body, "disk");
    EXPECT_EQ(client.ask("POST /spooled HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\na").body, "memory");
}

TEST_F(Gates, ADeclaredLengthOverTheLimitIsRefusedBeforeTheBodyComes)
{
    start();
    RawClient client = connect();
    const auto answer = client.ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1048577\r\n\r\n");
    EXPECT_EQ(answer.status, 413);
    EXPECT_TRUE(answer.has("Connection: close"));
    EXPECT_EQ(handler->handled.load(), 0);
}

TEST_F(Gates, TheRefusalOfATooLongBodyReachesAClientThatIsStillSending)
{
    start();
    RawClient client = connect();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\n\r\n" + std::string(500'000, 'x'));
    EXPECT_EQ(client.read().status, 413);
}

TEST_F(Gates, AChunkedBodyOverTheLimitIsRefused)
{
    start();
    RawClient client = connect();
    EXPECT_EQ(client.ask("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n").status,
              413);
    EXPECT_EQ(handler->handled.load(), 0);
}

TEST_F(Gates, ARouteWithoutABodyTakesNone)
{
    handler->max_body = 0;
    start();
    EXPECT_EQ(connect().ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n").status, 200);
    EXPECT_EQ(connect().ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\na").status, 413);
}

TEST_F(Gates, AClientThatAsksFirstIsToldToGoOn)
{
    start();
    RawClient client = connect();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read().status, 100);
    EXPECT_EQ(client.ask("abc").body, "POST / abc");
    EXPECT_EQ(client.ask(kGet).status, 200);
}

TEST_F(Gates, AClientThatAsksFirstIsToldNoWithoutSendingTheBody)
{
    start();
    RawClient client = connect();
    const auto answer =
        client.ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(answer.status, 413);
}

TEST_F(Gates, ARefusalOnTheHeadAloneIsAnsweredAtOnce)
{
    start();
    RawClient client = connect();
    EXPECT_EQ(client.ask("GET /refused HTTP/1.1\r\nHost: h\r\n\r\n").body, "no");
    EXPECT_EQ(client.ask(kGet).status, 200) << "without a body the connection lives on";
    EXPECT_EQ(client.ask("POST /refused HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n").body, "no");
    EXPECT_TRUE(client.ended()) << "an unread body would be taken for the next request";
}

TEST_F(Gates, AnExceptionBecomesAnAnswerThatSaysNothingAboutInsides)
{
    start();
    for (const char* path : {"/throws", "/throws-early"}) {
        const auto answer = connect().ask("GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_EQ(answer.status, 500);
        EXPECT_EQ(answer.body.find("secret"), std::string::npos);
        EXPECT_NE(answer.body.find("\"internal\""), std::string::npos);
        EXPECT_TRUE(answer.has("Content-Security-Policy: "));
    }
}

TEST_F(Gates, EveryAnswerCarriesTheSecurityHeaders)
{
    start();
    for (const std::string& bytes : {kGet, std::string("BAD\r\n\r\n")}) {
        const auto answer = connect().ask(bytes);
        for (const char* line :
             {"X-Content-Type-Options: nosniff", "frame-ancestors 'none'", "Referrer-Policy: same-origin",
              "Cross-Origin-Opener-Policy: same-origin", "Cache-Control: no-store", "Date: "})
            EXPECT_TRUE(answer.has(line)) << line;
        EXPECT_FALSE(answer.has("Server:"));
        EXPECT_FALSE(answer.has("Strict-Transport-Security")) << "over plain HTTP";
    }
}

TEST_F(Gates, AHeadRequestGetsTheLengthButNoBody)
{
    start();
    RawClient client = connect();
    client.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n" + kGet);
    EXPECT_TRUE(client.read(true).has("Content-Length: 8\r\n"));
    EXPECT_EQ(client.read().body, "GET /a ");
}

TEST_F(Gates, TheClientAddressIsThePeerUnlessANamedProxySpeaks)
{
    start();
    const std::string asking =
        "GET /client HTTP/1.1\r\nHost: h\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 9.9.9.9\r\n\r\n";
    EXPECT_EQ(connect().ask(asking).body, "127.0.0.1 plain");
}

TEST_F(Gates, ANamedProxyIsBelievedForTheLastHopOnly)
{
    options.trusted_proxies = {"127.0.0.1", "10.0.0.1"};
    start();
    const auto seen = [&](const std::string& chain) {
        return connect()
            .ask("GET /client HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: " + chain + "\r\n\r\n")
            .body;
    };
    EXPECT_EQ(seen("9.9.9.9"), "9.9.9.9 plain");
    EXPECT_EQ(seen("6.6.6.6, 9.9.9.9"), "9.9.9.9 plain")
        << "what the client itself wrote stands further left";
    EXPECT_EQ(seen("9.9.9.9, 10.0.0.1"), "9.9.9.9 plain");
    EXPECT_EQ(seen("nonsense"), "127.0.0.1 plain");
    EXPECT_EQ(connect().ask("GET /client HTTP/1.1\r\nHost: h\r\nX-Forwarded-Proto: https\r\n\r\n").body,
              "127.0.0.1 secure");
}

TEST_F(Gates, AThousandIdleConnectionsKeepNoThreadAndLeaveRoomForOthers)
{
    rlimit files{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    ASSERT_GE(files.rlim_cur, 2200u);

    options.threads = 2;
    start();
    std::vector<RawClient> idle;
    for (int i = 0; i < 1000; ++i) {
        idle.push_back(connect());
        if (i % 2 == 0)
            idle.back().send("GET /half HTTP/1.1\r\nHo");
    }
    ASSERT_TRUE(eventually([&] { return gate->stats().open_connections == 1000; }));
    RawClient busy = connect();
    for (int i = 0; i < 50; ++i)
        ASSERT_EQ(busy.ask(kGet).status, 200);
    EXPECT_EQ(idle[1].ask(kGet).status, 200) << "the parked one is served when it speaks";
    EXPECT_EQ(idle[0].ask("st: h\r\n\r\n").body, "GET /half ") << "and the half one when it goes on";
}

TEST_F(Gates, HeavyRequestsLeaveThreadsForLightOnes)
{
    options.threads = 4;
    options.heavy_at_once = 2;
    start();
    std::vector<RawClient> heavy;
    for (int i = 0; i < 8; ++i) {
        heavy.push_back(connect());
        heavy.back().send("GET /heavy HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    ASSERT_TRUE(handler->stand(2));
    ASSERT_TRUE(eventually([&] { return gate->stats().heavy_waiting == 6; }));
    EXPECT_EQ(connect().ask(kGet).status, 200);
    EXPECT_EQ(handler->standing(), 2);
    handler->open();
    for (auto& client : heavy)
        EXPECT_EQ(client.read().status, 200);
    EXPECT_EQ(gate->stats().heavy_waiting, 0);
}

TEST_F(Gates, AThreadThatWaitsElsewhereLeavesTheDoorToAnother)
{
    options.threads = 3;
    options.at_the_door = 1;
    start();
    RawClient first = connect(), second = connect();
    first.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(handler->stand(1));
    second.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(handler->stand(2));
    EXPECT_EQ(connect().ask(kGet).status, 200);
    handler->open();
    EXPECT_EQ(first.read().status, 200);
    EXPECT_EQ(second.read().status, 200);
    for (int i = 0; i < 20; ++i) // the seats that were left are taken again
        EXPECT_EQ(connect().ask(kGet).status, 200);
}

TEST_F(Gates, WhoStandsByEndsWithTheGate)
{
    options.threads = 8;
    options.at_the_door = 1;
    start();
    ASSERT_EQ(connect().ask(kGet).status, 200);
    gate->stop(); // joins all eight
    EXPECT_THROW(connect(), std::runtime_error);
}

TEST_F(Gates, AFullLineOfHeavyRequestsIsAnsweredBusy)
{
    options.heavy_at_once = 1;
    options.heavy_queue = 1;
    start();
    RawClient running = connect(), waiting = connect(), refused = connect();
    running.send("GET /heavy HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(handler->stand(1));
    waiting.send("GET /heavy HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return gate->stats().heavy_waiting == 1; }));
    const auto answer = refused.ask("GET /heavy HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(answer.status, 503);
    EXPECT_TRUE(answer.has("Retry-After: "));
}

TEST_F(Gates, DrainingFinishesWhatRunsAndEndsWhatIsIdle)
{
    start();
    RawClient idle = connect(), running = connect();
    ASSERT_EQ(idle.ask(kGet).status, 200);
    running.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(handler->stand(1));

    bool clean = false;
    std::thread draining([&] { clean = gate->drain(std::chrono::seconds(10)); });
    EXPECT_TRUE(idle.ended());
    EXPECT_TRUE(eventually([&] {
        try {
            RawClient late(gate->port());
            return late.ended();
        } catch (const std::runtime_error&) {
            return true;
        }
    })) << "nobody new is let in";
    handler->open();
    const auto answer = running.read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.has("Connection: close"));
    draining.join();
    EXPECT_TRUE(clean);
}

TEST_F(Gates, DrainingGivesUpOnWhatDoesNotEnd)
{
    start();
    RawClient running = connect();
    running.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(handler->stand(1));
    EXPECT_FALSE(gate->drain(std::chrono::milliseconds(30)));
}

TEST_F(Gates, WhenFullTheLongestIdleConnectionMakesRoom)
{
    options.max_connections = 3;
    start();
    std::vector<RawClient> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(connect());
        ASSERT_EQ(clients.back().ask(kGet).status, 200);
    }
    // A connection counts as idle a moment after its answer: only what is asked again much later is surely younger.
    now_ms += 10'000;
    for (int i : {1, 2})
        ASSERT_EQ(clients[static_cast<std::size_t>(i)].ask(kGet).status, 200);
    EXPECT_EQ(connect().ask(kGet).status, 200);
    EXPECT_TRUE(clients[0].ended());
    EXPECT_GE(gate->stats().evicted, 1u);
}

TEST_F(Gates, ATakenAddressIsReportedAtTheStart)
{
    start();
    GateOptions second;
    second.port = gate->port();
    second.monotonic_ms = options.monotonic_ms;
    const auto started = Gate::start(second, handler);
    ASSERT_FALSE(started.has_value());
    EXPECT_EQ(started.error().code, ErrorCode::unavailable);
}

} // namespace
} // namespace zikao::http::test
