#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "kernel/base/clock.hpp"
#include "kernel/rules/package.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::rules {

struct Version
{
    std::string hash, version, published_by;
    Instant published_at;
    bool active = false;
};

/// Checks what the rules module cannot see (case definitions); supplied by the level above.
using DefinitionCheck = std::function<std::vector<Fault>(const Package&)>;

struct PublishOutcome
{
    std::shared_ptr<const Package> package; ///< null when refused
    std::vector<Fault> faults;
    std::vector<ExampleOutcome> failed_examples;
};

/// A tenant's packages: every version ever published stays, one is active, an open case asks by hash. Which
/// one is active is read from the database each time, so that several servers agree; the packages themselves
/// are kept.
/// @threads any; readers never wait for a publication
class Registry
{
public:
    Registry(storage::Database& database, Evaluator& evaluator, const Clock& clock);

    /// Check, rehearse, swap; on failure the active one keeps working. `audit` runs in the same transaction.
    /// A source that was published before becomes active again under its first name and date.
    /// @errors `unavailable`: no worker could judge it; the database's, and those of `audit`
    Result<PublishOutcome>
    publish(const Source& source, const std::string& by, const DefinitionCheck& check,
            const std::function<Result<void>(storage::Transaction&, const Package&)>& audit);
    /// Makes an earlier version active again. @errors `not_found`; `corrupt` when it no longer compiles
    Result<void> rollback(const std::string& hash, const std::string& by,
                          const std::function<Result<void>(storage::Transaction&, const Package&)>& audit);

    /// @errors `not_found`: nothing was published yet
    Result<std::shared_ptr<const Package>> active();
    /// @errors `not_found`: never published here; `corrupt`: altered in storage, or not for this kernel any
    ///         more
    Result<std::shared_ptr<const Package>> byHash(const std::string& hash);
    /// Newest first.
    Result<std::vector<Version>> history();

private:
    Result<std::shared_ptr<const Package>> load(const std::string& hash);
    Result<void> activate(storage::Transaction& tx, const std::string& hash, const std::string& by);
    void keep(const std::shared_ptr<const Package>& package);

    storage::Database& database_;
    Evaluator& evaluator_;
    const Clock& clock_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<const Package>> loaded_;
};

} // namespace zikao::rules
