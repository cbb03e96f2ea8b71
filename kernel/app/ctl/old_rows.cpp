#include "kernel/app/ctl/old_rows.hpp"

#include <cstdio>

#include "kernel/audit/audit.hpp"
#include "kernel/base/json.hpp"
#include "kernel/cases/store.hpp"
#include "kernel/exams/records.hpp"
#include "kernel/storage/row_mac.hpp"

namespace zikao::ctl {

namespace {

const std::vector<const storage::MacTable*> kTables = {&cases::kEventTable, &exams::kPassTable,
                                                       &exams::kNumberTable, &exams::kGrantTable};
constexpr const char* kAct = "rows.seal";

Result<bool> isSealed(storage::Database& database, const std::string& object)
{
    return database.query("SELECT 1 FROM audit_entry WHERE object = ? AND act = ?", {object, kAct})
        .transform([](const storage::Rows& rows) { return !rows.empty(); });
}

/// @return how many rows there were to seal
Result<std::int64_t> sealRowsOf(const storage::MacTable& table, const std::string& ring_path,
                                storage::Database& database)
{
    const auto old = database.query("SELECT 1 FROM " + std::string(table.name) + " WHERE mac = '' LIMIT 1");
    if (!old)
        return fail(old.error());
    if (old->empty())
        return 0; // a new installation has no key ring yet
    auto ring = tenant::readKeyRing(ring_path);
    if (!ring)
        return fail(ring.error());
    return storage::sealOldRows(database, Vault(std::make_shared<const KeyRing>(std::move(*ring))), table);
}

} // namespace

Result<void> sealOldRows(Context& context, const std::string& tenant_id, storage::Database& database)
{
    const auto config = context.config();
    if (!config)
        return fail(config.error());
    const std::string ring_path = tenant::keyRingPath((*config)->data_dir, tenant_id);
    for (const storage::MacTable* table : kTables) {
        const std::string object = std::string("table:") + table->name;
        const auto before = isSealed(database, object);
        if (!before)
            return fail(before.error());
        if (*before)
            continue;
        const auto sealed = sealRowsOf(*table, ring_path, database);
        if (!sealed)
            return fail(sealed.error());
        const auto noted = database.transaction([&](storage::Transaction& tx) {
            return audit::append(tx, {kOperator, kAct, object, dumpJson({{"rows", *sealed}}), {}},
                                 context.clock().now());
        });
        if (!noted)
            return fail(noted.error());
        if (*sealed > 0)
            std::printf("%s: %s: %lld rows from before have a MAC now\n", tenant_id.c_str(), table->name,
                        static_cast<long long>(*sealed));
    }
    return ok();
}

} // namespace zikao::ctl
