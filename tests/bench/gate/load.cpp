#include "tests/bench/gate/load.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <string>
#include <string_view>

namespace zikao::bench {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::string_view kRequest =
    "GET /api/cases/01j HTTP/1.1\r\nHost: exam.example\r\nAccept: application/json\r\n"
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
    std::string got = {};
    std::size_t received = 0;
    Steady::time_point sent;
};

void ask(Client& client)
{
    client.got.clear();
    client.received = 0;
    client.sent = Steady::now();
    if (::send(client.descriptor, kRequest.data(), kRequest.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(kRequest.size()))
        throw std::runtime_error("cannot send");
}

/// Length of a whole answer. All answers are alike: the first one is measured, later ones are compared with
/// it.
std::size_t answerLength(const std::string& got)
{
    const std::size_t end = got.find("\r\n\r\n");
    const std::size_t at = got.find("Content-Length: ");
    return end == std::string::npos || at > end ? 0 : end + 4 + std::stoul(got.substr(at + 16, 12));
}

} // namespace

Load run(std::uint16_t port, int connections, std::chrono::milliseconds duration,
         std::chrono::milliseconds pause)
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
    std::size_t answer_length = 0;
    std::deque<Client*> resting;
    std::vector<float> micros;
    micros.reserve(1'000'000);
    const auto began = Steady::now();
    const auto end = began + duration;
    epoll_event events[64];
    char buffer[16384];
    while (Steady::now() < end) {
        const int count = ::epoll_wait(epoll, events, 64, pause.count() > 0 ? 1 : 100);
        while (!resting.empty() && Steady::now() - resting.front()->sent >= pause) {
            ask(*resting.front());
            resting.pop_front();
        }
        for (int i = 0; i < count; ++i) {
            auto& client = *static_cast<Client*>(events[i].data.ptr);
            const ssize_t got = ::recv(client.descriptor, buffer, sizeof buffer, 0);
            if (got <= 0) {
                ++load.failed;
                ::epoll_ctl(epoll, EPOLL_CTL_DEL, client.descriptor, nullptr);
                continue;
            }
            if (client.received == 0 &&
                std::string_view(buffer, static_cast<std::size_t>(got)).substr(9, 3) != "200")
                ++load.failed;
            client.received += static_cast<std::size_t>(got);
            if (answer_length == 0) {
                client.got.append(buffer, static_cast<std::size_t>(got));
                answer_length = answerLength(client.got);
            }
            if (answer_length == 0 || client.received < answer_length)
                continue;
            micros.push_back(std::chrono::duration<float, std::micro>(Steady::now() - client.sent).count());
            if (pause.count() > 0)
                resting.push_back(&client);
            else
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

void Held::drip(std::size_t count)
{
    for (; count > 0; --count) {
        ::send(descriptors_[next_], "a", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
        next_ = (next_ + 1) % descriptors_.size();
    }
}

} // namespace zikao::bench
