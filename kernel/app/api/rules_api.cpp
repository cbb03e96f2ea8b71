#include "kernel/app/api/routes.hpp"
#include "kernel/audit/audit.hpp"
#include "kernel/cases/definition.hpp"

namespace zikao::app {

namespace {

using namespace http;
using identity::Role;

constexpr std::size_t kPackageBytes = 2 * 1024 * 1024;

Json versionJson(const rules::Version& version, const std::map<std::string, std::string>& names)
{
    const auto name = names.find(version.published_by);
    const std::string otherwise = version.published_by.starts_with("system:") ? "系统" : version.published_by;
    return {{"hash", version.hash},
            {"version", version.version},
            {"published_by_name", name == names.end() ? otherwise : name->second},
            {"published_at_ms", version.published_at.ms},
            {"active", version.active}};
}

Result<Json> historyJson(Call& call)
{
    Result<std::vector<rules::Version>> history = call.site.tenant->rules->history();
    if (!history)
        return fail(history.error());
    Result<std::vector<identity::Identity::StaffRow>> staff = call.site.identity.staff();
    if (!staff)
        return fail(staff.error());
    std::map<std::string, std::string> names;
    for (const auto& row : *staff)
        names[row.id] = row.name;
    Json out = Json::array();
    for (const rules::Version& version : *history)
        out.push_back(versionJson(version, names));
    return out;
}

Result<Response> list(Call& call)
{
    Result<Json> history = historyJson(call);
    if (!history)
        return fail(history.error());
    return Response::json(*history);
}

Result<Response> show(Call& call)
{
    Result<std::shared_ptr<const rules::Package>> package =
        call.site.tenant->rules->byHash(call.param("hash"));
    if (!package)
        return fail(package.error());
    Result<Json> history = historyJson(call);
    if (!history)
        return fail(history.error());
    for (const Json& version : *history)
        if (version["hash"] == (*package)->hash)
            return Response::json({{"version", version}, {"files", (*package)->source.files}});
    return fail(ErrorCode::not_found, "no such version");
}

Result<rules::Source> sourceOf(const Json& json)
{
    StrictObject body(json, "");
    rules::Source source;
    if (!body.has("files"))
        body.fault("files", "field_missing");
    for (const auto& [path, text] : body.object("files").items()) {
        if (!text.is_string())
            body.fault("files." + path, "field_type");
        else
            source.files[path] = text.get<std::string>();
    }
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    return source;
}

Json faultsJson(const std::vector<rules::Fault>& faults)
{
    Json out = Json::array();
    for (const rules::Fault& fault : faults)
        out.push_back(
            {{"file", fault.file}, {"line", fault.line}, {"path", fault.path}, {"message", fault.message}});
    return out;
}

Json examplesJson(const std::vector<rules::ExampleOutcome>& examples)
{
    Json out = Json::array();
    for (const rules::ExampleOutcome& example : examples)
        out.push_back({{"file", example.file},
                       {"name", example.name},
                       {"passed", example.passed},
                       {"difference", example.difference}});
    return out;
}

Result<Response> check(Call& call)
{
    Result<rules::Source> source = sourceOf(call.body);
    if (!source)
        return fail(source.error());
    rules::Compiled compiled = call.site.tenant->evaluator.compile(*source);
    Json examples = Json::array();
    std::string version;
    if (compiled.package) {
        version = compiled.package->version;
        for (rules::Fault& fault : cases::checkDefinitions(*compiled.package))
            compiled.faults.push_back(std::move(fault));
        Result<std::vector<rules::ExampleOutcome>> outcomes =
            rules::rehearse(call.site.tenant->evaluator, *compiled.package);
        if (!outcomes)
            return fail(outcomes.error());
        examples = examplesJson(*outcomes);
    }
    return Response::json({{"version", version},
                           {"faults", faultsJson(compiled.faults)},
                           {"examples", std::move(examples)},
                           {"published", nullptr}});
}

/// The entry that names the digest of what was published (C35).
auto auditOf(Call& call, const char* act)
{
    return [&call, act](storage::Transaction& tx, const rules::Package& package) {
        return audit::append(tx,
                             {call.actor().id, act, "rules:" + package.hash,
                              dumpJson({{"version", package.version}}), call.request.id},
                             call.now());
    };
}

Result<Response> publish(Call& call)
{
    Result<rules::Source> source = sourceOf(call.body);
    if (!source)
        return fail(source.error());
    Result<rules::PublishOutcome> outcome = call.site.tenant->rules->publish(
        *source, call.actor().id,
        [](const rules::Package& package) { return cases::checkDefinitions(package); },
        auditOf(call, "rules.publish"));
    if (!outcome)
        return fail(outcome.error());
    Json published = nullptr;
    if (outcome->package) {
        Result<Json> history = historyJson(call);
        if (!history)
            return fail(history.error());
        for (const Json& version : *history)
            if (version["active"].get<bool>())
                published = version;
    }
    return Response::json({{"version", outcome->package ? outcome->package->version : std::string()},
                           {"faults", faultsJson(outcome->faults)},
                           {"examples", examplesJson(outcome->failed_examples)},
                           {"published", std::move(published)}});
}

Result<Response> rollback(Call& call)
{
    StrictObject body(call.body, "");
    const std::string hash = body.text("hash");
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    Result<void> done =
        call.site.tenant->rules->rollback(hash, call.actor().id, auditOf(call, "rules.rollback"));
    if (!done)
        return fail(done.error());
    return list(call);
}

} // namespace

void addRuleRoutes(Routes& routes)
{
    constexpr Need kAuthor = Need::roles(bit(Role::rule_author));
    constexpr BodyRule kNone = BodyRule::none();
    routes.add({Method::get, "/api/staff/rules", Scope::tenant, kAuthor, kNone, Rate::read, Cost::light},
               list);
    routes.add(
        {Method::get, "/api/staff/rules/{hash}", Scope::tenant, kAuthor, kNone, Rate::read, Cost::light},
        show);
    routes.add({Method::post, "/api/staff/rules/check", Scope::tenant, kAuthor | Need::csrf,
                BodyRule::json(kPackageBytes), Rate::write, Cost::heavy},
               check);
    routes.add({Method::post, "/api/staff/rules/publish", Scope::tenant, kAuthor | Need::csrf,
                BodyRule::json(kPackageBytes), Rate::write, Cost::heavy},
               publish);
    routes.add({Method::post, "/api/staff/rules/rollback", Scope::tenant, kAuthor | Need::csrf,
                BodyRule::json(1024), Rate::write, Cost::light},
               rollback);
}

} // namespace zikao::app
