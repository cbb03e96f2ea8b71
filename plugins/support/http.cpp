#include "plugins/support/http.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/StreamSocket.h>

#include "plugins/support/crypto.hpp"
#include "plugins/support/tls.hpp"

namespace zikao::support {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// What is left until the end; at least a millisecond, so that a socket does not read it as "for ever".
Poco::Timespan leftUntil(SteadyClock::time_point end)
{
    const auto left = std::chrono::duration_cast<std::chrono::microseconds>(end - SteadyClock::now()).count();
    return Poco::Timespan(std::max<std::int64_t>(left, 1000));
}

bool isToken(std::string_view text)
{
    return !text.empty() && text.find_first_of(" \t\r\n") == std::string_view::npos;
}

std::string requestText(const HttpRequest& request, const Url& url)
{
    std::string text = request.method + ' ' + url.target + " HTTP/1.1\r\nHost: " + url.authority() + "\r\n";
    for (const auto& [name, value] : request.headers)
        text += name + ": " + value + "\r\n";
    if (!request.body.empty() || request.method != "GET")
        text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    return text + "Connection: close\r\n\r\n" + request.body;
}

void sendAll(Poco::Net::StreamSocket& socket, std::string_view text, SteadyClock::time_point end)
{
    while (!text.empty()) {
        if (SteadyClock::now() >= end)
            throw Poco::TimeoutException();
        socket.setSendTimeout(leftUntil(end));
        const int count = socket.sendBytes(text.data(), static_cast<int>(text.size()));
        if (count <= 0)
            throw Poco::TimeoutException();
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

} // namespace

Result<Url> Url::parse(std::string_view text)
{
    Url url;
    if (text.starts_with("https://")) {
        text.remove_prefix(8);
    } else if (text.starts_with("http://")) {
        text.remove_prefix(7);
        url.secure = false;
        url.port = 80;
    } else {
        return fail(ErrorCode::invalid_argument, "not an http or https address");
    }
    const std::size_t path = std::min(text.find_first_of("/?"), text.size());
    std::string_view authority = text.substr(0, path);
    if (path < text.size())
        url.target =
            text[path] == '/' ? std::string(text.substr(path)) : "/" + std::string(text.substr(path));
    if (const std::size_t colon = authority.find(':'); colon != std::string_view::npos) {
        const std::string_view digits = authority.substr(colon + 1);
        int port = 0;
        for (const char c : digits)
            port = c >= '0' && c <= '9' && port < 100000 ? port * 10 + (c - '0') : 100000;
        if (digits.empty() || port < 1 || port > 65535)
            return fail(ErrorCode::invalid_argument, "the address has a wrong port");
        url.port = static_cast<std::uint16_t>(port);
        authority = authority.substr(0, colon);
    }
    const auto plain = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.';
    };
    if (authority.empty() || !std::all_of(authority.begin(), authority.end(), plain) ||
        !isToken(url.target) || url.target.find('#') != std::string::npos)
        return fail(ErrorCode::invalid_argument, "the address cannot be used");
    url.host = authority;
    return url;
}

std::string Url::authority() const
{
    return port == (secure ? 443 : 80) ? host : host + ':' + std::to_string(port);
}

std::string Url::origin() const
{
    return (secure ? "https://" : "http://") + authority();
}

struct PocoTransport::Tls
{
    Poco::Net::Context::Ptr context;
};

PocoTransport::PocoTransport(const std::string& ca_file) : tls_(std::make_unique<Tls>())
{
    tls_->context = tlsClient(ca_file).value();
}

PocoTransport::~PocoTransport() = default;

Result<HttpResponse> PocoTransport::send(const HttpRequest& request)
{
    const auto url = Url::parse(request.url);
    if (!url)
        return fail(url.error());
    const auto end = SteadyClock::now() + request.deadline;
    bool sent = false;
    try {
        std::unique_ptr<Poco::Net::StreamSocket> socket;
        const Poco::Net::SocketAddress address(url->host, url->port);
        if (url->secure) {
            auto secure = std::make_unique<Poco::Net::SecureStreamSocket>(tls_->context);
            secure->setPeerHostName(url->host);
            secure->setLazyHandshake(true);
            secure->connect(address, leftUntil(end));
            secure->setReceiveTimeout(leftUntil(end));
            secure->setSendTimeout(leftUntil(end));
            secure->completeHandshake();
            secure->verifyPeerCertificate(url->host);
            socket = std::move(secure);
        } else {
            socket = std::make_unique<Poco::Net::StreamSocket>();
            socket->connect(address, leftUntil(end));
        }
        sent = true;
        sendAll(*socket, requestText(request, *url), end);
        std::vector<char> buffer(16384);
        const auto read = [&]() -> Result<std::string> {
            if (SteadyClock::now() >= end)
                return fail(ErrorCode::timeout, "no whole answer within the deadline");
            socket->setReceiveTimeout(leftUntil(end));
            const int count = socket->receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
            return std::string(buffer.data(), static_cast<std::size_t>(std::max(count, 0)));
        };
        return readResponse(read, request.max_body_bytes);
    } catch (const Poco::Exception& e) {
        return fail(sent ? ErrorCode::timeout : ErrorCode::unavailable, url->host + ": " + e.displayText());
    }
}

Instant systemNow()
{
    using namespace std::chrono;
    return Instant{duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

Environment Environment::system()
{
    return {std::make_shared<PocoTransport>(), systemNow, [] { return randomHex(16); }};
}

} // namespace zikao::support
