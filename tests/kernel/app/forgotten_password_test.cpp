#include "tests/kernel/app/server_fixture.hpp"
#include "tests/support/fake_plugins.hpp"

namespace zikao::app {
namespace {

/// 忘记密码 as a browser goes it: which ways there are, the code, the new password, and what is kept of it.
class ForgottenPassword : public ServerTest
{
protected:
    void SetUp() override
    {
        Browser candidate = browser();
        submitRegistration(candidate, 1);
        const std::string account =
            site()
                .tenant->database->query("SELECT id FROM account WHERE kind = 'candidate'")
                .value()
                .at(0)
                .text(0);
        identity::Person owner = site().identity.person(account).value();
        owner.email = "lamp@example.test";
        ASSERT_TRUE(site().tenant->database->transaction(
            [&](storage::Transaction& tx) { return site().identity.updatePerson(tx, owner); }));
        guest.me();
    }
    void serve(const std::string& channel, api::MessageSender& sender)
    {
        site().tenant->senders[channel] = std::make_unique<test::FixedPlugin<api::MessageSender>>(sender);
    }
    Json ways() { return browser().get("/api/tenant").json.at("login").at("reset_ways"); }
    Browser::Answer forget(const std::string& way)
    {
        Json form{{"id_number", idNumber(1)}, {"way", way}};
        form.update(captcha(guest));
        return guest.post("/api/password/forgot", form);
    }

    test::FakeMessageSender sms, mail;
    Browser guest = browser();
};
INSTANTIATE_ON_BOTH_ENGINES(ForgottenPassword);

TEST_P(ForgottenPassword, XJ_LOG_05_OnlyWaysThatSomebodyCarriesAreOfferedAndTaken)
{
    EXPECT_EQ(ways(), Json::array());
    serve("sms", sms);
    EXPECT_EQ(ways(), Json::array({"phone"}));
    const auto refused = forget("email");
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.code(), "code_way_unserved");
    EXPECT_NE(refused.detail().find("换一种方式"), std::string::npos) << refused.body;
    serve("email", mail);
    EXPECT_EQ(ways(), Json::array({"phone", "email"}));
    EXPECT_EQ(forget("pigeon").code(), "field_range");
}

TEST_P(ForgottenPassword, XJ_LOG_05_C47_ACodeByMailSetsTheNewPasswordAndTheTrailNamesTheRequest)
{
    serve("sms", sms);
    serve("email", mail);
    const auto asked = forget("email");
    ASSERT_EQ(asked.status, 200) << asked.body;
    while (server->runBackgroundOnce() > 0) {
    }
    ASSERT_EQ(mail.sent.size(), 1u) << "the code reached nobody";
    EXPECT_EQ(mail.sent[0].recipient, "lamp@example.test");
    const auto set = guest.post("/api/password/reset", {{"id_number", idNumber(1)},
                                                        {"code", mail.sent[0].params.at("code")},
                                                        {"new_password", "meadow9Bridge"}});
    EXPECT_EQ(set.status, 204) << set.body;
    const auto trail = site().tenant->database->query(
        "SELECT request_id FROM audit_entry WHERE act = 'account.password_reset'");
    ASSERT_EQ(trail.value().size(), 1u);
    EXPECT_NE(trail->at(0).text(0), "");
    Browser admin = officer("admin.one", "province_office", "990000");
    EXPECT_EQ(admin.post("/api/staff/messages/search", {{"recipient", "lamp"}}).code(), "recipient_format");
    const auto seen = admin.post("/api/staff/messages/search", {{"recipient", "Lamp@example.test"}});
    const auto row = std::ranges::find_if(seen.json.at("rows"), [](const Json& each) {
        return each["template"] == "verification_code" && each["channel"] == "email";
    });
    ASSERT_NE(row, seen.json.at("rows").end()) << seen.body;
    EXPECT_EQ((*row)["recipient_masked"], "***@example.test");
}

} // namespace
} // namespace zikao::app
