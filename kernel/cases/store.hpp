#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/base/crypto.hpp"
#include "kernel/cases/engine.hpp"
#include "kernel/storage/row_mac.hpp"

namespace zikao::cases {

/// A record with what only the store needs. `write_no` rises with every write, `revision` only with those
/// that the subject or an officer made, so that a background job does not make their open page stale.
struct Stored
{
    Record record;
    std::int64_t write_no = 0;
};

/// An event as written, with the key of the request that made it.
struct NewEvent
{
    std::string request_key, input_digest, action, from, to, reason, decision, facts_digest, opened_account;
};

/// What the reader of an ID card left, with the file it read.
struct StoredReading
{
    Reading reading;
    std::string file_id;
};

/// The tables of the cases. Fields and readings lie there sealed. Takes part in the caller's transaction
/// where it is given one.
class Store
{
public:
    Store(storage::Database& database, const Vault& vault) : db_(database), vault_(vault) {}

    /// @errors `not_found`
    Result<Stored> load(storage::Executor& from, const std::string& id) const;
    Result<Stored> load(const std::string& id) const { return load(db_, id); }
    /// The live case that holds the key, if there is one.
    Result<std::optional<Record>> byOpenKey(const std::string& open_key) const;
    /// Without fields, newest first.
    Result<std::vector<Record>> ofSubject(const std::string& subject_id) const;
    /// The newest case of a type in one of the phases, with its fields.
    Result<std::optional<Record>> inPhase(const std::string& subject_id, const std::string& type,
                                          const std::vector<Phase>& phases) const;

    /// @errors `conflict` with `already_open`: the key is held
    Result<void> insert(storage::Transaction& tx, const Record& record, const std::string& open_key) const;
    /// Takes the row for this transaction if it still is as `before` was read: whoever comes second waits, and
    /// is told. @return false: it is not
    Result<bool> claim(storage::Transaction& tx, Stored& before) const;
    /// What the audit trail says of a step besides who and when: whose case, from where to where, and keyed digests of what
    /// was typed before and after (C47). Never a value.
    [[nodiscard]] Json trail(const Record& before, const Record& after) const;
    /// Writes everything if the row is still as `before` was read.
    /// @return false: it is not. @errors `conflict` with `already_open`
    Result<bool> update(storage::Transaction& tx, const Stored& before, const Record& after,
                        const std::string& open_key) const;

    /// @errors `conflict` with `duplicate`: the request key was used
    Result<void> addEvent(storage::Transaction& tx, const Record& after, const identity::Actor& actor,
                          const NewEvent& event, Instant now) const;
    struct Answered
    {
        std::string case_id, action, actor_id, input_digest, to, opened_account;
        std::int64_t seq = 0;
        Instant at;
    };
    /// What a request key already did.
    Result<std::optional<Answered>> answered(const std::string& request_key) const;
    /// What a decision may rest on: every row as the platform wrote it.
    /// @errors `conflict` with `history_altered`: one is not, and the log names it
    Result<std::vector<Event>> history(const std::string& id) const;
    struct Told
    {
        std::vector<Event> events;
        std::string altered; ///< a row that is not as the platform wrote it; empty: none
    };
    /// The history as it lies there, to be shown.
    Result<Told> historyAsStored(const std::string& id) const;
    Result<int> timesDone(const std::string& id, const std::string& action) const;

    Result<std::vector<Review>> reviews(storage::Executor& from, const std::string& id) const;
    Result<std::vector<Review>> reviews(const std::string& id) const { return reviews(db_, id); }
    /// Replaces the rows of an earlier state by those of this one.
    Result<void> openReviews(storage::Transaction& tx, const Record& record,
                             const std::vector<Review>& reviews) const;
    /// @return false: somebody decided it meanwhile
    Result<bool> decide(storage::Transaction& tx, const std::string& id, const std::string& reviewer,
                        const std::string& decision, Instant now) const;
    /// Gives an office's part of the review to another office, undecided. @return whether it was another's
    Result<bool> moveReview(storage::Transaction& tx, const std::string& id, const std::string& reviewer,
                            const std::string& office) const;
    Result<void> closeReviews(storage::Transaction& tx, const std::string& id) const;

    Result<std::vector<StoredReading>> readings(storage::Executor& from, const std::string& id) const;
    Result<std::vector<StoredReading>> readings(const std::string& id) const { return readings(db_, id); }
    Result<void> putReading(storage::Transaction& tx, const std::string& id, const StoredReading& reading,
                            Instant now) const;

    /// Forgets what was read of a file.
    Result<void> dropReading(storage::Transaction& tx, const std::string& id,
                             const std::string& file_id) const;

    struct StoredDeadline
    {
        Deadline deadline;
        std::string outbox_key;
    };
    Result<std::vector<StoredDeadline>> deadlines(storage::Executor& from, const std::string& id) const;
    Result<std::vector<StoredDeadline>> deadlines(const std::string& id) const { return deadlines(db_, id); }
    /// Sets it, in place of an earlier one of the same action, and posts the news of its coming due.
    Result<void> putDeadline(storage::Transaction& tx, const std::string& id, const StoredDeadline& deadline,
                             Instant now) const;
    /// Takes one back before it is due; none is no error.
    Result<void> withdrawDeadline(storage::Transaction& tx, const std::string& id,
                                  const std::string& action) const;
    Result<void> dropDeadlines(storage::Transaction& tx, const std::string& id) const;
    /// Forgets one that came due and was not needed.
    Result<void> dropDeadline(storage::Transaction& tx, const std::string& id, const std::string& action,
                              Instant due) const;

    /// Notes that the notice in front of the form was acknowledged in a session; twice is harmless.
    Result<void> acknowledge(storage::Transaction& tx, const std::string& id, const std::string& session_id,
                             Instant now) const;
    Result<bool> acknowledged(const std::string& id, const std::string& session_id) const;
    /// The next number of a series, from 1. Held until the transaction ends: two never get the same.
    Result<std::int64_t> nextNumber(storage::Transaction& tx, const std::string& series) const;

    [[nodiscard]] std::string numberIndex(const std::string& id_number) const;

private:
    Result<Record> read(const storage::Row& row) const;
    storage::Database& db_;
    const Vault& vault_;
};

/// The rows of histories: each carries a MAC.
extern const storage::MacTable kEventTable;

/// Names a row that was changed outside the platform in the log, and refuses. @return `conflict` with `history_altered`
Failure historyAltered(const std::string& row);

/// What keeps a second case of the type from being opened (`one_open`); empty: nothing does.
std::string openKeyOf(const Definition& definition, const Record& record);

/// The columns of a record without its fields, for lists: `listed` reads them from column `from` on.
extern const char* const kListedColumns;
inline constexpr std::size_t kListedCount = 17;
Record listed(const storage::Row& row, std::size_t from = 0);

} // namespace zikao::cases
