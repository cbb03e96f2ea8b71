#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "kernel/http/router.hpp"

namespace zikao::http {

/// A bucket: `burst` calls at once, refilled at `per_second`. burst 0: unlimited.
struct Budget
{
    double burst = 0, per_second = 0;
};

/// Budgets of one rate class. An address may be a whole school behind one router, so it gets much more than a
/// session.
struct RateBudgets
{
    Budget per_address, per_session;
};
/// The defaults, in the order of `Rate`.
extern const std::array<RateBudgets, kRates> kDefaultRates;

/// Token buckets per client address (IPv6: per /64) and per session. Bounded memory: full buckets are
/// forgotten, and a table that stays full forgets at random rather than grow.
/// @threads any
class RateLimiter
{
public:
    using Monotonic = std::function<std::int64_t()>; ///< milliseconds

    RateLimiter(const std::array<RateBudgets, kRates>& budgets, Monotonic now);

    /// Takes one call from both buckets. @param session  empty: no session
    /// @return 0 when allowed, else seconds until the next try may succeed (for Retry-After)
    int take(Rate rate, std::string_view address, std::string_view session);

    /// Buckets held now.
    [[nodiscard]] std::size_t size();

private:
    struct Bucket
    {
        double tokens;
        std::int64_t at_ms;
    };
    struct Shard
    {
        std::mutex mutex;
        std::unordered_map<std::string, Bucket> buckets;
    };
    int takeFrom(const std::string& key, const Budget& budget);
    void makeRoom(Shard& shard, std::int64_t now);

    std::array<RateBudgets, kRates> budgets_;
    Monotonic now_;
    std::array<Shard, 16> shards_;
};

/// The part of an address that one subscriber holds: an IPv4 address, or the first half of an IPv6 address.
std::string networkOf(std::string_view address);

} // namespace zikao::http
