#include <cstdio>
#include <fstream>
#include <iterator>

#include "kernel/app/ctl/command.hpp"
#include "kernel/app/ctl/context.hpp"
#include "kernel/audit/audit.hpp"
#include "kernel/base/encoding.hpp"
#include "kernel/exams/records.hpp"

namespace zikao::ctl {

namespace {

Result<int> import(Context& context, const Arguments& arguments)
{
    const std::string& path = arguments["FILE"];
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail(ErrorCode::not_found, "cannot read " + path);
    const std::string csv{std::istreambuf_iterator<char>(file), {}};
    const auto tenant = context.tenant(arguments["--tenant"]);
    if (!tenant)
        return fail(tenant.error());
    exams::Records records(**tenant);
    const auto done = records.import(
        csv, kOperator, [&](storage::Transaction& tx, const exams::Records::Imported& imported) {
            return audit::append(
                tx,
                {kOperator,
                 "records.import",
                 "records",
                 dumpJson({{"rows", imported.rows}, {"fresh", imported.fresh}, {"sm3", hex(sm3(csv))}}),
                 {}},
                (*tenant)->clock.now());
        });
    if (!done)
        return fail(done.error().code, path + ": " + done.error().message, done.error().reason);
    std::printf("%s: %d passes, %d of them new\n", arguments["--tenant"].c_str(), done->rows, done->fresh);
    return kDone;
}

} // namespace

std::vector<Command> recordsCommands()
{
    return {{"records",
             "import",
             {"FILE"},
             {{"--tenant", "TENANT", "whose candidates they are", true}},
             "take passes (合格成绩) from a CSV file, all or nothing; what is on file stays",
             import}};
}

} // namespace zikao::ctl
