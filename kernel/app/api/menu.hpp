#pragma once

#include <optional>

#include "kernel/app/call.hpp"

namespace zikao::app {

/// Who the caller is: {kind, name, csrf, roles, office, unread, menu}.
Result<Json> meJson(Call& call);

/// The candidate's left menu (XJ-SGN-01, XJ-REV-05, XZ-LOG-04): the profile's entries that hold now. An entry
/// with `needs` is absent until the named case reached the named phase; `payment_of` until that case was
/// submitted; what stands under an absent entry is absent too. `path` is null where an entry only groups others.
Result<Json> candidateMenu(Call& call);

/// Where an entry of the profile leads that is the same for everybody: `case` to its beginning, `notice` and `page`
/// to their pages; nothing for the other kinds.
std::optional<std::string> fixedPath(const Json& entry);

/// What the province calls the portal's own pages: page → title of the menu entry that leads there.
Json pageTitles(const Json& profile);

/// Path of a case's page in the portal.
std::string casePath(const std::string& case_id);

} // namespace zikao::app
