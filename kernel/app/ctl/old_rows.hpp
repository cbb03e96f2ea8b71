#pragma once

#include <string>

#include "kernel/app/ctl/context.hpp"

namespace zikao::ctl {

/// Gives the rows that are older than the MACs of their table one each, as they stand now: once for a table, which an
/// entry in the audit trail says (docs/adr/0029-rows-that-cannot-be-changed-by-hand.md). A crash on the way is made
/// good by the next call; a row whose MAC was taken away later gets none.
/// @errors `not_found`: there are such rows, and the tenant's key ring is gone; the database's
Result<void> sealOldRows(Context& context, const std::string& tenant_id, storage::Database& database);

} // namespace zikao::ctl
