#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace zikao::http::test {

/// Speaks bytes with a server on loopback. Every wait ends after ten seconds.
class RawClient
{
public:
    explicit RawClient(std::uint16_t port, int receive_buffer = 0)
    {
        descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (receive_buffer > 0)
            ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error("connect");
        const int one = 1;
        ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    }
    ~RawClient()
    {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }
    RawClient(RawClient&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    RawClient(const RawClient&) = delete;

    void send(std::string_view bytes)
    {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                return; // the server ended the connection: the test looks at what it said
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    struct Answer
    {
        int status = 0;
        std::string head, body;
        [[nodiscard]] bool has(std::string_view line) const { return head.find(line) != std::string::npos; }
    };

    /// Reads one answer. Status 0: the connection ended first, or nothing came in time.
    Answer read(bool head_only = false)
    {
        Answer answer;
        std::size_t end = std::string::npos;
        while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
            if (!more())
                return answer;
        }
        answer.head = buffer_.substr(0, end + 4);
        buffer_.erase(0, end + 4);
        answer.status = std::stoi(answer.head.substr(9, 3));
        if (head_only || answer.status == 100 || answer.status == 204 || answer.status == 304)
            return answer;
        const std::size_t at = answer.head.find("Content-Length: ");
        const std::size_t length = at == std::string::npos ? 0 : std::stoul(answer.head.substr(at + 16));
        while (buffer_.size() < length && more()) {
        }
        answer.body = buffer_.substr(0, length);
        buffer_.erase(0, answer.body.size());
        return answer;
    }

    Answer ask(std::string_view bytes)
    {
        send(bytes);
        return read();
    }

    /// Whether the server ends the connection without saying more.
    bool ended()
    {
        while (more()) {
        }
        return ended_ && buffer_.empty();
    }
    /// Whether something arrives within some milliseconds.
    bool hears(int milliseconds)
    {
        pollfd poll{descriptor_, POLLIN, 0};
        return !buffer_.empty() || ::poll(&poll, 1, milliseconds) > 0;
    }
    [[nodiscard]] int descriptor() const { return descriptor_; }

private:
    bool more()
    {
        pollfd poll{descriptor_, POLLIN, 0};
        if (::poll(&poll, 1, 10'000) <= 0)
            return false;
        char bytes[65536];
        const ssize_t got = ::recv(descriptor_, bytes, sizeof bytes, 0);
        if (got <= 0) {
            ended_ = true;
            return false;
        }
        buffer_.append(bytes, static_cast<std::size_t>(got));
        return true;
    }

    int descriptor_ = -1;
    std::string buffer_;
    bool ended_ = false;
};

} // namespace zikao::http::test
