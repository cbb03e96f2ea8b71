#include <condition_variable>
#include <mutex>

#include "kernel/base/log.hpp"
#include "kernel/rules/package.hpp"
#include "kernel/rules/sandbox/library.hpp"
#include "kernel/worker/breaker.hpp"
#include "kernel/worker/pool.hpp"

namespace zikao::rules {

namespace {

using std::chrono::steady_clock;

/// Reading a package whole may take so many times what its rules get for one request.
constexpr int kReading = 4;

/// Who may use a worker now: a package leaves at least one to the others and rests after too many kills.
class Gate
{
public:
    Gate(int workers, std::chrono::milliseconds patience)
        : cap_(std::max(1, workers - 1)),
          patience_(patience)
    {}

    Result<void> enter(const std::string& key)
    {
        std::unique_lock lock(mutex_);
        const auto until = steady_clock::now() + patience_;
        Guest& guest = guests_[key];
        for (;;) {
            if (guest.breaker.isOpen(steady_clock::now()))
                return fail(ErrorCode::unavailable, "the package used up too many workers, resting",
                            "breaker_open");
            if (guest.inside < cap_) {
                ++guest.inside;
                return ok();
            }
            ++guest.waiting;
            const auto woken = guest.left.wait_until(lock, until);
            --guest.waiting;
            if (woken == std::cv_status::timeout && guest.inside >= cap_)
                return fail(ErrorCode::unavailable, "the package's own calls take all its workers", "busy");
        }
    }

    void leave(const std::string& key, bool killed)
    {
        std::lock_guard lock(mutex_);
        Guest& guest = guests_[key];
        --guest.inside;
        if (killed) {
            guest.killed = true;
            if (guest.breaker.death(steady_clock::now()))
                log::error("rules.breaker_open", {{"package", key}});
        }
        if (guest.waiting > 0)
            killed ? guest.left.notify_all() : guest.left.notify_one();
        else if (guest.inside == 0 && !guest.killed)
            guests_.erase(key);
    }

private:
    struct Guest
    {
        int inside = 0, waiting = 0;
        std::condition_variable left;
        bool killed = false; ///< once: then its record is kept
        worker::Breaker breaker;
    };

