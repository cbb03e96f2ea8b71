#include "tests/bench/gate/load.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>

namespace zikao::bench {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::string_view kRequest = "GET /api/cases/01j HTTP/1.1\r\nHost: exam.example\r\nAccept: application/json\r\n"
                                      "Cookie: zikao_lantern=abcdefghijklmnopqrstuv\r\n\r\n";

int dial(std::uint16_t port)
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (descriptor < 0 || ::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("cannot connect");
    const int one = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return descriptor;
}

struct Client
{
    int descriptor = -1;
    std::string got;
    Steady::time_point sent;
};

void ask(Client& client)
{
    client.got.clear();
    client.sent = Steady::now();
    if (::send(client.descriptor, kRequest.data(), kRequest.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(kRequest.size()))
        throw std::runtime_error("cannot send");
}

bool complete(const std::string& got)
{
    const std::size_t end = got.find("\r\n\r\n");
    if (end == std::string::npos)
        return false;
    const std::size_t at = got.find("Content-Length: ");
    const std::size_t length = at < end ? std::stoul(got.substr(at + 16, 12)) : 0;
    return got.size() >= end + 4 + length;
}

} // namespace

Load run(std::uint16_t port, int connections, std::chrono::milliseconds duration)
{
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<Client> clients(static_cast<std::size_t>(connections));
    for (auto& client : clients) {
        client.descriptor = dial(port);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = &client;
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, client.descriptor, &event);
        ask(client);
    }
    Load load;
    std::vector<float> micros;
    micros.reserve(1'000'000);
    const auto began = Steady::now();
    const auto end = began + duration;
    epoll_event events[64];
    char buffer[16384];
    while (Steady::now() < end) {
        const int count = ::epoll_wait(epoll, events, 64, 100);
        for (int i = 0; i < count; ++i) {
            auto& client = *static_cast<Client*>(events[i].data.ptr);
            const ssize_t got = ::recv(client.descriptor, buffer, sizeof buffer, 0);
            if (got <= 0) {
                ++load.failed;
                ::epoll_ctl(epoll, EPOLL_CTL_DEL, client.descriptor, nullptr);
                continue;
            }
            client.got.append(buffer, static_cast<std::size_t>(got));
            if (!complete(client.got))
                continue;
            if (client.got.compare(9, 3, "200") != 0)
                ++load.failed;
            micros.push_back(std::chrono::duration<float, std::micro>(Steady::now() - client.sent).count());
            ask(client);
        }
    }
    const double seconds = std::chrono::duration<double>(Steady::now() - began).count();
    for (auto& client : clients)
        ::close(client.descriptor);
    ::close(epoll);
    std::sort(micros.begin(), micros.end());
    load.per_second = static_cast<double>(micros.size()) / seconds;
    if (!micros.empty()) {
        load.p50_micros = micros[micros.size() / 2];
        load.p99_micros = micros[micros.size() * 99 / 100];
    }
    return load;
}

Held::Held(std::uint16_t port, int count, bool begin_head)
{
    for (int i = 0; i < count; ++i) {
        const int descriptor = dial(port);
        descriptors_.push_back(descriptor);
        if (begin_head)
            ::send(descriptor, "GET / HTTP/1.1\r\nHost: h\r\nX: ", 29, MSG_NOSIGNAL);
    }
}

Held::~Held()
{
    for (int descriptor : descriptors_)
        ::close(descriptor);
}

void Held::drip()
{
    for (int descriptor : descriptors_)
        ::send(descriptor, "a", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

} // namespace zikao::bench
