#include "kernel/rules/registry.hpp"

namespace zikao::rules {

using storage::Params;
using storage::Transaction;

Registry::Registry(storage::Database& database, Evaluator& evaluator, const Clock& clock)
    : database_(database),
      evaluator_(evaluator),
      clock_(clock)
{}

Result<PublishOutcome>
Registry::publish(const Source& source, const std::string& by, const DefinitionCheck& check,
                  const std::function<Result<void>(Transaction&, const Package&)>& audit)
{
    PublishOutcome outcome;
    Compiled compiled = evaluator_.compile(source);
    if (!compiled.evaluated)
        return fail(ErrorCode::unavailable,
                    compiled.faults.empty() ? "not evaluated" : compiled.faults.front().message);
    outcome.faults = std::move(compiled.faults);
    if (compiled.package && check)
        outcome.faults = check(*compiled.package);
    if (!outcome.faults.empty() || !compiled.package)
        return outcome;
    auto examples = rehearse(evaluator_, *compiled.package);
    if (!examples)
        return fail(examples.error());
    for (ExampleOutcome& example : *examples)
        if (!example.passed)
            outcome.failed_examples.push_back(std::move(example));
    if (!outcome.failed_examples.empty())
        return outcome;

    const Package& package = *compiled.package;
    Result<void> stored = database_.transaction([&](Transaction& tx) -> Result<void> {
        auto known = tx.query("SELECT hash FROM rule_package WHERE hash = ?", {package.hash});
        if (!known)
            return fail(known.error());
        if (known->empty()) {
            auto inserted = tx.execute(
                "INSERT INTO rule_package (hash, package_id, version, source, published_by, "
                "published_at_ms) VALUES (?, ?, ?, ?, ?, ?)",
                {package.hash, package.id, package.version, package.source.serialise(), by, clock_.now().ms});
            if (!inserted)
                return fail(inserted.error());
        }
        FP("rules.publish.stored");
        if (auto active = activate(tx, package.hash, by); !active)
            return active;
        FP("rules.publish.activated");
        return audit ? audit(tx, package) : ok();
    });
    FP("rules.publish.committed");
    if (!stored)
        return fail(stored.error());
    keep(compiled.package);
    outcome.package = std::move(compiled.package);
    return outcome;
}

Result<void> Registry::rollback(const std::string& hash, const std::string& by,
                                const std::function<Result<void>(Transaction&, const Package&)>& audit)
{
    auto package = byHash(hash);
    if (!package)
        return fail(package.error());
    return database_.transaction([&](Transaction& tx) -> Result<void> {
        if (auto active = activate(tx, hash, by); !active)
            return active;
        FP("rules.rollback.activated");
        return audit ? audit(tx, **package) : ok();
    });
}

Result<void> Registry::activate(Transaction& tx, const std::string& hash, const std::string& by)
{
    const Params values{hash, by, clock_.now().ms};
    auto moved = tx.execute("UPDATE rule_active SET hash = ?, activated_by = ?, activated_at_ms = ?, "
                            "revision = revision + 1 WHERE slot = 1",
                            values);
    if (!moved)
        return fail(moved.error());
    if (*moved > 0)
        return ok();
    auto first = tx.execute("INSERT INTO rule_active (hash, activated_by, activated_at_ms, slot, revision) "
                            "VALUES (?, ?, ?, 1, 1)",
                            values);
    if (!first)
        return fail(first.error());
    return ok();
}

Result<std::shared_ptr<const Package>> Registry::active()
{
    auto rows = database_.query("SELECT hash FROM rule_active WHERE slot = 1");
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return fail(ErrorCode::not_found, "no rule package was published yet");
    return byHash(rows->front().text(0));
}

Result<std::shared_ptr<const Package>> Registry::byHash(const std::string& hash)
{
    {
        std::lock_guard lock(mutex_);
        if (const auto found = loaded_.find(hash); found != loaded_.end())
            return found->second;
    }
    return load(hash); // without the lock: readers of other versions do not wait for this one
}

Result<std::shared_ptr<const Package>> Registry::load(const std::string& hash)
{
    auto rows = database_.query("SELECT source FROM rule_package WHERE hash = ?", {hash});
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return fail(ErrorCode::not_found, "no rule package of this hash");
    auto source = Source::parse(rows->front().text(0));
    if (!source || source->hash() != hash)
        return fail(ErrorCode::corrupt, "rule package " + hash + " is not what was published");
    Compiled compiled = evaluator_.compile(*source);
    if (!compiled.package) {
        const Fault& fault = compiled.faults.front();
        return fail(compiled.evaluated ? ErrorCode::corrupt : ErrorCode::unavailable,
                    "rule package " + hash + ": " + fault.file + ": " + fault.message);
    }
    keep(compiled.package);
    return compiled.package;
}

void Registry::keep(const std::shared_ptr<const Package>& package)
{
    std::lock_guard lock(mutex_);
    loaded_.emplace(package->hash, package);
}

Result<std::vector<Version>> Registry::history()
{
    auto rows = database_.query("SELECT p.hash, p.version, p.published_by, p.published_at_ms, a.hash "
                                "FROM rule_package p LEFT JOIN rule_active a ON a.hash = p.hash "
                                "ORDER BY p.published_at_ms DESC, p.hash");
    if (!rows)
        return fail(rows.error());
    std::vector<Version> versions;
    for (const storage::Row& row : *rows)
        versions.push_back({row.text(0), row.text(1), row.text(2), Instant{row.integer(3)}, !row.isNull(4)});
    return versions;
}

} // namespace zikao::rules
