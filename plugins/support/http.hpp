#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/api/date.hpp"
#include "plugins/api/result.hpp"

namespace zikao::support {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// The value of a header, whatever the case of its name; empty when absent.
std::string_view headerOf(const Headers& headers, std::string_view name);

/// http or https, host, port and what follows. User names, fragments and bare IPv6 hosts are refused.
struct Url
{
    bool secure = true;
    std::string host;
    std::uint16_t port = 443;
    std::string target = "/"; ///< path and query, as sent

    /// @errors `invalid_argument`
    static Result<Url> parse(std::string_view text);
    /// `host` or `host:port` when the port is not the scheme's own.
    [[nodiscard]] std::string authority() const;
    /// `https://host[:port]` without a path.
    [[nodiscard]] std::string origin() const;
};

struct HttpRequest
{
    std::string method = "GET";
    std::string url;
    Headers headers; ///< Host, Content-Length and Connection are added
    std::string body;
    std::chrono::milliseconds deadline{8000}; ///< for the whole exchange, from name lookup to the last byte
    std::size_t max_body_bytes = 1024 * 1024;
};

struct HttpResponse
{
    int status = 0;
    Headers headers;
    std::string body;
};

/// Carries one request. Redirects are answers like any other: no provider uses them.
class Transport
{
public:
    virtual ~Transport() = default;
    /// @errors `unavailable`: nothing was sent (no connection, certificate refused); `timeout`: the request
    ///         may have arrived but no whole answer came back; `invalid_argument`: the URL; `too_large`: the
    ///         answer
    virtual Result<HttpResponse> send(const HttpRequest& request) = 0;
};

/// HTTP/1.1 over TLS (server certificate and host name verified) or in the clear, one connection per request.
/// @threads any
class PocoTransport : public Transport
{
public:
    /// Reads the system's certification authorities, so make it before the process is confined.
    /// @param ca_file  further authorities, PEM; empty: none
    explicit PocoTransport(const std::string& ca_file = {});
    ~PocoTransport() override;
    Result<HttpResponse> send(const HttpRequest& request) override;

private:
    struct Tls;
    std::unique_ptr<Tls> tls_;
};

/// Reads one response out of a byte stream, bounded. The bytes come from `read` (empty: the peer closed).
/// @errors `unavailable`: not HTTP, or framing in doubt; `too_large`; whatever `read` fails with
Result<HttpResponse> readResponse(const std::function<Result<std::string>()>& read,
                                  std::size_t max_body_bytes);

Instant systemNow();

/// What a plugin takes from outside, so that a test can give its own.
struct Environment
{
    std::shared_ptr<Transport> transport;
    std::function<Instant()> now;
    std::function<std::string()> nonce; ///< 32 characters

    /// The machine's network, clock and generator.
    static Environment system();
};

/// Runs a plugin call; an exception becomes `internal`, so that none crosses the library boundary.
template <class F>
auto guarded(F&& call) -> decltype(call())
{
    try {
        return call();
    } catch (const std::exception& e) {
        return fail(ErrorCode::internal, std::string("unexpected: ") + e.what());
    }
}

} // namespace zikao::support
