#include "kernel/worker/pool.hpp"

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <deque>
#include <list>
#include <mutex>
#include <poll.h>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>

#include "kernel/base/log.hpp"
#include "kernel/worker/breaker.hpp"
#include "kernel/worker/frame.hpp"
#include "kernel/worker/hello.hpp"
#include "kernel/worker/process.hpp"

namespace zikao::worker {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kLookAtMemoryEvery = 16; ///< calls
constexpr milliseconds kFirstPause{100}, kLongestPause{5'000};

struct Worker
{
    std::int64_t id = 0;
    Process process;
    int calls = 0;
    bool busy = false;
    bool worn = false;      ///< still serves, until its replacement is ready
    bool retired = false;   ///< replaced while busy: ends after this call
    bool seen_dead = false; ///< ended while busy; its caller finds out by itself
};

/// Resident memory of a process, as the kernel counts it.
std::int64_t residentBytes(pid_t pid)
{
    const std::string path = "/proc/" + std::to_string(pid) + "/statm";
    std::FILE* file = std::fopen(path.c_str(), "re");
    if (!file)
        return 0;
    long long whole = 0, resident = 0;
    const int read = std::fscanf(file, "%lld %lld", &whole, &resident);
    std::fclose(file);
    return read == 2 ? resident * ::sysconf(_SC_PAGESIZE) : 0;
}

} // namespace

struct Pool::Impl
{
    explicit Impl(PoolOptions given)
        : options(std::move(given)),
          wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    {}

    Result<Worker*> acquire(Deadline until);
    void release(Worker* worker);
    void bury(Worker* worker, bool late, Ending* ending);
    void supervise();
    void startMissing(std::unique_lock<std::mutex>& lock);
    void welcome(Process process);
    void watch(std::unique_lock<std::mutex>& lock);
    void remember(const Worker& worker, const Ending& ending);
    void countDeath();
    void stir() const { ::eventfd_write(wake.get(), 1); }
    [[nodiscard]] int fresh() const;

