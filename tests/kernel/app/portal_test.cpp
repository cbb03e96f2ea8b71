#include "kernel/app/api/case_view.hpp"
#include "tests/kernel/app/server_fixture.hpp"

namespace zikao::app {
namespace {

class Portal : public ServerTest
{
protected:
    /// The menu as id → path; what leads nowhere itself as null.
    static Json pathsOf(const Json& me)
    {
        Json paths = Json::object();
        for (const Json& entry : me["menu"])
            paths[entry["id"].get<std::string>()] = entry["path"];
        return paths;
    }
};
INSTANTIATE_ON_BOTH_ENGINES(Portal);

TEST_P(Portal, XZ_REG_01_XZ_SGN_17_TheHomePagesEntriesAndTheHelpAreToldToEverybody)
{
    const auto tenant = browser().get("/api/tenant");
    ASSERT_EQ(tenant.status, 200) << tenant.body;
    Json paths = Json::array();
    for (const Json& entry : tenant.json["entries"])
        paths.push_back(entry["path"]);
    EXPECT_EQ(paths, Json::array({"/start/registration", "/notices/sign_up", "/login"}));
    EXPECT_EQ(tenant.json["entries"][0]["text"], "第一次报考的考生");
    EXPECT_EQ(tenant.json["help"][0]["question"], "收不到验证码怎么办？");
    EXPECT_EQ(tenant.json["contact"]["phone"], "0990-1234567");
    EXPECT_EQ(tenant.json["page_titles"]["orders"], "缴费记录");
    EXPECT_EQ(tenant.json["position_line"], true);
    EXPECT_EQ(tenant.json["menu_complete"], false);
}

TEST_P(Portal, AH_CER_04_EverybodyIsToldTheOfficesInTheGroupsOfTheProfile)
{
    const Json groups = browser().get("/api/contacts").json;
    ASSERT_EQ(groups.size(), 2u) << groups;
    EXPECT_EQ(groups[0]["id"], "school");
    EXPECT_EQ(groups[0]["text"], "学位请向主考院校咨询。");
    EXPECT_EQ(groups[1]["text"], "");
    std::set<std::string> named;
    for (const Json& group : groups)
        for (const Json& office : group["offices"])
            named.insert(office["name"]);
    for (const auto& [level, shown] :
         {std::pair{"school", true}, {"prefecture", true}, {"province", false}, {"county", false}}) {
        const auto offices = site().catalog.offices(level);
        for (const catalog::Office& office : *offices)
            EXPECT_EQ(named.contains(office.name), shown) << office.name;
    }
}

TEST_P(Portal, AH_PHO_05_AReviewerIsOfferedTheSentenceOfEveryItemOfAChecklist)
{
    Browser candidate = browser(), clerk = officer("clerk.east", "prefecture_office", "990100");
    const std::string id = submitRegistration(candidate, 1);
    const Json actions = clerk.get("/api/cases/" + id).json["actions"];
    ASSERT_FALSE(actions.empty());
    for (const Json& action : actions)
        EXPECT_EQ(action["reason_choices"],
                  action["reason"] == "required"
                      ? Json::array({"头发遮挡了眼睛，请重新拍摄。", "照片不清晰，请重新上传。"})
                      : Json::array());
}

TEST(ReasonChoices, AnActionsOwnSentencesStandInPlaceOfItsCases)
{
    const Json profile{{"reason_choices", {{"a", {"refused."}}, {"a.call", {"come on Monday."}}}}};
    EXPECT_EQ(reasonChoices(profile, "a", "refuse", "required", {"hair."}),
              Json::array({"hair.", "refused."}));
    EXPECT_EQ(reasonChoices(profile, "a", "call", "required", {"hair."}), Json::array({"come on Monday."}));
    EXPECT_EQ(reasonChoices(profile, "a", "note", "optional", {"hair."}), Json::array());
    EXPECT_EQ(reasonChoices(Json::object(), "a", "refuse", "required"), Json::array());
}

TEST_P(Portal, XZ_LOG_04_TheMenuKeepsTheProfilesOrderAndHidesWhatStandsUnderAnAbsentEntry)
{
    Browser candidate = browser();
    const std::string registration = submitRegistration(candidate, 1);
    Json paths = pathsOf(candidate.me().json);
    EXPECT_EQ(paths["person"], "/person/" + registration);
    EXPECT_EQ(paths["queries"], nullptr);
    EXPECT_FALSE(paths.contains("sign_up")) << "the registration was not passed yet";

    passByClerk(registration);
    const auto submitted = submitSignUp(candidate);
    ASSERT_EQ(submitted.status, 200) << submitted.body;
    const Json me = candidate.me().json;
    Json order = Json::array();
    for (const Json& entry : me["menu"])
        order.push_back(Json::array({entry["id"], entry["under"]}));
    EXPECT_EQ(order, Json::array({{"profile", nullptr},
                                  {"notice", nullptr},
                                  {"sign_up", nullptr},
                                  {"payment", "sign_up"},
                                  {"person", nullptr},
                                  {"queries", nullptr},
                                  {"orders", "queries"},
                                  {"majors", nullptr}}));
    EXPECT_EQ(pathsOf(me)["payment"],
              "/cases/" + submitted.json["case"]["id"].get<std::string>() + "/payment");

    // The centre shows the steps the profile names for this procedure, and none for one it does not name.
    const Json center = candidate.get("/api/center").json;
    for (const Json& running : center["running"])
        EXPECT_EQ(running["stages"], running["type"] == "sign_up"
                                         ? Json::array({{{"title", "报考"}, {"state", "done"}},
                                                        {{"title", "缴费"}, {"state", "current"}}})
                                         : Json::array());
    EXPECT_EQ(center["queries"][0]["title"], "缴费记录");
}

TEST_P(Portal, XZ_SGN_15_APlanTellsTheTextbookOfEachCourse)
{
    const std::string csv = "code,name,credits,exam_mode,textbook\n";
    std::ifstream in(ZIKAO_SOURCE_DIR "/tests/fixtures/provinces/lantern/data/courses.csv");
    std::string courses = csv, line;
    std::getline(in, line);
    while (std::getline(in, line)) {
        const std::string code = line.substr(0, line.find(','));
        courses += code + ",课程" + code + ",4,笔试,《课程" + code + "》灯笼出版社2025年版\n";
    }
    const auto imported = site().catalog.import("courses", courses);
    ASSERT_TRUE(imported) << imported.error().message;
    const auto plan = browser().get("/api/majors/L01/plan");
    ASSERT_EQ(plan.status, 200) << plan.body;
    EXPECT_EQ(plan.json["courses"][0]["textbook"],
              "《课程" + plan.json["courses"][0]["code"].get<std::string>() + "》灯笼出版社2025年版");
}

} // namespace
} // namespace zikao::app
