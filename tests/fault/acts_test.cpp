#include "tests/fault/kill.hpp"

namespace zikao::app {
namespace {

/// A zikaod whose picture codes are known, and whose text messages reach the simulator.
class KilledAct : public KilledPayment
{
protected:
    void SetUp() override
    {
        ::setenv("ZIKAO_TEST_CAPTCHA", "ACE3", 1);
        Kill::SetUp();
    }
    void TearDown() override
    {
        Kill::TearDown();
        ::unsetenv("ZIKAO_TEST_CAPTCHA");
    }
    void bind(Json& profile) override
    {
        Kill::bind(profile);
        profile["message_sender"] = "sms-aliyun";
        settle("sms-aliyun");
        simulator.set({{"sms_limits", false}});
    }
    static Json picture(Browser& browser)
    {
        return {{"captcha_id", browser.get("/api/captcha").json.at("id")}, {"captcha", "ace3"}};
    }
    static std::string phoneOf(int serial) { return registrationFields(serial, "990100")["phone"]; }
    static Json with(Json form, Json more)
    {
        form.update(more);
        return form;
    }
    /// Nothing waits that a program with a sender would find when it starts.
    void settleWhatWaits()
    {
        while (server->runBackgroundOnce() > 0) {
        }
    }
    /// What a dead bearer had claimed is due again.
    void letClaimsEnd()
    {
        alter("UPDATE outbox SET due_at_ms = 1 WHERE state = 'waiting' AND claimed_by IS NOT NULL");
    }
    /// The codes that reached a telephone, newest first.
    [[nodiscard]] std::vector<std::string> codesTo(const std::string& phone) const
    {
        std::vector<std::string> codes;
        const Json all = simulator.get("sms?phone=" + phone).at("messages");
        for (const Json& message : all)
            if (message.at("code") != "")
                codes.push_back(message.at("code"));
        return codes;
    }
    /// The newest of `count` codes.
    std::string codeSentTo(const std::string& phone, std::size_t count)
    {
        EXPECT_TRUE(test::eventually([&] { return codesTo(phone).size() == count; }));
        return codesTo(phone).at(0);
    }
};

// --- identity -------------------------------------------------------------------------------------------------------

class KilledIdentity : public KilledAct
{};
INSTANTIATE_TEST_SUITE_P(OneEngine, KilledIdentity, testing::Values(storage::Engine::sqlite));

TEST_P(KilledIdentity, I1_CodesLogInsAndPasswordsAreWhollyTakenOrNotAtAllAndTheSameClickDoesItOnce)
{
    const std::string phone = phoneOf(1);
    {
        Browser candidate = browser();
        submitRegistration(candidate, 1);
    }
    Browser caller = browser(), forgetful = browser();
    caller.me();
    forgetful.me();
    settleWhatWaits();
    server.reset();
    const auto on = [](const Process& process, Browser& who) -> Browser& { return who = at(process, who); };
    const auto askCode = [&] {
        return caller.post("/api/codes", with({{"purpose", "login"}, {"phone", phone}}, picture(caller)));
    };

    auto running = zikaod("identity.code.before_commit");
    on(*running, caller);
    EXPECT_EQ(askCode().status, 0) << "answered before it was certain";
    expectKilled(*running, "code");
    EXPECT_EQ(found("security_code"), 0);
    EXPECT_TRUE(codesTo(phone).empty());

    running = zikaod("identity.phone_login.before_commit");
    on(*running, caller);
    EXPECT_EQ(askCode().status, 200);
    const std::string code = codeSentTo(phone, 1);
    const auto enter = [&] {
        return caller.post("/api/login/phone", with({{"phone", phone}, {"code", code}}, picture(caller)));
    };
    EXPECT_EQ(enter().status, 0) << "answered before it was certain";
    expectKilled(*running, "phone_login");
    EXPECT_EQ(found("security_code WHERE state = 'open'"), 1) << "a code is used up and nobody is in";

    running = zikaod("identity.reset.before_commit");
    on(*running, caller);
    EXPECT_EQ(enter().status, 200);
    on(*running, forgetful);
    EXPECT_EQ(forgetful
                  .post("/api/password/forgot",
                        with({{"id_number", idNumber(1)}, {"way", "phone"}}, picture(forgetful)))
                  .status,
              200);
    const std::string second = codeSentTo(phone, 2);
    const auto reset = [&] {
        return forgetful.post(
            "/api/password/reset",
            {{"id_number", idNumber(1)}, {"code", second}, {"new_password", "meadow9Bridge"}});
    };
    EXPECT_EQ(reset().status, 0) << "answered before it was certain";
    expectKilled(*running, "reset");
    EXPECT_EQ(found("security_code WHERE state = 'open'"), 1);
    EXPECT_EQ(found("audit_entry WHERE act = 'account.password_reset'"), 0);

    running = zikaod("identity.password.before_commit");
    on(*running, forgetful);
    EXPECT_EQ(reset().status, 204);
    const auto in = forgetful.post(
        "/api/login", with({{"id_number", idNumber(1)}, {"password", "meadow9Bridge"}}, picture(forgetful)));
    EXPECT_EQ(in.status, 200) << in.body;
    forgetful.csrf = in.json.value("csrf", "");
    const auto change = [&] {
        return forgetful.post("/api/password/change",
                              {{"old_password", "meadow9Bridge"}, {"new_password", "harbour4Moss"}});
    };
    EXPECT_EQ(change().status, 0) << "answered before it was certain";
    expectKilled(*running, "password");
    EXPECT_EQ(found("audit_entry WHERE act = 'account.password_change'"), 0);

    running = zikaod();
    on(*running, forgetful);
    const auto changed = change();
    EXPECT_EQ(changed.status, 204) << changed.body;
    EXPECT_EQ(found("audit_entry WHERE act = 'account.password_change'"), 1);
}

// --- news and messages ----------------------------------------------------------------------------------------------

class KilledNews : public KilledAct
{};
INSTANTIATE_ON_BOTH_ENGINES(KilledNews);

TEST_P(KilledNews, I14_NewsWhoseBearerDiesActsOnceAndNoMessageIsSentTwice)
{
    const Payer payer = this->payer(1);
    Browser other = browser(), guest = browser(), another = browser();
    submitRegistration(other, 2);
    guest.me();
    another.me();
    settleWhatWaits();
    server.reset();

    auto running = zikaod("storage.outbox.claimed");
    notify(*running, paid(*running, payer));
    expectKilled(*running, "claimed");
    EXPECT_EQ(booked(payer), 1);
    EXPECT_EQ(found("case_event WHERE action = 'paid'"), 0);
    letClaimsEnd();
    running = launch("storage.outbox.handled");
    expectKilled(*running, "handled");
    EXPECT_EQ(found("case_event WHERE action = 'paid'"), 1);
    EXPECT_EQ(found("outbox WHERE kind = 'order_paid' AND state = 'waiting'"), 1);
    letClaimsEnd();

    const auto askCode = [&](Browser& before, int serial) {
        Browser browser = at(*running, before);
        browser.post("/api/codes",
                     with({{"purpose", "login"}, {"phone", phoneOf(serial)}}, picture(browser)));
    };
    running = zikaod("notify.before_send");
    expectAccountedOnce(payer);
    EXPECT_TRUE(
        test::eventually([&] { return found("outbox WHERE kind = 'order_paid' AND state = 'done'") == 1; }));
    askCode(guest, 1);
    expectKilled(*running, "before_send");
    EXPECT_TRUE(codesTo(phoneOf(1)).empty());
    letClaimsEnd();
    running = zikaod("notify.after_send");
    askCode(another, 2);
    expectKilled(*running, "after_send");
    EXPECT_EQ(codesTo(phoneOf(2)).size(), 1u);
    letClaimsEnd();
    // Whether the provider had taken them nobody can know: both are marked so, and neither goes out again.
    running = zikaod();
    EXPECT_TRUE(test::eventually(
        [&] { return found("outgoing_message WHERE state = 'unknown' AND error = 'abandoned'") == 2; }));
    EXPECT_TRUE(codesTo(phoneOf(1)).empty());
    EXPECT_EQ(codesTo(phoneOf(2)).size(), 1u);
}

// --- a degree -------------------------------------------------------------------------------------------------------

class KilledDegree : public Kill
{
protected:
    void bind(Json& profile) override
    {
        profile["degree_checker"] = "degree-chsi";
        settle("degree-chsi");
    }
};
INSTANTIATE_TEST_SUITE_P(OneEngine, KilledDegree, testing::Values(storage::Engine::sqlite));

TEST_P(KilledDegree, I1_ACodeItsAnswerAndTheChoiceAreEachKeptWholeAndOnce)
{
    Browser candidate = browser();
    submitRegistration(candidate, 1);
    server.reset();
    const Json operation{{"operation_id", requestKey()}};

    auto running = zikaod("degrees.code.planned");
    EXPECT_EQ(at(*running, candidate).post("/api/degree/codes", operation).status, 0);
    expectKilled(*running, "planned");
    EXPECT_EQ(found("degree_request WHERE state = 'creating'"), 1);

    running = zikaod("degrees.answer.before_commit");
    const auto shown = at(*running, candidate).post("/api/degree/codes", operation);
    ASSERT_EQ(shown.status, 200) << shown.body;
    EXPECT_EQ(found("degree_request"), 1) << "the same click asked for a second code";
    const std::string code = look("SELECT qr_text FROM degree_request").text(0);
    const Json agreed = simulator.post(
        "degrees/scan",
        {{"code", code}, {"name", "灯芯人"}, {"id_number", idNumber(1)}, {"person", "several"}});
    ASSERT_EQ(agreed.at("status"), "AUTHORIZED") << agreed;
    static_cast<void>(at(*running, candidate).post("/api/degree/refresh"));
    expectKilled(*running, "answer");
    EXPECT_EQ(found("degree_request WHERE state = 'waiting'"), 1);

    running = zikaod("degrees.choose.before_commit");
    EXPECT_TRUE(test::eventually([&] {
        return at(*running, candidate).post("/api/degree/refresh").status == 200 &&
               found("degree_request WHERE state = 'choosing'") == 1;
    }));
    const Json records = at(*running, candidate).get("/api/degree").json.at("choices");
    ASSERT_GT(records.size(), 1u);
    const Json choice{{"record_id", records[0].at("record_id")}};
    EXPECT_EQ(at(*running, candidate).post("/api/degree/choose", choice).status, 0);
    expectKilled(*running, "choose");
    EXPECT_EQ(found("degree"), 0);

    running = zikaod();
    const auto chosen = at(*running, candidate).post("/api/degree/choose", choice);
    EXPECT_EQ(chosen.status, 200) << chosen.body;
    EXPECT_EQ(found("degree"), 1);
    EXPECT_EQ(found("audit_entry WHERE act = 'degree.choose'"), 1);
}

} // namespace
} // namespace zikao::app
