// The outer wall alone: what happens when the limits inside the worker are switched off (negative control).
#include <thread>

#include "tests/kernel/rules/support.hpp"

using namespace zikao;
using namespace zikao::rules;
using namespace std::chrono_literals;
using testing_support::smallPackage;

namespace {

EvaluatorOptions withoutInnerLimits()
{
    EvaluatorOptions options;
    options.worker_executable = ZIKAO_BUILD_DIR "/bin/zikao-worker";
    options.soft_limit = 1h;
    options.max_instructions = std::int64_t{1} << 60;
    options.hard_limit = 300ms;
    return options;
}

Source endless(const std::string& loop = "while true do end")
{
    return smallPackage({{"rules/hostile.lua", "return { act = function() " + loop + " end }"}});
}

} // namespace

TEST(RulesSupervisor, KillsOnWallTimeWhatTheWorkerDoesNotStop)
{
    auto evaluator = startEvaluator(withoutInnerLimits());
    ASSERT_TRUE(evaluator);
    auto package = (*evaluator)->compile(endless()).package;
    ASSERT_TRUE(package);
    const auto begun = std::chrono::steady_clock::now();
    auto answer = (*evaluator)->run(*package, {{"hostile.act", Json::object()}});
    const auto took = std::chrono::steady_clock::now() - begun;
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::limit_exceeded);
    EXPECT_EQ(answer.error().reason, "time");
    EXPECT_GE(took, 299ms);
    EXPECT_LT(took, 1s);
    EXPECT_TRUE((*evaluator)->run(*package, {{"sign_up.may_submit", {{"credits", 20}}}}));
}

TEST(RulesSupervisor, APackageThatKeepsKillingWorkersRestsAndItsNeighbourDoesNot)
{
    EvaluatorOptions options = withoutInnerLimits();
    options.hard_limit = 100ms;
    auto evaluator = startEvaluator(options);
    ASSERT_TRUE(evaluator);
    auto hostile = (*evaluator)->compile(endless()).package;
    auto neighbour = (*evaluator)->compile(smallPackage()).package;
    ASSERT_TRUE(hostile && neighbour);
    int killed = 0;
    std::string last;
    // Between two kills a call may find no worker ready yet.
    for (int i = 0; i < 50 && last != "breaker_open"; ++i) {
        auto answer = (*evaluator)->run(*hostile, {{"hostile.act", Json::object()}});
        ASSERT_FALSE(answer);
        killed += answer.error().reason == "time" ? 1 : 0;
        last = answer.error().reason;
    }
    EXPECT_EQ(killed, 5);
    EXPECT_EQ(last, "breaker_open");
    // Two workers may be on their way back; the neighbour waits for one, it is not refused.
    bool answered = false;
    for (int i = 0; i < 20 && !answered; ++i)
        answered = (*evaluator)->run(*neighbour, {{"sign_up.may_submit", {{"credits", 20}}}}).has_value();
    EXPECT_TRUE(answered);
}

TEST(RulesSupervisor, OnePackageNeverHoldsEveryWorker)
{
    EvaluatorOptions options = withoutInnerLimits();
    options.hard_limit = 500ms;
    auto evaluator = startEvaluator(options);
    ASSERT_TRUE(evaluator);
    auto hostile = (*evaluator)->compile(endless()).package;
    auto neighbour = (*evaluator)->compile(smallPackage()).package;
    ASSERT_TRUE(hostile && neighbour);
    std::vector<std::thread> attackers;
    for (int i = 0; i < 4; ++i)
        attackers.emplace_back([&] {
            EXPECT_FALSE((*evaluator)->run(*hostile, {{"hostile.act", Json::object()}}));
        });
    std::this_thread::sleep_for(50ms);
    const auto begun = std::chrono::steady_clock::now();
    auto answer = (*evaluator)->run(*neighbour, {{"sign_up.may_submit", {{"credits", 20}}}});
    EXPECT_TRUE(answer) << answer.error().message;
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 400ms);
    for (std::thread& attacker : attackers)
        attacker.join();
}
