#pragma once

#include <string>

#include "kernel/tenant/tenant.hpp"

namespace zikao::identity {

/// Failures counted for one key and one network (C7): five within 15 minutes lock the pair for 15 minutes.
/// @threads any
class Attempts
{
public:
    explicit Attempts(tenant::Tenant& tenant) : tenant_(tenant) {}

    /// Counts before anything is looked at: a hundred guesses at once get no further than five one by one.
    /// @errors `too_many` with reason `login_locked`
    Result<void> count(const std::string& key, const std::string& network);
    /// What was counted turned out to be no failure.
    Result<void> forgive(const std::string& key, const std::string& network);
    Result<void> clear(const std::string& key, const std::string& network);

private:
    tenant::Tenant& tenant_;
};

} // namespace zikao::identity
