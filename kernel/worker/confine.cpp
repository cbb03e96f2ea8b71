#include "kernel/worker/confine.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/worker/landlock.hpp"

namespace zikao::worker {

namespace {

Result<void> limit(__rlimit_resource resource, rlim_t value, const char* what)
{
    const rlimit both{value, value};
    if (::setrlimit(resource, &both) != 0)
        return fail(ErrorCode::internal, std::string("setrlimit ") + what + ": " + std::strerror(errno));
    return ok();
}

/// A condition on one argument of a call; `second` is the value under a mask (SCMP_CMP_MASKED_EQ).
constexpr scmp_arg_cmp argument(unsigned index, scmp_compare how, scmp_datum_t first, scmp_datum_t second = 0)
{
    return {index, how, first, second};
}

/// A seccomp filter under construction; rules that do not fit are remembered and reported once.
class Filter
{
public:
    Filter() : context_(::seccomp_init(SCMP_ACT_KILL_PROCESS)) {}
    ~Filter() { ::seccomp_release(context_); }
    Filter(const Filter&) = delete;
    Filter& operator=(const Filter&) = delete;

    void allow(std::initializer_list<int> calls)
    {
        for (const int call : calls)
            rule(SCMP_ACT_ALLOW, call, {});
    }
    void allow(int call, std::initializer_list<scmp_arg_cmp> when) { rule(SCMP_ACT_ALLOW, call, when); }
    void refuse(int error, int call, std::initializer_list<scmp_arg_cmp> when = {})
    {
        rule(SCMP_ACT_ERRNO(error), call, when);
    }

    Result<void> load()
    {
        // A binary search over the calls instead of a list: every call of a worker pays for it.
        ::seccomp_attr_set(context_, SCMP_FLTATR_CTL_OPTIMIZE, 2);
        if (failed_ == 0)
            failed_ = ::seccomp_load(context_);
        if (failed_ != 0)
            return fail(ErrorCode::internal, std::string("seccomp: ") + std::strerror(-failed_));
        return ok();
    }

private:
    void rule(std::uint32_t action, int call, std::initializer_list<scmp_arg_cmp> when)
    {
        const int added = ::seccomp_rule_add_array(context_, action, call, static_cast<unsigned>(when.size()),
                                                   when.size() ? std::data(when) : nullptr);
        if (added != 0 && added != -EEXIST && failed_ == 0)
            failed_ = added;
    }

