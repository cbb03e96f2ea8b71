#include <algorithm>
#include <filesystem>

#include "kernel/storage/migrator.hpp"
#include "kernel/tenant/bindings.hpp"
#include "kernel/tenant/tenant.hpp"

namespace zikao::tenant {

namespace {

namespace fs = std::filesystem;
using Mode = OpenOptions::Mode;

constexpr auto kOnlyOwner = fs::perms::owner_all;

/// Files of candidates and keys: nobody but the server's own account looks into the folder.
Result<void> makePrivateFolder(const fs::path& path)
{
    std::error_code failed;
    fs::create_directories(path, failed);
    if (!failed)
        fs::permissions(path, kOnlyOwner, failed);
    if (failed)
        return fail(ErrorCode::unavailable,
                    "cannot make the folder " + path.string() + ": " + failed.message());
    return ok();
}

/// A schema that is behind, ahead or half changed is never served: only the operator decides when it changes.
Result<void> requireSchema(storage::Database& database, const OpenOptions& options, const std::string& id,
                           const Clock& clock)
{
    const auto changes = storage::Migrator(database, options.sql_dir, clock).status();
    if (!changes)
        return fail(changes.error().code, id + ": " + changes.error().message, changes.error().reason);
    std::string dirty, pending;
    for (const storage::Change& change : *changes) {
        if (change.dirty)
            dirty += " " + change.name;
        else if (!change.applied)
            pending += " " + change.name;
    }
    if (!dirty.empty())
        return fail(ErrorCode::conflict,
                    id + ": begun and not finished:" + dirty + "; repair it, then run `zikaoctl migrate up`",
                    "schema_dirty");
    if (!pending.empty())
        return fail(ErrorCode::conflict,
                    id + ": the database lacks" + pending + "; run `zikaoctl migrate up`", "schema_pending");
    return ok();
}

/// Keys made anew beside existing data would leave everything sealed with the lost ones unreadable, and unnoticed.
Result<KeyRing> makeKeyRing(storage::Database& database, const std::string& path)
{
    const auto used = database.query("SELECT id FROM account LIMIT 1");
    if (!used)
        return fail(used.error());
    if (!used->empty())
        return fail(ErrorCode::not_found,
                    "the keys " + path + " are gone and the database holds data: restore them");
    KeyRing fresh = KeyRing::generate();
    if (Result<void> written = writeKeyRing(path, fresh); !written)
        return fail(written.error());
    return fresh;
}

Result<KeyRing> keysOf(storage::Database& database, const OpenOptions& options, const std::string& id)
{
    const std::string path = keyRingPath(options.data_dir, id);
    auto ring = readKeyRing(path);
    if (ring || ring.error().code != ErrorCode::not_found || options.mode == Mode::inspect)
        return ring;
    return makeKeyRing(database, path);
}

} // namespace

Result<std::unique_ptr<storage::Database>> openDatabase(const OpenOptions& options,
                                                        const std::string& tenant_id)
{
    const bool looks_on = options.mode == Mode::inspect;
    if (options.engine == storage::Engine::mysql) {
        storage::MysqlOptions mysql = options.mysql;
        mysql.database += tenant_id;
        std::replace(mysql.database.begin(), mysql.database.end(), '-',
                     '_'); // ids may have dashes, names may not
        mysql.create = !looks_on;
        return storage::openMysql(mysql);
    }
    const fs::path folder = fs::path(options.data_dir) / tenant_id;
    if (!looks_on)
        if (Result<void> made = makePrivateFolder(folder); !made)
            return fail(made.error());
    storage::SqliteOptions sqlite;
    sqlite.path = (folder / "zikao.db").string();
    sqlite.read_only = looks_on;
    return storage::openSqlite(sqlite);
}

Result<std::unique_ptr<Tenant>> open(const OpenOptions& options, const Clock& clock,
                                     rules::Evaluator& evaluator)
{
    auto profile = Profile::read(options.province_dir);
    if (!profile)
        return fail(profile.error());
    const std::string id = profile->id;
    auto database = openDatabase(options, id);
    if (!database)
        return fail(database.error().code, id + ": " + database.error().message, database.error().reason);
    if (Result<void> good = requireSchema(**database, options, id, clock); !good)
        return fail(good.error());
    const fs::path folder = fs::path(options.data_dir) / id;
    const fs::path files = folder / "files";
    if (options.mode != Mode::inspect) {
        for (const fs::path& path : {folder, files})
            if (Result<void> made = makePrivateFolder(path); !made)
                return fail(made.error());
    }
    auto keys = keysOf(**database, options, id);
    if (!keys)
        return fail(keys.error());

    auto vault =
        std::make_unique<Vault>(std::make_shared<const KeyRing>(std::move(*keys)),
                                [path = keyRingPath(options.data_dir, id)] { return readKeyRing(path); });
    auto registry = std::make_unique<rules::Registry>(**database, evaluator, clock);
    std::unique_ptr<Tenant> tenant(new Tenant{std::move(*profile),
                                              clock,
                                              std::move(*database),
                                              std::move(vault),
                                              evaluator,
                                              std::move(registry),
                                              files.string(),
                                              options.public_url,
                                              {},
                                              {},
                                              nullptr,
                                              nullptr});
    if (options.mode == Mode::serve)
        if (Result<void> bound = loadPlugins(*tenant, options); !bound)
            return fail(bound.error().code, id + ": " + bound.error().message, bound.error().reason);
    return tenant;
}

} // namespace zikao::tenant
