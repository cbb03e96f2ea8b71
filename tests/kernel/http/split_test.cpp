#include <random>

#include "kernel/base/encoding.hpp"
#include "tests/kernel/http/gate_fixture.hpp"

namespace zikao::http::test {
namespace {

/// However the network cuts a stream of requests, the same requests come out of it.
using Split = GateTest;

const std::string kStream =
    "POST /one?x=%E8%80%83 HTTP/1.1\r\nHost: exam.example:8080\r\nContent-Length: 11\r\nCookie: a=b\r\n\r\n"
    "hello\r\n\r\nab"
    "POST /two HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    "4\r\nwxyz\r\n1\r\n\n\r\n0\r\n\r\n"
    "GET /three HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

void expectThree(RawClient& client)
{
    EXPECT_EQ(client.read().body, "POST /one hello\r\n\r\nab");
    EXPECT_EQ(client.read().body, "POST /two wxyz\n");
    EXPECT_EQ(client.read().body, "GET /three ");
    EXPECT_TRUE(client.ended());
}

TEST_F(Split, AtEveryByteTheSameRequestsComeOut)
{
    start();
    for (std::size_t cut = 1; cut < kStream.size(); ++cut) {
        SCOPED_TRACE(cut);
        RawClient client = connect();
        client.send(kStream.substr(0, cut));
        std::this_thread::sleep_for(std::chrono::microseconds(300)); // lets the gate see the halves apart
        client.send(kStream.substr(cut));
        expectThree(client);
    }
}

TEST_F(Split, ByteByByteTheSameRequestsComeOut)
{
    start();
    RawClient client = connect();
    for (char c : kStream) {
        client.send(std::string_view(&c, 1));
        std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    expectThree(client);
}

TEST_F(Split, TheScannerFindsTheSameEndWhateverTheCuts)
{
    const std::string head = kStream.substr(0, kStream.find("\r\n\r\n") + 4);
    std::mt19937 random(20260411);
    for (int round = 0; round < 2000; ++round) {
        HeadScanner scanner;
        std::size_t shown = 0;
        auto state = HeadScanner::State::incomplete;
        while (state == HeadScanner::State::incomplete && shown < kStream.size()) {
            shown = std::min(kStream.size(), shown + 1 + random() % 40);
            state = scanner.scan(std::string_view(kStream).substr(0, shown));
        }
        ASSERT_EQ(state, HeadScanner::State::complete);
        ASSERT_EQ(scanner.length(), head.size());
    }
}

/// Seeded noise: whatever one byte becomes, the head is either refused or still means exactly one request,
/// and re-reading gives the same verdict. Run under the sanitizers this is the fuzz target of the head.
TEST_F(Split, ChangedBytesNeverConfuseTheReader)
{
    const std::string head = kStream.substr(0, kStream.find("\r\n\r\n") + 4);
    std::mt19937 random(7);
    int refused = 0;
    for (int round = 0; round < 40'000; ++round) {
        std::string noisy = head;
        for (unsigned changes = 1 + random() % 3; changes > 0; --changes) {
            const std::size_t at = random() % noisy.size();
            switch (random() % 3) {
            case 0: noisy[at] = static_cast<char>(random()); break;
            case 1: noisy.erase(at, 1 + random() % 3); break;
            default: noisy.insert(at, 1, "\r\n :,;%/\0\t"[random() % 10]);
            }
        }
        HeadScanner scanner;
        if (scanner.scan(noisy) != HeadScanner::State::complete) {
            ++refused;
            continue;
        }
        const auto parsed = parseHead(std::string_view(noisy).substr(0, scanner.length()), {});
        if (!parsed) {
            EXPECT_FALSE(parsed.error().reason.empty());
            ++refused;
            continue;
        }
        const Head& good = **parsed;
        EXPECT_FALSE(good.host.empty());
        EXPECT_FALSE(good.chunked && good.content_length);
        EXPECT_EQ(good.target.path.front(), '/');
        EXPECT_EQ((good.target.path + "/").find("/../"), std::string::npos);
        EXPECT_TRUE(isUtf8(good.target.path));
    }
    EXPECT_GT(refused, 10'000);
    EXPECT_LT(refused, 40'000);
}

TEST_F(Split, NoisyChunksNeverGiveMoreThanTheLimit)
{
    std::mt19937 random(11);
    const std::string good = "4\r\nwxyz\r\n1F\r\n0123456789012345678901234567890\r\n0\r\n\r\n";
    for (int round = 0; round < 20'000; ++round) {
        std::string noisy = good;
        noisy[random() % noisy.size()] = "0123456789abcdefF\r\n ;x"[random() % 22];
        ChunkDecoder decoder(40);
        Body body(1024, "/tmp");
        std::size_t at = 0;
        while (at < noisy.size() && !decoder.done()) {
            const std::size_t part = std::min<std::size_t>(1 + random() % 9, noisy.size() - at);
            auto fed = decoder.feed(std::string_view(noisy).substr(at, part), body);
            if (!fed)
                break;
            at += *fed;
        }
        ASSERT_LE(body.size(), 40u);
    }
}

} // namespace
} // namespace zikao::http::test
