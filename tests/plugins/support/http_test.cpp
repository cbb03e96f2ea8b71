#include <atomic>
#include <chrono>
#include <thread>

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

#include "plugins/support/http.hpp"

using namespace zikao;
using namespace zikao::support;
using namespace std::chrono_literals;

namespace {

/// Feeds a fixed text in pieces of `step` bytes.
Result<HttpResponse> parse(std::string text, std::size_t step = 7, std::size_t max_body = 1000)
{
    std::size_t at = 0;
    return readResponse(
        [&]() -> Result<std::string> {
            std::string piece = text.substr(at, step);
            at += piece.size();
            return piece;
        },
        max_body);
}

/// Serves one connection with a script, on loopback.
class OneShotServer
{
public:
    explicit OneShotServer(std::function<void(Poco::Net::StreamSocket&)> act)
        : socket_(Poco::Net::SocketAddress("127.0.0.1", 0)),
          thread_([this, act = std::move(act)] {
              auto peer = socket_.acceptConnection();
              try {
                  act(peer);
              } catch (const std::exception&) {
                  // The client went away, as some tests want it to.
                  gone_ = true;
              }
          })
    {}
    ~OneShotServer() { thread_.join(); }
    [[nodiscard]] std::string url() const
    {
        return "http://127.0.0.1:" + std::to_string(socket_.address().port()) + "/path?x=1";
    }

private:
    Poco::Net::ServerSocket socket_;
    std::atomic<bool> gone_{false};
    std::thread thread_;
};

std::string readRequest(Poco::Net::StreamSocket& peer, std::size_t body_bytes)
{
    std::string text;
    char buffer[4096];
    while (text.find("\r\n\r\n") == std::string::npos ||
           text.size() < text.find("\r\n\r\n") + 4 + body_bytes) {
        const int count = peer.receiveBytes(buffer, sizeof buffer);
        if (count <= 0)
            break;
        text.append(buffer, static_cast<std::size_t>(count));
    }
    return text;
}

} // namespace

TEST(Http, AnAddressIsTakenApartOrRefused)
{
    const auto url = Url::parse("https://api.example.invalid:8443/v3/x?a=1");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->host, "api.example.invalid");
    EXPECT_EQ(url->port, 8443);
    EXPECT_EQ(url->target, "/v3/x?a=1");
    EXPECT_EQ(url->authority(), "api.example.invalid:8443");
    EXPECT_EQ(Url::parse("http://h")->target, "/");
    EXPECT_EQ(Url::parse("http://h")->authority(), "h");
    for (const char* text : {"ftp://h/", "https://", "https://user@h/", "https://h:0/", "https://h:99999/",
                             "https://h/a b", "https://h/#x", "https://h/\r\nX: y", "//h/"})
        EXPECT_FALSE(Url::parse(text)) << text;
}

TEST(Http, AnswersAreReadWithLengthInChunksOrToTheEnd)
{
    const auto length = parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A:  b \r\n\r\nhello");
    ASSERT_TRUE(length) << length.error().message;
    EXPECT_EQ(length->status, 200);
    EXPECT_EQ(length->body, "hello");
    EXPECT_EQ(headerOf(length->headers, "x-a"), "b");
    const auto chunked = parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: "
                               "chunked\r\n\r\n3\r\nhel\r\n2;ext=1\r\nlo\r\n0\r\nT: x\r\n\r\n");
    ASSERT_TRUE(chunked) << chunked.error().message;
    EXPECT_EQ(chunked->body, "hello");
    EXPECT_EQ(parse("HTTP/1.0 200 OK\r\n\r\nhello")->body, "hello");
    EXPECT_EQ(parse("HTTP/1.1 204 No Content\r\n\r\n")->status, 204);
    EXPECT_EQ(parse("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")->status,
              200);
}

TEST(Http, DoubtAboutFramingIsAnErrorInsteadOfAGuess)
{
    for (const char* text :
         {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 5\r\n\r\nhello",
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
          "HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\nhello",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "SMTP 200\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n"})
        EXPECT_EQ(parse(text).error().code, ErrorCode::unavailable) << text;
    EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel").error().code, ErrorCode::timeout);
    EXPECT_EQ(parse("HTTP/1.1 200").error().code, ErrorCode::timeout);
}

TEST(Http, AnAnswerLargerThanAllowedIsNotRead)
{
    EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n").error().code, ErrorCode::too_large);
    EXPECT_EQ(parse("HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'x')).error().code, ErrorCode::too_large);
    EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n").error().code,
              ErrorCode::too_large);
    EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nX: " + std::string(40000, 'x')).error().code, ErrorCode::unavailable);
}

TEST(Http, ARequestArrivesAsWrittenAndItsAnswerComesBack)
{
    std::string seen;
    HttpRequest request;
    {
        OneShotServer server([&](Poco::Net::StreamSocket& peer) {
            seen = readRequest(peer, 4);
            const std::string answer = "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok";
            peer.sendBytes(answer.data(), static_cast<int>(answer.size()));
        });
        request.method = "POST";
        request.url = server.url();
        request.headers = {{"X-Test", "1"}};
        request.body = "body";
        PocoTransport transport;
        const auto response = transport.send(request);
        ASSERT_TRUE(response) << response.error().message;
        EXPECT_EQ(response->status, 201);
        EXPECT_EQ(response->body, "ok");
    }
    EXPECT_TRUE(seen.starts_with("POST /path?x=1 HTTP/1.1\r\nHost: 127.0.0.1:")) << seen;
    EXPECT_NE(seen.find("X-Test: 1\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody"), std::string::npos)
        << seen;
}

TEST(Http, ATrickleDoesNotOutliveTheDeadline)
{
    std::atomic<bool> stop{false};
    OneShotServer server([&](Poco::Net::StreamSocket& peer) {
        readRequest(peer, 0);
        const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
        peer.sendBytes(head.data(), static_cast<int>(head.size()));
        for (int i = 0; i < 200 && !stop; ++i) {
            peer.sendBytes("x", 1);
            std::this_thread::sleep_for(20ms);
        }
    });
    PocoTransport transport;
    HttpRequest request;
    request.url = server.url();
    request.deadline = 250ms;
    const auto begin = std::chrono::steady_clock::now();
    const auto response = transport.send(request);
    stop = true;
    EXPECT_EQ(response.error().code, ErrorCode::timeout);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
}

TEST(Http, NobodyThereIsUnavailableAndAnUnknownOutcomeIsTimeout)
{
    PocoTransport transport;
    HttpRequest request;
    {
        Poco::Net::ServerSocket closed(Poco::Net::SocketAddress("127.0.0.1", 0));
        request.url = "http://127.0.0.1:" + std::to_string(closed.address().port()) + "/";
    }
    EXPECT_EQ(transport.send(request).error().code, ErrorCode::unavailable);
    OneShotServer server([](Poco::Net::StreamSocket& peer) { readRequest(peer, 0); });
    request.url = server.url();
    EXPECT_EQ(transport.send(request).error().code, ErrorCode::timeout)
        << "the request arrived, the answer did not";
}

TEST(Http, ATlsPeerThatSpeaksNoTlsIsUnavailable)
{
    OneShotServer server([](Poco::Net::StreamSocket& peer) {
        const std::string nonsense = "this is not a handshake at all\r\n\r\n";
        peer.sendBytes(nonsense.data(), static_cast<int>(nonsense.size()));
    });
    PocoTransport transport;
    HttpRequest request;
    request.url = "https" + server.url().substr(4);
    request.deadline = 1500ms;
    EXPECT_EQ(transport.send(request).error().code, ErrorCode::unavailable);
}
