#include "kernel/app/ctl/old_rows.hpp"

#include <cstdio>
#include <functional>

#include "kernel/audit/audit.hpp"
#include "kernel/base/json.hpp"
#include "kernel/billing/ledger.hpp"
#include "kernel/cases/store.hpp"
#include "kernel/exams/records.hpp"
#include "kernel/storage/row_mac.hpp"

namespace zikao::ctl {

namespace {

using Seal = std::function<Result<std::int64_t>(storage::Database&, const Vault&)>;

Seal sealing(const storage::MacTable& table)
{
    return [&table](storage::Database& database, const Vault& vault) {
        return storage::sealOldRows(database, vault, table);
    };
}

/// Tables whose rows were there before their MACs, and what gives them one.
const std::vector<std::pair<std::string, Seal>> kTables = {{"case_event", sealing(cases::kEventTable)},
                                                           {"pass_record", sealing(exams::kPassTable)},
                                                           {"linked_number", sealing(exams::kNumberTable)},
                                                           {"course_grant", sealing(exams::kGrantTable)},
                                                           {"pay_order", billing::sealOldOrders}};
constexpr const char* kAct = "rows.seal";

Result<bool> isSealed(storage::Database& database, const std::string& object)
{
    return database.query("SELECT 1 FROM audit_entry WHERE object = ? AND act = ?", {object, kAct})
        .transform([](const storage::Rows& rows) { return !rows.empty(); });
}

/// @return how many rows there were to seal
Result<std::int64_t> sealRowsOf(const std::string& table, const Seal& seal, const std::string& ring_path,
                                storage::Database& database)
{
    const auto old = database.query("SELECT 1 FROM " + table + " WHERE mac = '' LIMIT 1");
    if (!old)
        return fail(old.error());
    if (old->empty())
        return 0; // a new installation has no key ring yet
    auto ring = tenant::readKeyRing(ring_path);
    if (!ring)
        return fail(ring.error());
    return seal(database, Vault(std::make_shared<const KeyRing>(std::move(*ring))));
}

} // namespace

Result<void> sealOldRows(Context& context, const std::string& tenant_id, storage::Database& database)
{
    const auto config = context.config();
    if (!config)
        return fail(config.error());
    const std::string ring_path = tenant::keyRingPath((*config)->data_dir, tenant_id);
    for (const auto& [table, seal] : kTables) {
        const std::string object = "table:" + table;
        const auto before = isSealed(database, object);
        if (!before)
            return fail(before.error());
        if (*before)
            continue;
        const auto sealed = sealRowsOf(table, seal, ring_path, database);
        if (!sealed)
            return fail(sealed.error());
        const auto noted = database.transaction([&](storage::Transaction& tx) {
            return audit::append(tx, {kOperator, kAct, object, dumpJson({{"rows", *sealed}}), {}},
                                 context.clock().now());
        });
        if (!noted)
            return fail(noted.error());
        if (*sealed > 0)
            std::printf("%s: %s: %lld rows from before have a MAC now\n", tenant_id.c_str(), table.c_str(),
                        static_cast<long long>(*sealed));
    }
    return ok();
}

} // namespace zikao::ctl