    const int cap_;
    const std::chrono::milliseconds patience_;
    std::mutex mutex_;
    std::map<std::string, Guest> guests_;
};

/// package.lua: exactly the keys of E9, and one file for each case it names.
void checkManifest(const Json& manifest, const Source& source, std::vector<Fault>& faults)
{
    const auto fault = [&](std::string path, std::string message) {
        faults.push_back({"package.lua", 0, std::move(path), std::move(message)});
    };
    if (!manifest.is_object()) {
        fault("", "must return a table { id, version, host_api, cases }");
        return;
    }
    for (const auto& [key, value] : manifest.items())
        if (key != "id" && key != "version" && key != "host_api" && key != "cases")
            fault(key, "unknown key");
    const std::string id = textAt(manifest, "id");
    if (id.empty() || id.size() > 40 ||
        id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos)
        fault("id", "must be lower-case letters, digits and _");
    const std::string version = textAt(manifest, "version");
    if (version.empty() || version.size() > 40 ||
        version.find_first_not_of("0123456789.") != std::string::npos)
        fault("version", "must be numbers with points, like 2026.1.0");
    const Json api = manifest.value("host_api", Json());
    if (!api.is_object() || !api.contains("min") || !api.contains("max") || !api["min"].is_number_integer() ||
        !api["max"].is_number_integer())
        fault("host_api", "must be { min = …, max = … }");
    else if (api["min"] > sandbox::kHostApi || api["max"] < sandbox::kHostApi)
        fault("host_api", "this kernel speaks " + std::to_string(sandbox::kHostApi) + ", the package " +
                              api["min"].dump() + " to " + api["max"].dump());
    const Json cases = manifest.value("cases", Json());
    std::set<std::string> named;
    if (!cases.is_array() || cases.empty())
        fault("cases", "must list the cases, like { \"sign_up\" }");
    else
        for (const Json& name : cases) {
            if (!name.is_string()) {
                fault("cases", "must be a list of texts");
                continue;
            }
            const std::string file = "cases/" + name.get<std::string>() + ".lua";
            if (!named.insert(file).second)
                fault("cases", name.get<std::string>() + " is listed twice");
            if (!source.files.contains(file))
                fault("cases", "there is no " + file);
        }
    for (const auto& [path, text] : source.files)
        if (path.starts_with("cases/") && !named.contains(path))
            faults.push_back({path, 0, "", "is not listed in package.lua under cases"});
}

void readTexts(const Source& source, Json& texts, std::vector<Fault>& faults)
{
    texts = Json::object();
    static const std::string kFile = "texts/zh-CN.json";
    const auto found = source.files.find(kFile);
    if (found == source.files.end()) {
        faults.push_back({kFile, 0, "", "is missing"});
        return;
    }
    auto read = parseJson(found->second, {.max_depth = 2});
    if (!read || !read->is_object()) {
        faults.push_back(
            {kFile, 0, "", read ? "must be a map from codes to sentences" : read.error().message});
        return;
    }
    for (const auto& [code, sentence] : read->items())
        if (!sentence.is_string())
            faults.push_back({kFile, 0, code, "must be text"});
    texts = std::move(*read);
}

class PooledEvaluator : public Evaluator
{
public:
    PooledEvaluator(std::unique_ptr<worker::Pool> pool, EvaluatorOptions options)
        : pool_(std::move(pool)),
          options_(std::move(options)),
          gate_(options_.workers, options_.hard_limit)
    {}

    Compiled compile(const Source& source) override
    {
        Compiled compiled;
        const auto refuse = [&](std::string message) {
            compiled.faults.push_back({"package.lua", 0, "", std::move(message)});
            return std::move(compiled);
        };
        if (!source.files.contains("package.lua"))
            return refuse("is missing");
        const std::string hash = source.hash();
        auto answer = send(hash, {Json{{"op", "compile"}, {"limits", limits(kReading)}}, source.serialise()});
        if (!answer) {
            compiled.evaluated = answer.error().code == ErrorCode::limit_exceeded;
            return refuse("could not be evaluated: " + answer.error().message);
        }
        auto package = std::make_shared<Package>();
        for (const Json& fault : answer->head.at("faults"))
            compiled.faults.push_back({textAt(fault, "file"), fault.value("line", 0), textAt(fault, "path"),
                                       textAt(fault, "message")});
        package->manifest = std::move(answer->head.at("manifest"));
        // A package.lua that could not be read at all was reported above.
        if (!package->manifest.is_null() || compiled.faults.empty())
            checkManifest(package->manifest, source, compiled.faults);
        readTexts(source, package->texts, compiled.faults);
        for (auto& [id, definition] : answer->head.at("cases").items())
            if (!definition.is_null())
                package->cases[id] = std::move(definition);
        for (auto& [file, examples] : answer->head.at("examples").items())
            package->examples[file] = std::move(examples);
        package->rules = answer->head.at("rules").get<std::vector<std::string>>();
        if (!compiled.faults.empty())
            return compiled;
        package->id = textAt(package->manifest, "id");
        package->version = textAt(package->manifest, "version");
        package->hash = hash;
        package->source = source;
        compiled.package = std::move(package);
        return compiled;
    }

