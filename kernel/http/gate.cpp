#include "kernel/http/gate.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <mutex>
#include <thread>

#include "kernel/base/encoding.hpp"
#include "kernel/base/id.hpp"
#include "kernel/base/log.hpp"
#include "kernel/http/connection.hpp"
#include "kernel/http/turns.hpp"

namespace zikao::http {
namespace {

constexpr std::uint64_t kListener = ~std::uint64_t{0};
constexpr std::uint64_t kWake = kListener - 1;
constexpr int kAcceptAtOnce = 64;
constexpr int kMostRounds = 32;
/// Edge-triggered: an ordinary request costs no call that arms the descriptor again.
constexpr std::uint32_t kReadEvents = EPOLLIN | EPOLLRDHUP | EPOLLET;
constexpr std::uint32_t kWriteEvents = EPOLLOUT | EPOLLET;
constexpr std::size_t kEvictAtOnce = 64;

/// A place for one connection. Its mutex orders the thread that an event woke and the sweeper; the generation
/// tells an event of an earlier tenant of the place from one of the present.
struct Slot
{
    enum class State : std::uint8_t { free, parked, owned };

    std::mutex mutex;
    std::uint32_t generation = 0;
    State state = State::free;
    bool idle = false;
    std::uint32_t armed = 0;    ///< what the epoll set reports of the descriptor
    std::uint32_t happened = 0; ///< events that came while the place was owned
    std::int64_t deadline_ms = 0;
    std::unique_ptr<Connection> connection;
};

Poco::Net::StreamSocket ownedSocket(int descriptor)
{
    Poco::Net::StreamSocket socket(new Poco::Net::StreamSocketImpl(descriptor));
    socket.setBlocking(false);
    socket.setNoDelay(true);
    return socket;
}

} // namespace

struct Gate::Impl
{
    Shared shared;
    Poco::Net::ServerSocket listener;
    int epoll = -1;
    int wake = -1;
    std::atomic<bool> stopping{false};
    std::atomic<bool> listening{false};
    std::atomic<bool> accept_again{false}; ///< accepting paused for want of descriptors or places

    std::vector<Slot> slots; ///< never moved: a slot has a mutex
    std::atomic<std::size_t> high_water{0};
    std::mutex free_mutex;
    std::vector<std::uint32_t> free;

    Turns heavy;

    std::vector<std::thread> threads;
    std::thread sweeper;
    std::mutex sweep_mutex;
    std::condition_variable sweep_signal;
    std::uint16_t bound_port = 0;

    explicit Impl(GateOptions options)
        : shared(std::move(options)),
          slots(shared.options.max_connections),
          heavy(shared.options.heavy_at_once, shared.options.heavy_queue)
    {
        free.reserve(slots.size());
        for (std::size_t i = slots.size(); i > 0; --i)
            free.push_back(static_cast<std::uint32_t>(i - 1));
    }

    ~Impl()
    {
        if (epoll >= 0)
            ::close(epoll);
        if (wake >= 0)
            ::close(wake);
    }

