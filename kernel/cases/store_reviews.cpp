#include "kernel/cases/store.hpp"
#include "kernel/storage/outbox.hpp"

namespace zikao::cases {

using storage::Executor;
using storage::Params;
using storage::Row;
using storage::Transaction;

namespace {

Result<void> done(const Result<std::int64_t>& executed)
{
    return executed ? ok() : Result<void>(fail(executed.error()));
}

} // namespace

Result<std::vector<Review>> Store::reviews(Executor& from, const std::string& id) const
{
    auto rows =
        from.query("SELECT case_state, reviewer, office_code, decision, since, decided_at FROM case_review "
                   "WHERE case_id = ? ORDER BY reviewer",
                   {id});
    if (!rows)
        return fail(rows.error());
    std::vector<Review> all;
    for (const Row& row : *rows) {
        Review review{row.text(0), row.text(1), row.text(2), row.text(3), Instant{row.integer(4)},
                      std::nullopt};
        if (!row.isNull(5))
            review.decided_at = Instant{row.integer(5)};
        all.push_back(std::move(review));
    }
    return all;
}

Result<void> Store::openReviews(Transaction& tx, const Record& record,
                                const std::vector<Review>& reviews) const
{
    if (auto gone = tx.execute("DELETE FROM case_review WHERE case_id = ?", {record.id}); !gone)
        return fail(gone.error());
    for (const Review& review : reviews) {
        auto inserted = tx.execute(
            "INSERT INTO case_review (case_id, reviewer, office_code, case_type, case_state, "
            "is_open, decision, since) VALUES (?, ?, ?, ?, ?, 1, '', ?)",
            {record.id, review.reviewer, review.office_code, record.type, record.state, review.since.ms});
        if (!inserted)
            return fail(inserted.error());
    }
    return ok();
}

Result<bool> Store::decide(Transaction& tx, const std::string& id, const std::string& reviewer,
                           const std::string& decision, Instant now) const
{
    auto changed = tx.execute("UPDATE case_review SET is_open = 0, decision = ?, decided_at = ? "
                              "WHERE case_id = ? AND reviewer = ? AND is_open = 1",
                              {decision, now.ms, id, reviewer});
    if (!changed)
        return fail(changed.error());
    return *changed == 1;
}

Result<bool> Store::moveReview(Transaction& tx, const std::string& id, const std::string& reviewer,
                               const std::string& office) const
{
    auto changed = tx.execute("UPDATE case_review SET office_code = ?, is_open = 1, decision = '', "
                              "decided_at = NULL WHERE case_id = ? AND reviewer = ? AND office_code <> ?",
                              {office, id, reviewer, office});
    if (!changed)
        return fail(changed.error());
    return *changed > 0;
}

Result<void> Store::closeReviews(Transaction& tx, const std::string& id) const
{
    return done(tx.execute("UPDATE case_review SET is_open = 0 WHERE case_id = ? AND is_open = 1", {id}));
}

Result<std::vector<Store::StoredDeadline>> Store::deadlines(Executor& from, const std::string& id) const
{
    auto rows = from.query(
        "SELECT action, due_at, outbox_key FROM case_deadline WHERE case_id = ? ORDER BY due_at, action",
        {id});
    if (!rows)
        return fail(rows.error());
    std::vector<StoredDeadline> all;
    for (const Row& row : *rows)
        all.push_back({{row.text(0), Instant{row.integer(1)}}, row.text(2)});
    return all;
}

Result<void> Store::withdrawDeadline(Transaction& tx, const std::string& id, const std::string& action) const
{
    auto present = deadlines(tx, id);
    if (!present)
        return fail(present.error());
    for (const StoredDeadline& one : *present)
        if (one.deadline.action == action)
            if (auto gone = storage::withdraw(tx, one.outbox_key); !gone)
                return gone;
    return done(tx.execute("DELETE FROM case_deadline WHERE case_id = ? AND action = ?", {id, action}));
}

Result<void> Store::putDeadline(Transaction& tx, const std::string& id, const StoredDeadline& wanted,
                                Instant now) const
{
    if (auto earlier = withdrawDeadline(tx, id, wanted.deadline.action); !earlier)
        return earlier;
    auto put =
        tx.execute("INSERT INTO case_deadline (case_id, action, due_at, outbox_key) VALUES (?, ?, ?, ?)",
                   {id, wanted.deadline.action, wanted.deadline.due_at.ms, wanted.outbox_key});
    if (!put)
        return fail(put.error());
    auto posted = storage::post(tx,
                                {"case_deadline",
                                 {{"case_id", id}, {"action", wanted.deadline.action}},
                                 wanted.deadline.due_at,
                                 wanted.outbox_key},
                                now);
    return posted ? ok() : Result<void>(fail(posted.error()));
}

Result<void> Store::dropDeadlines(Transaction& tx, const std::string& id) const
{
    auto present = deadlines(tx, id);
    if (!present)
        return fail(present.error());
    if (present->empty())
        return ok();
    for (const StoredDeadline& one : *present)
        if (auto gone = storage::withdraw(tx, one.outbox_key); !gone)
            return gone;
    return done(tx.execute("DELETE FROM case_deadline WHERE case_id = ?", {id}));
}

Result<void> Store::dropDeadline(Transaction& tx, const std::string& id, const std::string& action,
                                 Instant due) const
{
    return done(tx.execute("DELETE FROM case_deadline WHERE case_id = ? AND action = ? AND due_at <= ?",
                           {id, action, due.ms}));
}

} // namespace zikao::cases
