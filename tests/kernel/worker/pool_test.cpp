#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/worker/pool.hpp"
#include "tests/kernel/worker/support.hpp"

using namespace zikao;
using namespace zikao::worker;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

PoolOptions options(int size = 1)
{
    PoolOptions options;
    options.name = "test";
    options.executable = ZIKAO_BUILD_DIR "/bin/zikao-test-worker";
    options.size = size;
    return options;
}

std::int64_t pidOf(Pool& pool)
{
    return pool.call(ask("pid"), 5s).value().head["pid"].get<std::int64_t>();
}

std::chrono::milliseconds since(std::chrono::steady_clock::time_point begun)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
}

} // namespace

TEST(WorkerPool, CarriesHeadAndBytesBothWays)
{
    auto pool = startPool(options());
    Message request = ask("echo", {{"text", "报考"}});
    request.body = std::string(3'000'000, '\7');
    auto answer = pool->call(request, 5s);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->head["text"], "报考");
    EXPECT_EQ(answer->body, request.body);
}

TEST(WorkerPool, HandsTheGreetingToEachWorkerAndNothingOnTheCommandLine)
{
    PoolOptions with = options();
    with.greeting = std::string(100'000, 's');
    auto pool = startPool(with);
    EXPECT_EQ(pool->call(ask("greeting"), 5s)->head["greeting"], with.greeting);
}

TEST(WorkerPool, AnErrorOfTheHandlerCrossesWithCodeAndReason)
{
    auto pool = startPool(options());
    auto answer = pool->call(ask("refuse"), 5s);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::conflict);
    EXPECT_EQ(answer.error().reason, "asked_for");
    EXPECT_EQ(pool->stats().died, 0);
}

TEST(WorkerPool, AWorkerInheritsOnlyItsSocketAndNothingOfTheEnvironment)
{
    const int leak = ::open("/dev/null", O_RDONLY); // deliberately without close-on-exec
    ASSERT_GE(leak, 3);
    ::setenv("ZIKAO_TEST_SECRET", "x", 1);
    auto pool = startPool(options());
    const Json seen = pool->call(ask("seen_at_start"), 5s)->head;
    EXPECT_EQ(seen["descriptors"], Json::array({0, 1, 2, 3}));
    EXPECT_THAT(seen["environment"].dump(), testing::Not(HasSubstr("ZIKAO_TEST_SECRET")));
    ::close(leak);
}

TEST(WorkerPool, ALateWorkerIsKilledAtTheDeadlineAndReplaced)
{
    auto pool = startPool(options());
    const auto old = pidOf(*pool);
    const auto begun = std::chrono::steady_clock::now();
    auto answer = pool->call(ask("spin"), 200ms);
    const auto took = since(begun);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::timeout);
    EXPECT_GE(took, 199ms);
    EXPECT_LT(took, 1s);
    EXPECT_NE(pidOf(*pool), old);
    EXPECT_NE(::kill(static_cast<pid_t>(old), 0), 0) << "the late worker still runs";
    EXPECT_EQ(pool->stats().killed, 1);
    EXPECT_EQ(pool->stats().restarts, 1);
}

TEST(WorkerPool, ACrashCostsOneCall)
{
    auto pool = startPool(options());
    for (const char* how : {"crash", "abort", "exit"}) {
        auto answer = pool->call(ask(how), 5s);
        ASSERT_FALSE(answer) << how;
        EXPECT_EQ(answer.error().code, ErrorCode::plugin_fault) << how;
        EXPECT_EQ(answer.error().reason, "crashed") << how;
        EXPECT_TRUE(pool->call(ask("echo"), 5s)) << how;
    }
    EXPECT_EQ(pool->stats().died, 3);
}

TEST(WorkerPool, AnExceptionIsAFaultOfTheCallAndTheWorkerLivesOn)
{
    auto pool = startPool(options());
    const auto pid = pidOf(*pool);
    for (const char* how : {"throw", "throw_int"}) {
        auto answer = pool->call(ask(how), 5s);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code, ErrorCode::plugin_fault);
        EXPECT_EQ(answer.error().reason, "exception");
    }
    EXPECT_EQ(pidOf(*pool), pid);
}

TEST(WorkerPool, AnotherPoolAnswersWhileOneIsStuck)
{
    auto stuck = startPool(options());
    auto other = startPool(options());
    std::thread hostile([&] { EXPECT_FALSE(stuck->call(ask("spin"), 600ms)); });
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 20; ++i)
        EXPECT_TRUE(other->call(ask("echo"), 5s));
    EXPECT_LT(since(begun), 600ms);
    hostile.join();
}

TEST(WorkerPool, ACallWaitsForAFreeWorkerAndSaysSoWhenNoneComes)
{
    auto pool = startPool(options());
    std::thread busy([&] { EXPECT_TRUE(pool->call(ask("sleep", {{"ms", 400}}), 5s)); });
    while (pool->call(ask("echo"), 5s, 0ms)) {
    }
    auto answer = pool->call(ask("echo"), 5s, 20ms);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
    EXPECT_EQ(answer.error().reason, "busy");
    EXPECT_TRUE(pool->call(ask("echo"), 5s));
    busy.join();
}

TEST(WorkerPool, FiveDeathsOpenTheBreakerAndCallsAreAnsweredAtOnce)
{
    auto pool = startPool(options());
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(pool->stats().breaker_open);
        EXPECT_EQ(pool->call(ask("exit"), 5s).error().code, ErrorCode::plugin_fault);
    }
    EXPECT_TRUE(pool->stats().breaker_open);
    const auto begun = std::chrono::steady_clock::now();
    auto answer = pool->call(ask("echo"), 5s);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, "breaker_open");
    EXPECT_LT(since(begun), 100ms);
}

