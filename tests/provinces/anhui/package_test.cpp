
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
    std::set<std::string> guards;
    for (const auto& [id, definition] : compiled->cases) {
        if (definition.contains("begin"))
            guards.insert(definition["begin"]["guard"].get<std::string>());
        for (const Json& action : definition["actions"])
            if (action.contains("guard"))
                guards.insert(action["guard"].get<std::string>());
    }
    EXPECT_GE(guards.size(), 18u);
    for (const std::string& guard : guards)
        EXPECT_THAT(kinds[guard], testing::ElementsAre("accepted", "refused")) << guard;
    for (const std::string& rule :
         compiled->rules) // what a definition names: a deadline's day, a fee, a number
        for (const auto& [id, definition] : compiled->cases)
            if (definition.dump().find('"' + rule + '"') != std::string::npos)
                EXPECT_FALSE(kinds[rule].empty()) << rule << " of " << id << " has no example";
    const auto outcomes = rehearse(rules::testing_support::evaluator(), *compiled);
    ASSERT_TRUE(outcomes) << outcomes.error().message;
    for (const ExampleOutcome& outcome : *outcomes)
        EXPECT_TRUE(outcome.passed) << outcome.name << ": " << outcome.difference;
}

TEST(AnhuiPackage, EveryDecisionOfAnOfficerAndEveryDeadlineIsTold)
{
    const auto compiled = rules::testing_support::compiled(package());
    ASSERT_TRUE(compiled);
    const auto told = [](const Json& action) {
        const Json effects = action.value("effects", Json::array());
        return std::ranges::any_of(effects, [](const Json& effect) {
            return effect.is_object() && effect.value("verb", "") == "send_message";
        });
    };
    int decisions = 0, deadlines = 0;
    for (const auto& [id, definition] : compiled->cases)
        for (const auto& [name, action] : definition["actions"].items()) {
            const std::string by = action["by"];
            if (by != "candidate" && by != "system") {
                ++decisions;
                EXPECT_TRUE(told(action)) << id << "." << name << ": the candidate hears nothing";
            }
            for (const Json& effect : action.value("effects", Json::array()))
                if (effect.is_object() && effect.value("verb", "") == "set_deadline") {
                    ++deadlines;
                    EXPECT_TRUE(effect.contains("remind"))
                        << id << "." << name << ": " << effect["action"] << " comes without a reminder";
                }
        }
    EXPECT_GE(decisions, 25);
    EXPECT_GE(deadlines, 5);
}