    scmp_filter_ctx context_;
    int failed_ = 0;
};

/// What every worker needs to think and answer.
void allowThinking(Filter& filter)
{
    filter.allow(
        {SCMP_SYS(read),         SCMP_SYS(write),          SCMP_SYS(recvfrom),        SCMP_SYS(recvmsg),
         SCMP_SYS(sendmsg),      SCMP_SYS(close),          SCMP_SYS(munmap),          SCMP_SYS(mremap),
         SCMP_SYS(brk),          SCMP_SYS(madvise),        SCMP_SYS(futex),           SCMP_SYS(exit),
         SCMP_SYS(exit_group),   SCMP_SYS(clock_gettime),  SCMP_SYS(clock_nanosleep), SCMP_SYS(gettimeofday),
         SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(restart_syscall), SCMP_SYS(getrandom),
         SCMP_SYS(sched_yield),  SCMP_SYS(getpid),         SCMP_SYS(gettid)});
    // abort() signals its own process; anybody else's is out of reach.
    filter.allow(SCMP_SYS(tgkill), {argument(0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid()))});
#ifdef ZIKAO_SANITIZE
    // kSanitizer: what the sanitizers' runtime calls besides.
    filter.allow({SCMP_SYS(sigaltstack), SCMP_SYS(rt_sigaction), SCMP_SYS(prctl), SCMP_SYS(getrlimit)});
#endif
}

void allowData(Filter& filter)
{
    // Memory for data, never for code.
    filter.allow(SCMP_SYS(mmap), {argument(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)});
    filter.allow(SCMP_SYS(mprotect), {argument(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)});
}

constexpr std::array<scmp_datum_t, 5> kWriting = {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC,
                                                  O_TMPFILE & ~O_DIRECTORY};

/// What a library asks of the machine without touching it.
void allowLooking(Filter& filter)
{
    filter.allow({SCMP_SYS(fstat),        SCMP_SYS(lseek),
                  SCMP_SYS(pread64),      SCMP_SYS(readv),
                  SCMP_SYS(writev),       SCMP_SYS(uname),
                  SCMP_SYS(sysinfo),      SCMP_SYS(getuid),
                  SCMP_SYS(geteuid),      SCMP_SYS(getgid),
                  SCMP_SYS(getegid),      SCMP_SYS(getppid),
                  SCMP_SYS(getcwd),       SCMP_SYS(sched_getaffinity),
                  SCMP_SYS(getcpu),       SCMP_SYS(times),
                  SCMP_SYS(getrusage),    SCMP_SYS(clock_getres),
                  SCMP_SYS(nanosleep),    SCMP_SYS(dup),
                  SCMP_SYS(poll),         SCMP_SYS(ppoll),
                  SCMP_SYS(rt_sigaction), SCMP_SYS(sigaltstack),
                  SCMP_SYS(membarrier)});
    filter.allow(SCMP_SYS(prlimit64), {argument(2, SCMP_CMP_EQ, 0)});
    for (const int command : {F_GETFL, F_SETFL, F_GETFD, F_SETFD, F_DUPFD_CLOEXEC})
        filter.allow(SCMP_SYS(fcntl), {argument(1, SCMP_CMP_EQ, static_cast<scmp_datum_t>(command))});
    for (const unsigned long request : {FIONBIO, FIONREAD, TCGETS})
        filter.allow(SCMP_SYS(ioctl), {argument(1, SCMP_CMP_MASKED_EQ, 0xffffffff, request)});
    // No threads: OMP and OpenCV carry on with one. A clone that would be a process is not listed and kills.
    filter.refuse(ENOSYS, SCMP_SYS(clone3));
    filter.refuse(EAGAIN, SCMP_SYS(clone), {argument(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)});
}

/// Opening to read, and walking the tree. What is inside reach is Landlock's business.
void allowOpening(Filter& filter)
{
    scmp_datum_t writing = 0;
    for (const scmp_datum_t bit : kWriting) {
        writing |= bit;
        // Libraries try to write caches; they are told no instead of being killed.
        filter.refuse(EACCES, SCMP_SYS(openat), {argument(2, SCMP_CMP_MASKED_EQ, bit, bit)});
        filter.refuse(EACCES, SCMP_SYS(open), {argument(1, SCMP_CMP_MASKED_EQ, bit, bit)});
    }
    filter.allow(SCMP_SYS(openat), {argument(2, SCMP_CMP_MASKED_EQ, writing, 0)});
    filter.allow(SCMP_SYS(open), {argument(1, SCMP_CMP_MASKED_EQ, writing, 0)});
    filter.allow({SCMP_SYS(newfstatat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(statx), SCMP_SYS(access),
                  SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
                  SCMP_SYS(getdents64), SCMP_SYS(statfs), SCMP_SYS(fstatfs), SCMP_SYS(fadvise64)});
}

/// Outwards only: nothing listens or accepts. Netlink and datagrams serve name resolution.
void allowNetwork(Filter& filter)
{
    for (const int family : {AF_INET, AF_INET6, AF_NETLINK})
        filter.allow(SCMP_SYS(socket), {argument(0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(family))});
    filter.refuse(EAFNOSUPPORT, SCMP_SYS(socket), {argument(0, SCMP_CMP_EQ, AF_UNIX)});
    filter.allow({SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(sendto), SCMP_SYS(sendmmsg), SCMP_SYS(recvmmsg),
                  SCMP_SYS(setsockopt), SCMP_SYS(getsockopt), SCMP_SYS(getsockname), SCMP_SYS(getpeername),
                  SCMP_SYS(shutdown), SCMP_SYS(select), SCMP_SYS(pselect6), SCMP_SYS(epoll_create1),
                  SCMP_SYS(epoll_create), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait),
                  SCMP_SYS(eventfd2), SCMP_SYS(pipe2)});
}

Landscape landscapeOf(const Confinement& confinement)
{
    Landscape landscape;
    if (!confinement.loads)
        return landscape;
    landscape.readable = confinement.readable;
    for (const char* system :
         {"/lib", "/lib64", "/usr/lib", "/usr/share/zoneinfo", "/etc/ld.so.cache", "/etc/localtime",
          "/dev/null", "/dev/urandom", "/proc/self", "/sys/devices/system/cpu"})
        landscape.readable.emplace_back(system);
    if (confinement.network)
        for (const char* names : {"/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf",
                                  "/etc/gai.conf", "/etc/services", "/etc/protocols", "/etc/ssl",
                                  "/usr/share/ca-certificates", "/run/systemd/resolve"})
            landscape.readable.emplace_back(names);
    landscape.network = confinement.network;
    return landscape;
}

} // namespace

