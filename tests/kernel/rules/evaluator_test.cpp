#include <thread>

#include "tests/kernel/rules/support.hpp"

using namespace zikao;
using namespace zikao::rules;
using namespace testing_support;

TEST(Evaluator, AnswersAllCallsOfARequestInOrder)
{
    auto package = compiled(smallPackage());
    ASSERT_TRUE(package);
    auto answers = evaluator().run(*package, {{"sign_up.may_submit", {{"credits", 20}}},
                                              {"sign_up.may_submit", {{"credits", 13}}},
                                              {"sign_up.echo", {{"x", "报"}}}});
    ASSERT_TRUE(answers) << answers.error().message;
    ASSERT_EQ(answers->size(), 3u);
    EXPECT_EQ((*answers)[0].value["allowed"], true);
    EXPECT_EQ(
        (*answers)[1].value["reasons"][0],
        Json::parse(
            R"({"code":"credits_short","args":{"have":13,"need":14},"field":"courses","rule":"sign_up.may_submit"})"));
    EXPECT_EQ((*answers)[2].value["x"], "报");
    EXPECT_GT((*answers)[0].memory_bytes, 0);
}

TEST(Evaluator, NothingFlowsFromOneCallToTheNext)
{
    auto package = compiled(smallPackage({{"rules/memory.lua", R"(
local M = {}
local seen = 0
function M.count(facts) seen = seen + 1 M.kept = facts.name return { seen = seen } end
function M.kept_by_others() return { kept = M.kept or "nothing" } end
return M)"}}));
    ASSERT_TRUE(package);
    for (int i = 0; i < 3; ++i) {
        auto answers = evaluator().run(*package, {{"memory.count", {{"name", "甲"}}},
                                                  {"memory.count", {{"name", "乙"}}},
                                                  {"memory.kept_by_others", Json::object()}});
        ASSERT_TRUE(answers) << answers.error().message;
        EXPECT_EQ((*answers)[0].value["seen"], 1);
        EXPECT_EQ((*answers)[1].value["seen"], 1);
        EXPECT_EQ((*answers)[2].value["kept"], "nothing");
    }
}

TEST(Evaluator, AnUnknownRuleAndABrokenOneSayWhich)
{
    auto package = compiled(smallPackage());
    ASSERT_TRUE(package);
    for (const char* rule :
         {"sign_up.nothing", "nowhere.may_submit", "may_submit", "", "common.credit.sum", "../x.y"}) {
        auto answer = evaluator().run(*package, {{rule, Json::object()}});
        ASSERT_FALSE(answer) << rule;
        EXPECT_EQ(answer.error().reason, "rule_unknown") << rule;
    }
    auto broken = evaluator().run(*package, {{"sign_up.may_submit", Json::object()}});
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().reason, "rule_error");
    EXPECT_NE(broken.error().message.find("rules/sign_up.lua:4"), std::string::npos)
        << broken.error().message;
}

TEST(Evaluator, TwoVersionsOfOnePackageDoNotMix)
{
    auto first = compiled(smallPackage({{"rules/fees.lua", "return { fee = function() return 3500 end }"}}));
    auto second = compiled(smallPackage({{"rules/fees.lua", "return { fee = function() return 4000 end }"}}));
    ASSERT_TRUE(first && second);
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(evaluator().run(*first, {{"fees.fee", Json::object()}})->front().value, 3500);
        EXPECT_EQ(evaluator().run(*second, {{"fees.fee", Json::object()}})->front().value, 4000);
    }
}

TEST(Evaluator, MoreVersionsThanAWorkerKeepsStillAnswer)
{
    std::vector<std::shared_ptr<const Package>> packages;
    for (int i = 0; i < 40; ++i)
        packages.push_back(compiled(smallPackage(
            {{"rules/fees.lua", "return { fee = function() return " + std::to_string(i) + " end }"}})));
    for (int round = 0; round < 2; ++round)
        for (int i = 0; i < 40; ++i)
            EXPECT_EQ(evaluator()
                          .run(*packages[static_cast<std::size_t>(i)], {{"fees.fee", Json::object()}})
                          ->front()
                          .value,
                      i);
}

TEST(Evaluator, ManyThreadsOfOnePackageAllGetTheirAnswer)
{
    auto package = compiled(smallPackage());
    ASSERT_TRUE(package);
    std::atomic<int> right{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 25; ++i) {
                auto answer = evaluator().run(*package, {{"sign_up.echo", {{"n", t * 100 + i}}}});
                right += answer && answer->front().value["n"] == t * 100 + i ? 1 : 0;
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(right, 200);
}

TEST(Rehearsal, ReportsEachExampleWithWhatCameInstead)
{
    auto package = compiled(smallPackage({{"examples/sign_up.lua", R"(
return {
  { name = "14 are enough", call = "sign_up.may_submit", facts = { credits = 14 }, expect = { allowed = true } },
  { name = "13 are not", call = "sign_up.may_submit", facts = { credits = 13 },
    expect = { refused = "credits_short", args = { have = 13, need = 14 }, field = "courses" } },
  { name = "wrong code", call = "sign_up.may_submit", facts = { credits = 13 }, expect = { refused = "other" } },
  { name = "wrong args", call = "sign_up.may_submit", facts = { credits = 13 }, expect = { refused = "credits_short", args = { have = 1 } } },
  { name = "allowed after all", call = "sign_up.may_submit", facts = { credits = 20 }, expect = { refused = "credits_short" } },
  { name = "data", call = "sign_up.echo", facts = { lines = { 1, 2 } }, expect = { value = { lines = { 1, 2 } } } },
  { name = "other data", call = "sign_up.echo", facts = { lines = { 1, 2 } }, expect = { value = { lines = { 1, 3 } } } },
  { name = "broken", call = "sign_up.may_submit", facts = {}, expect = { allowed = true } },
  { name = "misspelt", call = "sign_up.may_submit", expects = { allowed = true } },
}
)"}}));
    ASSERT_TRUE(package);
    auto outcomes = rehearse(evaluator(), *package);
    ASSERT_TRUE(outcomes) << outcomes.error().message;
    std::vector<bool> passed;
    for (const ExampleOutcome& outcome : *outcomes) {
        passed.push_back(outcome.passed);
        EXPECT_EQ(outcome.file, "examples/sign_up.lua");
        EXPECT_EQ(outcome.passed, outcome.difference.empty()) << outcome.name;
    }
    EXPECT_EQ(passed, (std::vector<bool>{true, true, false, false, false, true, false, false, false}));
    EXPECT_NE((*outcomes)[2].difference.find("credits_short"), std::string::npos);
}
