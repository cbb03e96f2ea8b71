#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

#include "plugins/api/result.hpp"

struct ssl_st;

namespace zikao::http {

/// Where certificate and key lie.
struct TlsFiles
{
    std::string certificate; ///< PEM, with the chain
    std::string key;         ///< PEM
};

/// A Poco server context: TLS 1.2 and 1.3, no renegotiation. @errors `invalid_argument`: the files do not fit
Result<Poco::Net::Context::Ptr> makeTlsContext(const TlsFiles& files);

/// Bytes in and out of one non-blocking connection. Poco's SecureStreamSocket waits inside its calls, also on
/// a non-blocking socket; so Poco's context gives the settings and OpenSSL is driven directly on the socket.
class Transport
{
public:
    enum class Io { done, want_read, want_write, closed };
    struct Moved
    {
        Io io;
        std::size_t bytes = 0;
    };

    /// @param context  null: plain
    Transport(const Poco::Net::StreamSocket& socket, const Poco::Net::Context::Ptr& context);
    ~Transport();
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    [[nodiscard]] bool secure() const { return ssl_ != nullptr; }
    [[nodiscard]] int descriptor() const;
    /// TLS only; `done` when it is complete.
    Io handshake();
    Moved read(char* buffer, std::size_t size);
    Moved write(const char* bytes, std::size_t size);
    /// Says that no more will be sent; the peer may still be sending.
    void endSending();

private:
    Io ioOf(int result);

    Poco::Net::StreamSocket socket_;
    ssl_st* ssl_ = nullptr;
};

} // namespace zikao::http
