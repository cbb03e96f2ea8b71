#include "kernel/cases/field_checks.hpp"

#include <gmock/gmock.h>

#include "kernel/cases/vocabulary.hpp"
#include "tests/kernel/cases/lantern.hpp"

namespace zikao::cases {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string refusal(const std::string& type, const Json& fields)
{
    const auto checked = checkShapes(*lanternCase(type), fields);
    if (checked)
        return "";
    EXPECT_EQ(checked.error().code, ErrorCode::invalid_argument);
    return checked.error().reason;
}

std::vector<std::string> visibleIds(const std::string& type, const Json& fields)
{
    const auto definition = lanternCase(type);
    std::vector<std::string> ids;
    for (const Field* field : visibleFields(*definition, definition->initial, fields))
        ids.push_back(field->id);
    return ids;
}

TEST(FieldShapes, ADraftMayHoldWhatIsNotRightYet)
{
    EXPECT_EQ(
        refusal("registration", {{"name", "x"}, {"id_number", "12"}, {"phone", "abc"}, {"birth_date", ""}}),
        "");
    EXPECT_EQ(refusal("registration", {{"crafts", Json::array({"unknown"})}, {"declaration", false}}), "");
    EXPECT_EQ(refusal("registration", Json()), "");
    EXPECT_EQ(refusal("registration", Json::object()), "");
    EXPECT_EQ(refusal("registration", {{"name", nullptr}}), "") << "null takes a field away";
}

TEST(FieldShapes, AFieldThatTheCaseDoesNotHaveIsRefused)
{
    EXPECT_EQ(refusal("registration", {{"rank", "master"}}), "field_unknown");
    EXPECT_EQ(refusal("sign_up", {{"name", "灯"}}), "field_unknown");
}

TEST(FieldShapes, SecretsAndFilesNeverTravelAsFields)
{
    EXPECT_EQ(refusal("registration", {{"password", "river7Stone"}}), "field_unknown");
    EXPECT_EQ(refusal("registration", {{"portrait", "data:…"}}), "field_unknown");
    EXPECT_EQ(refusal("registration", {{"id_card_front", "x"}}), "field_unknown");
}

TEST(FieldShapes, AValueOfTheWrongKindIsRefused)
{
    for (const Json& wrong : {Json(5), Json(true), Json::array({"灯"}), Json::object({{"a", 1}})})
        EXPECT_EQ(refusal("registration", {{"name", wrong}}), "field_type") << dumpJson(wrong);
    for (const Json& wrong : {Json("true"), Json(1), Json::array()})
        EXPECT_EQ(refusal("registration", {{"declaration", wrong}}), "field_type") << dumpJson(wrong);
    for (const Json& wrong : {Json("L02"), Json::array({1}), Json::object({{"L02", true}})})
        EXPECT_EQ(refusal("registration", {{"crafts", wrong}}), "field_type") << dumpJson(wrong);
    EXPECT_EQ(refusal("registration", Json::array({"name"})), "field_type");
    EXPECT_EQ(refusal("registration", "name"), "field_type");
}

TEST(FieldShapes, CoursesAreSlotAndCodeAndNothingElse)
{
    const Json good = {{"slot_no", 1}, {"code", "00001"}};
    EXPECT_EQ(refusal("sign_up", {{"courses", {good, good}}}), "");
    EXPECT_EQ(refusal("sign_up", {{"courses", Json::array()}}), "");
    for (const Json& wrong : {Json({{"slot_no", "1"}, {"code", "00001"}}), Json({{"slot_no", 1}}),
                              Json({{"slot_no", 1}, {"code", 1}}), Json({{"slot_no", -1}, {"code", "00001"}}),
                              Json({{"slot_no", 1001}, {"code", "00001"}}),
                              Json({{"slot_no", 1}, {"code", "00001"}, {"fee", 0}}), Json("00001")})
        EXPECT_EQ(refusal("sign_up", {{"courses", Json::array({wrong})}}), "field_type") << dumpJson(wrong);
    EXPECT_EQ(refusal("sign_up", {{"courses", Json(20, good)}}), "");
    EXPECT_EQ(refusal("sign_up", {{"courses", Json(21, good)}}), "field_type");
}

TEST(FieldShapes, TextIsMeasuredInCharactersAndMustBeWhole)
{
    std::string most;
    for (int i = 0; i < 2'000; ++i)
        most += "灯";
    EXPECT_EQ(refusal("registration", {{"address", most}}), "");
    EXPECT_EQ(refusal("registration", {{"address", most + "灯"}}), "field_size");
    EXPECT_EQ(refusal("registration", {{"address", std::string("a\0b", 3)}}), "field_size");
    EXPECT_EQ(refusal("registration", {{"crafts", Json(100, "L02")}}), "");
    EXPECT_EQ(refusal("registration", {{"crafts", Json(101, "L02")}}), "field_type");
    EXPECT_EQ(refusal("registration", {{"crafts", Json::array({std::string(65, 'L')})}}), "field_type");
}

TEST(FieldShapes, AllFieldsTogetherAreBounded)
{
    Json fields = Json::object();
    for (int i = 0; i < 8; ++i)
        fields["unknown_" + std::to_string(i)] = std::string(9'000, 'x');
    EXPECT_EQ(refusal("registration", fields), "field_size");
}

TEST(FieldShapes, ARefusalNamesTheFieldAndNeverTheValue)
{
    const auto checked = checkShapes(*lanternCase("registration"), {{"phone", Json::array({"13812345678"})}});
    ASSERT_FALSE(checked);
    EXPECT_THAT(checked.error().message, HasSubstr("phone"));
    EXPECT_THAT(checked.error().message, Not(HasSubstr("13812345678")));
}

TEST(FieldMerging, ChangedValuesGoOverStoredOnesAndNullTakesAway)
{
    const Json stored = {{"name", "灯一"}, {"phone", "13800000001"}, {"crafts", {"L02", "L03"}}};
    EXPECT_EQ(merged(stored, {{"name", "灯二"}, {"phone", nullptr}, {"crafts", {"L03"}}}),
              (Json{{"name", "灯二"}, {"crafts", {"L03"}}}));
    EXPECT_EQ(merged(stored, Json()), stored);
    EXPECT_EQ(merged(Json(), {{"name", "灯"}}), (Json{{"name", "灯"}}));
    EXPECT_EQ(merged(stored, {{"email", nullptr}}), stored);
}

TEST(FieldVisibility, AFieldIsAskedForOnlyWithTheValueItFollows)
{
    EXPECT_THAT(visibleIds("registration", {{"crafts", {"L03", "L02"}}}), testing::Contains("oil_papers"));
    EXPECT_THAT(visibleIds("registration", {{"crafts", {"L03"}}}), Not(testing::Contains("oil_papers")));
    EXPECT_THAT(visibleIds("registration", {{"crafts", "L02"}}), testing::Contains("oil_papers"));
    EXPECT_THAT(visibleIds("registration", Json::object()), Not(testing::Contains("oil_papers")));
}

TEST(FieldVisibility, FollowsAChainOfFieldsAndTicks)
{
    Json raw = lantern().cases.at("registration");
    for (Json& page : raw["pages"])
        for (Json& field : page["fields"]) {
            if (field["id"] == "crafts")
                field["visible_if"] = {{"field", "declaration"}, {"is_any", {"true"}}};
            if (field["id"] == "email")
                field["visible_if"] = {{"field", "declaration"}, {"is_any", {"false"}}};
        }
    const Parsed parsed = parseDefinition("registration", raw, lantern());
    ASSERT_TRUE(parsed.definition);
    const auto shown = [&](const Json& fields, const std::string& id) {
        return std::ranges::any_of(visibleFields(*parsed.definition, parsed.definition->initial, fields),
                                   [&](const Field* field) { return field->id == id; });
    };
    EXPECT_TRUE(shown({{"declaration", true}, {"crafts", {"L02"}}}, "oil_papers"));
    EXPECT_FALSE(shown({{"declaration", false}, {"crafts", {"L02"}}}, "oil_papers"))
        << "what it follows is hidden";
    EXPECT_TRUE(shown({{"declaration", false}}, "email"));
    EXPECT_FALSE(shown({{"declaration", true}}, "email"));
}

TEST(FieldVisibility, RulesSeeNoValueThatAHiddenFieldStillHolds)
{
    Json raw = lantern().cases.at("registration");
    for (Json& page : raw["pages"])
        for (Json& field : page["fields"])
            if (field["id"] == "postcode")
                field["visible_if"] = {{"field", "prefecture"}, {"is_any", {"9001"}}};
    const auto parsed = parseDefinition("registration", raw, lantern());
    ASSERT_TRUE(parsed.definition);
    const Json fields = {{"prefecture", "9002"}, {"postcode", "830000"}, {"stray", "x"}};
    EXPECT_EQ(visibleValues(*parsed.definition, parsed.definition->initial, fields),
              (Json{{"prefecture", "9002"}}));
}

struct Sample
{
    const char* pattern;
    const char* text;
    bool fits;
};
TEST(FieldPatterns, ChineseNamesMayHaveMiddleDotsAndRareCharactersButNothingElse)
{
    for (const Sample& sample : std::initializer_list<Sample>{{"chinese_name", "张灯笼", true},
                                                              {"chinese_name", "尼玛·次仁", true},
                                                              {"chinese_name", "阿卜杜拉·艾力·买买提", true},
                                                              {"chinese_name", "𠮷田", true},
                                                              {"chinese_name", "䶮灯", true},
                                                              {"chinese_name", "·次仁", false},
                                                              {"chinese_name", "尼玛·", false},
                                                              {"chinese_name", "尼玛··次仁", false},
                                                              {"chinese_name", "张 灯", false},
                                                              {"chinese_name", "张灯1", false},
                                                              {"chinese_name", "Zhang", false},
                                                              {"chinese_name", "张灯。", false},
                                                              {"chinese_name", "\xE5\xBC", false},
                                                              {"digits", "0123", true},
                                                              {"digits", "０１", false},
                                                              {"digits", "12a", false},
                                                              {"digits", "", false},
                                                              {"letters_digits", "aZ09", true},
                                                              {"letters_digits", "a-b", false},
                                                              {"letters_digits", "灯", false}})
        EXPECT_EQ(fitsPattern(sample.pattern, sample.text), sample.fits)
            << sample.pattern << " " << sample.text;
}

} // namespace
} // namespace zikao::cases
