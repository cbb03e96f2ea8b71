
#include "kernel/base/json.hpp"
#include "tests/kernel/rules/support.hpp"

using namespace zikao;
using namespace zikao::rules;

namespace {

const std::string kRules = ZIKAO_SOURCE_DIR "/lua-rules/";

Source package()
{
    return Source::read(kRules + "anhui", kRules + "common").value();
}

} // namespace

TEST(AnhuiPackage, EveryRefusalOfTheRulesHasASentence)
{
    const Source source = package();
    const Json texts = parseJson(source.files.at("texts/zh-CN.json")).value();
    const auto codes = rules::testing_support::refusalCodes(source);
    EXPECT_GE(codes.size(), 20u);
    for (const std::string& code : codes)
        EXPECT_TRUE(texts.contains(code)) << code;
}

TEST(AnhuiPackage, EveryGuardHasAnAcceptedAndARefusedExampleAndAllOfThemHold)
{
    const auto compiled = rules::testing_support::compiled(package());
    ASSERT_TRUE(compiled);
    std::map<std::string, std::set<std::string>> kinds;
    for (const auto& [file, examples] : compiled->examples)
        for (const Json& example : examples)
            kinds[example["call"]].insert(example["expect"].contains("refused") ? "refused" : "accepted");
    for (const std::string rule :
         {"registration.may_submit", "sign_up.may_submit", "sign_up.may_pay", "photo.may_submit",
          "transfer.may_submit", "graduation.may_apply", "graduation.may_pass", "graduation.is_complete",
          "graduation.must_give_up", "degree_papers.proves", "degree_papers.announces"})
        EXPECT_THAT(kinds[rule], testing::ElementsAre("accepted", "refused")) << rule;
    const auto outcomes = rehearse(rules::testing_support::evaluator(), *compiled);
    ASSERT_TRUE(outcomes) << outcomes.error().message;
    for (const ExampleOutcome& outcome : *outcomes)
        EXPECT_TRUE(outcome.passed) << outcome.name << ": " << outcome.difference;
}
