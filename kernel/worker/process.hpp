#pragma once

#include <chrono>
#include <string>
#include <sys/types.h>
#include <vector>

#include "plugins/api/result.hpp"

namespace zikao::worker {

/// A descriptor that closes itself.
class Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor() { close(); }

    [[nodiscard]] int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    int release();
    void close();

private:
    int fd_ = -1;
};

/// How a child ended.
struct Ending
{
    bool by_signal = false;
    int number = 0; ///< signal or exit status

    [[nodiscard]] std::string text() const;
};

/// A child process with one socket to it. The kernel's handle (pidfd) is signalled, so a reused number is
/// never hit.
struct Process
{
    pid_t pid = -1;
    Descriptor handle; ///< readable once the child ended
    Descriptor socket;

    void kill() const;
    /// Collects an ended child; false while it runs. One owner at a time.
    bool reap(Ending& ending);
    /// Waits for the end first, at most so long.
    bool awaitEnd(std::chrono::milliseconds limit, Ending& ending);
};

/// Starts a program with posix_spawn: nothing of the parent but one end of a socket pair at descriptor 3,
/// default signals, a process group of its own and an environment written here.
/// @threads the child dies with the calling *thread* (PR_SET_PDEATHSIG), so call from one that lives as long
Result<Process> spawn(const std::string& executable, const std::vector<std::string>& arguments);

} // namespace zikao::worker
