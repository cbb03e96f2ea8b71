#include "kernel/app/ctl/rule_folder.hpp"

#include <cstdio>
#include <filesystem>
#include <set>

#include "kernel/app/ctl/command.hpp"
#include "kernel/audit/audit.hpp"
#include "kernel/cases/definition.hpp"
#include "kernel/catalog/catalog.hpp"

namespace zikao::ctl {

namespace fs = std::filesystem;

Result<rules::Source> readRuleFolder(Context& context, const std::string& dir)
{
    if (context.configured()) {
        const auto config = context.config();
        if (!config)
            return fail(config.error());
        return rules::Source::read(dir, (*config)->common_rules_dir);
    }
    const fs::path common = fs::weakly_canonical(dir).parent_path() / "common";
    return rules::Source::read(dir, fs::is_directory(common) ? common.string() : std::string());
}

void printFaults(const std::vector<rules::Fault>& faults)
{
    for (const rules::Fault& fault : faults) {
        std::string line = fault.file;
        if (fault.line > 0)
            line += ":" + std::to_string(fault.line);
        if (!fault.path.empty())
            line += ": " + fault.path;
        std::printf("%s: %s\n", line.c_str(), fault.message.c_str());
    }
}

int printFailures(const std::vector<rules::ExampleOutcome>& examples)
{
    int failed = 0;
    for (const rules::ExampleOutcome& example : examples)
        if (!example.passed) {
            ++failed;
            std::printf("%s: FAILED %s\n    %s\n", example.file.c_str(), example.name.c_str(),
                        example.difference.c_str());
        }
    return failed;
}

std::function<Result<void>(storage::Transaction&, const rules::Package&)> auditRules(tenant::Tenant& tenant,
                                                                                     std::string act)
{
    return [&tenant, act = std::move(act)](storage::Transaction& tx, const rules::Package& package) {
        return audit::append(
            tx, {kOperator, act, "rules:" + package.hash, dumpJson({{"version", package.version}}), {}},
            tenant.clock.now());
    };
}

Result<int> publishRuleFolder(Context& context, tenant::Tenant& tenant, const std::string& dir)
{
    const auto source = readRuleFolder(context, dir);
    if (!source)
        return fail(source.error());
    const auto names = catalog::Catalog(tenant).listNames();
    if (!names)
        return fail(names.error());
    const std::set<std::string> lists(names->begin(), names->end());
    const auto outcome = tenant.rules->publish(
        *source, kOperator,
        [&](const rules::Package& package) { return cases::checkDefinitions(package, &lists); },
        auditRules(tenant, "rules.publish"));
    if (!outcome)
        return fail(outcome.error());
    printFaults(outcome->faults);
    printFailures(outcome->failed_examples);
    if (!outcome->package) {
        std::fprintf(stderr, "zikaoctl: %s was not published\n", dir.c_str());
        return kRefused;
    }
    std::printf("%s: published %s %s\n", tenant.profile.id.c_str(), outcome->package->version.c_str(),
                outcome->package->hash.c_str());
    return kDone;
}

} // namespace zikao::ctl
