#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include <Poco/Net/Context.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "plugins/support/http.hpp"

using namespace zikao;
using namespace zikao::support;

namespace {

/// A certificate for `localhost` that vouches for itself, with its key, in two files.
class OwnCertificate
{
public:
    OwnCertificate()
        : folder_(std::filesystem::temp_directory_path() / ("zikao_tls_" + std::to_string(getpid())))
    {
        std::filesystem::create_directories(folder_);
        EVP_PKEY* key = EVP_RSA_gen(2048);
        X509* cert = X509_new();
        X509_set_version(cert, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
        X509_gmtime_adj(X509_getm_notBefore(cert), -60);
        X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
        X509_set_pubkey(cert, key);
        X509_NAME* name = X509_get_subject_name(cert);
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
        X509_set_issuer_name(cert, name);
        X509_EXTENSION* san = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
        X509_add_ext(cert, san, -1);
        X509_EXTENSION_free(san);
        X509_sign(cert, key, EVP_sha256());
        write("cert.pem", [&](BIO* out) { PEM_write_bio_X509(out, cert); });
        write("key.pem",
              [&](BIO* out) { PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr); });
        X509_free(cert);
        EVP_PKEY_free(key);
    }
    ~OwnCertificate() { std::filesystem::remove_all(folder_); }
    [[nodiscard]] std::string cert() const { return folder_ / "cert.pem"; }
    [[nodiscard]] std::string key() const { return folder_ / "key.pem"; }

private:
    template <class F>
    void write(const char* file, F&& pem)
    {
        const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new_file((folder_ / file).c_str(), "w"),
                                                            &BIO_free);
        pem(out.get());
    }
    std::filesystem::path folder_;
};

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
