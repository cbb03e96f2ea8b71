#pragma once

#include "kernel/storage/database.hpp"

namespace zikao::identity {

/// Ends what a database that was put back from a backup brought to life again: sessions that were logged out, ended by a
/// new password or by an administrator meanwhile, and codes that were used (I17). Which those are the database no longer
/// knows, so every session of a candidate or officer ends; guests keep theirs, which give no rights and hold drafts.
/// @return how many sessions ended
Result<std::int64_t> endEverySession(storage::Transaction& tx);

} // namespace zikao::identity
