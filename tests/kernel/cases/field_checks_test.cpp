#include "kernel/cases/field_checks.hpp"

#include <gmock/gmock.h>

#include "tests/kernel/cases/lantern.hpp"
#include "tests/kernel/cases/lantern_catalog.hpp"

namespace zikao::cases {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const char* const kMan = "990101199003070015";
const char* const kWoman = "990101200012310020";

class FieldChecks : public testing::Test
{
protected:
    void SetUp() override
    {
        fillCatalog(catalog);
        for (const char* id : {"portrait", "id_card_front"})
            attach(id);
        sitting.emplace();
        sitting->code = "261";
        sitting->slots = {{1, {}, {}, {"00001", "00002"}}, {2, {}, {}, {"00003"}}};
    }
    void attach(const std::string& field)
    {
        files::File file;
        file.field = field;
        file.state = "kept";
        uploads.push_back(file);
    }
    static Json rightPerson()
    {
        return {{"reading_rules", true},  {"name", "张灯笼"},
                {"id_number", kMan},      {"sex", "1"},
                {"ethnicity", "01"},      {"birth_date", "1990-03-07"},
                {"phone", "13800001234"}, {"prefecture", "9001"},
                {"county", "900101"},     {"declaration", true}};
    }
    static Json rightSignUp()
    {
        return {{"prefecture", "9001"},
                {"county", "900101"},
                {"major", "L01"},
                {"courses", {{{"slot_no", 1}, {"code", "00001"}}, {{"slot_no", 2}, {"code", "00003"}}}},
                {"declaration", true}};
    }

    std::vector<Reason> reasons(const Definition& definition, const Json& fields, const Json& secrets)
    {
        const FieldInput input{definition,    fields,  secrets, asks_secrets, uploads,   sitting,
                               clock.today(), catalog, {},      {},           has_degree};
        auto checked = checkFields(input);
        EXPECT_TRUE(checked) << checked.error().message;
        return checked ? *checked : std::vector<Reason>{};
    }
    /// "field code" of everything that is wrong.
    std::vector<std::string> wrong(const std::string& type, const Json& base, const Json& changed,
                                   const Json& secrets)
    {
        const auto definition = lanternCase(type);
        std::vector<std::string> all;
        for (const Reason& reason : reasons(*definition, merged(base, changed), secrets)) {
            EXPECT_EQ(reason.rule, "kernel.fields");
            EXPECT_TRUE(reason.args.contains("label")) << "the sentence names the field";
            all.push_back(reason.field + " " + reason.code);
        }
        return all;
    }
    std::vector<std::string> person(const Json& changed = Json::object())
    {
        return wrong("registration", rightPerson(), changed,
                     {{"password", "river7Stone"}, {"password_again", "river7Stone"}});
    }
    std::vector<std::string> signUp(const Json& changed = Json::object())
    {
        return wrong("sign_up", rightSignUp(), changed, Json());
    }
    std::vector<std::string> secret(const Json& secrets)
    {
        return wrong("registration", rightPerson(), {}, secrets);
    }
    Json argsOf(const std::string& type, const Json& fields, const std::string& code)
    {
        const auto definition = lanternCase(type);
        for (const Reason& reason : reasons(*definition, fields, Json()))
            if (reason.code == code)
                return reason.args;
        return {};
    }

