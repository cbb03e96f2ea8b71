// bench_rules: what the rules of a request cost, there and back; one JSON line per province.
#include <filesystem>

#include "kernel/rules/package.hpp"
#include "tests/bench/measure.hpp"

namespace zikao::bench {
namespace {

/// What the rules of a real province are asked when somebody signs up, from the province's own examples.
void rulesOfOneRequest()
{
    rules::EvaluatorOptions options;
    options.worker_executable = ZIKAO_BUILD_DIR "/bin/zikao-worker";
    const auto evaluator = must(rules::startEvaluator(options));
    for (const auto& province : std::filesystem::directory_iterator(ZIKAO_SOURCE_DIR "/lua-rules")) {
        if (!std::filesystem::exists(province.path() / "package.lua"))
            continue;
        const auto source = must(rules::Source::read(province.path(), ZIKAO_SOURCE_DIR "/lua-rules/common"));
        const rules::Compiled compiled = evaluator->compile(source);
        if (!compiled.package)
            throw std::runtime_error(province.path().string() + " does not compile");
        std::vector<rules::Call> calls;
        for (const auto& [file, examples] : compiled.package->examples)
            for (const Json& example : examples)
                if (file.find("sign_up") != std::string::npos && example["expect"].value("allowed", false))
                    calls.push_back({example["call"], example["facts"]});
        if (calls.empty())
            throw std::runtime_error(province.path().string() + " has no allowed example of a sign-up");
        std::vector<double> took;
        for (int i = 0; i < 3000; ++i) {
            const auto began = Clock::now();
            must(evaluator->run(*compiled.package, {calls[static_cast<std::size_t>(i) % calls.size()]}));
            if (i >= 500)
                took.push_back(micros(began));
        }
        print("rules_" + compiled.package->id, median(took), nullptr, nullptr,
              "microseconds of one request's decision, there and back", "ours <= 150");
    }
}

} // namespace
} // namespace zikao::bench

int main()
{
    try {
        zikao::bench::rulesOfOneRequest();
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_rules: %s\n", error.what());
        return 1;
    }
}
