#include "tests/kernel/identity/fixture.hpp"

namespace zikao::identity {
namespace {

using namespace std::chrono_literals;

class PasswordReset : public IdentityTest
{
protected:
    void SetUp() override
    {
        IdentityTest::SetUp();
        account_ = open(somebody()).value();
    }
    /// Asks for a code and reads it from the queued message.
    std::string code(const std::string& way = "phone", const std::string& session = "session-1")
    {
        EXPECT_TRUE(identity.requestReset(kNumber, way, session));
        return messages().back().params.at("code");
    }
    std::string reset(const std::string& code, const std::string& session = "session-1",
                      const std::string& password = "meadow9Bridge")
    {
        const auto done = identity.resetPassword(kNumber, code, password, session);
        return done ? "" : done.error().reason;
    }
    static std::string another(const std::string& code) { return code == "000000" ? "000001" : "000000"; }
    std::string account_;
};
INSTANTIATE_ON_BOTH_ENGINES(PasswordReset);

TEST_P(PasswordReset, XJ_LOG_05_SendsACodeToPhoneOrMailboxAndSetsTheNewPassword)
{
    const Session session = identity.loginCandidate(form(kNumber, kPassword)).value();
    const std::string by_phone = code("phone");
    EXPECT_EQ(messages().back().channel, "sms");
    EXPECT_EQ(messages().back().recipient, somebody().phone);
    EXPECT_EQ(messages().back().template_key, "verification_code");
    EXPECT_EQ(by_phone.size(), 6u);
    clock.advance(60s);
    const std::string by_mail = code("email");
    EXPECT_EQ(messages().back().channel, "email");
    EXPECT_EQ(messages().back().recipient, somebody().email);
    ASSERT_NE(by_phone, by_mail) << "one in a million: run again";
    EXPECT_EQ(reset(by_phone), "code_wrong") << "an older code survived a newer one";
    EXPECT_EQ(reset(by_mail), "");
    EXPECT_FALSE(alive(session.token));
    EXPECT_EQ(refusal(kNumber, "meadow9Bridge"), "");
    EXPECT_EQ(refusal(kNumber, kPassword), "login_wrong");
    ASSERT_EQ(acts.size(), 1u);
    EXPECT_EQ(acts[0].act, "account.password_reset");
}

TEST_P(PasswordReset, XJ_LOG_05_SendsNothingWhereTheWayIsNotKnownAndSaysTheSame)
{
    Person person = identity.person(account_).value();
    person.email.clear();
    ASSERT_TRUE(
        database().transaction([&](storage::Transaction& tx) { return identity.updatePerson(tx, person); }));
    EXPECT_TRUE(identity.requestReset(kNumber, "email", "session-1"));
    EXPECT_TRUE(identity.requestReset(kOtherNumber, "phone", "session-1"));
    EXPECT_TRUE(messages().empty());
    EXPECT_EQ(identity.requestReset(kOtherNumber, "phone", "session-1").error().reason, "code_too_soon")
        << "an unknown number answers otherwise than a known one";
    EXPECT_EQ(identity.resetPassword(kOtherNumber, "123456", "meadow9Bridge", "session-1").error().reason,
              "code_wrong");
    EXPECT_EQ(identity.requestReset(kNumber, "pigeon", "session-1").error().code,
              ErrorCode::invalid_argument);
}

TEST_P(PasswordReset, XJ_LOG_05_AWayThatNobodyCarriesIsNotOfferedAndRefused)
{
    EXPECT_EQ(identity.resetWays(), (std::vector<std::string>{"phone", "email"}));
    tenant->senders.erase("email");
    EXPECT_EQ(identity.resetWays(), std::vector<std::string>{"phone"});
    EXPECT_EQ(identity.requestReset(kNumber, "email", "session-1").error().reason, "code_way_unserved");
    EXPECT_TRUE(messages().empty()) << "a code was queued that nobody can deliver";
    EXPECT_TRUE(identity.requestReset(kNumber, "phone", "session-1"))
        << "the refused request used up the number's allowance";
}

TEST_P(PasswordReset, DEF_GEN_02_TenADayReachOneMailboxWhoeverTheyAreFor)
{
    Person other = somebody();
    other.id_number = kOtherNumber;
    other.phone = "13800004321";
    other.email = "Lamp@Example.TEST";
    ASSERT_TRUE(open(other));
    for (int i = 0; i < 6; ++i) {
        EXPECT_TRUE(identity.requestReset(kNumber, "email", "session-1")) << i;
        EXPECT_TRUE(identity.requestReset(kOtherNumber, "email", "session-1"))
            << "the answer to an ID number tells whose mailbox it is";
        clock.advance(61s);
    }
    EXPECT_EQ(messages().size(), 10u);
    EXPECT_TRUE(identity.requestReset(kNumber, "phone", "session-1"));
    EXPECT_EQ(messages().size(), 11u) << "a full mailbox shut the phone too";
}

TEST_P(PasswordReset, C47_TheActNamesTheRequestThatDidIt)
{
    ASSERT_TRUE(identity.resetPassword(kNumber, code(), "meadow9Bridge", "session-1", "request-1"));
    Actor own{ActorKind::candidate, account_, {}, {}, {}, {}, "request-2"};
    ASSERT_TRUE(identity.changePassword(own, "meadow9Bridge", "harbour8Silver"));
    ASSERT_EQ(acts.size(), 2u);
    EXPECT_EQ(acts[0].request_id, "request-1");
    EXPECT_EQ(acts[1].request_id, "request-2");
}

TEST_P(PasswordReset, DEF_GEN_02_ACodeLivesFiveMinutes)
{
    const std::string early = code();
    clock.advance(299s);
    EXPECT_EQ(reset(early), "");
    clock.advance(60s);
    const std::string late = code();
    clock.advance(300s);
    EXPECT_EQ(reset(late), "code_wrong");
}

TEST_P(PasswordReset, DEF_GEN_02_FiveWrongTriesVoidACode)
{
    const std::string right = code();
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(reset(another(right)), "code_wrong");
    EXPECT_EQ(reset(right), "code_wrong");
}

TEST_P(PasswordReset, FourWrongTriesDoNot)
{
    const std::string right = code();
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(reset(another(right)), "code_wrong");
    EXPECT_EQ(reset(right), "");
}

TEST_P(PasswordReset, ACodeWorksOnceAndInItsOwnSessionOnly)
{
    const std::string right = code();
    EXPECT_EQ(reset(right, "session-2"), "code_wrong");
    EXPECT_EQ(reset(right), "");
    EXPECT_EQ(reset(right), "code_wrong");
}

TEST_P(PasswordReset, APasswordAgainstTheRulesKeepsTheCodeUsable)
{
    const std::string right = code();
    for (int i = 0; i < 6; ++i)
        EXPECT_EQ(reset(right, "session-1", "short1"), "password_short");
    EXPECT_EQ(reset(right), "");
}

TEST_P(PasswordReset, DEF_GEN_02_AnotherCodeOnlyAfterSixtySeconds)
{
    code();
    clock.advance(59s);
    EXPECT_EQ(identity.requestReset(kNumber, "phone", "session-1").error().reason, "code_too_soon");
    clock.advance(1s);
    EXPECT_TRUE(identity.requestReset(kNumber, "phone", "session-1"));
    EXPECT_EQ(messages().size(), 2u);
}

TEST_P(PasswordReset, DEF_GEN_02_TenADayForANumber)
{
    for (int i = 0; i < 10; ++i) {
        ASSERT_TRUE(identity.requestReset(kNumber, "phone", "session-" + std::to_string(i))) << i;
        clock.advance(61s);
    }
    EXPECT_EQ(identity.requestReset(kNumber, "phone", "session-1").error().reason, "code_daily_limit");
    clock.set(beijingInstant(clock.today().plusDays(1)));
    EXPECT_TRUE(identity.requestReset(kNumber, "phone", "session-1"));
    EXPECT_EQ(messages().size(), 11u);
}

TEST_P(PasswordReset, OneNetworkCannotAskForEverybody)
{
    ASSERT_TRUE(database().execute("INSERT INTO code_allowance (subject_key, day_text, sent, last_at_ms) "
                                   "VALUES ('network:10.9.9.0/24', ?, 200, 0)",
                                   {clock.today().text()}));
    EXPECT_EQ(identity.requestReset(kNumber, "phone", "session-1", "10.9.9.77").error().reason,
              "code_daily_limit");
    EXPECT_TRUE(messages().empty());
    EXPECT_TRUE(identity.requestReset(kNumber, "phone", "session-1", "10.9.8.77"))
        << "the refused request used up the number's own allowance";
}

TEST_P(PasswordReset, OfManyRequestsAtOnceOneSendsAMessage)
{
    std::atomic<int> sent = 0;
    {
        std::vector<std::jthread> clients;
        for (int i = 0; i < 6; ++i)
            clients.emplace_back(
                [&] { sent += identity.requestReset(kNumber, "phone", "session-1").has_value(); });
    }
    EXPECT_EQ(sent, 1);
    EXPECT_EQ(messages().size(), 1u);
}

TEST_P(PasswordReset, OpensALockedAccountForItsOwner)
{
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(refusal(kNumber, "wrong7Word"), "login_wrong");
    ASSERT_EQ(refusal(kNumber, kPassword), "login_locked");
    EXPECT_EQ(reset(code()), "");
    EXPECT_EQ(refusal(kNumber, "meadow9Bridge"), "");
}

TEST_P(PasswordReset, NeitherCodeNorRecipientLiesReadableInTheDatabase)
{
    const std::string right = code();
    EXPECT_EQ(count("SELECT COUNT(*) FROM security_code WHERE code_hash LIKE '%" + right + "%'"), 0);
    const auto rows = database().query("SELECT payload FROM outbox").value();
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows.front().text(0).find(somebody().phone), std::string::npos);
    EXPECT_EQ(rows.front().text(0).find("\"" + right + "\""), std::string::npos);
}

} // namespace
} // namespace zikao::identity