TEST(WorkerPool, APoolWithoutBreakerKeepsReplacing)
{
    PoolOptions with = options();
    with.breaker = false;
    auto pool = startPool(with);
    for (int i = 0; i < 7; ++i)
        EXPECT_EQ(pool->call(ask("exit"), 5s).error().code, ErrorCode::plugin_fault);
    EXPECT_TRUE(pool->call(ask("echo"), 5s));
}

TEST(WorkerPool, AWorkerThatDiesWhileIdleIsReplacedBeforeAnyCallFails)
{
    auto pool = startPool(options());
    const auto old = pidOf(*pool);
    ::kill(static_cast<pid_t>(old), SIGKILL);
    while (::kill(static_cast<pid_t>(old), 0) == 0) // until the pool has collected it
        std::this_thread::yield();
    auto answer = pool->call(ask("pid"), 5s);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_NE(answer->head["pid"].get<std::int64_t>(), old);
}

TEST(WorkerPool, AWornWorkerIsReplacedAfterItsCalls)
{
    PoolOptions with = options();
    with.recycle_after = 3;
    auto pool = startPool(with);
    const auto old = pidOf(*pool);
    int calls = 1;
    while (calls < 2000 && pidOf(*pool) == old)
        ++calls;
    EXPECT_GE(calls, 3);
    EXPECT_LT(calls, 2000);
    EXPECT_EQ(pool->stats().died, 0);
    EXPECT_EQ(pool->stats().killed, 0);
}

TEST(WorkerPool, AWorkerThatLeaksIsReplacedAtItsMemoryLimit)
{
    PoolOptions with = options();
    with.confinement.memory_mib = 200;
    auto pool = startPool(with);
    const auto old = pidOf(*pool);
    bool replaced = false;
    for (int i = 0; i < 400 && !replaced; ++i) {
        auto answer = pool->call(ask("leak"), 5s);
        replaced = answer && answer->head["pid"].get<std::int64_t>() != old;
    }
    EXPECT_TRUE(replaced);
    EXPECT_EQ(pool->stats().died, 0);
}

TEST(WorkerPool, DrainingReplacesEveryWorkerAndLosesNoCall)
{
    auto pool = startPool(options(2));
    const auto old = pidOf(*pool);
    std::atomic<bool> on{true};
    std::atomic<int> failures{0};
    std::thread caller([&] {
        while (on)
            failures += pool->call(ask("echo"), 5s) ? 0 : 1;
    });
    auto done = pool->drainAndReplace();
    on = false;
    caller.join();
    EXPECT_TRUE(done);
    EXPECT_EQ(failures, 0);
    EXPECT_NE(pidOf(*pool), old);
    EXPECT_EQ(pool->stats().restarts, 2);
}

TEST(WorkerPool, ADrainWhoseNewWorkersDoNotStartKeepsTheOldOnes)
{
    const std::string gate = testing::TempDir() + "zikao_drain_" + std::to_string(::getpid());
    std::ofstream(gate) << "x";
    PoolOptions with = options();
    with.greeting = "only while " + gate;
    with.confinement.loads = true;
    with.confinement.readable = {testing::TempDir()};
    auto pool = startPool(with);
    const auto old = pidOf(*pool);
    std::remove(gate.c_str());
    auto done = pool->drainAndReplace();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::not_found);
    EXPECT_EQ(pidOf(*pool), old);
}

TEST(WorkerPool, AFactoryThatRefusesFailsTheStartWithItsOwnError)
{
    PoolOptions with = options();
    with.greeting = "refuse to start";
    auto pool = Pool::start(with);
    ASSERT_FALSE(pool);
    EXPECT_EQ(pool.error().reason, "bad_settings");
}

TEST(WorkerPool, AWorkerThatDiesWhileStartingFailsTheStart)
{
    PoolOptions with = options();
    with.greeting = "die at start";
    auto pool = Pool::start(with);
    ASSERT_FALSE(pool);
    EXPECT_EQ(pool.error().code, ErrorCode::plugin_fault);
    EXPECT_THAT(pool.error().message, HasSubstr("SIGABRT"));

    with.executable = "/nonexistent/worker";
    EXPECT_FALSE(Pool::start(with));
}

TEST(WorkerPool, AWorkerThatBreaksTheProtocolIsAFaultAndReplaced)
{
    auto pool = startPool(options());
    for (const char* how : {"garbage", "chatter"}) {
        auto answer = pool->call(ask(how), 5s);
        // Surplus bytes may come with the answer or after it; either way the next call gets a clean worker.
        if (!answer) {
            EXPECT_EQ(answer.error().code, ErrorCode::plugin_fault) << how;
        }
        auto next = pool->call(ask("echo", {{"n", 1}}), 5s);
        ASSERT_TRUE(next) << how;
        EXPECT_EQ(next->head["n"], 1) << how;
    }
    EXPECT_EQ(pool->stats().died, 2);
}

TEST(WorkerPool, AnOversizedAnswerIsAFaultNotADeath)
{
    auto pool = startPool(options());
    auto answer = pool->call(ask("answer_bytes", {{"count", 65 * 1024 * 1024}}), 20s);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, "answer_too_large");
    EXPECT_EQ(pool->stats().died, 0);
}

TEST(WorkerPool, EndingThePoolKillsItsWorkers)
{
    auto pool = startPool(options(2));
    const auto pid = pidOf(*pool);
    pool.reset();
    EXPECT_NE(::kill(static_cast<pid_t>(pid), 0), 0);
}
