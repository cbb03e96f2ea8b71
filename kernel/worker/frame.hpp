#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "kernel/worker/pool.hpp"

namespace zikao::worker {

/// Bounds on one message, checked before anything is allocated: a worker is not trusted.
inline constexpr std::uint32_t kMaxHeadBytes = 8u * 1024 * 1024;
inline constexpr std::uint32_t kMaxBodyBytes = 64u * 1024 * 1024;

using Deadline = std::chrono::steady_clock::time_point;
inline constexpr Deadline kNoDeadline = Deadline::max();

/// Writes a message: u32 head length, u32 body length (little endian), JSON head, body. Never raises SIGPIPE.
/// @errors `timeout`; `unavailable`: the other side is gone; `too_large`
Result<void> send(int socket, const Message& message, Deadline deadline);

/// Reads one whole message and nothing more. Messages alternate, so bytes beyond it are a broken contract.
/// @errors `timeout`; `unavailable`: closed before the end; `corrupt`: sizes, JSON or surplus bytes
Result<Message> receive(int socket, Deadline deadline);

/// An answer that is an error crosses in an envelope; these two are the only ones who know how it looks.
/// @errors of unseal: those inside; `corrupt` with reason kProtocol when it is no envelope
inline constexpr const char* kProtocol = "protocol";
Message seal(Result<Message> answer);
Result<Message> unseal(Message message);

} // namespace zikao::worker
