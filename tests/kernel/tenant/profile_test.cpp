#include "kernel/tenant/profile.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "tests/support/database.hpp"

namespace zikao::tenant {
namespace {

using testing::HasSubstr;

class ProfileTest : public testing::Test
{
protected:
    Result<Profile> read(const Json& json, const std::string& folder = "lantern")
    {
        std::filesystem::create_directories(dir.path() + "/" + folder);
        std::ofstream(dir.path() + "/" + folder + "/province.json") << json.dump();
        return Profile::read(dir.path() + "/" + folder);
    }
    std::string faultsOf(const Json& json)
    {
        const auto profile = read(json);
        return profile ? "accepted" : profile.error().message;
    }
    const Json least{{"id", "lantern"},
                     {"name", "灯笼省教育考试院"},
                     {"platform_name", "平台"},
                     {"theme", {{"primary_color", "#8A3B12"}}}};
    Json with(const std::string& key, Json value)
    {
        Json json = least;
        json[key] = std::move(value);
        return json;
    }
    test::TempDir dir;
};

TEST_F(ProfileTest, TheInventedProvinceIsReadWhole)
{
    const auto profile = Profile::read(ZIKAO_SOURCE_DIR "/tests/fixtures/provinces/lantern");
    ASSERT_TRUE(profile) << profile.error().message;
    EXPECT_EQ(profile->id, "lantern");
    EXPECT_EQ(profile->hosts, std::vector<std::string>{"lantern.example"});
    EXPECT_TRUE(profile->message_sender.plugin.empty());
    EXPECT_EQ(profile->raw["menu"][2]["needs"]["phase"], "approved");
}

TEST_F(ProfileTest, EveryProvinceOfTheRepositoryIsAccepted)
{
    int count = 0;
    for (const auto& folder : std::filesystem::directory_iterator(ZIKAO_SOURCE_DIR "/provinces")) {
        if (!std::filesystem::exists(folder.path() / "province.json"))
            continue;
        const auto profile = Profile::read(folder.path().string());
        EXPECT_TRUE(profile) << profile.error().message;
        ++count;
    }
    EXPECT_GT(count, 0);
}

TEST_F(ProfileTest, WhatIsLeftOutHasADefaultAlsoForTheBrowser)
{
    const auto profile = read(least);
    ASSERT_TRUE(profile) << profile.error().message;
    EXPECT_EQ(profile->captcha_length, 4);
    EXPECT_EQ(profile->raw["captcha_length"], 4);
    EXPECT_EQ(profile->raw["session_minutes"], 30);
    EXPECT_EQ(profile->qr_seconds, 180);
    EXPECT_TRUE(profile->payment_channels.empty());
}

TEST_F(ProfileTest, EveryFaultIsNamedWithItsPathInOneMessage)
{
    Json json = least;
    json.erase("name");
    json["captcha_lenght"] = 5;
    json["footer"] = {{"ownr", "x"}};
    json["menu"] = Json::array({{{"id", "a"}, {"title", "t"}, {"page", "x"}, {"needs", {{"case", "c"}}}}});
    const std::string faults = faultsOf(json);
    EXPECT_THAT(faults, HasSubstr("province.json.name: field_missing"));
    EXPECT_THAT(faults, HasSubstr("captcha_lenght: field_unknown"));
    EXPECT_THAT(faults, HasSubstr("footer.ownr: field_unknown"));
    EXPECT_THAT(faults, HasSubstr("menu[0].needs.phase: field_missing"));
}

TEST_F(ProfileTest, ValuesOutsideTheirRangeAreRefused)
{
    EXPECT_THAT(faultsOf(with("captcha_length", 3)), HasSubstr("captcha_length: field_range"));
    EXPECT_THAT(faultsOf(with("session_minutes", 61)), HasSubstr("session_minutes: field_range"));
    EXPECT_THAT(faultsOf(with("qr_seconds", "180")), HasSubstr("qr_seconds: field_type"));
    EXPECT_THAT(faultsOf(with("theme", {{"primary_color", "red"}})),
                HasSubstr("theme.primary_color: field_range"));
    EXPECT_THAT(faultsOf(with("reason_choices", {{"registration", "one"}})),
                HasSubstr("reason_choices.registration: field_type"));
}

TEST_F(ProfileTest, XZ_LOG_01_WaysOfLoggingInAreAClosedListAndThePasswordIsTheDefault)
{
    EXPECT_EQ(read(least)->login_ways, std::vector<std::string>{"password"});
    EXPECT_EQ(read(with("login", {{"ways", {"certificate", "phone"}}}))->login_ways,
              (std::vector<std::string>{"certificate", "phone"}));
    for (const Json& ways : {Json{"fingerprint"}, Json{"phone", "phone"}})
        EXPECT_THAT(faultsOf(with("login", {{"ways", ways}})), HasSubstr("login.ways: field_range"));
    EXPECT_THAT(faultsOf(with("login", {{"ways", Json::array()}})), HasSubstr("login.ways: field_missing"));
    EXPECT_THAT(faultsOf(with("login", {{"claim", "x"}})), HasSubstr("login.claim: field_unknown"));
    EXPECT_THAT(faultsOf(with("codes_per_network", 49)), HasSubstr("codes_per_network: field_range"));
}

TEST_F(ProfileTest, WordsAndColumnsOfThePaymentPageAreKnownOnes)
{
    EXPECT_TRUE(read(with("payment_columns", Json::array({{{"id", "ordered_at"}, {"title", "订单时间"}}}))));
    EXPECT_THAT(faultsOf(with("payment_columns", Json::array({{{"id", "price"}, {"title", "费用"}}}))),
                HasSubstr("payment_columns[0].id: field_range"));
    EXPECT_THAT(faultsOf(with("payment_totals",
                              Json::array({{{"id", "a"}, {"label", "考生"}, {"from", "person.phone"}}}))),
                HasSubstr("payment_totals[0].from: field_range"));
    EXPECT_THAT(faultsOf(with("payment_words", {{"payed", "已缴"}})),
                HasSubstr("payment_words.payed: field_unknown"));
    EXPECT_THAT(faultsOf(with("payment_notices", "一")), HasSubstr("payment_notices: field_type"));
    EXPECT_THAT(faultsOf(with("refund_reasons", Json::array({1}))), HasSubstr("refund_reasons"));
}

TEST_F(ProfileTest, TheIdIsTheFoldersNameAndFitForAnAddress)
{
    EXPECT_FALSE(read(least, "other"));
    EXPECT_THAT(faultsOf(with("id", "../x")), HasSubstr("id"));
    EXPECT_THAT(faultsOf(with("menu", Json::array({{{"id", "A b"}, {"title", "t"}, {"page", "x"}}}))),
                HasSubstr("menu[0].id: field_range"));
}

TEST_F(ProfileTest, AMenuEntryLeadsToExactlyOnePlaceAndIdsAreNotRepeated)
{
    const Json both{{"id", "a"}, {"title", "t"}, {"page", "x"}, {"case", "y"}};
    const Json none{{"id", "a"}, {"title", "t"}};
    EXPECT_THAT(faultsOf(with("menu", Json::array({both}))), HasSubstr("field_repeated"));
    EXPECT_THAT(faultsOf(with("menu", Json::array({none}))), HasSubstr("field_missing"));
    const Json good{{"id", "a"}, {"title", "t"}, {"page", "x"}};
    EXPECT_THAT(faultsOf(with("menu", Json::array({good, good}))), HasSubstr("menu[1].id: field_repeated"));
}

TEST_F(ProfileTest, AnEntryMayStandUnderOneAboveItAndOnlyThenMayThatOneLeadNowhere)
{
    const Json group{{"id", "a"}, {"title", "t"}};
    const Json below{{"id", "b"}, {"title", "t"}, {"page", "x"}, {"under", "a"}};
    EXPECT_EQ(faultsOf(with("menu", Json::array({group, below}))), "accepted");
    EXPECT_THAT(faultsOf(with("menu", Json::array({below, group}))), HasSubstr("menu[0].under: field_range"));
    const Json deeper{{"id", "c"}, {"title", "t"}, {"page", "x"}, {"under", "b"}};
    EXPECT_THAT(faultsOf(with("menu", Json::array({group, below, deeper}))),
                HasSubstr("menu[2].under: field_range"));
    const Json nobody{{"id", "a"}, {"title", "t"}, {"person_of", Json::array()}};
    EXPECT_THAT(faultsOf(with("menu", Json::array({nobody}))), HasSubstr("menu[0].person_of: field_range"));
}

TEST_F(ProfileTest, EntriesHelpAndProgressAreReadStrictly)
{
    EXPECT_THAT(faultsOf(with("entries", Json::array({{{"id", "a"}, {"title", "t"}}}))),
                HasSubstr("entries[0].case: field_missing"));
    EXPECT_THAT(
        faultsOf(with("entries", Json::array({{{"id", "a"}, {"title", "t"}, {"page", "x"}, {"url", "y"}}}))),
        HasSubstr("entries[0].url: field_unknown"));
    EXPECT_THAT(faultsOf(with("help", Json::array({{{"id", "a"}, {"question", "q"}}}))),
                HasSubstr("help[0].answer: field_missing"));
    EXPECT_THAT(faultsOf(with("progress", {{"sign_up", "draft"}})),
                HasSubstr("progress.sign_up: field_type"));
    EXPECT_THAT(faultsOf(with("progress", {{"sign_up", Json::array({{{"phases", Json::array()}}})}})),
                HasSubstr("progress.sign_up[0].title: field_missing"));
    EXPECT_THAT(faultsOf(with("menu_complete", "yes")), HasSubstr("menu_complete: field_type"));
}

TEST_F(ProfileTest, APluginIsNamedAloneOrWithSettings)
{
    Json json = with("message_sender", "sms-example");
    json["mail_sender"] = {{"plugin", "mail-example"}, {"settings", {{"from", "a@example.test"}}}};
    json["image_inspector"] = {{"plugin", "photo-example"}, {"settings", {{"threads", 1}}}};
    json["payment_channels"] = Json::array(
        {{{"id", "card"}, {"label", "银行卡"}, {"plugin", "payment-example"}, {"settings", {{"a", "b"}}}}});
    json["record_exchange"] = {{"plugin", "exchange-example"}, {"settings", {{"separator", ";"}}}};
    const auto profile = read(json);
    ASSERT_TRUE(profile) << profile.error().message;
    EXPECT_EQ(profile->message_sender.plugin, "sms-example");
    EXPECT_EQ(profile->record_exchange.plugin, "exchange-example");
    EXPECT_EQ(profile->record_exchange.settings["separator"], ";");
    EXPECT_THAT(profile->record_exchange.where, HasSubstr("lantern/province.json: record_exchange"));
    EXPECT_EQ(profile->mail_sender.plugin, "mail-example");
    EXPECT_EQ(profile->mail_sender.settings["from"], "a@example.test");
    EXPECT_EQ(profile->image_inspector.settings["threads"], 1);
    ASSERT_EQ(profile->payment_channels.size(), 1u);
    EXPECT_EQ(profile->payment_channels[0].plugin.settings["a"], "b");
    EXPECT_THAT(profile->payment_channels[0].plugin.where, HasSubstr("payment_channels[0]"));
    EXPECT_THAT(faultsOf(with("message_sender", "../../etc/x")), HasSubstr("message_sender: field_range"));
    EXPECT_THAT(faultsOf(with("message_sender", {{"plugin", "a"}, {"setting", 1}})),
                HasSubstr("message_sender.setting: field_unknown"));
    EXPECT_THAT(faultsOf(with("record_exchange", {{"settings", Json::object()}})),
                HasSubstr("record_exchange.plugin: field_missing"));
    EXPECT_THAT(faultsOf(with("record_exchange", Json::array({"exchange-example"}))),
                HasSubstr("record_exchange: field_type"));
}

TEST_F(ProfileTest, AH_DEG_11_LinksToTheRegistersAppComeFromTheProvince)
{
    const auto profile = read(with("degree_page", {{"purpose", "exemption"},
                                                   {"code_seconds", 120},
                                                   {"app_name", "学信网APP"},
                                                   {"app_url", "https://register.example/app"},
                                                   {"help_url", "https://register.example/help"},
                                                   {"intro", "…"},
                                                   {"no_record_hint", "…"},
                                                   {"papers_case", "degree_papers"}}));
    ASSERT_TRUE(profile) << profile.error().message;
    EXPECT_EQ(profile->degree_purpose, api::DegreePurpose::exemption);
    EXPECT_EQ(profile->degree_code_seconds, 120);
    const std::string faults =
        faultsOf(with("degree_page",
                      {{"purpose", "fun"}, {"code_seconds", 59}, {"app_url", "javascript:x"}, {"other", 1}}));
    for (const char* key :
         {"degree_page.purpose", "degree_page.code_seconds", "degree_page.app_url", "degree_page.other"})
        EXPECT_THAT(faults, HasSubstr(key));
    EXPECT_EQ(read(least)->degree_code_seconds, 300);
}

TEST_F(ProfileTest, AWindowLiesWithinAnotherThatIsThere)
{
    const Json outer{{"id", "outer"}, {"title", "外"}};
    EXPECT_EQ(faultsOf(with("windows", {outer, {{"id", "inner"}, {"title", "内"}, {"within", "outer"}}})),
              "accepted");
    EXPECT_THAT(faultsOf(with("windows", {outer, {{"id", "inner"}, {"title", "内"}, {"within", "none"}}})),
                HasSubstr("windows[1].within: field_range"));
    EXPECT_THAT(faultsOf(with("windows", {{{"id", "self"}, {"title", "自"}, {"within", "self"}}})),
                HasSubstr("windows[0].within: field_range"));
    EXPECT_THAT(faultsOf(with("windows", {{{"id", "bare"}}})), HasSubstr("windows[0].title: field_missing"));
}

TEST_F(ProfileTest, AH_CER_04_ContactsAreGroupsOfOneLevelEach)
{
    const auto groups = [this](const std::string& second) {
        return with("contacts", Json::array({{{"id", "prefecture"}, {"title", "甲"}, {"text", "乙"}},
                                             {{"id", second}, {"title", "丙"}}}));
    };
    EXPECT_TRUE(read(groups("school")));
    EXPECT_THAT(faultsOf(groups("prefecture")), HasSubstr("contacts[1].id: field_repeated"));
    EXPECT_THAT(faultsOf(groups("moon")), HasSubstr("contacts[1].id: field_range"));
}

TEST_F(ProfileTest, AMissingOrMalformedFileIsToldApart)
{
    EXPECT_EQ(Profile::read(dir.path() + "/nowhere").error().code, ErrorCode::not_found);
    std::filesystem::create_directories(dir.path() + "/bad");
    std::ofstream(dir.path() + "/bad/province.json") << "{ \"id\": \"bad\", \"id\": \"bad\" }";
    EXPECT_EQ(Profile::read(dir.path() + "/bad").error().reason, "json_repeated_key");
}

} // namespace
} // namespace zikao::tenant
