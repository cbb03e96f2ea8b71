
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
    return Source::read(kRules + "xinjiang", kRules + "common").value();
}

/// Codes that the package's rules refuse with, as they stand in the source.
std::set<std::string> refusalCodes(const Source& source)
{
    std::set<std::string> codes = rules::testing_support::refusalCodes(source);
    // common/photos.lua makes its codes from the checks of the image inspector (plugins/api/image_inspector.hpp).
    for (const char* check :
         {"type", "bytes", "width", "height", "face_count", "face_size", "eyes", "sharpness", "ground"})
        codes.insert("photo_" + std::string(check));
    return codes;
}

} // namespace

TEST(XinjiangPackage, EveryRefusalOfTheRulesHasASentenceThatSaysWhatToDo)
{
    const Source source = package();
    const Json texts = parseJson(source.files.at("texts/zh-CN.json")).value();
    const auto codes = refusalCodes(source);
    EXPECT_GE(codes.size(), 20u);
    for (const std::string& code : codes) {
        ASSERT_TRUE(texts.contains(code)) << code;
        const std::string sentence = texts[code];
        EXPECT_TRUE(sentence.find("请") != std::string::npos || sentence.find("需要") != std::string::npos)
            << code << ": " << sentence;
    }
}

TEST(XinjiangPackage, EveryRuleHasAnAcceptedAndARefusedExampleAndAllOfThemHold)
{
    const auto compiled = rules::testing_support::compiled(package());
    ASSERT_TRUE(compiled);
    std::map<std::string, std::set<std::string>> kinds;
    for (const auto& [file, examples] : compiled->examples)
        for (const Json& example : examples)
            kinds[example["call"]].insert(example["expect"].contains("refused") ? "refused" : "accepted");
    for (const std::string rule : {"registration.may_submit", "sign_up.may_submit", "sign_up.may_pay"})
        EXPECT_THAT(kinds[rule], testing::ElementsAre("accepted", "refused")) << rule;
    EXPECT_FALSE(kinds["fees.sign_up_lines"].empty());
    const auto outcomes = rehearse(rules::testing_support::evaluator(), *compiled);
    ASSERT_TRUE(outcomes) << outcomes.error().message;
    for (const ExampleOutcome& outcome : *outcomes)
        EXPECT_TRUE(outcome.passed) << outcome.name << ": " << outcome.difference;
}