    test::TestDatabase db{storage::Engine::sqlite};
    FakeClock& clock = db.clock;
    test::FakeEvaluator evaluator;
    std::unique_ptr<tenant::Tenant> tenant = test::makeTenant(db, evaluator);
    catalog::Catalog catalog{*tenant};
    std::vector<files::File> uploads;
    std::optional<exams::Sitting> sitting = exams::Sitting{};
    bool asks_secrets = true, has_degree = false;
};

TEST_F(FieldChecks, AH_DEG_01_APreviousDegreeThatIsAskedForMustBeThere)
{
    Json raw = lantern().cases.at("upgrade");
    raw["pages"][0]["fields"][2].erase("required");
    const auto parsed = parseDefinition("upgrade", raw, lantern());
    ASSERT_TRUE(parsed.definition);
    const Json fields{{"prefecture", "9001"}, {"target", "upper"}};
    const auto missing = reasons(*parsed.definition, fields, Json());
    ASSERT_EQ(missing.size(), 1u);
    EXPECT_EQ(missing[0].code + "@" + missing[0].field, "required_degree@degree");
    has_degree = true;
    EXPECT_THAT(reasons(*parsed.definition, fields, Json()), IsEmpty());
    EXPECT_EQ(checkShapes(*parsed.definition, {{"degree", "verified"}}).error().reason, "field_unknown")
        << "a degree is never typed";
}

TEST_F(FieldChecks, WhatIsRightIsAccepted)
{
    EXPECT_THAT(person(), IsEmpty());
    EXPECT_THAT(signUp(), IsEmpty());
}

TEST_F(FieldChecks, EveryRequiredFieldThatIsEmptyIsNamedInTheOrderOfThePages)
{
    uploads.clear();
    EXPECT_THAT(wrong("registration", Json::object(), {}, Json()),
                ElementsAre("reading_rules required_notice", "portrait required_upload",
                            "id_card_front required_upload", "name required", "id_number required",
                            "sex required_choice", "ethnicity required_choice", "birth_date required",
                            "phone required", "prefecture required_choice", "county required_choice",
                            "password required", "password_again required",
                            "declaration required_declaration"));
    EXPECT_THAT(wrong("sign_up", Json::object(), {}, Json()),
                ElementsAre("prefecture required_choice", "county required_choice", "major required_choice",
                            "courses no_course_chosen", "declaration required_declaration"));
}

TEST_F(FieldChecks, SpacesAreNoAnswer)
{
    EXPECT_THAT(person({{"name", " \t "}}), ElementsAre("name required"));
}

TEST_F(FieldChecks, AnEmptyOptionalFieldIsRightAndAFilledOneIsChecked)
{
    EXPECT_THAT(person({{"email", ""}, {"postcode", ""}, {"crafts", Json::array()}}), IsEmpty());
    EXPECT_THAT(person({{"email", "x"}}), ElementsAre("email email_format"));
}

TEST_F(FieldChecks, DEF_GEN_01_TheIdNumberIsJudgedByLengthCharactersBirthDateAndCheckDigit)
{
    EXPECT_THAT(person({{"id_number", "99010119900307001"}}), ElementsAre("id_number id_number_length"));
    EXPECT_THAT(person({{"id_number", "99010119900307A015"}}), ElementsAre("id_number id_number_characters"));
    EXPECT_THAT(person({{"id_number", "990101199002300015"}}), ElementsAre("id_number id_number_birth_date"));
    EXPECT_THAT(person({{"id_number", "990101199003070016"}}),
                ElementsAre("id_number id_number_check_digit"));
}

TEST_F(FieldChecks, DEF_GEN_01_BirthDateAndSexMustAgreeWithTheIdNumber)
{
    EXPECT_THAT(person({{"birth_date", "1990-03-08"}}),
                ElementsAre("birth_date birth_date_differs_from_id_number"));
    EXPECT_THAT(person({{"sex", "2"}}), ElementsAre("sex sex_differs_from_id_number"));
    EXPECT_THAT(person({{"id_number", kWoman}}),
                UnorderedElementsAre("birth_date birth_date_differs_from_id_number",
                                     "sex sex_differs_from_id_number"));
    EXPECT_THAT(person({{"id_number", kWoman}, {"sex", "2"}, {"birth_date", "2000-12-31"}}), IsEmpty());
    Json fields = merged(rightPerson(), {{"birth_date", "1990-03-08"}, {"sex", "2"}});
    EXPECT_EQ(argsOf("registration", fields, "birth_date_differs_from_id_number")["from_number"],
              "1990-03-07");
    EXPECT_EQ(argsOf("registration", fields, "sex_differs_from_id_number")["from_number"], "男");
}

TEST_F(FieldChecks, AWrongIdNumberIsNotHeldAgainstBirthDateAndSex)
{
    EXPECT_THAT(person({{"id_number", "990101199003070016"}, {"sex", "2"}}),
                ElementsAre("id_number id_number_check_digit"));
}

TEST_F(FieldChecks, APhoneHasElevenDigitsAndBeginsWithOne)
{
    for (const char* wrong :
         {"1380000123", "138000012345", "23800001234", "1380000123a", "+8613800001", "138 0001234"})
        EXPECT_THAT(person({{"phone", wrong}}), ElementsAre("phone phone_format")) << wrong;
    EXPECT_THAT(person({{"phone", "19900000000"}}), IsEmpty());
}

TEST_F(FieldChecks, AnAddressOfMailHasTwoPartsAndADot)
{
    for (const char* wrong : {"lamp", "@b.cn", "lamp@", "lamp@cn", "lamp@.cn", "lamp@b.", "a@b@c.cn",
                              "la mp@b.cn", "lamp@b.cn,x@b.cn", "<lamp@b.cn>", "灯@b.cn"})
        EXPECT_THAT(person({{"email", wrong}}), ElementsAre("email email_format")) << wrong;
    EXPECT_THAT(person({{"email", std::string(250, 'a') + "@b.cn"}}), ElementsAre("email email_format"));
    EXPECT_THAT(person({{"email", "lamp.oil+1@mail.example.cn"}}), IsEmpty());
}

TEST_F(FieldChecks, ADateExistsAndABirthIsNotTomorrow)
{
    for (const char* wrong : {"1990-3-7", "1990/03/07", "1990-02-30", "1899-12-31", "2201-01-01", "heute"})
        EXPECT_THAT(person({{"birth_date", wrong}}), Contains("birth_date date_format")) << wrong;
    EXPECT_THAT(person({{"birth_date", clock.today().plusDays(1).text()}}),
                Contains("birth_date birth_date_in_future"));
    EXPECT_THAT(person({{"birth_date", clock.today().text()}}),
                testing::Not(Contains("birth_date birth_date_in_future")));
}

TEST_F(FieldChecks, TextIsCountedInCharactersAndToldWithTheFigures)
{
    EXPECT_THAT(person({{"name", "张"}}), ElementsAre("name text_short"));
    EXPECT_EQ(argsOf("registration", merged(rightPerson(), {{"name", "张"}}), "text_short"),
              (Json{{"label", "姓名"}, {"min", 2}, {"have", 1}}));
    std::string thirty;
    for (int i = 0; i < 30; ++i)
        thirty += "灯";
    EXPECT_THAT(person({{"name", thirty}}), IsEmpty());
    EXPECT_THAT(person({{"name", thirty + "灯"}}), ElementsAre("name text_long"));
    EXPECT_EQ(argsOf("registration", merged(rightPerson(), {{"name", thirty + "灯"}}), "text_long"),
              (Json{{"label", "姓名"}, {"max", 30}, {"have", 31}}));
    EXPECT_THAT(person({{"address", std::string(200, 'a')}}), IsEmpty()) << "without a limit of its own: 200";
    EXPECT_THAT(person({{"address", std::string(201, 'a')}}), ElementsAre("address text_long"));
}

TEST_F(FieldChecks, TextFollowsItsPattern)
{
    EXPECT_THAT(person({{"name", "Lamp"}}), ElementsAre("name text_pattern"));
    EXPECT_THAT(person({{"postcode", "83000a"}}), ElementsAre("postcode text_pattern"));
    EXPECT_THAT(person({{"school_number", "a-1"}}), ElementsAre("school_number text_pattern"));
    EXPECT_THAT(person({{"name", "尼玛·次仁"}, {"postcode", "830000"}, {"school_number", "A1"}}), IsEmpty());
}

TEST_F(FieldChecks, AChoiceIsOneOfItsListAndFollowsItsParent)
{
    EXPECT_THAT(person({{"sex", "3"}}), Contains("sex option_unknown"));
    EXPECT_THAT(person({{"ethnicity", "01 "}}), ElementsAre("ethnicity option_unknown"));
    EXPECT_THAT(person({{"county", "900201"}}), ElementsAre("county option_unknown"))
        << "of the other prefecture";
    EXPECT_THAT(person({{"prefecture", "9002"}, {"county", "900201"}}), IsEmpty());
    EXPECT_THAT(signUp({{"major", "L99"}}), ElementsAre("major option_unknown"));
}

TEST_F(FieldChecks, SeveralChoicesAreEachKnownAndNoneTwice)
{
    attach("oil_papers");
    EXPECT_THAT(person({{"crafts", {"L02", "L03"}}}), IsEmpty());
    EXPECT_THAT(person({{"crafts", {"L03", "L09"}}}), ElementsAre("crafts option_unknown"));
    EXPECT_THAT(person({{"crafts", {"L03", "L03"}}}), ElementsAre("crafts option_unknown"));
}

TEST_F(FieldChecks, PapersAreAskedForOnlyWhereTheyAreVisible)
{
    EXPECT_THAT(person({{"crafts", {"L03"}}}), IsEmpty());
    EXPECT_THAT(person({{"crafts", {"L02"}}}), ElementsAre("oil_papers required_upload"));
    attach("oil_papers");
    EXPECT_THAT(person({{"crafts", {"L02"}}}), IsEmpty());
}

TEST_F(FieldChecks, ANoticeNotReadAndADeclarationNotTickedAreTold)
{
    EXPECT_THAT(person({{"reading_rules", false}, {"declaration", false}}),
                ElementsAre("reading_rules required_notice", "declaration required_declaration"));
}

TEST_F(FieldChecks, DEF_GEN_12_OneCourseForEachSlotAndOnlyWhatIsOfferedThere)
{
    const auto chosen = [](std::initializer_list<std::pair<int, const char*>> courses) {
        Json all = Json::array();
        for (const auto& [slot, code] : courses)
            all.push_back({{"slot_no", slot}, {"code", code}});
        return Json{{"courses", all}};
    };
    EXPECT_THAT(signUp(chosen({{1, "00001"}, {1, "00002"}})), ElementsAre("courses course_in_slot_twice"));
    EXPECT_THAT(signUp(chosen({{1, "00003"}})), ElementsAre("courses course_not_offered"));
    EXPECT_THAT(signUp(chosen({{3, "00003"}})), ElementsAre("courses slot_unknown"));
    EXPECT_EQ(argsOf("sign_up", merged(rightSignUp(), chosen({{1, "00003"}})), "course_not_offered"),
              (Json{{"label", "课程"}, {"course", "00003"}, {"slot_no", 1}}));
    sitting.reset();
    EXPECT_THAT(signUp(), ElementsAre("courses slot_unknown", "courses slot_unknown"));
}

TEST_F(FieldChecks, DEF_GEN_04_ThePasswordIsJudgedWithTheOwnersData)
{
    EXPECT_THAT(secret({{"password", "short7"}, {"password_again", "short7"}}),
                ElementsAre("password password_short"));
    EXPECT_THAT(secret({{"password", "x13800001234"}, {"password_again", "x13800001234"}}),
                ElementsAre("password password_contains_own_data"));
    EXPECT_THAT(secret({{"password", "onlyletters"}, {"password_again", "onlyletters"}}),
                ElementsAre("password password_no_digit"));
    EXPECT_THAT(secret({{"password", "river7Stone"}, {"password_again", "river7Stones"}}),
                ElementsAre("password_again password_differs"));
    EXPECT_THAT(secret(Json()), ElementsAre("password required", "password_again required"));
    EXPECT_THAT(secret({{"password", 5}, {"password_again", 5}}),
                ElementsAre("password required", "password_again required"));
}

TEST_F(FieldChecks, WhoHasAnAccountIsNotAskedForThePasswordAgain)
{
    asks_secrets = false;
    EXPECT_THAT(secret(Json()), IsEmpty());
}

TEST_F(FieldChecks, NoReasonHoldsWhatWasTyped)
{
    const auto definition = lanternCase("registration");
    const Json fields = merged(rightPerson(), {{"id_number", "990101199003070016"}, {"phone", "1380000"}});
    for (const Reason& reason :
         reasons(*definition, fields, {{"password", "p7"}, {"password_again", "p8"}})) {
        const std::string args = dumpJson(reason.args);
        for (const char* typed : {"990101199003070016", "1380000", "p7", "p8"})
            EXPECT_EQ(args.find(typed), std::string::npos) << reason.code << " " << args;
    }
}

} // namespace
} // namespace zikao::cases
