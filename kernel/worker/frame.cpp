#include "kernel/worker/frame.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace zikao::worker {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kLengths = 8;
constexpr JsonLimits kHeadLimits{.max_bytes = kMaxHeadBytes, .max_depth = 64, .max_nodes = 500'000};

void put(char* at, std::uint32_t value)
{
    for (int i = 0; i < 4; ++i)
        at[i] = static_cast<char>(value >> (8 * i) & 0xff);
}

std::uint32_t get(const char* at)
{
    std::uint32_t value = 0;
    for (int i = 3; i >= 0; --i)
        value = value << 8 | static_cast<unsigned char>(at[i]);
    return value;
}

/// False when the deadline came first.
Result<void> await(int socket, short events, Deadline deadline)
{
    for (;;) {
        int wait = -1;
        if (deadline != kNoDeadline) {
            const auto left =
                duration_cast<std::chrono::microseconds>(deadline - steady_clock::now()).count();
            if (left <= 0)
                return fail(ErrorCode::timeout, "the deadline passed");
            wait = static_cast<int>((left + 999) / 1000);
        }
        pollfd entry{socket, events, 0};
        const int ready = ::poll(&entry, 1, wait);
        if (ready > 0)
            return ok();
        if (ready < 0 && errno != EINTR)
            return fail(ErrorCode::unavailable, "poll failed");
    }
}

/// Reads at least one byte.
Result<std::size_t> some(int socket, char* into, std::size_t size, Deadline deadline)
{
    for (;;) {
        const int flags = deadline == kNoDeadline ? 0 : MSG_DONTWAIT;
        const ssize_t got = ::recv(socket, into, size, flags);
        if (got > 0)
            return static_cast<std::size_t>(got);
        if (got == 0)
            return fail(ErrorCode::unavailable, "the other side closed");
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK)
            return fail(ErrorCode::unavailable, "the other side is gone");
        if (auto ready = await(socket, POLLIN, deadline); !ready)
            return fail(ready.error());
    }
}

} // namespace

Result<void> send(int socket, const Message& message, Deadline deadline)
{
    const std::string head = dumpJson(message.head);
    if (head.size() > kMaxHeadBytes || message.body.size() > kMaxBodyBytes)
        return fail(ErrorCode::too_large, "message over the limit");
    std::array<char, kLengths> lengths{};
    put(lengths.data(), static_cast<std::uint32_t>(head.size()));
    put(lengths.data() + 4, static_cast<std::uint32_t>(message.body.size()));
    std::array<iovec, 3> parts{iovec{lengths.data(), lengths.size()},
                               iovec{const_cast<char*>(head.data()), head.size()},
                               iovec{const_cast<char*>(message.body.data()), message.body.size()}};
    std::size_t first = 0;
    while (first < parts.size()) {
        if (parts[first].iov_len == 0) {
            ++first;
            continue;
        }
        msghdr header{};
        header.msg_iov = &parts[first];
        header.msg_iovlen = parts.size() - first;
        const int flags = MSG_NOSIGNAL | (deadline == kNoDeadline ? 0 : MSG_DONTWAIT);
        ssize_t sent = ::sendmsg(socket, &header, flags);
        if (sent < 0) {
            if (errno == EINTR)
                continue;
            if (errno != EAGAIN && errno != EWOULDBLOCK)
                return fail(ErrorCode::unavailable, "the other side is gone");
            if (auto ready = await(socket, POLLOUT, deadline); !ready)
                return ready;
            continue;
        }
        while (sent > 0) {
            const std::size_t used = std::min(static_cast<std::size_t>(sent), parts[first].iov_len);
            parts[first].iov_base = static_cast<char*>(parts[first].iov_base) + used;
            parts[first].iov_len -= used;
            sent -= static_cast<ssize_t>(used);
            if (parts[first].iov_len == 0)
                ++first;
        }
    }
    return ok();
}

Result<Message> receive(int socket, Deadline deadline)
{
    // Most messages are small: one read fetches lengths, head and body together.
    std::array<char, 16 * 1024> buffer;
    std::size_t have = 0;
    while (have < kLengths) {
        auto got = some(socket, buffer.data() + have, buffer.size() - have, deadline);
        if (!got)
            return fail(got.error());
        have += *got;
    }
    const std::uint32_t head_size = get(buffer.data());
    const std::uint32_t body_size = get(buffer.data() + 4);
    if (head_size > kMaxHeadBytes || body_size > kMaxBodyBytes)
        return fail(ErrorCode::corrupt, "message announces a size over the limit");
    const std::size_t total = std::size_t{head_size} + body_size;
    const std::size_t early = have - kLengths;
    if (early > total)
        return fail(ErrorCode::corrupt, "surplus bytes after a message");

    Message message;
    std::string head(head_size, '\0');
    message.body.resize(body_size);
    const std::size_t early_head = std::min<std::size_t>(early, head_size);
    std::memcpy(head.data(), buffer.data() + kLengths, early_head);
    if (early > early_head)
        std::memcpy(message.body.data(), buffer.data() + kLengths + early_head, early - early_head);
    for (std::size_t at = early; at < total;) {
        char* into = at < head_size ? head.data() + at : message.body.data() + (at - head_size);
        const std::size_t room = at < head_size ? head_size - at : total - at;
        auto got = some(socket, into, room, deadline);
        if (!got)
            return fail(got.error());
        at += *got;
    }
    auto parsed = parseJson(head, kHeadLimits);
    if (!parsed)
        return fail(ErrorCode::corrupt, "head of a message: " + parsed.error().message);
    message.head = std::move(*parsed);
    return message;
}

Message seal(Result<Message> answer)
{
    if (answer)
        return Message{Json{{"ok", std::move(answer->head)}}, std::move(answer->body)};
    const Error& error = answer.error();
    return Message{Json{
        {"error",
         {{"code", static_cast<int>(error.code)}, {"message", error.message}, {"reason", error.reason}}}}};
}

Result<Message> unseal(Message message)
{
    if (message.head.is_object() && message.head.contains("ok"))
        return Message{std::move(message.head["ok"]), std::move(message.body)};
    if (message.head.is_object() && message.head.contains("error")) {
        const Json& error = message.head["error"];
        if (error.is_object() && error.contains("code") && error["code"].is_number_integer()) {
            const auto code = error["code"].get<std::int64_t>();
            if (code >= 0 && code <= static_cast<std::int64_t>(ErrorCode::internal))
                return fail(static_cast<ErrorCode>(code), textAt(error, "message"), textAt(error, "reason"));
        }
    }
    return fail(ErrorCode::corrupt, "answer of a worker is neither value nor error", kProtocol);
}

} // namespace zikao::worker
