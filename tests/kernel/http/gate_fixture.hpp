#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "kernel/http/gate.hpp"
#include "tests/kernel/http/raw_client.hpp"

namespace zikao::http::test {

/// Says back what it got; `/count` how many requests came before it. `/wait` and `/heavy` stand until `open` is called; `/big` answers eight megabytes.
class EchoHandler : public Handler
{
public:
    Admission admit(const Request& request) override
    {
        Admission admission{
            max_body, request.path() == "/heavy" ? Cost::heavy : Cost::light, {}, request.path() == "/a"};
        if (request.path() == "/refused")
            admission.refusal = Response::text("no");
        if (request.path() == "/throws-early")
            throw std::runtime_error("early");
        return admission;
    }

    Response handle(Request& request) override
    {
        const int before = handled.fetch_add(1);
        if (request.path() == "/count")
            return Response::text(std::to_string(before));
        if (request.path() == "/throws")
            throw std::runtime_error("secret inside");
        if (request.path() == "/big")
            return Response::text(std::string(8 * 1024 * 1024, 'b'));
        if (request.path() == "/client")
            return Response::text(request.client + (request.secure ? " secure" : " plain"));
        if (request.path() == "/spooled")
            return Response::text(request.body.spooled() ? "disk" : "memory");
        if (request.path() == "/wait" || request.path() == "/heavy") {
            std::unique_lock lock(mutex_);
            ++standing_;
            changed_.notify_all();
            changed_.wait(lock, [&] { return open_; });
        }
        auto body = request.body.bytes();
        return Response::text(request.method() + " " + request.path() + " " +
                              (body ? *body : std::string("?")));
    }

    void open()
    {
        std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    /// Waits until `count` requests stand in the handler.
    bool stand(int count)
    {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return standing_ >= count; });
    }
    [[nodiscard]] int standing()
    {
        std::lock_guard lock(mutex_);
        return standing_;
    }

    std::uint64_t max_body = 1024 * 1024;
    std::atomic<int> handled{0};

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
    int standing_ = 0;
};

/// A running gate whose clock the test moves.
class GateTest : public testing::Test
{
protected:
    void TearDown() override
    {
        handler->open();
        gate.reset();
    }

    void start()
    {
        options.monotonic_ms = [this] { return now_ms.load(); };
        options.sweep_every = std::chrono::milliseconds(2);
        auto started = Gate::start(options, handler);
        ASSERT_TRUE(started.has_value()) << started.error().message;
        gate = std::move(*started);
    }
    RawClient connect(int receive_buffer = 0) { return RawClient(gate->port(), receive_buffer); }

    /// Waits until something the gate's threads do has happened.
    template <class F>
    static bool eventually(F condition)
    {
        for (int i = 0; i < 5000; ++i) {
            if (condition())
                return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return condition();
    }

    std::atomic<std::int64_t> now_ms{1'000'000};
    std::shared_ptr<EchoHandler> handler = std::make_shared<EchoHandler>();
    GateOptions options;
    std::unique_ptr<Gate> gate;
};

} // namespace zikao::http::test
