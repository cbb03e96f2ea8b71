#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernel/identity/identity.hpp"

namespace zikao::identity {

/// People whom the province's records name and who have no account yet: imported by list, found by the keyed hash of
/// their ID number, and turned into an account once, by `claim`. @threads any
class PeopleOnFile
{
public:
    explicit PeopleOnFile(tenant::Tenant& tenant) : tenant_(tenant) {}

    /// One thing wrong with a list. `row` counts from 0; `column` is a column of the list ("id_number").
    struct Fault
    {
        std::size_t row = 0;
        std::string column, what;
    };
    struct Imported
    {
        int added = 0, renewed = 0;
        int left = 0;              ///< have an account already and keep what they have
        std::vector<Fault> faults; ///< when there are any, nothing was stored
    };
    /// Called in the transaction, for the audit trail; when it fails, so does the import.
    using Note = std::function<Result<void>(storage::Transaction&, const Imported&)>;

    /// Takes a list over, all or nothing. Of each person: name, ID number, and whatever else is known (account_id and
    /// phone are not looked at). Who is on file already is renewed; nobody is taken off.
    Result<Imported> import(const std::vector<Person>& people, const Note& note = {});

    /// Whether this number is on file and waits for its owner.
    Result<bool> waits(const std::string& id_number);

    /// The record of whoever says to be on file. Five misses within 15 minutes lock the asker out for 15 minutes, or
    /// one code would open the whole list to guessing.
    /// @param asker  what misses are counted for: the phone that was proved
    /// @errors `refused` with reason `person_unknown` (name or number are not on file) or `person_has_account`;
    ///         `too_many` with reason `claim_locked`
    Result<Person> claimable(const std::string& name, const std::string& id_number, const std::string& asker);

    /// Notes that the record became an account, in the transaction that opens it.
    /// @errors `refused` with reason `person_has_account`: somebody was quicker
    Result<void> claim(storage::Transaction& tx, const std::string& id_number, const std::string& account_id);

private:
    Result<Person> read(const storage::Row& row) const;

    tenant::Tenant& tenant_;
};

} // namespace zikao::identity
