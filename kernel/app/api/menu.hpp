#pragma once

#include "kernel/app/call.hpp"

namespace zikao::app {

/// Who the caller is: {kind, name, csrf, roles, office, unread, menu}.
Result<Json> meJson(Call& call);

/// The candidate's left menu (XJ-SGN-01, XJ-REV-05): the profile's entries that hold now. An entry with
/// `needs` is absent until the named case reached the named phase; `payment_of` until that case was
/// submitted.
Result<Json> candidateMenu(Call& call);

/// Path of a case's page in the portal.
std::string casePath(const std::string& case_id);

} // namespace zikao::app
