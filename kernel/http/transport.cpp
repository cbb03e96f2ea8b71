#include "kernel/http/transport.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <Poco/Exception.h>

#include <cerrno>

namespace zikao::http {
namespace {

bool wouldWait(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

} // namespace

Result<Poco::Net::Context::Ptr> makeTlsContext(const TlsFiles& files)
{
    try {
        Poco::Net::Context::Params params;
        params.certificateFile = files.certificate;
        params.privateKeyFile = files.key;
        params.verificationMode = Poco::Net::Context::VERIFY_NONE;
        Poco::Net::Context::Ptr context = new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, params);
        context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
        SSL_CTX* raw = context->sslContext();
        SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
        SSL_CTX_clear_mode(raw, SSL_MODE_AUTO_RETRY);
        SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
        return context;
    } catch (const Poco::Exception& problem) {
        return fail(ErrorCode::invalid_argument, "TLS certificate or key: " + problem.displayText());
    }
}

Transport::Transport(const Poco::Net::StreamSocket& socket, const Poco::Net::Context::Ptr& context)
    : socket_(socket)
{
    if (context) {
        ssl_ = SSL_new(context->sslContext());
        if (!ssl_)
            throw std::bad_alloc();
        SSL_set_fd(ssl_, descriptor());
        SSL_set_accept_state(ssl_);
    }
}

Transport::~Transport()
{
    SSL_free(ssl_);
}

int Transport::descriptor() const
{
    return socket_.impl()->sockfd();
}

Transport::Io Transport::ioOf(int result)
{
    switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ: return Io::want_read;
    case SSL_ERROR_WANT_WRITE: return Io::want_write;
    default: return Io::closed;
    }
}

Transport::Io Transport::handshake()
{
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_);
    return result == 1 ? Io::done : ioOf(result);
}

Transport::Moved Transport::read(char* buffer, std::size_t size)
{
    if (ssl_) {
        ERR_clear_error();
        std::size_t got = 0;
        const int result = SSL_read_ex(ssl_, buffer, size, &got);
        return result == 1 ? Moved{Io::done, got} : Moved{ioOf(result)};
    }
    // Not through Poco's calls: those throw when a non-blocking write would wait.
    const ssize_t got = ::recv(descriptor(), buffer, size, 0);
    if (got > 0)
        return {Io::done, static_cast<std::size_t>(got)};
    return {got < 0 && wouldWait(errno) ? Io::want_read : Io::closed};
}

Transport::Moved Transport::write(const char* bytes, std::size_t size)
{
    if (ssl_) {
        ERR_clear_error();
        std::size_t sent = 0;
        const int result = SSL_write_ex(ssl_, bytes, size, &sent);
        return result == 1 ? Moved{Io::done, sent} : Moved{ioOf(result)};
    }
    const ssize_t sent = ::send(descriptor(), bytes, size, MSG_NOSIGNAL);
    if (sent >= 0)
        return {Io::done, static_cast<std::size_t>(sent)};
    return {wouldWait(errno) ? Io::want_write : Io::closed};
}

void Transport::endSending()
{
    if (ssl_ && SSL_is_init_finished(ssl_)) {
        ERR_clear_error();
        SSL_shutdown(ssl_);
    }
    ::shutdown(descriptor(), SHUT_WR);
}

} // namespace zikao::http
