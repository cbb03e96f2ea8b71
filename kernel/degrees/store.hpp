#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/base/crypto.hpp"
#include "kernel/degrees/degrees.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::degrees {

/// A request as it lies in the table; its records only while the candidate chooses.
struct StoredRequest
{
    Attempt attempt;
    std::string account_id, operation_id, code_nonce;
    std::vector<api::DegreeRecord> records;
    std::int64_t polls = 0;
    bool live = false; ///< the account's newest
};

/// Tables `degree` and `degree_request`. Records lie there sealed.
class Store
{
public:
    Store(const Vault& vault) : vault_(vault) {}

    Result<std::optional<StoredRequest>> byNo(storage::Executor& from, const std::string& request_no) const;
    Result<std::optional<StoredRequest>> byOperation(storage::Executor& from, const std::string& account_id,
                                                     const std::string& operation_id) const;
    /// The account's newest that no newer one replaced.
    Result<std::optional<StoredRequest>> live(storage::Executor& from, const std::string& account_id) const;
    Result<std::vector<StoredRequest>> due(storage::Executor& from, AttemptState state, Instant now,
                                           int limit) const;
    /// Takes the account's place from an earlier one. @errors `conflict` with `duplicate`
    Result<void> insert(storage::Transaction& tx, const StoredRequest& request, Instant next_poll) const;
    /// @return false: it is not in that state any more
    Result<bool> show(storage::Executor& on, const std::string& request_no, const api::DegreeCode& code,
                      Instant next_poll) const;
    Result<void> planPoll(storage::Executor& on, const std::string& request_no, Instant next_poll) const;

    struct Outcome
    {
        AttemptState state = AttemptState::expired;
        std::string event_id, raw_digest;
        std::vector<api::DegreeRecord> records; ///< to choose from; otherwise empty
        Instant at, next_poll;
    };
    /// Ends the wait. @return false: it was ended before, or a newer code took its place
    Result<bool> answer(storage::Transaction& tx, const std::string& request_no,
                        const Outcome& outcome) const;
    /// Ends a choice and forgets its records. @return false: nothing was to be chosen any more
    Result<bool> endChoice(storage::Transaction& tx, const std::string& request_no, AttemptState state) const;

    Result<std::optional<Degree>> held(storage::Executor& from, const std::string& account_id) const;
    Result<void> hold(storage::Transaction& tx, const std::string& account_id, const Degree& degree) const;
    /// @return false: what was verified then is not held any more
    Result<bool> drop(storage::Transaction& tx, const std::string& account_id, Instant verified_at) const;

private:
    Result<std::optional<StoredRequest>> one(storage::Executor& from, const std::string& where,
                                             const storage::Params& values) const;
    Result<StoredRequest> read(const storage::Row& row) const;
    const Vault& vault_;
};

} // namespace zikao::degrees
