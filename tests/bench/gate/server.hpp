#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace zikao::bench {

/// Serves the same small JSON answer until standard input ends. @param kind  "gate" or "poco"
int serve(const std::string& kind);

/// This program once more as a server, in a process of its own, so that client and server can be measured
/// apart.
class ServerProcess
{
public:
    explicit ServerProcess(const std::string& kind);
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// Resident memory in bytes.
    [[nodiscard]] std::int64_t resident() const;
    /// Processor time used so far, in seconds.
    [[nodiscard]] double processorSeconds() const;

private:
    pid_t child_ = -1;
    int stdin_ = -1;
    std::uint16_t port_ = 0;
};

} // namespace zikao::bench
