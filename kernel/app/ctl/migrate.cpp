#include <cstdio>

#include "kernel/app/ctl/command.hpp"
#include "kernel/app/ctl/context.hpp"
#include "kernel/app/ctl/old_rows.hpp"
#include "kernel/storage/migrator.hpp"

namespace zikao::ctl {

namespace {

using Mode = Context::Mode;

/// Runs one act on the schema of the named tenant, or of every tenant.
template <class Act>
Result<int> onSchemas(Context& context, const std::string& tenant, Mode mode, Act act)
{
    const auto ids = context.tenantIds(tenant);
    if (!ids)
        return fail(ids.error());
    int worst = kDone;
    for (const std::string& id : *ids) {
        const auto database = context.database(id, mode);
        if (!database)
            return fail(database.error());
        const auto config = context.config();
        storage::Migrator migrator(**database, (*config)->sql_dir, context.clock());
        const Result<int> ended = act(id, migrator, **database);
        if (!ended)
            return fail(ended.error().code, id + ": " + ended.error().message, ended.error().reason);
        worst = std::max(worst, *ended);
    }
    return worst;
}

Result<int> up(Context& context, const Arguments& arguments)
{
    return onSchemas(
        context, arguments["TENANT"], Mode::manage,
        [&](const std::string& id, storage::Migrator& migrator, storage::Database& database) -> Result<int> {
            const auto applied = migrator.up();
            if (!applied)
                return fail(applied.error());
            for (const std::string& name : *applied)
                std::printf("%s: applied %s\n", id.c_str(), name.c_str());
            if (applied->empty())
                std::printf("%s: up to date\n", id.c_str());
            if (const auto sealed = sealOldRows(context, id, database); !sealed)
                return fail(sealed.error());
            return kDone;
        });
}

/// A pending or dirty change is a refusal, so that a script can ask whether there is anything to do.
Result<int> status(Context& context, const Arguments& arguments)
{
    return onSchemas(
        context, arguments["TENANT"], Mode::inspect,
        [](const std::string& id, storage::Migrator& migrator, storage::Database&) -> Result<int> {
            const auto changes = migrator.status();
            if (!changes)
                return fail(changes.error());
            int ended = kDone;
            for (const storage::Change& change : *changes) {
                const char* state = change.dirty ? "DIRTY" : change.applied ? "applied" : "pending";
                std::printf("%s: %-8s %s %.12s\n", id.c_str(), state, change.name.c_str(),
                            change.checksum.c_str());
                if (change.dirty || !change.applied)
                    ended = kRefused;
            }
            return ended;
        });
}

Result<int> repair(Context& context, const Arguments& arguments)
{
    return onSchemas(
        context, arguments["TENANT"], Mode::manage,
        [&](const std::string& id, storage::Migrator& migrator, storage::Database&) -> Result<int> {
            const auto settled = migrator.repair(arguments.has("--undone"));
            if (!settled)
                return fail(settled.error());
            for (const std::string& name : *settled)
                std::printf("%s: settled %s\n", id.c_str(), name.c_str());
            return kDone;
        });
}

} // namespace

std::vector<Command> migrateCommands()
{
    return {
        {"migrate", "up", {"[TENANT]"}, {}, "bring the schemas of all tenants (or of one) up to date", up},
        {"migrate",
         "status",
         {"[TENANT]"},
         {},
         "list every change; ends with 1 when one is pending or dirty",
         status},
        {"migrate",
         "repair",
         {"TENANT"},
         {{"--undone", "", "what is not in place was undone by hand: forget that it was begun"}},
         "settle a change that a crash left dirty, once it was finished or undone by hand",
         repair},
    };
}

} // namespace zikao::ctl