    Result<void> open();
    void work();
    void sweep();
    void acceptSome();
    void adopt(int descriptor, const std::string& peer);
    bool claim(std::uint32_t index, std::uint32_t generation, std::uint32_t events);
    void run(std::uint32_t index, std::uint32_t events);
    std::uint32_t park(std::uint32_t index, const Connection::Next& next);
    void arm(Slot& slot, std::uint32_t index, int operation, std::uint32_t events);
    void release(std::uint32_t index);
    void passTurn();
    void evictIdle(std::size_t count);
    void sweepOnce(bool end_idle);
    void armListener(int operation);
};

Result<void> Gate::Impl::open()
{
    const auto& options = shared.options;
    epoll = ::epoll_create1(EPOLL_CLOEXEC);
    wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (epoll < 0 || wake < 0)
        return fail(ErrorCode::unavailable, "no descriptors for the gate");
    try {
        listener.bind(Poco::Net::SocketAddress(options.address, options.port), true, false);
        listener.listen(1024);
        listener.setBlocking(false);
        bound_port = listener.address().port();
    } catch (const Poco::Exception& problem) {
        return fail(ErrorCode::unavailable, "cannot listen on " + options.address + ":" +
                                                std::to_string(options.port) + ": " + problem.displayText());
    }
    ::fcntl(listener.impl()->sockfd(), F_SETFD, FD_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = kWake;
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, wake, &event);
    listening = true;
    armListener(EPOLL_CTL_ADD);
    return ok();
}

void Gate::Impl::armListener(int operation)
{
    if (!listening)
        return;
    epoll_event event{};
    event.events = EPOLLIN | EPOLLONESHOT;
    event.data.u64 = kListener;
    ::epoll_ctl(epoll, operation, listener.impl()->sockfd(), &event);
}

void Gate::Impl::work()
{
    // One event at a time: a second one taken along would wait for the first one's handler.
    epoll_event event{};
    while (shared.seats.sit() && !stopping) {
        const int count = ::epoll_wait(epoll, &event, 1, -1);
        if (count <= 0 || event.data.u64 == kWake)
            continue;
        if (event.data.u64 == kListener) {
            acceptSome();
            continue;
        }
        const auto index = static_cast<std::uint32_t>(event.data.u64);
        if (claim(index, static_cast<std::uint32_t>(event.data.u64 >> 32), event.events))
            run(index, event.events);
    }
}

void Gate::Impl::acceptSome()
{
    for (int i = 0; i < kAcceptAtOnce && listening; ++i) {
        sockaddr_storage address{};
        socklen_t length = sizeof address;
        const int descriptor = ::accept4(listener.impl()->sockfd(), reinterpret_cast<sockaddr*>(&address),
                                         &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
                log::error("accept_out_of_resources", {{"why", std::strerror(errno)}});
                evictIdle(kEvictAtOnce);
                accept_again = true;
                return;
            }
            if (errno == EINTR || errno == ECONNABORTED)
                continue;
            break;
        }
        try {
            adopt(descriptor,
                  Poco::Net::SocketAddress(reinterpret_cast<sockaddr*>(&address), length).host().toString());
        } catch (const std::exception& problem) {
            log::error("adopt_failed", {{"what", problem.what()}});
        }
    }
    armListener(EPOLL_CTL_MOD);
}

void Gate::Impl::adopt(int descriptor, const std::string& peer)
{
    // The connection must hold the only handle before any other thread can see it.
    auto connection = std::make_unique<Connection>(shared, ownedSocket(descriptor), peer);
    std::uint32_t index = 0;
    for (int attempt = 0;; ++attempt) {
        std::unique_lock lock(free_mutex);
        if (!free.empty()) {
            index = free.back();
            free.pop_back();
            break;
        }
        lock.unlock();
        if (attempt > 0)
            return; // full of busy connections: the newcomer is dropped
        evictIdle(kEvictAtOnce);
    }
    std::size_t mark = high_water.load();
    while (mark < index + 1u && !high_water.compare_exchange_weak(mark, index + 1u)) {
    }
    shared.accepted.fetch_add(1, std::memory_order_relaxed);
    shared.open_connections.fetch_add(1, std::memory_order_relaxed);

    Slot& slot = slots[index];
    std::lock_guard lock(slot.mutex);
    ++slot.generation;
    slot.connection = std::move(connection);
    slot.state = Slot::State::parked;
    slot.idle = true;
    slot.deadline_ms = shared.now() + shared.options.head_time.count();
    slot.happened = 0;
    arm(slot, index, EPOLL_CTL_ADD, kReadEvents);
}

/// An event of a connection that another thread owns is left with it: its owner looks before it parks.
bool Gate::Impl::claim(std::uint32_t index, std::uint32_t generation, std::uint32_t events)
{
    Slot& slot = slots[index];
    std::lock_guard lock(slot.mutex);
    if (slot.generation != generation || slot.state == Slot::State::free)
        return false;
    if (slot.state == Slot::State::owned) {
        slot.happened |= events;
        return false;
    }
    slot.state = Slot::State::owned;
    return true;
}

