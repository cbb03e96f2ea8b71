#include "tests/kernel/app/server_fixture.hpp"
#include "tests/support/outside_program.hpp"

namespace zikao::app {
namespace {

/// The page 上报与回传 as the browser drives it.
class ExchangeApi : public ServerTest
{
protected:
    std::string waiting(int serial)
    {
        Browser candidate = browser();
        return submitRegistration(candidate, serial);
    }
    Browser clerk() { return officerOf("clerk.roll", {"province_office", "prefecture_office"}, "990000"); }
    static Browser::Answer exported(Browser& who, int part = 1)
    {
        return who.post("/api/staff/exchanges/registration/guild/export", {{"part", part}});
    }
    static Browser::Answer answers(Browser& who, const std::string& bytes, const std::string& id = "guild")
    {
        return who.send("POST", "/lantern/api/staff/exchanges/registration/" + id + "/answers", bytes,
                        "application/octet-stream");
    }
    std::string keyOf(const std::string& case_id)
    {
        for (const api::ExchangeRow& row : record_exchange.last.rows)
            if (row.key.starts_with(case_id))
                return row.key;
        return "none";
    }
    std::int64_t noted(const std::string& what)
    {
        return site()
            .tenant->database->query("SELECT COUNT(*) FROM audit_entry WHERE act = ?", {what})
            ->front()
            .integer(0);
    }
};
INSTANTIATE_ON_BOTH_ENGINES(ExchangeApi);

TEST_P(ExchangeApi, AH_PHO_16_TheFileCarriesThePortraitAndItsDigestAndTheDownloadIsNoted)
{
    const std::string first = waiting(1);
    Browser officer = clerk();
    const auto list = officer.get("/api/staff/exchanges");
    ASSERT_EQ(list.json.size(), 1u) << list.body;
    EXPECT_EQ(list.json[0]["waiting"], 1);
    const auto zip = exported(officer);
    ASSERT_EQ(zip.status, 200) << zip.body;
    const test::OutputFolder out;
    const std::string file = out.write("guild.zip", zip.body);
    test::run("unzip -tqq " + file);
    const std::string key = keyOf(first);
    EXPECT_NE(test::run("unzip -p " + file + " guild.txt").find(key + "|" + idNumber(1)), std::string::npos);
    const std::string picture = test::run("unzip -p " + file + " photos/" + key + ".jpg");
    EXPECT_EQ(test::run("unzip -p " + file + " manifest.csv"),
              "file,sm3\r\nphotos/" + key + ".jpg," + hex(sm3(picture)) + "\r\n");
    EXPECT_EQ(noted("exchange.export"), 1);
    EXPECT_EQ(exported(officer, 2).code(), "exchange_nothing");
}

TEST_P(ExchangeApi, AH_REV_04_EveryLineHasItsOutcomeAndASecondUploadDoesNothingNew)
{
    const std::string first = waiting(1), second = waiting(2), third = waiting(3);
    Browser officer = clerk();
    ASSERT_EQ(exported(officer).status, 200);
    const std::string file = keyOf(first) + "|" + idNumber(1) + "|pass|\n" + keyOf(second) +
                             "||fail|照片不清|\n" + "nobody-1||pass|\n" + keyOf(third) + "||pass|\n" +
                             keyOf(third) + "||fail|两次|\n";
    const auto done = answers(officer, file);
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(done.json["done"], 2);
    std::vector<std::string> said;
    for (const Json& row : done.json["rows"])
        said.push_back(row["done"].get<bool>() ? row["state_title"].get<std::string>()
                                               : row["reasons"][0]["code"].get<std::string>());
    EXPECT_EQ(said, (std::vector<std::string>{"审核通过", "审核未通过", "exchange_unknown", "exchange_twice",
                                              "exchange_twice"}));
    EXPECT_EQ(officer.get("/api/cases/" + third).json["case"]["state"], "pending");
    const auto again = answers(officer, file);
    EXPECT_EQ(again.json["done"], 0);
    EXPECT_EQ(again.json["rows"][0]["reasons"][0]["code"], "exchange_decided");
    EXPECT_NE(again.json["rows"][0]["reasons"][0]["detail"].get<std::string>().find("审核通过"),
              std::string::npos);
    EXPECT_EQ(noted("exchange.import"), 2);
}

TEST_P(ExchangeApi, AFileThatIsNotReadChangesNothingAndNamesTheLine)
{
    const std::string first = waiting(1);
    Browser officer = clerk();
    ASSERT_EQ(exported(officer).status, 200);
    const auto bad = answers(officer, keyOf(first) + "||pass|\n!broken\n");
    EXPECT_EQ(bad.status, 422) << bad.body;
    EXPECT_NE(bad.body.find("第 2 行"), std::string::npos) << bad.body;
    EXPECT_EQ(officer.get("/api/cases/" + first).json["case"]["state"], "pending");
    EXPECT_EQ(noted("exchange.import"), 0);
    EXPECT_EQ(answers(officer, "x||pass|\n", "nothing").status, 404);
    record_exchange.refuses = true;
    EXPECT_EQ(exported(officer).code(), "exchange_value");
}

} // namespace
} // namespace zikao::app
