#include "kernel/http/rate.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cmath>

#include "kernel/base/encoding.hpp"

namespace zikao::http {
namespace {

constexpr std::size_t kMaxPerShard = 8192;
/// A bucket nobody touched for this long is full in every class.
constexpr std::int64_t kForgetAfterMs = 10 * 60 * 1000;

} // namespace

const std::array<RateBudgets, kRates> kDefaultRates = {{
    /* read */ {{3000, 600}, {150, 30}},
    /* write */ {{800, 150}, {60, 5}},
    /* login */ {{60, 3}, {12, 0.2}},
    /* captcha */ {{300, 20}, {20, 1}},
    /* code */ {{30, 0.2}, {6, 1.0 / 60}},
    /* upload */ {{200, 20}, {40, 1}},
    /* provider */ {{2000, 500}, {0, 0}},
}};

RateLimiter::RateLimiter(const std::array<RateBudgets, kRates>& budgets, Monotonic now)
    : budgets_(budgets),
      now_(std::move(now))
{}

int RateLimiter::take(Rate rate, std::string_view address, std::string_view session)
{
    const auto& budgets = budgets_[static_cast<std::size_t>(rate)];
    const std::string prefix(1, static_cast<char>('a' + static_cast<int>(rate)));
    const int address_wait = takeFrom(prefix + "a" + networkOf(address), budgets.per_address);
    if (address_wait > 0 || session.empty())
        return address_wait;
    return takeFrom(prefix + "s" + std::string(session), budgets.per_session);
}

std::size_t RateLimiter::size()
{
    std::size_t count = 0;
    for (Shard& shard : shards_) {
        std::lock_guard lock(shard.mutex);
        count += shard.buckets.size();
    }
    return count;
}

int RateLimiter::takeFrom(const std::string& key, const Budget& budget)
{
    if (budget.burst <= 0)
        return 0;
    const std::int64_t now = now_();
    Shard& shard = shards_[std::hash<std::string>{}(key) % shards_.size()];
    std::lock_guard lock(shard.mutex);
    if (shard.buckets.size() >= kMaxPerShard && !shard.buckets.contains(key))
        makeRoom(shard, now);
    auto [entry, fresh] = shard.buckets.try_emplace(key, Bucket{budget.burst, now});
    Bucket& bucket = entry->second;
    const double refilled = static_cast<double>(now - bucket.at_ms) / 1000.0 * budget.per_second;
    bucket.tokens = std::min(budget.burst, bucket.tokens + refilled);
    bucket.at_ms = now;
    if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return 0;
    }
    return std::max(1, static_cast<int>(std::ceil((1 - bucket.tokens) / budget.per_second)));
}

void RateLimiter::makeRoom(Shard& shard, std::int64_t now)
{
    std::erase_if(shard.buckets,
                  [&](const auto& entry) { return now - entry.second.at_ms > kForgetAfterMs; });
    if (shard.buckets.size() < kMaxPerShard)
        return;
    auto entry = shard.buckets.begin();
    for (std::size_t i = 0; i < kMaxPerShard / 8 && entry != shard.buckets.end(); ++i)
        entry = shard.buckets.erase(entry);
}

std::string networkOf(std::string_view address)
{
    if (address.find(':') == std::string_view::npos)
        return std::string(address);
    in6_addr parsed{};
    if (inet_pton(AF_INET6, std::string(address).c_str(), &parsed) != 1)
        return std::string(address);
    return hex(std::string_view(reinterpret_cast<const char*>(parsed.s6_addr), 8));
}

} // namespace zikao::http
