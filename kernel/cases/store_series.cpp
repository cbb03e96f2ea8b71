#include "kernel/cases/store.hpp"

namespace zikao::cases {

using storage::Transaction;

Result<void> Store::acknowledge(Transaction& tx, const std::string& id, const std::string& session_id,
                                Instant now) const
{
    auto there = tx.execute("UPDATE case_gate SET acknowledged_at = ? WHERE case_id = ? AND session_id = ?",
                            {now.ms, id, session_id});
    if (!there || *there == 1)
        return there ? ok() : Result<void>(fail(there.error()));
    auto inserted =
        tx.execute("INSERT INTO case_gate (case_id, session_id, acknowledged_at) VALUES (?, ?, ?)",
                   {id, session_id, now.ms});
    return inserted ? ok() : Result<void>(fail(inserted.error()));
}

Result<bool> Store::acknowledged(const std::string& id, const std::string& session_id) const
{
    auto rows =
        db_.query("SELECT COUNT(*) FROM case_gate WHERE case_id = ? AND session_id = ?", {id, session_id});
    if (!rows)
        return fail(rows.error());
    return rows->front().integer(0) > 0;
}

Result<std::int64_t> Store::nextNumber(Transaction& tx, const std::string& series) const
{
    auto raised = tx.execute("UPDATE number_series SET last_no = last_no + 1 WHERE series = ?", {series});
    if (!raised)
        return fail(raised.error());
    if (*raised == 0) {
        auto begun = tx.execute("INSERT INTO number_series (series, last_no) VALUES (?, 1)", {series});
        // Two began the series at once: the one that came second counts on from the first.
        if (!begun && begun.error().reason == "duplicate")
            return fail(ErrorCode::conflict, "the series was begun meanwhile", storage::kLostRace);
        if (!begun)
            return fail(begun.error());
    }
    auto rows = tx.query("SELECT last_no FROM number_series WHERE series = ?", {series});
    if (!rows)
        return fail(rows.error());
    return rows->front().integer(0);
}

} // namespace zikao::cases