    Result<std::vector<Evaluation>> run(const Package& package, const std::vector<Call>& calls) override
    {
        Json asked = Json::array();
        std::string facts;
        for (const Call& call : calls) {
            asked.push_back({{"rule", call.rule()}, {"facts_bytes", call.facts().size()}});
            facts += call.facts();
        }
        worker::Message request{Json{{"op", "run"},
                                     {"hash", package.hash},
                                     {"limits", limits()},
                                     {"source_bytes", 0},
                                     {"calls", std::move(asked)}},
                                std::move(facts)};
        auto answer = send(package.hash, request);
        if (!answer && answer.error().reason == "package_unknown") {
            const std::string source = package.source.serialise();
            request.head["source_bytes"] = source.size();
            request.body.insert(0, source);
            answer = send(package.hash, request);
        }
        if (!answer)
            return fail(answer.error());
        return readResults(calls, answer->head);
    }

private:
    [[nodiscard]] Json limits(int times = 1) const
    {
        return {{"memory_bytes", std::int64_t{options_.memory_mib} << 20},
                {"instructions", options_.max_instructions},
                {"soft_ms", (options_.soft_limit * times).count()}};
    }

    Result<worker::Message> send(const std::string& key, const worker::Message& request)
    {
        if (auto entered = gate_.enter(key); !entered)
            return fail(entered.error());
        auto answer = pool_->call(request, options_.hard_limit, options_.hard_limit);
        const ErrorCode code = answer ? ErrorCode::internal : answer.error().code;
        const bool crashed = code == ErrorCode::plugin_fault && answer.error().reason != "exception";
        gate_.leave(key, code == ErrorCode::timeout || crashed);
        if (code == ErrorCode::timeout)
            return fail(ErrorCode::limit_exceeded, "the rule did not end and was killed", "time");
        if (code == ErrorCode::plugin_fault && answer.error().reason == "memory")
            return fail(ErrorCode::limit_exceeded, "out of memory", "memory");
        return answer;
    }

    static Result<std::vector<Evaluation>> readResults(const std::vector<Call>& calls, Json& head)
    {
        Json& results = head["results"];
        if (!results.is_array() || results.size() != calls.size())
            return fail(ErrorCode::plugin_fault, "a rules worker answered another number of results");
        std::vector<Evaluation> evaluations;
        for (std::size_t i = 0; i < calls.size(); ++i) {
            Evaluation evaluation;
            evaluation.value = std::move(results[i]["value"]);
            evaluation.micros = results[i].value("micros", std::int64_t{0});
            evaluation.memory_bytes = results[i].value("memory_bytes", std::int64_t{0});
            evaluation.instructions = results[i].value("instructions", std::int64_t{0});
            // Every reason of a decision names the rule that spoke (C39).
            if (evaluation.value.is_object() && evaluation.value.contains("allowed") &&
                evaluation.value.contains("reasons") && evaluation.value["reasons"].is_array())
                for (Json& reason : evaluation.value["reasons"])
                    if (reason.is_object())
                        reason["rule"] = calls[i].rule();
            evaluations.push_back(std::move(evaluation));
        }
        return evaluations;
    }

    std::unique_ptr<worker::Pool> pool_;
    const EvaluatorOptions options_;
    Gate gate_;
};

} // namespace

Call::Call(std::string rule, const Json& facts) : rule_(std::move(rule)), facts_(dumpJson(facts)) {}

Call Call::onText(std::string rule, std::string facts)
{
    Call call;
    call.rule_ = std::move(rule);
    call.facts_ = std::move(facts);
    return call;
}

Result<std::unique_ptr<Evaluator>> startEvaluator(const EvaluatorOptions& options)
{
    worker::PoolOptions pool;
    pool.name = "rules";
    pool.executable = options.worker_executable;
    pool.arguments = {"rules"};
    pool.size = options.workers;
    pool.confinement.memory_mib =
        options.memory_mib + 224; // the program, its libraries, cached packages, one message
    pool.breaker = false;         // kept for each package by the gate
    auto started = worker::Pool::start(std::move(pool));
    if (!started)
        return fail(started.error());
    return std::unique_ptr<Evaluator>(std::make_unique<PooledEvaluator>(std::move(*started), options));
}

} // namespace zikao::rules
