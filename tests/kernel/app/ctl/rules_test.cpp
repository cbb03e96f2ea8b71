#include <chrono>
#include <regex>

#include "tests/kernel/app/ctl/support.hpp"

namespace zikao::ctl {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing_support::Ended;
using testing_support::writePackage;
using testing_support::zikaoctl;

/// Rule commands that need no configuration.
class ZikaoctlRules : public testing::Test
{
protected:
    std::string package(const std::map<std::string, std::string>& changed = {})
    {
        return writePackage(folder.path("lantern"), changed);
    }
    Ended eval(const std::string& dir, const std::string& facts,
               const std::string& rule = "registration.may_submit")
    {
        return zikaoctl({"rules", "eval", dir, "--rule", rule, "--facts", "-"}, facts);
    }
    test::OutputFolder folder;
};

TEST_F(ZikaoctlRules, CheckAcceptsAPackageWithoutFaults)
{
    const Ended ended = zikaoctl({"rules", "check", package()});
    EXPECT_EQ(ended.exit, 0) << ended.text;
    EXPECT_THAT(ended.text, HasSubstr("lantern 1.0.0: no faults"));
}

TEST_F(ZikaoctlRules, CheckPrintsFileAndLineOfEveryBrokenFile)
{
    const Ended ended = zikaoctl({"rules", "check",
                                  package({{"rules/registration.lua", "local M = {}\nreturn M M\n"},
                                           {"rules/other.lua", "return {\n"}})});
    EXPECT_EQ(ended.exit, 1);
    EXPECT_THAT(ended.text, HasSubstr("rules/registration.lua:2"));
    EXPECT_THAT(ended.text, HasSubstr("rules/other.lua:"));
}

TEST_F(ZikaoctlRules, CheckPrintsThePathOfAFaultInADefinition)
{
    const std::string dir = package();
    std::string text = test::readFile(dir + "/cases/registration.lua");
    text.replace(text.find("registration.may_submit"), 23, "registration.may_sumbit");
    writePackage(dir, {{"cases/registration.lua", text}});
    const Ended ended = zikaoctl({"rules", "check", dir});
    EXPECT_EQ(ended.exit, 1);
    EXPECT_THAT(ended.text, HasSubstr("cases/registration.lua: actions.submit.guard"));
    EXPECT_THAT(ended.text, HasSubstr("registration.may_sumbit"));
}

TEST_F(ZikaoctlRules, CheckFindsTheCommonRulesBesideThePackage)
{
    testing_support::writeFile(folder.path("common/numbers.lua"), "return { LIMIT = 3 }\n");
    const std::string dir =
        package({{"rules/limits.lua", "local n = use \"common.numbers\"\nlocal M = {}\nfunction M.limit() "
                                      "return n.LIMIT end\nreturn M\n"}});
    EXPECT_EQ(zikaoctl({"rules", "check", dir + "/"}).exit, 0);
    EXPECT_THAT(eval(dir, "{}", "limits.limit").text, HasSubstr("value: 3"));
}

TEST_F(ZikaoctlRules, TestCountsTheExamplesInItsLastLine)
{
    const Ended ended = zikaoctl({"rules", "test", package()});
    EXPECT_EQ(ended.exit, 0);
    EXPECT_EQ(ended.text, "2 passed, 0 failed\n");
}

TEST_F(ZikaoctlRules, TestPrintsWhatAFailedExampleExpectedAndWhatCame)
{
    const std::string dir = package({{"examples/registration.lua", R"(return {
  { name = "李明 is refused", call = "registration.may_submit", facts = { fields = { name = "李明" } },
    expect = { refused = "name_unknown" } } })"}});
    const Ended ended = zikaoctl({"rules", "test", dir});
    EXPECT_EQ(ended.exit, 1);
    EXPECT_THAT(ended.text, HasSubstr("examples/registration.lua: FAILED 李明 is refused"));
    EXPECT_THAT(ended.text, HasSubstr("\"allowed\":true"));
    EXPECT_THAT(ended.text, EndsWith("\n0 passed, 1 failed\n"));
}

TEST_F(ZikaoctlRules, EvalSaysWhatTheCandidateWouldReadAndWhatItCost)
{
    const std::string dir = package();
    const Ended refused = eval(dir, R"({"fields": {"name": "无名"}})");
    EXPECT_EQ(refused.exit, 1);
    EXPECT_THAT(refused.text, HasSubstr("decision: refused"));
    EXPECT_THAT(refused.text, HasSubstr("没有叫无名的人"));
    EXPECT_THAT(refused.text,
                testing::ContainsRegex("time: [0-9]+ us, memory: [1-9][0-9]+ bytes, instructions: [0-9]+"));
    const Ended allowed = eval(dir, R"({"fields": {"name": "李明"}})");
    EXPECT_EQ(allowed.exit, 0);
    EXPECT_THAT(allowed.text, HasSubstr("decision: allowed"));
}

TEST_F(ZikaoctlRules, EvalEndsWithTwoWhenTheRuleCannotAnswer)
{
    const std::string dir = package();
    EXPECT_EQ(eval(dir, "{}").exit, 2) << "the rule indexes a fact that is not there";
    EXPECT_THAT(eval(dir, "{}").text, HasSubstr("rules/registration.lua:4"));
    EXPECT_EQ(eval(dir, "{}", "registration.no_such_rule").exit, 2);
    EXPECT_EQ(eval(dir, "{").exit, 2);
    EXPECT_EQ(zikaoctl({"rules", "eval", dir, "--rule", "x.y", "--facts", folder.path("none.json")}).exit, 2);
}

TEST_F(ZikaoctlRules, EvalStopsAnEndlessLoopAtTheLimitAndNamesIt)
{
    const std::string dir =
        package({{"rules/endless.lua", "local M = {}\nfunction M.run() while true do end end\nreturn M\n"}});
    const auto begun = std::chrono::steady_clock::now();
    const Ended ended = eval(dir, "{}", "endless.run");
    const auto took = std::chrono::steady_clock::now() - begun;
    EXPECT_EQ(ended.exit, 2);
    EXPECT_THAT(ended.text, HasSubstr("limit_exceeded"));
    // The hard limit is one second; the rest is for two starts of a process on a busy machine.
    EXPECT_LT(took, std::chrono::seconds{10});
}

TEST_F(ZikaoctlRules, EveryWordThatEditorsOfferIsOneThatRulesHave)
{
    const std::string offered = test::readFile(ZIKAO_SOURCE_DIR "/lua-rules/common/host.d.lua");
    const std::regex word("\nfunction ([a-z_.]+)\\(");
    std::string rule = "local M = {}\nfunction M.run()\n";
    int words = 0;
    for (std::sregex_iterator at(offered.begin(), offered.end(), word), end; at != end; ++at, ++words)
        rule += "  assert(type(" + (*at)[1].str() + ") == \"function\", \"" + (*at)[1].str() + "\")\n";
    EXPECT_GT(words, 50);
    const Ended ended =
        eval(package({{"rules/words.lua", rule + "  return allow()\nend\nreturn M\n"}}), "{}", "words.run");
    EXPECT_EQ(ended.exit, 0) << ended.text;
}

} // namespace
} // namespace zikao::ctl
