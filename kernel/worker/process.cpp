#include "kernel/worker/process.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/worker/pool.hpp"

namespace zikao::worker {

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept
{
    if (this != &other) {
        close();
        fd_ = other.release();
    }
    return *this;
}

int Descriptor::release()
{
    return std::exchange(fd_, -1);
}

void Descriptor::close()
{
    if (fd_ >= 0)
        ::close(release());
}

std::string Ending::text() const
{
    if (!by_signal)
        return "exit status " + std::to_string(number);
    const char* known = ::sigabbrev_np(number);
    return known ? std::string("SIG") + known : "signal " + std::to_string(number);
}

void Process::kill() const
{
    if (handle)
        ::syscall(SYS_pidfd_send_signal, handle.get(), SIGKILL, nullptr, 0);
    else if (pid > 0)
        ::kill(pid, SIGKILL);
}

bool Process::awaitEnd(std::chrono::milliseconds limit, Ending& ending)
{
    pollfd entry{handle.get(), POLLIN, 0};
    ::poll(&entry, 1, static_cast<int>(limit.count()));
    return reap(ending);
}

bool Process::reap(Ending& ending)
{
    int status = 0;
    const pid_t ended = ::waitpid(pid, &status, WNOHANG);
    if (ended == 0)
        return false;
    if (ended == pid) {
        ending.by_signal = WIFSIGNALED(status);
        ending.number = ending.by_signal ? WTERMSIG(status) : WEXITSTATUS(status);
    }
    pid = -1;
    return true;
}

namespace {

/// posix_spawn's two attribute objects, freed whatever happens.
struct SpawnPlan
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;

    SpawnPlan()
    {
        ::posix_spawn_file_actions_init(&files);
        ::posix_spawnattr_init(&attributes);
    }
    ~SpawnPlan()
    {
        ::posix_spawn_file_actions_destroy(&files);
        ::posix_spawnattr_destroy(&attributes);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
};

/// Guests read no environment of the server's (it may hold secrets). Libraries that would start threads are
/// told not to: a worker may not.
std::vector<std::string> environment()
{
    std::vector<std::string> list = {"LANG=C.UTF-8", "PATH=/nonexistent", "OMP_NUM_THREADS=1",
                                     "OMP_THREAD_LIMIT=1", "OPENCV_OPENCL_RUNTIME=disabled"};
#ifdef ZIKAO_SANITIZE
    // The leak check needs ptrace, which a worker must not have. Broken memory must still be loud.
    list.emplace_back(
        "ASAN_OPTIONS=detect_leaks=0:handle_sigbus=0:handle_segv=0:handle_sigfpe=0:handle_sigill=0:"
        "use_sigaltstack=0:symbolize=0");
    list.emplace_back(
        "TSAN_OPTIONS=handle_sigbus=0:handle_segv=0:handle_sigfpe=0:handle_sigill=0:symbolize=0");
#endif
    return list;
}

} // namespace

Result<Process> spawn(const std::string& executable, const std::vector<std::string>& arguments)
{
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(ErrorCode::unavailable, std::string("socketpair: ") + std::strerror(errno));
    Process process;
    process.socket = Descriptor(ends[0]);
    Descriptor theirs(ends[1]);

    SpawnPlan plan;
    ::posix_spawn_file_actions_addopen(&plan.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&plan.files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
#ifndef ZIKAO_SANITIZE
    // Sanitizer builds keep standard error, or their reports would be lost.
    ::posix_spawn_file_actions_addopen(&plan.files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
#endif
    ::posix_spawn_file_actions_adddup2(&plan.files, theirs.get(), kWorkerSocket);
    // Libraries of the server open descriptors without close-on-exec; none of them may reach a guest.
    ::posix_spawn_file_actions_addclosefrom_np(&plan.files, kWorkerSocket + 1);

    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    ::posix_spawnattr_setsigmask(&plan.attributes, &none);
    ::posix_spawnattr_setsigdefault(&plan.attributes, &all);
    ::posix_spawnattr_setpgroup(&plan.attributes, 0);
    ::posix_spawnattr_setflags(&plan.attributes,
                               POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

    std::vector<std::string> words = {executable};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> variables = environment();
    std::vector<char*> argv, envp;
    for (std::string& word : words)
        argv.push_back(word.data());
    for (std::string& variable : variables)
        envp.push_back(variable.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);

    const int failed = ::posix_spawn(&process.pid, executable.c_str(), &plan.files, &plan.attributes,
                                     argv.data(), envp.data());
    if (failed != 0)
        return fail(ErrorCode::unavailable, "cannot start " + executable + ": " + std::strerror(failed));
    process.handle = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
    if (!process.handle) {
        const std::string why = std::strerror(errno);
        process.kill();
        ::waitpid(process.pid, nullptr, 0);
        return fail(ErrorCode::unavailable, "pidfd_open: " + why);
    }
    return process;
}

} // namespace zikao::worker
