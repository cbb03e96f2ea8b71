#include <chrono>
#include <thread>

#include <Poco/Net/Context.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

#include "plugins/support/http.hpp"
#include "tests/plugins/own_certificate.hpp"

using namespace zikao;
using namespace zikao::support;
using zikao::test::OwnCertificate;

namespace {

/// Answers one TLS connection with "safe", if the client goes through with it.
class TlsServer
{
public:
    explicit TlsServer(const OwnCertificate& own)
        : socket_(Poco::Net::SocketAddress("127.0.0.1", 0), 8,
                  new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, own.key(), own.cert(), "",
                                         Poco::Net::Context::VERIFY_NONE)),
          thread_([this] {
              try {
                  auto peer = socket_.acceptConnection();
                  char buffer[4096];
                  if (peer.receiveBytes(buffer, sizeof buffer) > 0) {
                      heard_ = true;
                      const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsafe";
                      peer.sendBytes(answer.data(), static_cast<int>(answer.size()));
                  }
              } catch (const std::exception&) {
                  refused_ = true;
              }
          })
    {}
    ~TlsServer() { join(); }
    void join()
    {
        if (thread_.joinable())
            thread_.join();
    }
    [[nodiscard]] std::string url(const std::string& host) const
    {
        return "https://" + host + ':' + std::to_string(socket_.address().port()) + '/';
    }
    [[nodiscard]] bool heard() const { return heard_; }

private:
    Poco::Net::SecureServerSocket socket_;
    bool heard_ = false, refused_ = false;
    std::thread thread_;
};

Result<HttpResponse> get(const std::string& ca_file, const std::string& url)
{
    PocoTransport transport(ca_file);
    HttpRequest request;
    request.url = url;
    request.deadline = std::chrono::seconds{5};
    return transport.send(request);
}

} // namespace

TEST(Tls, APeerWithATrustedCertificateForItsNameIsSpokenTo)
{
    const OwnCertificate own;
    TlsServer server(own);
    const auto response = get(own.cert(), server.url("localhost"));
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "safe");
}

TEST(Tls, APeerNobodyVouchesForHearsNothing)
{
    const OwnCertificate own;
    TlsServer server(own);
    const auto response = get("", server.url("localhost"));
    EXPECT_EQ(response.error().code, ErrorCode::unavailable);
    server.join();
    EXPECT_FALSE(server.heard()) << "not a byte of a request may go to an unknown peer";
}

TEST(Tls, ATrustedPeerUnderAnotherNameHearsNothing)
{
    const OwnCertificate own;
    TlsServer server(own);
    const auto response = get(own.cert(), server.url("127.0.0.1"));
    EXPECT_EQ(response.error().code, ErrorCode::unavailable);
    server.join();
    EXPECT_FALSE(server.heard());
}
