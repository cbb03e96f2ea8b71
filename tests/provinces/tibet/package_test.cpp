#include <fstream>

#include <gmock/gmock.h>

#include "kernel/base/json.hpp"
#include "kernel/rules/package.hpp"
#include "tests/kernel/rules/support.hpp"

using namespace zikao;
using namespace zikao::rules;

namespace {

const std::string kRules = ZIKAO_SOURCE_DIR "/lua-rules/";

Source package()
{
    return Source::read(kRules + "tibet", kRules + "common").value();
}

} // namespace

TEST(TibetPackage, EveryRefusalOfTheRulesHasASentence)
{
    const Source source = package();
    const Json texts = parseJson(source.files.at("texts/zh-CN.json")).value();
    const auto codes = rules::testing_support::refusalCodes(source);
    EXPECT_GE(codes.size(), 20u);
    // Codes that a rule looks up before it refuses with them.
    for (const std::string why : {"no_national_code", "gone", "not_in_plan", "waived", "not_passed", "thesis",
                                  "practice_alone", "twice"})
        EXPECT_TRUE(texts.contains("transfer_" + why)) << why;
    for (const std::string& code : codes)
        EXPECT_TRUE(texts.contains(code)) << code;
}

TEST(TibetPackage, EveryGuardHasAnAcceptedAndARefusedExampleAndAllOfThemHold)
{
    const auto compiled = rules::testing_support::compiled(package());
    ASSERT_TRUE(compiled);
    std::map<std::string, std::set<std::string>> kinds;
    for (const auto& [file, examples] : compiled->examples)
        for (const Json& example : examples)
            kinds[example["call"]].insert(example["expect"].contains("refused") ? "refused" : "accepted");
    for (const std::string rule :
         {"registration.may_register", "sign_up.may_submit", "record_change.may_change", "waiver.may_submit",
          "transfer.may_move", "graduation.may_apply", "graduation.records_suffice", "graduation.is_complete",
          "graduation.may_reapply", "graduation.may_hand_in", "photo.may_submit"})
        EXPECT_THAT(kinds[rule], testing::ElementsAre("accepted", "refused")) << rule;
    const auto outcomes = rehearse(rules::testing_support::evaluator(), *compiled);
    ASSERT_TRUE(outcomes) << outcomes.error().message;
    for (const ExampleOutcome& outcome : *outcomes)
        EXPECT_TRUE(outcome.passed) << outcome.name << ": " << outcome.difference;
}

TEST(TibetPackage, XZ_SGN_17_NineAnswersStandInTheProfile)
{
    std::ifstream in(ZIKAO_SOURCE_DIR "/provinces/tibet/province.json", std::ios::binary);
    const Json profile = parseJson(std::string{std::istreambuf_iterator<char>(in), {}}).value();
    ASSERT_EQ(profile["help"].size(), 9u);
    EXPECT_NE(profile["help"][1]["answer"].get<std::string>().find("zksk357@163.com"), std::string::npos);
    EXPECT_NE(profile["help"][2]["answer"].get<std::string>().find("0891-6314357"), std::string::npos)
        << "XZ-SGN-16";
}
