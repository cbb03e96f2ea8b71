#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

#include "kernel/app/ctl/command.hpp"
#include "kernel/app/ctl/rule_folder.hpp"
#include "kernel/app/texts.hpp"
#include "kernel/cases/definition.hpp"

namespace zikao::ctl {

namespace {

/// A folder compiled, with the faults of its case definitions among the others.
/// @errors those of readRuleFolder; `unavailable`: no worker could look at it
Result<rules::Compiled> compileFolder(Context& context, const std::string& dir)
{
    const auto source = readRuleFolder(context, dir);
    if (!source)
        return fail(source.error());
    const auto evaluator = context.evaluator();
    if (!evaluator)
        return fail(evaluator.error());
    rules::Compiled compiled = (*evaluator)->compile(*source);
    if (!compiled.evaluated)
        return fail(ErrorCode::unavailable, "no worker could read the package");
    if (compiled.package)
        for (rules::Fault& fault : cases::checkDefinitions(*compiled.package))
            compiled.faults.push_back(std::move(fault));
    return compiled;
}

Result<int> check(Context& context, const Arguments& arguments)
{
    const auto compiled = compileFolder(context, arguments["DIR"]);
    if (!compiled)
        return fail(compiled.error());
    printFaults(compiled->faults);
    if (!compiled->faults.empty())
        return kRefused;
    const rules::Package& package = *compiled->package;
    std::printf("%s %s: no faults\n%s\n", package.id.c_str(), package.version.c_str(), package.hash.c_str());
    return kDone;
}

Result<int> test(Context& context, const Arguments& arguments)
{
    const auto compiled = compileFolder(context, arguments["DIR"]);
    if (!compiled)
        return fail(compiled.error());
    printFaults(compiled->faults);
    if (!compiled->faults.empty()) {
        std::printf("0 passed, %zu failed\n", compiled->faults.size());
        return kRefused;
    }
    const auto evaluator = context.evaluator();
    const auto outcomes = rules::rehearse(**evaluator, *compiled->package);
    if (!outcomes)
        return fail(outcomes.error());
    const int failed = printFailures(*outcomes);
    std::printf("%zu passed, %d failed\n", outcomes->size() - static_cast<std::size_t>(failed), failed);
    return failed == 0 ? kDone : kRefused;
}

Result<Json> readFacts(const std::string& path)
{
    std::ifstream file;
    if (path != "-") {
        file.open(path, std::ios::binary);
        if (!file)
            return fail(ErrorCode::not_found, "cannot read " + path);
    }
    std::istream& in = path == "-" ? std::cin : file;
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    auto facts = parseJson(text);
    if (!facts)
        return fail(facts.error().code, path + ": " + facts.error().message, facts.error().reason);
    return facts;
}

bool isDecision(const Json& value)
{
    return value.is_object() && value.contains("allowed") && value.contains("reasons");
}

/// The decision as the candidate would read it. @return how the command ends
int printAnswer(const rules::Package& package, const Json& value)
{
    if (!isDecision(value)) {
        std::printf("value: %s\n", dumpJson(value).c_str());
        return kDone;
    }
    const bool allowed = value["allowed"].get<bool>();
    std::printf("decision: %s\n", allowed ? "allowed" : "refused");
    for (const Json& reason : value["reasons"]) {
        const std::string code = reason.value("code", "");
        const Json args = reason.value("args", Json::object());
        std::printf("reason: %s %s %s\n", code.c_str(), dumpJson(args).c_str(),
                    app::fillPlaceholders(package.texts.value(code, ""), args).c_str());
    }
    return allowed ? kDone : kRefused;
}

/// Refused (1) is the rule's answer here and nothing else: whatever keeps it from answering ends with 2.
Result<int> eval(Context& context, const Arguments& arguments)
{
    const auto broken = [](const Error& error) -> Result<int> {
        std::fprintf(stderr, "zikaoctl: %s: %s%s\n", name(error.code), error.message.c_str(),
                     error.reason.empty() ? "" : (" (" + error.reason + ")").c_str());
        return kBroken;
    };
    const auto facts = readFacts(arguments["--facts"]);
    if (!facts)
        return broken(facts.error());
    const auto compiled = compileFolder(context, arguments["DIR"]);
    if (!compiled)
        return broken(compiled.error());
    printFaults(compiled->faults);
    if (!compiled->package)
        return kBroken;
    const auto evaluator = context.evaluator();
    const auto answers = (*evaluator)->run(*compiled->package, {{arguments["--rule"], *facts}});
    if (!answers)
        return broken(answers.error());
    const rules::Evaluation& answer = answers->front();
    const int ended = printAnswer(*compiled->package, answer.value);
    std::printf("time: %lld us, memory: %lld bytes, instructions: %lld\n",
                static_cast<long long>(answer.micros), static_cast<long long>(answer.memory_bytes),
                static_cast<long long>(answer.instructions));
    return ended;
}

Result<int> publish(Context& context, const Arguments& arguments)
{
    const auto tenant = context.tenant(arguments["TENANT"]);
    if (!tenant)
        return fail(tenant.error());
    return publishRuleFolder(context, **tenant, arguments["DIR"]);
}

Result<int> history(Context& context, const Arguments& arguments)
{
    const auto tenant = context.tenant(arguments["TENANT"], Context::Mode::inspect);
    if (!tenant)
        return fail(tenant.error());
    const auto versions = (*tenant)->rules->history();
    if (!versions)
        return fail(versions.error());
    for (const rules::Version& version : *versions)
        std::printf("%s %-10s %s %s %s\n", version.active ? "*" : " ", version.version.c_str(),
                    version.hash.c_str(), beijingText(version.published_at).c_str(),
                    version.published_by.c_str());
    return kDone;
}

/// By name or by the beginning of the hash; refused when several fit.
Result<rules::Version> findVersion(const std::vector<rules::Version>& versions, const std::string& wanted)
{
    const rules::Version* found = nullptr;
    for (const rules::Version& version : versions) {
        if (version.version != wanted && !version.hash.starts_with(wanted))
            continue;
        if (found != nullptr)
            return fail(ErrorCode::invalid_argument,
                        "several versions are called " + wanted + ": give a hash");
        found = &version;
    }
    if (found == nullptr)
        return fail(ErrorCode::not_found, "no version " + wanted + " was ever published");
    return *found;
}

Result<int> rollback(Context& context, const Arguments& arguments)
{
    const auto tenant = context.tenant(arguments["TENANT"]);
    if (!tenant)
        return fail(tenant.error());
    const auto versions = (*tenant)->rules->history();
    if (!versions)
        return fail(versions.error());
    const auto version = findVersion(*versions, arguments["VERSION_OR_HASH"]);
    if (!version)
        return fail(version.error());
    if (const auto done =
            (*tenant)->rules->rollback(version->hash, kOperator, auditRules(**tenant, "rules.rollback"));
        !done)
        return fail(done.error());
    std::printf("%s: %s %s is active; open cases keep theirs\n", arguments["TENANT"].c_str(),
                version->version.c_str(), version->hash.c_str());
    return kDone;
}

} // namespace

std::vector<Command> rulesCommands()
{
    return {
        {"rules",
         "check",
         {"DIR"},
         {},
         "print every fault of a package with file and line; needs no --config",
         check},
        {"rules", "test", {"DIR"}, {}, "run the package's examples; needs no --config", test},
        {"rules",
         "eval",
         {"DIR"},
         {{"--rule", "MODULE.FUNCTION", "the rule to run", true},
          {"--facts", "FILE", "its facts as JSON; - for standard input", true}},
         "run one rule: 0 allowed, 1 refused, 2 error or limit; needs no --config",
         eval},
        {"rules", "publish", {"TENANT", "DIR"}, {}, "check, rehearse and publish a package", publish},
        {"rules",
         "history",
         {"TENANT"},
         {},
         "list the published versions, newest first; * is active",
         history},
        {"rules",
         "rollback",
         {"TENANT", "VERSION_OR_HASH"},
         {},
         "make an earlier version active again; open cases keep theirs",
         rollback},
    };
}

} // namespace zikao::ctl
