#include "kernel/storage/migrator.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "kernel/base/encoding.hpp"
#include "kernel/storage/script.hpp"

namespace zikao::storage {

namespace {

constexpr const char* kTable =
    "CREATE TABLE IF NOT EXISTS schema_change (name VARCHAR(100) NOT NULL PRIMARY KEY, "
    "checksum VARCHAR(64) NOT NULL, dirty SMALLINT NOT NULL, "
    "applied_at_ms BIGINT NOT NULL)";

/// Asked of the engine's own catalogue, so that looking changes nothing.
Result<bool> hasTable(Database& database)
{
    const auto found =
        database.query(database.engine() == Engine::sqlite
                           ? "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_change'"
                           : "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() "
                             "AND table_name = 'schema_change'");
    if (!found)
        return fail(found.error());
    return !found->empty();
}

Result<std::string> readFile(const std::filesystem::path& path)
{
    std::ifstream in(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    if (!in.good() && !in.eof())
        return fail(ErrorCode::not_found, "cannot read " + path.string());
    return text;
}

std::string scriptName(Engine engine, const char* direction)
{
    return std::string(engine == Engine::sqlite ? "sqlite" : "mysql") + "." + direction + ".sql";
}

Result<void> runScript(Database& database, const std::filesystem::path& path)
{
    const auto text = readFile(path);
    if (!text)
        return fail(text.error());
    for (const std::string& statement : splitScript(*text))
        if (const auto done = database.execute(statement); !done)
            return fail(done.error().code, path.string() + ": " + done.error().message, done.error().reason);
    return ok();
}

/// Every statement of verify.sql must answer at least one row, and every row a 1 in front.
Result<void> verify(Database& database, const std::filesystem::path& path)
{
    const auto text = readFile(path);
    if (!text)
        return fail(text.error());
    for (const std::string& statement : splitScript(*text)) {
        const auto rows = database.query(statement);
        if (!rows)
            return fail(rows.error().code, path.string() + ": " + rows.error().message);
        const auto right = [](const Row& row) { return !row.isNull(0) && row.integer(0) == 1; };
        if (rows->empty() || !std::all_of(rows->begin(), rows->end(), right))
            return fail(ErrorCode::corrupt, path.string() + ": the change is not in place");
    }
    return ok();
}

} // namespace

Result<std::vector<Change>> Migrator::status()
{
    std::vector<Change> changes;
    std::error_code unreadable;
    for (const auto& folder : std::filesystem::directory_iterator(sql_dir_, unreadable)) {
        if (!folder.is_directory())
            continue;
        const auto script = readFile(folder.path() / scriptName(database_.engine(), "up"));
        if (!script)
            return fail(script.error());
        changes.push_back({folder.path().filename().string(), hex(sha256(*script)), false, false});
    }
    if (unreadable)
        return fail(ErrorCode::not_found, "cannot read the folder " + sql_dir_);
    std::sort(changes.begin(), changes.end(),
              [](const Change& a, const Change& b) { return a.name < b.name; });

    const auto begun = hasTable(database_);
    if (!begun)
        return fail(begun.error());
    if (!*begun)
        return changes;
    const auto rows = database_.query("SELECT name, checksum, dirty FROM schema_change");
    if (!rows)
        return fail(rows.error());
    for (const Row& row : *rows) {
        const auto change = std::find_if(changes.begin(), changes.end(),
                                         [&](const Change& known) { return known.name == row.text(0); });
        if (change == changes.end())
            return fail(ErrorCode::conflict,
                        "the database has the change " + row.text(0) + ", which this program does not know",
                        "schema_newer");
        if (row.integer(2) != 0) {
            change->dirty = true;
        } else if (row.text(1) != change->checksum) {
            return fail(ErrorCode::conflict,
                        "the script of " + change->name + " was altered after it was applied",
                        "schema_altered");
        } else {
            change->applied = true;
        }
    }
    return changes;
}

Result<std::vector<std::string>> Migrator::up()
{
    if (const auto made = database_.execute(kTable); !made)
        return fail(made.error());
    const auto changes = status();
    if (!changes)
        return fail(changes.error());
    for (const Change& change : *changes)
        if (change.dirty)
            return fail(ErrorCode::conflict, change.name + " was begun and not finished: repair it by hand",
                        "schema_dirty");
    std::vector<std::string> applied;
    for (const Change& change : *changes) {
        if (change.applied)
            continue;
        const std::filesystem::path folder = std::filesystem::path(sql_dir_) / change.name;
        // The row is also the lock: a second process migrating at the same time gets the duplicate.
        const auto marked = database_.execute(
            "INSERT INTO schema_change (name, checksum, dirty, applied_at_ms) VALUES (?, ?, 1, ?)",
            {change.name, change.checksum, clock_.now().ms});
        if (!marked)
            return fail(marked.error());
        FP("storage.migrator.marked");
        if (const auto done = runScript(database_, folder / scriptName(database_.engine(), "up")); !done)
            return fail(done.error());
        if (const auto right = verify(database_, folder / "verify.sql"); !right)
            return fail(right.error());
        const auto cleaned =
            database_.execute("UPDATE schema_change SET dirty = 0 WHERE name = ?", {change.name});
        if (!cleaned)
            return fail(cleaned.error());
        applied.push_back(change.name);
    }
    return applied;
}

Result<std::vector<std::string>> Migrator::repair(bool undone)
{
    const auto changes = status();
    if (!changes)
        return fail(changes.error());
    std::vector<std::string> settled;
    for (const Change& change : *changes) {
        if (!change.dirty)
            continue;
        const auto right = verify(database_, std::filesystem::path(sql_dir_) / change.name / "verify.sql");
        if (!right && right.error().code == ErrorCode::unavailable)
            return fail(right.error());
        if (!right && !undone)
            return fail(ErrorCode::conflict, change.name + " is not in place: " + right.error().message,
                        "schema_dirty");
        const auto done = database_.execute(right ? "UPDATE schema_change SET dirty = 0 WHERE name = ?"
                                                  : "DELETE FROM schema_change WHERE name = ?",
                                            {change.name});
        if (!done)
            return fail(done.error());
        settled.push_back(change.name);
    }
    return settled;
}

Result<std::vector<std::string>> Migrator::down(int steps)
{
    const auto changes = status();
    if (!changes)
        return fail(changes.error());
    std::vector<std::string> reverted;
    for (auto change = changes->rbegin(); change != changes->rend() && steps > 0; ++change) {
        if (!change->applied && !change->dirty)
            continue;
        const auto marked =
            database_.execute("UPDATE schema_change SET dirty = 1 WHERE name = ?", {change->name});
        if (!marked)
            return fail(marked.error());
        const auto script =
            std::filesystem::path(sql_dir_) / change->name / scriptName(database_.engine(), "down");
        if (const auto done = runScript(database_, script); !done)
            return fail(done.error());
        if (const auto removed =
                database_.execute("DELETE FROM schema_change WHERE name = ?", {change->name});
            !removed)
            return fail(removed.error());
        reverted.push_back(change->name);
        --steps;
    }
    return reverted;
}

} // namespace zikao::storage
