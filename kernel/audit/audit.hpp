#pragma once

#include <string>

#include "kernel/base/clock.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::audit {

/// One act for the chain. Never any S3 or S4 value: ids and digests only (C47).
struct Entry
{
    std::string actor;      ///< account id, or "system:<part>"
    std::string act;        ///< "case.approve", "staff.unmask", "rules.publish" …
    std::string object;     ///< "case:<id>"
    std::string detail;     ///< short JSON text: reason, from, to, digests
    std::string request_id; ///< of the HTTP request; empty for jobs
};

/// Appends in the caller's transaction; fails it when the chain cannot be written (C49).
Result<void> append(storage::Transaction& tx, const Entry& entry, Instant now);

struct Verification
{
    std::int64_t entries = 0;
    bool whole = true;
    std::int64_t first_broken = 0; ///< sequence number
    std::string why;
};
/// Recomputes the whole chain.
Result<Verification> verify(storage::Database& database);

} // namespace zikao::audit
