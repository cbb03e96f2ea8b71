#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "kernel/worker/frame.hpp"

using namespace zikao;
using namespace zikao::worker;
using namespace std::chrono_literals;

namespace {

struct Pair
{
    int a = -1, b = -1;
    Pair()
    {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0)
            a = ends[0], b = ends[1];
    }
    ~Pair()
    {
        ::close(a);
        ::close(b);
    }
    void raw(const std::string& bytes) const
    {
        EXPECT_EQ(::write(a, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    }
};

Deadline soon()
{
    return std::chrono::steady_clock::now() + 2s;
}

} // namespace

TEST(Frame, AMessageArrivesWholeHoweverItIsCut)
{
    Pair pair;
    const std::string bytes = std::string("\x7\0\0\0\x3\0\0\0", 8) + R"({"a":1})" + "xyz";
    std::thread slow([&] {
        for (const char c : bytes)
            pair.raw(std::string(1, c));
    });
    auto message = receive(pair.b, soon());
    slow.join();
    ASSERT_TRUE(message) << message.error().message;
    EXPECT_EQ(message->head["a"], 1);
    EXPECT_EQ(message->body, "xyz");
}

TEST(Frame, SizesOverTheLimitAreRefusedBeforeAnythingIsAllocated)
{
    Pair pair;
    pair.raw(std::string("\xff\xff\xff\x7f\0\0\0\0", 8));
    EXPECT_EQ(receive(pair.b, soon()).error().code, ErrorCode::corrupt);
}

TEST(Frame, BrokenJsonAndRepeatedKeysAreRefused)
{
    for (const std::string head : {R"({"a":1)", R"({"a":1,"a":2})", "\xff\xff"}) {
        Pair pair;
        pair.raw(std::string(1, static_cast<char>(head.size())) + std::string(7, '\0') + head);
        EXPECT_EQ(receive(pair.b, soon()).error().code, ErrorCode::corrupt) << head;
    }
}

TEST(Frame, BytesBeyondAMessageAreABrokenContract)
{
    Pair pair;
    pair.raw(std::string("\x2\0\0\0\0\0\0\0{}{}", 12));
    EXPECT_EQ(receive(pair.b, soon()).error().code, ErrorCode::corrupt);
}

TEST(Frame, AClosedSideIsUnavailableAndASilentOneATimeout)
{
    Pair pair;
    EXPECT_EQ(receive(pair.b, std::chrono::steady_clock::now() + 10ms).error().code, ErrorCode::timeout);
    ::shutdown(pair.a, SHUT_WR);
    EXPECT_EQ(receive(pair.b, soon()).error().code, ErrorCode::unavailable);
}

TEST(Frame, ASenderDoesNotWaitLongerThanItsDeadlineForASlowReader)
{
    Pair pair;
    const Message big{Json::object(), std::string(8'000'000, 'x')};
    EXPECT_EQ(send(pair.a, big, std::chrono::steady_clock::now() + 30ms).error().code, ErrorCode::timeout);
}

TEST(Frame, AnEnvelopeThatIsNeitherValueNorErrorIsRefused)
{
    EXPECT_EQ(unseal(Message{Json{{"other", 1}}}).error().code, ErrorCode::corrupt);
    EXPECT_EQ(unseal(Message{Json{{"error", {{"code", 99}}}}}).error().reason, kProtocol);
    EXPECT_EQ(unseal(seal(fail(ErrorCode::too_many, "m", "r"))).error().reason, "r");
}
