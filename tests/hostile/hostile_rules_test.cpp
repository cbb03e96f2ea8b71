#include <thread>

#include <gmock/gmock.h>

#include "tests/hostile/snippets.hpp"
#include "tests/kernel/rules/support.hpp"

using namespace zikao;
using namespace zikao::rules;
using hostile::Snippet;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds kSlack{700}; ///< of a busy machine, on top of the hard limit

/// The limits of the product; instrumented code is several times slower, and a snippet must still meet its own limit
/// before that of time.
EvaluatorOptions productLimits()
{
    EvaluatorOptions options;
    options.worker_executable = ZIKAO_BUILD_DIR "/bin/zikao-worker";
#ifdef ZIKAO_SANITIZE
    options.soft_limit *= 4;
    options.hard_limit *= 4;
#endif
    return options;
}

Evaluator& pool()
{
    static const auto started = startEvaluator(productLimits());
    EXPECT_TRUE(started);
    return **started;
}

std::shared_ptr<const Package> neighbour()
{
    static const auto package = pool().compile(testing_support::smallPackage()).package;
    return package;
}

class HostileRule : public testing::TestWithParam<Snippet>
{};

/// "fault" when the package is refused, else the reason of the error; "nothing" when it simply answered.
std::string outcomeOf(const Snippet& snippet)
{
    const std::string file = snippet.whole_file
                                 ? snippet.body
                                 : "local M = {}\nfunction M.act(facts)\n" + snippet.body + "\nend\nreturn M";
    const Compiled compiled = pool().compile(testing_support::smallPackage({{"rules/hostile.lua", file}}));
    if (!compiled.package)
        return compiled.faults.empty() ? "no package" : "fault";
    auto answer = pool().run(*compiled.package, {{"hostile.act", Json::object()}});
    if (answer)
        return "nothing, answered " + dumpJson(answer->front().value).substr(0, 100);
    EXPECT_LT(answer.error().message.size(), 1'000u);
    return answer.error().reason;
}

} // namespace

TEST_P(HostileRule, IsStoppedByItsLimitWhileAnotherTenantIsAnswered)
{
    const Snippet& snippet = GetParam();
    ASSERT_TRUE(neighbour());
    std::atomic<bool> on{true};
    std::atomic<int> answered{0}, failed{0};
    std::thread other([&] {
        while (on) {
            auto answer = pool().run(*neighbour(), {{"sign_up.may_submit", {{"credits", 20}}}});
            (answer ? answered : failed)++;
        }
    });
    const auto begun = steady_clock::now();
    const std::string outcome = outcomeOf(snippet);
    const auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - begun);
    while (answered + failed == 0)
        std::this_thread::yield();
    on = false;
    other.join();
    EXPECT_THAT(snippet.stopped_by, testing::Contains(outcome));
    EXPECT_LT(took, productLimits().hard_limit + kSlack);
    EXPECT_GT(answered, 0);
    EXPECT_EQ(failed, 0);
}

INSTANTIATE_TEST_SUITE_P(OpenSet, HostileRule, testing::ValuesIn(hostile::snippets()),
                         [](const testing::TestParamInfo<Snippet>& info) { return info.param.name; });