void Gate::Impl::run(std::uint32_t index, std::uint32_t events)
{
    Connection& connection = *slots[index].connection;
    for (int round = 0; events != 0; ++round) {
        if ((events & ~EPOLLOUT) != 0)
            connection.readable((events & ~(EPOLLIN | EPOLLOUT)) != 0);
        Connection::Next next = connection.advance();
        while (next.wait == Connection::Wait::turn) {
            switch (heavy.ask(index)) {
            case Turns::Answer::now:
                next = connection.handle();
                passTurn();
                break;
            case Turns::Answer::later: return; // stands in line; whoever passes its turn on wakes it
            case Turns::Answer::never: next = connection.refuseBusy(); break;
            }
        }
        if (next.wait == Connection::Wait::close || (shared.draining && next.idle)) {
            release(index);
            return;
        }
        if (round == kMostRounds) // whoever never stops sending goes to the end of the line
            next.wait = Connection::Wait::write;
        events = park(index, next);
    }
}

void Gate::Impl::passTurn()
{
    if (const auto next = heavy.pass()) // writable at once: the next free thread takes it
        park(*next, {Connection::Wait::write, INT64_MAX});
}

/// Gives the connection back to the epoll set. @return events that came meanwhile: then it is still owned
std::uint32_t Gate::Impl::park(std::uint32_t index, const Connection::Next& next)
{
    Slot& slot = slots[index];
    std::lock_guard lock(slot.mutex);
    const bool writes = next.wait == Connection::Wait::write;
    const std::uint32_t wanted = writes ? kWriteEvents : kReadEvents;
    const std::uint32_t happened = std::exchange(slot.happened, 0);
    if (happened != 0 && !writes && slot.armed == wanted)
        return happened;
    slot.deadline_ms = next.deadline_ms;
    slot.idle = next.idle;
    slot.state = Slot::State::parked;
    if (writes || slot.armed != wanted) // reports at once what is ready, whenever it became so
        arm(slot, index, EPOLL_CTL_MOD, wanted);
    return 0;
}

void Gate::Impl::arm(Slot& slot, std::uint32_t index, int operation, std::uint32_t events)
{
    epoll_event event{};
    event.events = slot.armed = events;
    event.data.u64 = std::uint64_t{slot.generation} << 32 | index;
    ::epoll_ctl(epoll, operation, slot.connection->descriptor(), &event);
}

/// By the owner of the slot.
void Gate::Impl::release(std::uint32_t index)
{
    Slot& slot = slots[index];
    {
        std::lock_guard lock(slot.mutex);
        slot.connection.reset(); // closes, which also takes it out of the epoll set
        slot.state = Slot::State::free;
        slot.idle = false;
    }
    {
        std::lock_guard lock(free_mutex);
        free.push_back(index);
    }
    shared.open_connections.fetch_sub(1, std::memory_order_relaxed);
    if (accept_again.exchange(false))
        armListener(EPOLL_CTL_MOD);
}

/// Ends what is past its deadline, and with `end_idle` every connection between requests.
void Gate::Impl::sweepOnce(bool end_idle)
{
    const std::int64_t now = shared.now();
    const std::size_t end = high_water.load();
    for (std::size_t i = 0; i < end; ++i) {
        Slot& slot = slots[i];
        bool expired = false;
        {
            std::lock_guard lock(slot.mutex);
            if (slot.state != Slot::State::parked)
                continue;
            expired = slot.deadline_ms <= now;
            if (!expired && !(end_idle && slot.idle))
                continue;
            slot.state = Slot::State::owned;
        }
        if (expired)
            slot.connection->expire();
        release(static_cast<std::uint32_t>(i));
    }
}

void Gate::Impl::evictIdle(std::size_t count)
{
    std::vector<std::pair<std::int64_t, std::uint32_t>> idle;
    const std::size_t end = high_water.load();
    for (std::size_t i = 0; i < end; ++i) {
        std::lock_guard lock(slots[i].mutex);
        if (slots[i].state == Slot::State::parked && slots[i].idle)
            idle.emplace_back(slots[i].deadline_ms, static_cast<std::uint32_t>(i));
    }
    count = std::min(count, idle.size());
    std::partial_sort(idle.begin(), idle.begin() + static_cast<std::ptrdiff_t>(count), idle.end());
    for (std::size_t i = 0; i < count; ++i) {
        Slot& slot = slots[idle[i].second];
        {
            std::lock_guard lock(slot.mutex);
            if (slot.state != Slot::State::parked || !slot.idle)
                continue;
            slot.state = Slot::State::owned;
        }
        shared.evicted.fetch_add(1, std::memory_order_relaxed);
        release(idle[i].second);
    }
}

