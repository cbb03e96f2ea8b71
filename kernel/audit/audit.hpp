#pragma once

#include <string>

#include "kernel/base/clock.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::audit {

/// One act for the chain. Never any S3 or S4 value: ids and digests only (C47). It is written in the transaction of its
/// act, so an entry says that the act was done; the tenant is whose database it lies in.
struct Entry
{
    std::string actor;      ///< account id, or "system:<part>"
    std::string act;        ///< "case.approve", "staff.unmask", "rules.publish" …
    std::string object;     ///< "case:<id>"
    std::string detail;     ///< short JSON text: subject, reason, from, to, digests before and after
    std::string request_id; ///< of the HTTP request; empty for jobs
};

/// Appends in the caller's transaction; fails it when the chain cannot be written (C49).
///
/// Each entry carries the SM3 of its fields and of the entry before it. On MariaDB many transactions append
/// at the same time, and two that read the same last entry cannot both win: the loser's whole transaction is
/// run again (reason `lost_race`, see Database::transaction). So that this stays rare there are many chains
/// side by side, called lanes, and an entry goes to any of them; on SQLite, which has one writer, there is
/// one.
Result<void> append(storage::Transaction& tx, const Entry& entry, Instant now);

struct Verification
{
    std::int64_t entries = 0;
    bool whole = true;
    int broken_lane = 0;
    std::int64_t first_broken = 0; ///< sequence number within the lane
    std::string why;
};
/// Recomputes every chain. What it cannot see is a lane cut off at its end: compare `head` with an earlier
/// one kept elsewhere for that.
Result<Verification> verify(storage::Database& database);

/// The last hash of every lane as text "<lane>:<seq>:<hash>" by line: what a witness outside keeps (C48).
Result<std::string> head(storage::Database& database);

/// Whether every line of an earlier `head` is still in the chains. @return the first line that is not; empty:
/// all are
Result<std::string> firstMissing(storage::Database& database, const std::string& earlier_head);

} // namespace zikao::audit
