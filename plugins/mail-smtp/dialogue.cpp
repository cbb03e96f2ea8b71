#include "plugins/mail-smtp/dialogue.hpp"

#include <algorithm>

#include <Poco/Net/MailStream.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SMTPClientSession.h>
#include <Poco/Net/SecureStreamSocketImpl.h>
#include <Poco/Net/SocketStream.h>
#include <Poco/Net/StreamSocketImpl.h>

#include "plugins/mail-smtp/letter.hpp"

namespace zikao::mail {

namespace {

using namespace Poco::Net;
using SteadyClock = std::chrono::steady_clock;

/// More than any honest server says in one dialogue.
constexpr std::size_t kMostHeard = 64 * 1024;

/// A socket with one end for the whole dialogue. Poco's session limits each read alone, waits for ever for the end of a
/// reply that is never finished, and takes a closed connection for an empty line.
template <class Base>
class Bounded : public Base
{
public:
    template <class... Arguments>
    explicit Bounded(SteadyClock::time_point end, Arguments&&... arguments)
        : Base(std::forward<Arguments>(arguments)...),
          end_(end)
    {}
    int receiveBytes(void* buffer, int length, int flags) override
    {
        Base::setReceiveTimeout(left());
        const int count = Base::receiveBytes(buffer, length, flags);
        heard_ += static_cast<std::size_t>(std::max(count, 0));
        if (count <= 0 || heard_ > kMostHeard)
            throw ConnectionResetException("the server ended the dialogue");
        return count;
    }
    int sendBytes(const void* buffer, int length, int flags) override
    {
        Base::setSendTimeout(left());
        return Base::sendBytes(buffer, length, flags);
    }

protected:
    [[nodiscard]] Poco::Timespan left() const
    {
        const auto left =
            std::chrono::duration_cast<std::chrono::microseconds>(end_ - SteadyClock::now()).count();
        if (left <= 0)
            throw Poco::TimeoutException("the time for this mail is over");
        return Poco::Timespan(std::max<std::int64_t>(left, 1000)); // a socket takes zero for no limit
    }

private:
    SteadyClock::time_point end_;
    std::size_t heard_ = 0;
};

using Plain = Bounded<StreamSocketImpl>;

class Secure : public Bounded<SecureStreamSocketImpl>
{
public:
    using Bounded<SecureStreamSocketImpl>::Bounded;
    /// Shakes hands over a connection that stands. Throws when the certificate is not one for this name.
    void shakeHands(const std::string& host)
    {
        setPeerHostName(host);
        setLazyHandshake(true);
        setReceiveTimeout(left());
        setSendTimeout(left());
        connectSSL();
        completeHandshake();
        verifyPeerCertificate(host);
    }
};

class Dialogue : public SMTPClientSession
{
public:
    Dialogue(const StreamSocket& socket, SteadyClock::time_point end) : SMTPClientSession(socket), end_(end)
    {}

