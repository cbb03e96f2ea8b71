#pragma once

#include <string>
#include <vector>

#include "kernel/base/clock.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::storage {

/// One folder of sql/: `0007_case_event` with {sqlite,mysql}.{up,down}.sql and verify.sql.
struct Change
{
    std::string name;
    std::string checksum; ///< of the engine's up script
    bool applied = false, dirty = false;
};

/// Brings a schema up to date. A change is marked dirty before it runs and clean after its verify.sql
/// returned no row with a first column other than 1.
class Migrator
{
public:
    Migrator(Database& database, std::string sql_dir, const Clock& clock)
        : database_(database),
          sql_dir_(std::move(sql_dir)),
          clock_(clock)
    {}

    /// Changes nothing, so it works on a database opened for reading.
    Result<std::vector<Change>> status();
    /// @return names applied now. @errors `conflict`: an applied script changed, or a change is dirty (named)
    Result<std::vector<std::string>> up();
    /// Settles what a crash left dirty, after somebody looked: a change that its verify.sql finds in place counts as
    /// applied; one that is not in place was undone by hand (`undone`) and is forgotten, so that `up` runs it again.
    /// @return names settled. @errors `conflict` with `schema_dirty`: not in place, and nobody says it was undone
    Result<std::vector<std::string>> repair(bool undone);
    /// Reverts the newest `steps` changes. For development and tests.
    Result<std::vector<std::string>> down(int steps);

private:
    Database& database_;
    std::string sql_dir_;
    const Clock& clock_;
};

} // namespace zikao::storage
