#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "kernel/worker/pool.hpp"
#include "tests/kernel/worker/support.hpp"

using namespace zikao;
using namespace zikao::worker;
using namespace std::chrono_literals;

namespace {

PoolOptions confined(Confinement how)
{
    PoolOptions options;
    options.name = "confined";
    options.executable = ZIKAO_BUILD_DIR "/bin/zikao-test-worker";
    options.size = 1;
    options.confinement = std::move(how);
    options.breaker = false;
    return options;
}

Confinement strict()
{
    return {};
}
Confinement loading()
{
    Confinement how;
    how.loads = true;
    return how;
}
Confinement networked()
{
    Confinement how = loading();
    how.network = true;
    return how;
}

/// A port of this process on loopback that accepts.
struct Listener
{
    int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int port = 0;
    Listener()
    {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        static_cast<void>(::bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at));
        ::listen(fd, 4);
        socklen_t size = sizeof at;
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
        port = ntohs(at.sin_port);
    }
    ~Listener() { ::close(fd); }
};

void expectForbidden(Pool& pool, const Message& request)
{
    auto answer = pool.call(request, 5s);
    ASSERT_FALSE(answer) << request.head << " was allowed: " << answer->head;
    EXPECT_EQ(answer.error().code, ErrorCode::plugin_fault) << request.head;
    EXPECT_EQ(answer.error().reason, "forbidden_call") << request.head << ": " << answer.error().message;
    EXPECT_TRUE(pool.call(ask("echo"), 5s)) << "no worker after " << request.head;
}

} // namespace

TEST(Confinement, AStrictWorkerDiesOnEveryDoorItTries)
{
    auto pool = startPool(confined(strict()));
    Listener listener;
    expectForbidden(*pool, ask("open", {{"path", "/etc/hostname"}}));
    expectForbidden(*pool, ask("create", {{"path", "/tmp/zikao_never"}}));
    expectForbidden(*pool, ask("connect", {{"port", listener.port}}));
    expectForbidden(*pool, ask("fork"));
    expectForbidden(*pool, ask("exec"));
    expectForbidden(*pool, ask("kill_parent"));
    expectForbidden(*pool, ask("executable_memory"));
    expectForbidden(*pool, ask("thread"));
}

TEST(Confinement, APluginWithoutNetworkOpensNothingAfterItsStart)
{
    auto pool = startPool(confined(loading()));
    auto opened = pool->call(ask("open", {{"path", "/etc/ld.so.cache"}}), 5s);
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_FALSE(opened->head["opened"].get<bool>());
    EXPECT_EQ(opened->head["errno"], EACCES);
    const auto answerTo = [&](const Message& request) {
        auto answer = pool->call(request, 5s);
        EXPECT_TRUE(answer) << request.head << ": " << answer.error().message;
        return answer ? answer->head : Json::object();
    };
    EXPECT_EQ(answerTo(ask("create", {{"path", "/tmp/zikao_never"}})).value("opened", true), false);
    EXPECT_EQ(answerTo(ask("executable_memory")).value("mapped", true), false);
    EXPECT_EQ(answerTo(ask("thread")).value("threads", true), false);
    Listener listener;
    expectForbidden(*pool, ask("connect", {{"port", listener.port}}));
    expectForbidden(*pool, ask("fork"));
    expectForbidden(*pool, ask("exec"));
    expectForbidden(*pool, ask("kill_parent"));
}

TEST(Confinement, ANetworkPluginConnectsButNeverListensExecutesForksOrWrites)
{
    auto pool = startPool(confined(networked()));
    Listener listener;
    auto connected = pool->call(ask("connect", {{"port", listener.port}}), 5s);
    ASSERT_TRUE(connected) << connected.error().message;
    EXPECT_EQ(connected->head["result"], 0);
    auto created = pool->call(ask("create", {{"path", "/tmp/zikao_never"}}), 5s);
    ASSERT_TRUE(created) << created.error().message;
    EXPECT_FALSE(created->head["opened"].get<bool>());
    expectForbidden(*pool, ask("listen"));
    expectForbidden(*pool, ask("fork"));
    expectForbidden(*pool, ask("exec"));
}

TEST(Confinement, OnlyListedPathsAreReadable)
{
    Confinement how = networked();
    how.readable = {"/etc/passwd"};
    auto pool = startPool(confined(how));
    EXPECT_TRUE(pool->call(ask("open", {{"path", "/etc/passwd"}}), 5s)->head["opened"].get<bool>());
    auto other = pool->call(ask("open", {{"path", "/etc/group"}}), 5s);
    EXPECT_FALSE(other->head["opened"].get<bool>());
    EXPECT_EQ(other->head["errno"], EACCES);
}

TEST(Confinement, LimitsAreInForceBeforeTheGuestIsMade)
{
    Confinement how = loading();
    how.memory_mib = 300;
    how.cpu_seconds = 30;
    PoolOptions with = confined(how);
    with.arguments = {"limits"};
    auto pool = startPool(with);
    const Json limits = pool->call(ask("seen_at_start"), 5s)->head["limits"];
#ifndef ZIKAO_SANITIZE
    EXPECT_EQ(limits["as"], 300 << 20);
#endif
    EXPECT_EQ(limits["nofile"], 64);
    EXPECT_EQ(limits["nproc"], 0);
    EXPECT_EQ(limits["core"], 0);
    EXPECT_EQ(limits["cpu"], 30);
}

#ifndef ZIKAO_SANITIZE
TEST(Confinement, MemoryOverTheLimitIsRefusedToTheGuestAlone)
{
    Confinement how = strict();
    how.memory_mib = 128;
    auto pool = startPool(confined(how));
    auto answer = pool->call(ask("allocate", {{"mib", 400}}), 5s);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, "memory");
    EXPECT_TRUE(pool->call(ask("allocate", {{"mib", 10}}), 5s));
}
#endif

TEST(Confinement, WorkersDieWithTheirSupervisor)
{
    int report[2];
    ASSERT_EQ(::pipe(report), 0);
    const pid_t supervisor = ::fork();
    if (supervisor == 0) {
        auto pool = Pool::start(confined(strict()));
        std::int64_t pid = pool ? (*pool)->call(ask("pid"), 5s)->head["pid"].get<std::int64_t>() : 0;
        [[maybe_unused]] const auto sent = ::write(report[1], &pid, sizeof pid);
        ::kill(::getpid(), SIGKILL);
    }
    ::close(report[1]);
    std::int64_t pid = 0;
    ASSERT_EQ(::read(report[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
    ::waitpid(supervisor, nullptr, 0);
    ASSERT_GT(pid, 0);
    // The worker holds the write end's twin no longer; it is gone or a zombie of init within the second.
    bool gone = false;
    for (int i = 0; i < 200 && !gone; ++i) {
        gone = ::kill(static_cast<pid_t>(pid), 0) != 0;
        if (!gone) {
            char state = 0;
            const std::string path = "/proc/" + std::to_string(pid) + "/stat";
            if (std::FILE* file = std::fopen(path.c_str(), "r")) {
                [[maybe_unused]] const int read = std::fscanf(file, "%*d %*s %c", &state);
                std::fclose(file);
            }
            gone = state == 'Z' || state == 0;
            std::this_thread::sleep_for(5ms);
        }
    }
    EXPECT_TRUE(gone);
    ::close(report[0]);
}
