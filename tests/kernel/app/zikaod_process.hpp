#pragma once

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace zikao::app {

/// One zikaod process; its log is read until the event that a test waits for.
class Process
{
public:
    /// @param fail_point  where it kills itself (storage::failPoint); empty: nowhere
    explicit Process(const std::vector<std::string>& arguments, const std::string& fail_point = {})
    {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0)
            throw std::runtime_error("pipe");
        pid_ = ::fork();
        if (pid_ == 0) {
            ::dup2(ends[1], STDERR_FILENO);
            ::setenv("ZIKAO_FAIL_POINT", fail_point.c_str(), 1);
            std::vector<char*> words;
            std::string program = ZIKAO_BUILD_DIR "/bin/zikaod";
            words.push_back(program.data());
            std::vector<std::string> copies = arguments;
            for (std::string& argument : copies)
                words.push_back(argument.data());
            words.push_back(nullptr);
            ::execv(program.c_str(), words.data());
            ::_exit(127);
        }
        ::close(ends[1]);
        log_ = ends[0];
    }
    ~Process()
    {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
        ::close(log_);
    }
    Process(const Process&) = delete;

    /// Reads the log until `text` stands in it, the process ended, or a minute is over.
    bool says(const std::string& text)
    {
        while (said_.find(text) == std::string::npos) {
            pollfd poll{log_, POLLIN, 0};
            char bytes[4096];
            if (::poll(&poll, 1, 60'000) <= 0)
                return false;
            const ssize_t got = ::read(log_, bytes, sizeof bytes);
            if (got <= 0)
                return false;
            said_.append(bytes, static_cast<std::size_t>(got));
        }
        return true;
    }
    void signal(int number) { ::kill(pid_, number); }
    /// Waits for the end. @return the exit status
    int status()
    {
        says("\n\n never said");
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    }
    /// The port that `event=ready` names.
    [[nodiscard]] std::uint16_t port() const
    {
        return static_cast<std::uint16_t>(std::stoi(said_.substr(said_.find(" port=") + 6)));
    }
    [[nodiscard]] const std::string& said() const { return said_; }
    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    pid_t pid_ = 0;
    int log_ = -1;
    std::string said_;
};

} // namespace zikao::app
