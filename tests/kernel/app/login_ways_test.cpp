#include "kernel/base/queued_message.hpp"
#include "tests/kernel/app/server_fixture.hpp"

namespace zikao::app {
namespace {

/// The ways of logging in, as a browser goes them: one registered candidate, and guests who want in.
class LoginWays : public ServerTest
{
protected:
    void SetUp() override
    {
        Browser candidate = browser();
        submitRegistration(candidate, 1);
    }
    [[nodiscard]] static std::string phone() { return registrationFields(1, "990100")["phone"]; }

    /// The code of the newest message that waits to go out; empty: none waits.
    std::string lastCode()
    {
        const auto rows =
            site()
                .tenant->database
                ->query("SELECT payload FROM outbox WHERE kind = 'message' ORDER BY created_at_ms "
                        "DESC, id DESC")
                .value();
        for (const storage::Row& row : rows) {
            const auto message = openMessage(*site().tenant->vault, parseJson(row.text(0)).value()).value();
            if (message.template_key == "verification_code")
                return message.params.at("code");
        }
        return {};
    }
    Browser guest()
    {
        Browser browser = this->browser();
        browser.me();
        return browser;
    }
    Browser::Answer askCode(Browser& guest, Json form)
    {
        form.update(captcha(guest));
        return guest.post("/api/codes", form);
    }
    static Json byPhone() { return {{"purpose", "login"}, {"phone", phone()}}; }
    static Json byNumber() { return {{"purpose", "login"}, {"name", "灯芯人"}, {"id_number", idNumber(1)}}; }
};
INSTANTIATE_ON_BOTH_ENGINES(LoginWays);

TEST_P(LoginWays, XZ_LOG_02_OnePictureIsAnsweredForTheCodeAndForTheLogin)
{
    Browser browser = guest();
    Json picture = captcha(browser);
    Json form = byPhone();
    form.update(picture);
    const auto sent = browser.post("/api/codes", form);
    ASSERT_EQ(sent.status, 200) << sent.body;
    EXPECT_EQ(sent.json["resend_after_ms"], clock.now().ms + 60'000);
    Json login{{"phone", phone()}, {"code", lastCode()}};
    login.update(picture);
    const Browser before = browser;
    const auto in = browser.post("/api/login/phone", login);
    ASSERT_EQ(in.status, 200) << in.body;
    EXPECT_EQ(in.json["kind"], "candidate");
    EXPECT_NE(browser.cookies, before.cookies) << "a session that rose keeps its token";
}

TEST_P(LoginWays, XZ_LOG_01_FiveItemsOpenTheSessionAndFourDoNot)
{
    Browser browser = guest();
    ASSERT_EQ(askCode(browser, byNumber()).status, 200);
    Json login{{"name", "灯芯人"}, {"id_number", idNumber(1)}, {"password", kPassword}, {"code", lastCode()}};
    for (const char* item : {"name", "id_number", "password", "code"}) {
        Json four = login;
        four[item] = "";
        four.update(captcha(browser));
        const auto refused = browser.post("/api/login/certificate", four);
        EXPECT_EQ(refused.status, 401) << item;
        EXPECT_EQ(refused.code(), "certificate_login_wrong") << item;
    }
    login.update(captcha(browser));
    EXPECT_EQ(browser.post("/api/login/certificate", login).json["kind"], "candidate");
}

TEST_P(LoginWays, C6_ACodeForAStrangerIsAnsweredAsOneForACandidate)
{
    Browser browser = guest();
    for (const Json& unknown : {Json{{"purpose", "login"}, {"phone", "13911112222"}},
                                Json{{"purpose", "login"}, {"name", "无此人"}, {"id_number", idNumber(9)}}}) {
        const auto sent = askCode(browser, unknown);
        EXPECT_EQ(sent.status, 200) << sent.body;
        EXPECT_EQ(sent.json.size(), 2u);
    }
    EXPECT_EQ(lastCode(), "");
}

TEST_P(LoginWays, XZ_LOG_01_ACodeOfAnotherBrowserIsWorthNothing)
{
    Browser mine = guest(), other = guest();
    ASSERT_EQ(askCode(mine, byPhone()).status, 200);
    Json login{{"phone", phone()}, {"code", lastCode()}};
    login.update(captcha(other));
    EXPECT_EQ(other.post("/api/login/phone", login).code(), "phone_login_wrong");
}

TEST_P(LoginWays, CodesNeedAPictureAndAFormOneOfTheWaysHas)
{
    Browser browser = guest();
    Json blind = byPhone();
    blind.update({{"captcha_id", "none"}, {"captcha", "none"}});
    EXPECT_EQ(browser.post("/api/codes", blind).code(), "captcha_wrong");
    for (const Json& bad : {Json{{"purpose", "login"}}, Json{{"purpose", "reset"}, {"phone", phone()}},
                            Json{{"purpose", "register"}, {"name", "灯芯人"}, {"id_number", idNumber(1)}},
                            Json{{"purpose", "register"}, {"phone", "123"}},
                            Json{{"purpose", "login"}, {"phone", phone()}, {"name", "灯芯人"}},
                            Json{{"purpose", "register"}, {"phone", phone()}, {"extra", 1}}}) {
        Browser fresh = guest(); // a session asks for six codes at once and no more
        EXPECT_EQ(askCode(fresh, bad).status, 400) << bad.dump();
    }
    EXPECT_EQ(askCode(browser, {{"purpose", "change"}, {"phone", "13911112222"}}).status, 401);
    EXPECT_EQ(lastCode(), "");
}

TEST_P(LoginWays, XZ_LOG_01_AWayThatTheProvinceDoesNotNameIsClosed)
{
    site().tenant->profile.login_ways = {"certificate"};
    Browser browser = guest();
    EXPECT_EQ(askCode(browser, byPhone()).code(), "login_way_closed");
    Json login{{"phone", phone()}, {"code", "123456"}};
    login.update(captcha(browser));
    EXPECT_EQ(browser.post("/api/login/phone", login).code(), "login_way_closed");
    Json password{{"id_number", idNumber(1)}, {"password", kPassword}};
    password.update(captcha(browser));
    EXPECT_EQ(browser.post("/api/login", password).code(), "login_way_closed")
        << "the password alone still opens what should need a code";
}

TEST_P(LoginWays, XZ_LOG_05_LeavingEndsTheSessionOnTheServer)
{
    Browser browser = guest();
    ASSERT_EQ(askCode(browser, byPhone()).status, 200);
    Json login{{"phone", phone()}, {"code", lastCode()}};
    login.update(captcha(browser));
    const auto in = browser.post("/api/login/phone", login);
    ASSERT_EQ(in.status, 200);
    browser.csrf = in.json["csrf"];
    Browser thief = browser;
    EXPECT_EQ(browser.post("/api/logout").status, 204);
    EXPECT_EQ(thief.get("/api/center").status, 401);
}

TEST_P(LoginWays, ACodeOfOneTenantIsUnknownInTheOther)
{
    Browser here = guest();
    ASSERT_EQ(askCode(here, byPhone()).status, 200);
    Browser there = browser("beacon");
    there.me();
    Json login{{"phone", phone()}, {"code", lastCode()}};
    login.update(captcha(there, "beacon"));
    EXPECT_EQ(there.post("/api/login/phone", login).code(), "phone_login_wrong");
}

} // namespace
} // namespace zikao::app
