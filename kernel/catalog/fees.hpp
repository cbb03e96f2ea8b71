#pragma once

#include <string>
#include <vector>

#include "kernel/tenant/tenant.hpp"
#include "plugins/api/money.hpp"

namespace zikao::catalog {

/// What the authority charges for something, as long as it holds (XZ-PAY-20). The province's rules say what is charged when.
struct Fee
{
    std::string id, name; ///< "registration", 报名费
    Money amount;
    std::string effective_from = {}; ///< YYYY-MM-DD, both inclusive; empty: open
    std::string effective_to = {};
};

/// The fees that hold on `day` (YYYY-MM-DD), one for each id, by id.
/// @errors `unavailable`: the database was not there   @threads any
Result<std::vector<Fee>> feesOn(tenant::Tenant& tenant, const std::string& day);

} // namespace zikao::catalog