void Gate::Impl::sweep()
{
    std::unique_lock lock(sweep_mutex);
    while (!stopping) {
        sweep_signal.wait_for(lock, shared.options.sweep_every);
        lock.unlock();
        sweepOnce(shared.draining);
        if (accept_again.exchange(false))
            armListener(EPOLL_CTL_MOD);
        lock.lock();
    }
}

Gate::Gate(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<Gate>> Gate::start(GateOptions options, std::shared_ptr<Handler> handler)
{
    ::signal(SIGPIPE, SIG_IGN); // OpenSSL writes without MSG_NOSIGNAL
    if (!options.monotonic_ms) {
        options.monotonic_ms = [] {
            using namespace std::chrono;
            return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
        };
    }
    if (!options.texts)
        options.texts = [](std::string_view, const Json&) { return std::string(); };
    if (::access(options.spool_dir.c_str(), W_OK | X_OK) != 0)
        return fail(ErrorCode::invalid_argument, "the spool folder cannot be written: " + options.spool_dir);

    auto impl = std::make_unique<Impl>(std::move(options));
    if (impl->shared.options.tls) {
        auto context = makeTlsContext(*impl->shared.options.tls);
        if (!context)
            return fail(context.error());
        impl->shared.tls = *context;
    }
    impl->shared.handler = std::move(handler);
    impl->shared.boot_id = hex(randomBytes(4)) + "-";
    if (auto opened = impl->open(); !opened)
        return fail(opened.error());
    Impl* raw = impl.get();
    for (int i = 0; i < raw->shared.options.threads; ++i)
        raw->threads.emplace_back([raw] { raw->work(); });
    raw->sweeper = std::thread([raw] { raw->sweep(); });
    return std::unique_ptr<Gate>(new Gate(std::move(impl)));
}

Gate::~Gate()
{
    stop();
}

std::uint16_t Gate::port() const
{
    return impl_->bound_port;
}

bool Gate::drain(std::chrono::milliseconds patience)
{
    impl_->shared.draining = true;
    if (impl_->listening.exchange(false)) {
        ::epoll_ctl(impl_->epoll, EPOLL_CTL_DEL, impl_->listener.impl()->sockfd(), nullptr);
        ::shutdown(impl_->listener.impl()->sockfd(), SHUT_RDWR); // newcomers are refused from now on
    }
    const auto end = std::chrono::steady_clock::now() + patience;
    std::unique_lock lock(impl_->sweep_mutex);
    while (impl_->shared.open_connections > 0 && std::chrono::steady_clock::now() < end) {
        impl_->sweep_signal.notify_all();
        lock.unlock();
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        lock.lock();
    }
    return impl_->shared.open_connections == 0;
}

void Gate::stop()
{
    if (impl_->stopping.exchange(true))
        return;
    impl_->listening = false;
    impl_->shared.seats.close();
    const std::uint64_t one = 1;
    if (::write(impl_->wake, &one, sizeof one) < 0)
        log::error("gate_wake", {{"why", std::strerror(errno)}});
    {
        std::lock_guard lock(impl_->sweep_mutex);
        impl_->sweep_signal.notify_all();
    }
    for (auto& thread : impl_->threads)
        thread.join();
    impl_->sweeper.join();
    impl_->slots.clear();
    impl_->listener.close();
}

GateStats Gate::stats() const
{
    const Shared& shared = impl_->shared;
    GateStats stats;
    stats.accepted = shared.accepted;
    stats.requests = shared.requests;
    stats.malformed = shared.malformed;
    stats.timed_out = shared.timed_out;
    stats.evicted = shared.evicted;
    stats.handling_micros = shared.handling_micros;
    stats.open_connections = shared.open_connections;
    for (int i = 0; i < 6; ++i)
        stats.by_status_class[i] = shared.by_status_class[i];
    stats.heavy_waiting = static_cast<std::int64_t>(impl_->heavy.waiting());
    return stats;
}

} // namespace zikao::http
