#include "tests/kernel/app/server_fixture.hpp"

namespace zikao::app {
namespace {

/// The page 前置学历核验 as the browser drives it, and the register's callback.
class DegreeApi : public ServerTest
{
protected:
    Browser candidate(int serial = 1)
    {
        Browser one = browser();
        passByClerk(submitRegistration(one, serial));
        return one;
    }
    Browser::Answer code(Browser& who)
    {
        return who.post("/api/degree/codes", {{"operation_id", requestKey()}});
    }
    Browser::Answer callback(const char* headers = "text/plain\r\nsigned: yes")
    {
        return browser().send("POST", "/lantern/api/degree/callback",
                              degree_checker.created.back().request_no, headers);
    }
};
INSTANTIATE_ON_BOTH_ENGINES(DegreeApi);

TEST_P(DegreeApi, AH_DEG_05_ThePageShowsTheCompletedStateWithItsTime)
{
    Browser lamp = candidate();
    EXPECT_EQ(lamp.get("/api/degree").json["state"], "none");
    const auto shown = code(lamp);
    ASSERT_EQ(shown.status, 200) << shown.body;
    EXPECT_EQ(shown.json["state"], "waiting");
    EXPECT_NE(shown.json["attempt"]["qr_svg"].get<std::string>().find("<svg"), std::string::npos);
    EXPECT_EQ(shown.json["attempt"]["expires_at_ms"], clock.now().ms + 300'000);
    degree_checker.authorize({degree_checker.record("r1")});
    EXPECT_EQ(callback().status, 204);
    const auto done = lamp.get("/api/degree");
    EXPECT_EQ(done.json["state"], "verified");
    EXPECT_EQ(done.json["degree"]["level"], "专科");
    EXPECT_EQ(done.json["degree"]["verified_at_ms"], clock.now().ms);
    EXPECT_EQ(done.json["degree"]["printed_on"], nullptr);
    EXPECT_EQ(done.body.find("990101"), std::string::npos) << "no ID number travels here";
}

TEST_P(DegreeApi, AH_DEG_03_TheCodeIsShownInTheSessionThatAskedForItAlone)
{
    Browser lamp = candidate();
    const std::string number = idNumber(1);
    EXPECT_NE(code(lamp).json["attempt"]["qr_svg"], nullptr);
    EXPECT_NE(lamp.get("/api/degree").json["attempt"]["qr_svg"], nullptr) << "a page loaded again goes on";
    Browser elsewhere = browser();
    elsewhere.me();
    Json login{{"id_number", number}, {"password", kPassword}};
    login.update(captcha(elsewhere));
    ASSERT_EQ(elsewhere.post("/api/login", login).status, 200);
    elsewhere.me();
    const auto seen = elsewhere.get("/api/degree");
    EXPECT_EQ(seen.json["state"], "waiting");
    EXPECT_EQ(seen.json["attempt"]["qr_svg"], nullptr);
}

TEST_P(DegreeApi, AH_DEG_04_OneOfSeveralIsChosenAndAnothersChoiceIsNothing)
{
    Browser lamp = candidate(), other = candidate(2);
    code(lamp);
    degree_checker.authorize({degree_checker.record("r1"), degree_checker.record("r2", "本科", 2019)});
    const auto asked = lamp.post("/api/degree/refresh");
    EXPECT_EQ(asked.json["state"], "choosing");
    EXPECT_EQ(asked.json["choices"].size(), 2u);
    EXPECT_EQ(other.post("/api/degree/choose", {{"record_id", "r2"}}).code(), "degree_not_choosing");
    EXPECT_EQ(lamp.post("/api/degree/choose", {{"record_id", "r9"}}).code(), "degree_record_unknown");
    const auto chosen = lamp.post("/api/degree/choose", {{"record_id", "r2"}});
    EXPECT_EQ(chosen.json["state"], "verified");
    EXPECT_EQ(chosen.json["degree"]["level"], "本科");
    EXPECT_EQ(chosen.json["choices"], Json::array());
}

TEST_P(DegreeApi, AForgedCallbackIsRefusedAndASilentRegisterSaysWhatToDo)
{
    Browser lamp = candidate();
    code(lamp);
    degree_checker.authorize({degree_checker.record("r1")});
    EXPECT_EQ(callback("text/plain").status, 400);
    EXPECT_EQ(lamp.get("/api/degree").json["state"], "waiting");
    degree_checker.silent = true;
    const auto silent = lamp.post("/api/degree/refresh");
    EXPECT_EQ(silent.status, 503);
    EXPECT_EQ(silent.code(), "degree_register_silent");
    EXPECT_FALSE(silent.detail().empty());
}

TEST_P(DegreeApi, AReviewerSeesTheDegreeBesideTheCaseAndNothingOfCodes)
{
    Browser lamp = browser();
    const std::string registration = submitRegistration(lamp, 1);
    code(lamp);
    degree_checker.authorize({degree_checker.record("r1")});
    lamp.post("/api/degree/refresh");
    Browser clerk = officer("clerk.east", "prefecture_office", "990100");
    const auto seen = clerk.get("/api/cases/" + registration + "/degree");
    EXPECT_EQ(seen.json["state"], "verified");
    EXPECT_EQ(seen.json["degree"]["school"], "灯笼学院");
    EXPECT_EQ(seen.body.find("qr_svg"), std::string::npos);
    Browser west = officer("clerk.west", "prefecture_office", "990200");
    EXPECT_EQ(west.get("/api/cases/" + registration + "/degree").status, 404);
}

TEST_P(DegreeApi, AH_PHO_14_ACropIsJudgedWithoutBeingKept)
{
    Browser guest = browser();
    guest.me();
    const std::string id = guest.post("/api/cases", {{"type", "registration"}}).json["case"]["id"];
    const auto ask = [&](const std::string& field, const std::string& bytes) {
        return guest.send("POST", "/lantern/api/cases/" + id + "/photo_verdict?field=" + field, bytes,
                          "image/jpeg");
    };
    const auto verdict = ask("portrait", files::jpg(295, 413));
    ASSERT_EQ(verdict.status, 200) << verdict.body;
    EXPECT_EQ(verdict.json["checks"][0]["verdict"], "passed");
    EXPECT_EQ(verdict.json["points"], Json::array());
    EXPECT_EQ(guest.get("/api/cases/" + id).json["files"], Json::array());
    EXPECT_EQ(ask("id_card_front", files::jpg(295, 413)).status, 404);
    EXPECT_EQ(ask("portrait", "no picture").code(), "file_type");
}

} // namespace
} // namespace zikao::app
