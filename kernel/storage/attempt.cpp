#include "kernel/storage/attempt.hpp"

#include <chrono>
#include <random>
#include <thread>

namespace zikao::storage {

namespace {

constexpr int kMostAttempts = 5;

// A stack of one: a transaction of another database inside this one would hold two connections as well.
thread_local const Database* current = nullptr;

std::chrono::microseconds pauseBefore(int attempt)
{
    thread_local std::minstd_rand random{std::random_device{}()};
    const int ceiling_us = 2'000 << attempt;
    return std::chrono::microseconds{std::uniform_int_distribution<int>{200, ceiling_us}(random)};
}

} // namespace

Result<void> retryLostRaces(const std::function<Attempt()>& attempt)
{
    for (int count = 1;; ++count) {
        Attempt made = attempt();
        if (!made.again)
            return std::move(made.result);
        if (count == kMostAttempts)
            return fail(ErrorCode::unavailable, "the transaction lost five races in a row", kLostRace);
        std::this_thread::sleep_for(pauseBefore(count));
    }
}

InsideTransaction::InsideTransaction(const Database& database) : outer_(current)
{
    current = &database;
}

InsideTransaction::~InsideTransaction()
{
    current = outer_;
}

bool InsideTransaction::isInside(const Database& database)
{
    return current == &database;
}

Failure InsideTransaction::refusal()
{
    return fail(ErrorCode::internal,
                "the thread is inside a transaction of this database: use the transaction");
}

} // namespace zikao::storage
