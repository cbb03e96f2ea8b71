#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <filesystem>

#include "kernel/base/id.hpp"
#include "tests/kernel/http/gate_fixture.hpp"

namespace zikao::http::test {
namespace {

/// A key and a certificate of its own making, for one test.
TlsFiles makeCertificate(const std::filesystem::path& dir)
{
    std::filesystem::create_directories(dir);
    TlsFiles files{(dir / "cert.pem").string(), (dir / "key.pem").string()};
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* cert = X509_new();
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_set_pubkey(cert, key);
    X509_NAME* name = X509_get_subject_name(cert);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"),
                               -1, -1, 0);
    X509_set_issuer_name(cert, name);
    X509_sign(cert, key, EVP_sha256());
    FILE* out = fopen(files.certificate.c_str(), "w");
    PEM_write_X509(out, cert);
    fclose(out);
    out = fopen(files.key.c_str(), "w");
    PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    fclose(out);
    X509_free(cert);
    EVP_PKEY_free(key);
    return files;
}

/// A blocking TLS client over a raw connection.
class TlsClient
{
public:
    explicit TlsClient(RawClient& raw, int version = 0)
    {
        context_ = SSL_CTX_new(TLS_client_method());
        if (version != 0)
            SSL_CTX_set_max_proto_version(context_, version);
        ssl_ = SSL_new(context_);
        SSL_set_fd(ssl_, raw.descriptor());
        connected = SSL_connect(ssl_) == 1;
    }
    ~TlsClient()
    {
        SSL_free(ssl_);
        SSL_CTX_free(context_);
    }
    TlsClient(const TlsClient&) = delete;

    std::string ask(const std::string& bytes, std::size_t least)
    {
        SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
        std::string all;
        char buffer[16384];
        while (all.size() < least || all.find("\r\n\r\n") == std::string::npos) {
            const int got = SSL_read(ssl_, buffer, sizeof buffer);
            if (got <= 0)
                break;
            all.append(buffer, static_cast<std::size_t>(got));
        }
        return all;
    }
    [[nodiscard]] std::string version() const { return SSL_get_version(ssl_); }

    bool connected = false;

private:
    SSL_CTX* context_;
    SSL* ssl_;
};

class Tls : public GateTest
{
protected:
    void SetUp() override
    {
        dir = std::filesystem::temp_directory_path() / ("zikao-tls-" + newId());
        options.tls = makeCertificate(dir);
        start();
    }
    void TearDown() override
    {
        GateTest::TearDown();
        std::filesystem::remove_all(dir);
    }
    std::filesystem::path dir;
};

TEST_F(Tls, RequestsAreAnsweredOverOneSecureConnection)
{
    RawClient raw = connect();
    TlsClient client(raw);
    ASSERT_TRUE(client.connected);
    EXPECT_EQ(client.version(), "TLSv1.3");
    for (int i = 0; i < 20; ++i) {
        const std::string answer = client.ask("GET /client HTTP/1.1\r\nHost: h\r\n\r\n", 10);
        EXPECT_NE(answer.find("127.0.0.1 secure"), std::string::npos);
        EXPECT_NE(answer.find("Strict-Transport-Security: "), std::string::npos);
    }
}

TEST_F(Tls, BigBodiesPassBothWays)
{
    RawClient raw = connect();
    TlsClient client(raw);
    const std::string body(700'000, 'y');
    const auto answer =
        client.ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 700000\r\n\r\n" + body, 700'000);
    EXPECT_NE(answer.find(std::string(1000, 'y')), std::string::npos);
    EXPECT_GT(answer.size(), 700'000u);
    EXPECT_GE(client.ask("GET /big HTTP/1.1\r\nHost: h\r\n\r\n", 8 * 1024 * 1024).size(), 8u * 1024 * 1024);
}

TEST_F(Tls, AnOldProtocolIsRefused)
{
    RawClient raw = connect();
    EXPECT_FALSE(TlsClient(raw, TLS1_1_VERSION).connected);
}

TEST_F(Tls, AHandshakeThatDoesNotGoOnHoldsNoThreadAndIsEnded)
{
    RawClient silent = connect(), half = connect();
    half.send(std::string("\x16\x03\x01", 3));
    ASSERT_TRUE(eventually([&] { return gate->stats().open_connections == 2; }));
    RawClient raw = connect();
    TlsClient client(raw);
    EXPECT_TRUE(client.connected);
    now_ms += 10'001;
    EXPECT_TRUE(silent.ended());
    EXPECT_TRUE(half.ended());
}

TEST_F(Tls, PlainBytesOnTheSecurePortAreEnded)
{
    RawClient plain = connect();
    plain.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(plain.read().status, 0);
    EXPECT_EQ(handler->handled.load(), 0);
}

TEST_F(Tls, FilesThatDoNotFitRefuseTheStart)
{
    GateOptions broken = options;
    broken.tls = TlsFiles{options.tls->key, options.tls->certificate};
    const auto started = Gate::start(broken, handler);
    ASSERT_FALSE(started.has_value());
    EXPECT_EQ(started.error().code, ErrorCode::invalid_argument);
}

} // namespace
} // namespace zikao::http::test