Result<void> limitProcess(const Confinement& confinement, int parent_pid)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent_pid)
        return fail(ErrorCode::unavailable, "the supervisor died before its worker began");
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fail(ErrorCode::internal, "no_new_privs refused");
    ::prctl(PR_SET_DUMPABLE, 0);
#ifndef ZIKAO_SANITIZE
    if (auto done = limit(RLIMIT_AS, static_cast<rlim_t>(confinement.memory_mib) << 20, "AS"); !done)
        return done;
    if (auto done = limit(RLIMIT_FSIZE, 0, "FSIZE"); !done)
        return done;
#endif
    if (auto done = limit(RLIMIT_NOFILE, 64, "NOFILE"); !done)
        return done;
    if (auto done = limit(RLIMIT_NPROC, 0, "NPROC"); !done)
        return done;
    if (auto done = limit(RLIMIT_CORE, 0, "CORE"); !done)
        return done;
    if (confinement.cpu_seconds > 0)
        return limit(RLIMIT_CPU, static_cast<rlim_t>(confinement.cpu_seconds), "CPU");
    return ok();
}

Result<void> confine(const Confinement& confinement)
{
    if (auto done = restrictTo(landscapeOf(confinement)); !done)
        return done;
    Filter filter;
    allowThinking(filter);
    if (!confinement.loads) {
        allowData(filter);
        return filter.load();
    }
    allowLooking(filter);
    allowOpening(filter);
    filter.allow(
        {SCMP_SYS(mmap), SCMP_SYS(mprotect), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(seccomp)});
    for (const int option : {PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, PR_SET_NAME})
        filter.allow(SCMP_SYS(prctl), {argument(0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(option))});
    if (confinement.network)
        allowNetwork(filter);
    return filter.load();
}

Result<void> closeDoors(const Confinement& confinement)
{
    if (!confinement.loads)
        return ok();
    Filter filter;
    allowThinking(filter);
    allowLooking(filter);
    allowData(filter);
    // Libraries probe for files and optional modules at any time; they are told no instead of being killed.
    filter.refuse(EACCES, SCMP_SYS(mmap), {argument(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC)});
    if (confinement.network) {
        allowOpening(filter);
        allowNetwork(filter);
    } else {
        for (const int call : {SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(newfstatat), SCMP_SYS(stat),
                               SCMP_SYS(lstat), SCMP_SYS(statx), SCMP_SYS(access), SCMP_SYS(faccessat),
                               SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat)})
            filter.refuse(EACCES, call);
    }
    return filter.load();
}

} // namespace zikao::worker
