#pragma once

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

namespace zikao::mail {

/// A mail server for one connection that answers each command with what the test laid ready and keeps what it heard.
/// A reply "" never comes; "close" ends the connection; "drip" sends one digit after another and never an end of line.
class MailServer
{
public:
    using Replies = std::map<std::string, std::string>;

    explicit MailServer(const Replies& other = {}, Poco::Net::Context::Ptr tls = nullptr,
                        bool tls_at_once = false)
        : replies_{{"greeting", "220 mail.test ready"},
                   {"EHLO", "250-mail.test\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN"},
                   {"AUTH", "235 2.7.0 welcome"},
                   {"MAIL", "250 2.1.0 ok"},
                   {"RCPT", "250 2.1.5 ok"},
                   {"DATA", "354 go on"},
                   {".", "250 2.0.0 queued as 4F1"},
                   {"STARTTLS", "220 2.0.0 go on"},
                   {"QUIT", "221 2.0.0 bye"}},
          tls_(std::move(tls)),
          socket_(Poco::Net::SocketAddress("127.0.0.1", 0), 4)
    {
        for (const auto& [command, reply] : other)
            replies_[command] = reply;
        thread_ = std::thread([this, tls_at_once] {
            try {
                Poco::Net::StreamSocket peer = socket_.acceptConnection();
                if (tls_at_once)
                    peer = secured(peer);
                serve(peer);
            } catch (const std::exception&) {
                // The client went away: what it said until then is what the test looks at.
            }
        });
    }
    ~MailServer() { join(); }
    /// Waits until the client is gone.
    void join()
    {
        if (thread_.joinable())
            thread_.join();
    }
    [[nodiscard]] int port() const { return socket_.address().port(); }
    /// Commands in their order, without what AUTH LOGIN asked for line by line.
    std::vector<std::string> commands()
    {
        join();
        return commands_;
    }
    bool heard(const std::string& text)
    {
        join();
        return everything_.find(text) != std::string::npos;
    }
    /// The mail as it came, dots undone, up to the lone dot.
    std::string mail()
    {
        join();
        return mail_;
    }

private:
    [[nodiscard]] Poco::Net::SecureStreamSocket secured(Poco::Net::StreamSocket& peer) const
    {
        return Poco::Net::SecureStreamSocket::attach(peer, tls_);
    }
    bool line(Poco::Net::StreamSocket& peer, std::string& text)
    {
        text.clear();
        for (char c = 0; peer.receiveBytes(&c, 1) == 1;) {
            everything_ += c;
            text += c;
            if (text.ends_with("\r\n")) {
                text.resize(text.size() - 2);
                return true;
            }
        }
        return false;
    }
    /// @return false: the dialogue is over
    bool answer(Poco::Net::StreamSocket& peer, const std::string& command)
    {
        const auto found = replies_.find(command);
        const std::string reply = found == replies_.end() ? "500 5.5.1 what" : found->second;
        if (reply == "close")
            return false;
        while (reply == "drip") {
            peer.sendBytes("2", 1);
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
        const std::string text = reply.empty() ? reply : reply + "\r\n";
        for (std::size_t at = 0; at < text.size();)
            at += static_cast<std::size_t>(
                peer.sendBytes(text.data() + at, static_cast<int>(text.size() - at)));
        return true;
    }
    void takeMail(Poco::Net::StreamSocket& peer)
    {
        for (std::string text; line(peer, text) && text != ".";)
            mail_ += (text.starts_with('.') ? text.substr(1) : text) + "\r\n";
    }
    void serve(Poco::Net::StreamSocket peer)
    {
        if (!answer(peer, "greeting"))
            return;
        for (std::string text; line(peer, text);) {
            const std::string command = text.substr(0, text.find_first_of(" :"));
            commands_.push_back(text);
            if (!answer(peer, command))
                return;
            if (command == "STARTTLS" && tls_)
                peer = secured(peer);
            if (text == "AUTH LOGIN")
                for (const char* asked : {"name", "password"})
                    if (!line(peer, text) || !answer(peer, asked))
                        return;
            if (command == "DATA" && replies_["DATA"].starts_with("354")) {
                takeMail(peer);
                if (!answer(peer, "."))
                    return;
            }
        }
    }

    Replies replies_;
    Poco::Net::Context::Ptr tls_;
    Poco::Net::ServerSocket socket_;
    std::vector<std::string> commands_;
    std::string everything_, mail_;
    std::thread thread_;
};

} // namespace zikao::mail
