#include "kernel/rules/sandbox/serve.hpp"

#include <list>

#include "kernel/rules/sandbox/program.hpp"

namespace zikao::rules::sandbox {

namespace {

constexpr std::size_t kCachedPrograms = 32;

Limits limitsOf(const Json& head)
{
    const Json& given = head.at("limits");
    Limits limits;
    limits.memory_bytes = given.at("memory_bytes").get<std::int64_t>();
    limits.instructions = given.at("instructions").get<std::int64_t>();
    limits.allow(std::chrono::milliseconds{given.at("soft_ms").get<std::int64_t>()});
    return limits;
}

bool isLua(const std::string& path)
{
    return path.ends_with(".lua");
}

/// Every Lua file compiled; faults for those that do not.
Program compileAll(const Source& source, const Limits& limits, std::vector<Fault>& faults)
{
    Program program;
    for (const auto& [path, text] : source.files) {
        if (!isLua(path))
            continue;
        auto code = compileText(path, text, limits);
        if (code)
            program.code.emplace(path, std::move(*code));
        else
            faults.push_back(faultOf(code.error(), path));
    }
    return program;
}

Json toJson(const std::vector<Fault>& faults)
{
    Json list = Json::array();
    for (const Fault& fault : faults)
        list.push_back(
            {{"file", fault.file}, {"line", fault.line}, {"path", fault.path}, {"message", fault.message}});
    return list;
}

std::string stem(const std::string& path)
{
    const std::size_t slash = path.find('/');
    return path.substr(slash + 1, path.size() - slash - 1 - 4);
}

Result<worker::Message> compile(const worker::Message& request)
{
    auto source = Source::parse(request.body);
    if (!source)
        return fail(source.error());
    const Limits limits = limitsOf(request.head);
    std::vector<Fault> faults;
    const Program program = compileAll(*source, limits, faults);
    Json manifest, cases = Json::object(), examples = Json::object(), rules = Json::array();
    const auto data = [&](const std::string& path) {
        auto value = evaluateData(program, path, limits, faults);
        if (!value)
            faults.push_back(faultOf(value.error(), path));
        return value ? std::move(*value) : Json();
    };
    for (const auto& [path, code] : program.code) {
        if (path == "package.lua")
            manifest = data(path);
        else if (path.starts_with("cases/"))
            cases[stem(path)] = data(path);
        else if (path.starts_with("examples/"))
            examples[path] = data(path);
        else {
            auto names = listRules(program, path, limits);
            if (!names) {
                faults.push_back(faultOf(names.error(), path));
                continue;
            }
            std::string module = stem(path);
            std::replace(module.begin(), module.end(), '/', '.');
            if (path.starts_with("rules/"))
                for (const std::string& name : *names)
                    rules.push_back(module + "." + name);
        }
    }
    return worker::Message{Json{{"faults", toJson(faults)},
                                {"manifest", std::move(manifest)},
                                {"cases", std::move(cases)},
                                {"examples", std::move(examples)},
                                {"rules", std::move(rules)}}};
}

/// The programs a worker knows, the longest unused one forgotten first.
class Cache
{
public:
    const Program* find(const std::string& hash)
    {
        const auto found =
            std::find_if(kept_.begin(), kept_.end(), [&](const auto& entry) { return entry.first == hash; });
        if (found == kept_.end())
            return nullptr;
        kept_.splice(kept_.begin(), kept_, found);
        return &kept_.front().second;
    }
    const Program* keep(const std::string& hash, Program program)
    {
        kept_.emplace_front(hash, std::move(program));
        if (kept_.size() > kCachedPrograms)
            kept_.pop_back();
        return &kept_.front().second;
    }

private:
    std::list<std::pair<std::string, Program>> kept_;
};

Result<worker::Message> run(const worker::Message& request, Cache& cache)
{
    const Limits limits = limitsOf(request.head);
    const auto& hash = request.head.at("hash").get_ref<const std::string&>();
    const Program* program = cache.find(hash);
    const auto source_bytes = request.head.at("source_bytes").get<std::size_t>();
    std::string_view body = request.body;
    if (!program && source_bytes == 0)
        return fail(ErrorCode::not_found, "package is not cached", "package_unknown");
    if (!program) {
        auto source = Source::parse(body.substr(0, source_bytes));
        if (!source)
            return fail(source.error());
        std::erase_if(source->files, [](const auto& file) {
            return !file.first.starts_with("rules/") && !file.first.starts_with("common/");
        });
        std::vector<Fault> faults;
        Program fresh = compileAll(*source, limits, faults);
        if (!faults.empty())
            return fail(ErrorCode::invalid_argument, faults.front().file + ": " + faults.front().message,
                        "rule_error");
        program = cache.keep(hash, std::move(fresh));
    }
    Json results = Json::array();
    body.remove_prefix(source_bytes);
    for (const Json& call : request.head.at("calls")) {
        const auto facts = call.at("facts_bytes").get<std::size_t>();
        auto outcome =
            callRule(*program, call.at("rule").get_ref<const std::string&>(), body.substr(0, facts), limits);
        body.remove_prefix(std::min(facts, body.size()));
        if (!outcome)
            return fail(outcome.error());
        results.push_back({{"value", std::move(outcome->value)},
                           {"micros", outcome->micros},
                           {"memory_bytes", outcome->memory_bytes},
                           {"instructions", outcome->instructions}});
    }
    return worker::Message{Json{{"results", std::move(results)}}};
}

} // namespace

worker::HandlerFactory serveRules()
{
    return [](const std::string&) -> Result<worker::Handler> {
        auto cache = std::make_shared<Cache>();
        return worker::Handler([cache](const worker::Message& request) -> Result<worker::Message> {
            const auto& op = request.head.at("op").get_ref<const std::string&>();
            if (op == "compile")
                return compile(request);
            if (op == "run")
                return run(request, *cache);
            return fail(ErrorCode::invalid_argument, "unknown request to a rules worker");
        });
    };
}

} // namespace zikao::rules::sandbox
