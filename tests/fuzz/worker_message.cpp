#include "kernel/worker/frame.hpp"
#include "tests/fuzz/target.hpp"

#include <array>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/worker/process.hpp"

namespace {

using namespace zikao;
using namespace zikao::worker;
using fuzz::demand;

constexpr std::size_t kMostBytes = 32 * 1024; // what a socket holds without a reader

struct Line
{
    Line()
    {
        std::array<int, 2> ends{-1, -1};
        demand(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0, "no sockets");
        near = Descriptor(ends[0]);
        far = Descriptor(ends[1]);
    }
    Descriptor near, far;
};

std::uint32_t lengthAt(std::string_view input, std::size_t at)
{
    std::uint32_t length = 0;
    for (std::size_t i = 4; i-- > 0;)
        length = length << 8 | static_cast<unsigned char>(input[at + i]);
    return length;
}

// What comes from a process in which a stranger's code or picture may have taken over.
FUZZ_TARGET(worker_message)
{
    if (input.size() > kMostBytes)
        return;
    // Room for a size that is allowed is made, 64 MiB of it: that tells nothing new and costs all the time.
    if (input.size() >= 8)
        for (const std::size_t at : {0, 4})
            if (lengthAt(input, at) > kMostBytes && lengthAt(input, at) <= kMaxBodyBytes)
                return;
    const Line line;
    demand(::send(line.far.get(), input.data(), input.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(input.size()),
           "the socket does not take it");
    ::shutdown(line.far.get(), SHUT_WR);
    const auto message = receive(line.near.get(), kNoDeadline);
    if (!message)
        return;
    demand(message->head.size() <= kMaxHeadBytes && message->body.size() <= kMaxBodyBytes, "over a limit");
    const Line back;
    if (dumpJson(message->head).size() + message->body.size() < kMostBytes) {
        demand(send(back.far.get(), *message, kNoDeadline).has_value(), "it cannot be sent");
        const auto again = receive(back.near.get(), kNoDeadline);
        demand(again && again->head == message->head && again->body == message->body,
               "sent again it is another message");
    }
    const auto answer = unseal(*message);
    demand(answer.has_value() == message->head.contains("ok"),
           "a value and an error are taken for each other");
}

} // namespace