    const PoolOptions options;
    const Descriptor wake;
    mutable std::mutex mutex;
    std::condition_variable changed; ///< a worker is free, a start ended, the breaker moved
    std::list<Worker> workers;
    std::vector<Process> graves; ///< killed, not yet collected
    Breaker breaker;
    PoolStats counts;
    int first_starts = 0;
    std::int64_t last_id = 0;
    bool stopping = false;
    bool draining = false;
    int failed_starts = 0; ///< in a row
    steady_clock::time_point next_start{};
    std::optional<Error> start_error;
    std::thread supervisor;
};

int Pool::Impl::fresh() const
{
    return static_cast<int>(
        std::count_if(workers.begin(), workers.end(), [](const Worker& w) { return !w.worn; }));
}

Result<Worker*> Pool::Impl::acquire(Deadline until)
{
    std::unique_lock lock(mutex);
    for (;;) {
        if (options.breaker && breaker.isOpen(steady_clock::now()))
            return fail(ErrorCode::unavailable, options.name + ": too many deaths, resting", "breaker_open");
        Worker* found = nullptr;
        for (Worker& worker : workers)
            if (!worker.busy && !worker.seen_dead && (!found || found->worn))
                found = &worker;
        if (found) {
            found->busy = true;
            return found;
        }
        if (stopping)
            return fail(ErrorCode::unavailable, options.name + ": stopping");
        if (changed.wait_until(lock, until) == std::cv_status::timeout)
            return fail(ErrorCode::unavailable, options.name + ": no free worker in time", "busy");
    }
}

void Pool::Impl::release(Worker* worker)
{
    const bool look = ++worker->calls % kLookAtMemoryEvery == 0;
    const bool fat = look && residentBytes(worker->process.pid) >
                                 (std::int64_t{options.confinement.memory_mib} << 20) / 4 * 3;
    std::unique_lock lock(mutex);
    ++counts.calls;
    if (worker->seen_dead) {
        Ending ending;
        worker->process.reap(ending);
        remember(*worker, ending);
        countDeath();
    }
    if (worker->retired || worker->seen_dead) {
        worker->process.kill();
        if (worker->process.pid > 0)
            graves.push_back(std::move(worker->process));
        workers.remove_if([&](const Worker& w) { return &w == worker; });
        lock.unlock();
        stir();
        return;
    }
    worker->busy = false;
    if (!worker->worn && (fat || worker->calls >= options.recycle_after)) {
        worker->worn = true;
        stir();
    }
    lock.unlock();
    changed.notify_one();
}

void Pool::Impl::remember(const Worker& worker, const Ending& ending)
{
    ++counts.died;
    log::warning(
        "worker.died",
        {{"pool", options.name}, {"ending", ending.text()}, {"calls", std::to_string(worker.calls)}});
}

void Pool::Impl::countDeath()
{
    if (breaker.death(steady_clock::now()) && options.breaker)
        log::error("worker.breaker_open", {{"pool", options.name}});
}

/// Takes a worker out for good: killed when `late`, else it ended by itself or broke the protocol.
void Pool::Impl::bury(Worker* worker, bool late, Ending* ending)
{
    worker->process.kill();
    Ending seen;
    // A worker that ended by itself is collected at once, since its signal explains the fault to the caller.
    const bool collected = !late && worker->process.awaitEnd(milliseconds{1'000}, seen);
    std::unique_lock lock(mutex);
    ++counts.calls;
    if (late) {
        ++counts.killed;
        log::warning("worker.killed", {{"pool", options.name}, {"why", "late"}});
    } else {
        remember(*worker, seen);
    }
    countDeath();
    if (!collected)
        graves.push_back(std::move(worker->process));
    workers.remove_if([&](const Worker& w) { return &w == worker; });
    lock.unlock();
    stir();
    changed.notify_all();
    if (ending)
        *ending = seen;
}

/// The only thread that spawns: workers die with the thread that made them.
void Pool::Impl::supervise()
{
    std::unique_lock lock(mutex);
    while (!stopping) {
        startMissing(lock);
        watch(lock);
    }
    for (Worker& worker : workers) {
        worker.process.kill();
        graves.push_back(std::move(worker.process));
    }
    workers.clear();
    for (Process& process : graves) {
        Ending ending;
        process.kill();
        while (!process.awaitEnd(milliseconds{1'000}, ending)) {
        }
    }
}

void Pool::Impl::startMissing(std::unique_lock<std::mutex>& lock)
{
    const auto now = steady_clock::now();
    const int missing = options.size - fresh();
    if (missing <= 0 || now < next_start || (options.breaker && breaker.isOpen(now)))
        return;
    lock.unlock();
    std::vector<Process> started;
    std::optional<Error> error;
    const Hello hello{options.confinement, options.greeting, ::getpid()};
    const Deadline until = now + options.start_limit;
    for (int i = 0; i < missing && !error; ++i) {
        auto process = spawn(options.executable, options.arguments);
        if (!process)
            error = process.error();
        else if (auto sent = send(process->socket.get(), writeHello(hello), until); !sent)
            error = sent.error(), started.push_back(std::move(*process));
        else
            started.push_back(std::move(*process));
    }
    std::vector<Process> ready;
    for (Process& process : started) {
        auto answer = receive(process.socket.get(), until).and_then(unseal);
        if (answer) {
            ready.push_back(std::move(process));
            continue;
        }
        process.kill();
        Ending ending;
        const bool collected = process.awaitEnd(milliseconds{1'000}, ending);
        const bool silent =
            answer.error().code == ErrorCode::unavailable || answer.error().code == ErrorCode::timeout;
        error = silent ? Error{ErrorCode::plugin_fault,
                               options.name + ": a worker did not become ready: " + ending.text(),
                               ending.by_signal && ending.number == SIGSYS ? "forbidden_call" : "crashed"}
                       : answer.error();
        if (!collected) {
            lock.lock();
            graves.push_back(std::move(process));
            lock.unlock();
        }
    }
    lock.lock();
    for (Process& process : ready)
        welcome(std::move(process));
    if (error) {
        log::error("worker.not_started", {{"pool", options.name}, {"why", error->message}});
        next_start =
            steady_clock::now() + std::min(kLongestPause, kFirstPause * (1 << std::min(failed_starts, 6)));
        ++failed_starts;
        if (draining)
            for (Worker& worker : workers)
                worker.worn = false;
    } else {
        failed_starts = 0;
    }
    start_error = std::move(error);
    draining = false;
    changed.notify_all();
}

/// A ready worker takes its place, and with it one worn worker goes.
void Pool::Impl::welcome(Process process)
{
    if (first_starts < options.size)
        ++first_starts;
    else
        ++counts.restarts;
    Worker& fresh = workers.emplace_back();
    fresh.id = ++last_id;
    fresh.process = std::move(process);
    const auto old =
        std::find_if(workers.begin(), workers.end(), [](const Worker& w) { return w.worn && !w.retired; });
    if (old == workers.end())
        return;
    if (old->busy) {
        old->retired = true;
        return;
    }
    old->process.kill();
    graves.push_back(std::move(old->process));
    workers.erase(old);
}

/// Sleeps until something is to be done: an end, a call for help, or the time of a next start.
void Pool::Impl::watch(std::unique_lock<std::mutex>& lock)
{
    const auto now = steady_clock::now();
    std::erase_if(graves, [](Process& process) {
        Ending ending;
        return process.reap(ending);
    });
    std::vector<pollfd> entries = {{wake.get(), POLLIN, 0}};
    for (const Process& process : graves)
        entries.push_back({process.handle.get(), POLLIN, 0});
    std::vector<std::pair<std::int64_t, std::size_t>> watched;
    for (const Worker& worker : workers)
        if (!worker.seen_dead) {
            watched.emplace_back(worker.id, entries.size());
            entries.push_back({worker.process.handle.get(), POLLIN, 0});
        }
    int wait = -1;
    if (fresh() < options.size) {
        auto at = next_start;
        if (options.breaker && breaker.isOpen(now))
            at = std::max(at, breaker.closesAt());
        wait = static_cast<int>(std::max<std::int64_t>(0, std::chrono::ceil<milliseconds>(at - now).count()));
    }
    lock.unlock();
    ::poll(entries.data(), entries.size(), wait);
    eventfd_t ignored = 0;
    ::eventfd_read(wake.get(), &ignored);
    lock.lock();
    for (const auto& [id, index] : watched) {
        if (!(entries[index].revents & POLLIN))
            continue;
        const auto found = std::find_if(workers.begin(), workers.end(),
                                        [&, wanted = id](const Worker& w) { return w.id == wanted; });
        if (found == workers.end())
            continue;
        found->seen_dead = true;
        if (found->busy)
            continue;
        Ending ending;
        found->process.reap(ending);
        remember(*found, ending);
        countDeath();
        workers.erase(found);
    }
}

Pool::Pool(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Pool::~Pool()
{
    {
        std::lock_guard lock(impl_->mutex);
        impl_->stopping = true;
    }
    impl_->changed.notify_all();
    impl_->stir();
    if (impl_->supervisor.joinable())
        impl_->supervisor.join();
}

Result<std::unique_ptr<Pool>> Pool::start(PoolOptions options)
{
    auto impl = std::make_unique<Impl>(std::move(options));
    Impl& pool = *impl;
    std::unique_ptr<Pool> made(new Pool(std::move(impl)));
    pool.supervisor = std::thread([&pool] { pool.supervise(); });
    std::unique_lock lock(pool.mutex);
    pool.changed.wait(lock, [&] { return pool.fresh() >= pool.options.size || pool.start_error; });
    if (pool.start_error) {
        const Error error = *pool.start_error;
        lock.unlock();
        return fail(error);
    }
    return made;
}

Result<Message> Pool::call(const Message& request, milliseconds deadline, milliseconds patience)
{
    const Deadline begun = steady_clock::now();
    for (;;) {
        auto worker = impl_->acquire(begun + (patience.count() < 0 ? deadline : patience));
        if (!worker)
            return fail(worker.error());
        const Deadline until = patience.count() < 0 ? begun + deadline : steady_clock::now() + deadline;
        const int socket = (*worker)->process.socket.get();
        // Between calls a worker has nothing to say: a readable socket means that it is dead or out of step.
        pollfd quiet{socket, POLLIN, 0};
        if (::poll(&quiet, 1, 0) > 0) {
            impl_->bury(*worker, false, nullptr);
            continue;
        }
        auto sent = send(socket, request, until);
        if (!sent && sent.error().code == ErrorCode::too_large) {
            impl_->release(*worker);
            return fail(sent.error());
        }
        auto answer = sent ? receive(socket, until) : Result<Message>(fail(sent.error()));
        if (answer) {
            answer = unseal(std::move(*answer));
            if (answer || answer.error().reason != kProtocol) {
                impl_->release(*worker);
                return answer;
            }
        } else if (answer.error().code == ErrorCode::corrupt) {
            answer = fail(ErrorCode::corrupt, answer.error().message, kProtocol);
        }
        const bool late = answer.error().code == ErrorCode::timeout;
        Ending ending;
        impl_->bury(*worker, late, &ending);
        if (late)
            return fail(ErrorCode::timeout, impl_->options.name + ": no answer in time, worker killed");
        if (answer.error().reason == kProtocol)
            return fail(ErrorCode::plugin_fault, impl_->options.name + ": " + answer.error().message,
                        kProtocol);
        return fail(ErrorCode::plugin_fault, impl_->options.name + ": worker ended by " + ending.text(),
                    ending.by_signal && ending.number == SIGSYS ? "forbidden_call" : "crashed");
    }
}

Result<void> Pool::drainAndReplace()
{
    std::unique_lock lock(impl_->mutex);
    for (Worker& worker : impl_->workers)
        worker.worn = true;
    impl_->draining = true;
    impl_->start_error.reset();
    impl_->next_start = {};
    impl_->stir();
    impl_->changed.wait(
        lock, [&] { return impl_->fresh() >= impl_->options.size || impl_->start_error || impl_->stopping; });
    if (impl_->start_error)
        return fail(*impl_->start_error);
    return ok();
}

PoolStats Pool::stats() const
{
    std::lock_guard lock(impl_->mutex);
    PoolStats stats = impl_->counts;
    stats.breaker_open = impl_->options.breaker && impl_->breaker.isOpen(steady_clock::now());
    return stats;
}

} // namespace zikao::worker
