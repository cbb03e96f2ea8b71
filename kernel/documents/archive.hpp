#pragma once

#include <string>
#include <vector>

#include "plugins/api/date.hpp"
#include "plugins/api/result.hpp"

namespace zikao::documents {

struct ArchiveEntry
{
    std::string name; ///< UTF-8, "photos/1.jpg"; no two alike
    std::string bytes;
};

/// A ZIP whose entries are stored as they are (portraits do not shrink), readable everywhere. Equal entries of one
/// moment give equal bytes.
/// @param made_at  the entries' date, in Beijing
/// @errors `too_large`: over 4 GiB or 65 535 entries
/// @threads any
Result<std::string> zip(const std::vector<ArchiveEntry>& entries, Instant made_at);

} // namespace zikao::documents