    void secure(const std::string& host, const Context::Ptr& tls)
    {
        auto* const impl = new Secure(end_, static_cast<StreamSocketImpl*>(socket().impl()), tls);
        const StreamSocket secured(impl); // owns it from here on
        impl->shakeHands(host);
        socket() = secured; // and forgets whatever was said before the handshake
    }
    /// The text after DATA was accepted. @return the reply's status
    int sendText(const std::string& mail, std::string& reply)
    {
        SocketOutputStream bytes(socket());
        MailOutputStream dots(bytes); // doubles dots at a line's beginning, ends with the lone one
        dots << mail;
        dots.close();
        bytes.flush();
        if (!bytes)
            throw ConnectionResetException("the mail could not be sent whole");
        return socket().receiveStatusMessage(reply);
    }

private:
    SteadyClock::time_point end_;
};

/// "SMTP 550 5.1.1": the codes of a reply without its words, which may name the recipient.
std::string codesOf(int status, const std::string& reply)
{
    const std::string words = reply.substr(std::min<std::size_t>(reply.size(), 4));
    const std::size_t end = std::min(words.find_first_not_of("0123456789."), words.size());
    const bool enhanced = end >= 5 && words[1] == '.' && (words[0] == '4' || words[0] == '5');
    return "SMTP " + std::to_string(status) + (enhanced ? ' ' + words.substr(0, end) : std::string());
}

Failure refused(ErrorCode code, const char* at, int status, const std::string& reply)
{
    const std::string codes = codesOf(status, reply);
    return fail(code, std::string(at) + ": " + codes, codes);
}

/// A recipient may be refused for what it is (5.1.1), or for what this server does not do for us (5.7.1, relaying).
ErrorCode meaningOfRecipient(int status, const std::string& reply)
{
    const bool policy = codesOf(status, reply).find(" 5.7.") != std::string::npos;
    return status >= 500 && !policy ? ErrorCode::invalid_argument : ErrorCode::unavailable;
}

void logIn(Dialogue& dialogue, const Settings& settings)
{
    if (settings.user.empty())
        dialogue.login(settings.hello);
    else
        dialogue.login(settings.hello,
                       settings.auth_login ? SMTPClientSession::AUTH_LOGIN : SMTPClientSession::AUTH_PLAIN,
                       settings.user, settings.password);
}

Result<void> speak(Dialogue& dialogue, const Settings& settings, const Context::Ptr& tls,
                   const std::string& to, const std::string& mail, bool& on_its_way)
{
    std::string reply;
    if (settings.security == Security::tls)
        dialogue.secure(settings.host, tls);
    if (settings.security == Security::starttls) {
        dialogue.login(settings.hello);
        if (const int status = dialogue.sendCommand("STARTTLS", reply); status != 220)
            return refused(ErrorCode::unavailable, "STARTTLS", status, reply);
        dialogue.secure(settings.host, tls);
    }
    logIn(dialogue, settings);
    if (const int status = dialogue.sendCommand("MAIL FROM:<" + settings.from + '>', reply);
        status / 100 != 2)
        return refused(ErrorCode::unavailable, "MAIL", status, reply);
    if (const int status = dialogue.sendCommand("RCPT TO:<" + to + '>', reply); status / 100 != 2)
        return refused(meaningOfRecipient(status, reply), "RCPT", status, reply);
    if (const int status = dialogue.sendCommand("DATA", reply); status != 354)
        return refused(ErrorCode::unavailable, "DATA", status, reply);
    on_its_way = true;
    const int status = dialogue.sendText(mail, reply);
    if (status / 100 == 2)
        return ok();
    return refused(status / 100 == 5   ? ErrorCode::invalid_argument
                   : status / 100 == 4 ? ErrorCode::unavailable
                                       : ErrorCode::timeout,
                   "end of DATA", status, reply);
}

} // namespace

Result<void> handOver(const Settings& settings, const Context::Ptr& tls, const std::string& to,
                      const std::string& mail)
{
    if (!isAddress(to))
        return fail(ErrorCode::invalid_argument, "not an e-mail address", "recipient");
    const auto end = SteadyClock::now() + settings.timeout;
    bool on_its_way = false;
    try {
        StreamSocket socket(new Plain(end));
        socket.connect(
            SocketAddress(settings.host, settings.port),
            Poco::Timespan(std::chrono::duration_cast<std::chrono::microseconds>(settings.timeout).count()));
        Dialogue dialogue(socket, end); // says QUIT as it goes
        return speak(dialogue, settings, tls, to, mail, on_its_way);
    } catch (const SMTPException& e) {
        return fail(ErrorCode::unavailable, "the log-in at the server: SMTP " + std::to_string(e.code()),
                    "SMTP " + std::to_string(e.code()));
    } catch (const Poco::Exception& e) {
        return fail(on_its_way ? ErrorCode::timeout : ErrorCode::unavailable,
                    settings.host + ": " + e.displayText());
    }
}

} // namespace zikao::mail
