#include "tests/kernel/identity/fixture.hpp"

namespace zikao::identity {
namespace {

using namespace std::chrono_literals;

class Sessions : public IdentityTest
{
protected:
    Session candidate()
    {
        if (account_.empty())
            account_ = open(somebody()).value();
        return identity.loginCandidate(form(kNumber, kPassword)).value();
    }
    Session staff()
    {
        EXPECT_TRUE(identity.addStaff(clerk(), Actor::system("test")));
        return identity.loginStaff(staffForm(kStaffPassword, otpNow())).value();
    }

    std::string account_;
};
INSTANTIATE_ON_BOTH_ENGINES(Sessions);

TEST_P(Sessions, AGuestKeepsTheDraftForSevenDaysAndNoLonger)
{
    const Session guest = identity.beginGuest().value();
    EXPECT_EQ(guest.actor.kind, ActorKind::visitor);
    clock.advance(24h * 7 - 1s);
    const auto found = identity.find(guest.token).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->actor.id, guest.actor.id);
    EXPECT_EQ(found->csrf, guest.csrf);
    clock.advance(1s);
    EXPECT_FALSE(alive(guest.token));
}

TEST_P(Sessions, DEF_GEN_05_ACandidateIsSignedOutAfterThirtyIdleMinutes)
{
    const Session session = candidate();
    clock.advance(29min);
    EXPECT_TRUE(alive(session.token));
    clock.advance(29min);
    EXPECT_TRUE(alive(session.token)) << "the idle time was not renewed";
    clock.advance(30min);
    EXPECT_FALSE(alive(session.token));
    clock.advance(-30min);
    EXPECT_FALSE(alive(session.token)) << "a clock set back woke a session that was over";
}

TEST_P(Sessions, EndAfterTwelveHoursHoweverBusy)
{
    const Session session = candidate();
    for (int i = 0; i < 12 * 3 - 1; ++i) {
        clock.advance(20min);
        ASSERT_TRUE(alive(session.token)) << i;
    }
    clock.advance(20min);
    EXPECT_FALSE(alive(session.token));
}

TEST_P(Sessions, StaffAreSignedOutAfterFifteenIdleMinutesAndEightHours)
{
    const Session session = staff();
    EXPECT_EQ(identity.find(session.token).value()->actor.roles, std::set<Role>{Role::county_office});
    EXPECT_EQ(identity.find(session.token).value()->actor.office_code, "9901");
    for (int i = 0; i < 8 * 6 - 1; ++i) {
        clock.advance(10min);
        ASSERT_TRUE(alive(session.token)) << i;
    }
    clock.advance(10min);
    EXPECT_FALSE(alive(session.token));
}

TEST_P(Sessions, StaffIdleLimitIsFifteenMinutes)
{
    const Session session = staff();
    clock.advance(15min);
    EXPECT_FALSE(alive(session.token));
}

TEST_P(Sessions, WriteTheLastUseAtMostEachThirtySeconds)
{
    const Session session = candidate();
    const auto seen = [&] { return count("SELECT seen_at_ms FROM login_session"); };
    const std::int64_t begun = seen();
    clock.advance(29s);
    ASSERT_TRUE(alive(session.token));
    EXPECT_EQ(seen(), begun);
    clock.advance(1s);
    ASSERT_TRUE(alive(session.token));
    EXPECT_EQ(seen(), begun + 30'000);
}

TEST_P(Sessions, AreStoredOnlyHashedSoThatAStolenDatabaseSignsNobodyIn)
{
    const Session session = candidate();
    EXPECT_GE(session.token.size(), 22u) << "less than 128 bits";
    const auto rows = database().query("SELECT token_hash FROM login_session").value();
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows.front().text(0).find(session.token), std::string::npos);
    EXPECT_FALSE(alive(rows.front().text(0)));
    EXPECT_EQ(session.actor.session_id, rows.front().text(0));
}

TEST_P(Sessions, EachHasATokenAgainstForgedChangesOfItsOwn)
{
    const Session one = candidate();
    const Session two = candidate();
    EXPECT_NE(one.token, two.token);
    EXPECT_NE(one.csrf, two.csrf);
    EXPECT_NE(one.csrf, one.token);
    EXPECT_EQ(identity.find(one.token).value()->csrf, one.csrf);
}

TEST_P(Sessions, EndAtOnceWithLogout)
{
    const Session session = candidate();
    ASSERT_TRUE(identity.end(session.token));
    EXPECT_FALSE(alive(session.token));
}

TEST_P(Sessions, EndAtOnceWhenTheAccountIsDisabled)
{
    const Session session = candidate();
    ASSERT_TRUE(identity.disable(account_, Actor::system("test")));
    EXPECT_FALSE(alive(session.token));
    EXPECT_EQ(refusal(kNumber, kPassword), "login_wrong");
    ASSERT_EQ(acts.size(), 1u);
    EXPECT_EQ(acts[0].act, "account.disable");
    EXPECT_EQ(identity.disable("nobody", Actor::system("test")).error().code, ErrorCode::not_found);
}

TEST_P(Sessions, OfADisabledAccountAreDeadEvenIfTheirRowSurvived)
{
    const Session session = candidate();
    ASSERT_TRUE(database().execute("UPDATE account SET state = 'disabled'"));
    EXPECT_FALSE(alive(session.token));
}

TEST_P(Sessions, AGuestWhoBecomesACandidateGetsANewToken)
{
    const Session guest = identity.beginGuest().value();
    const std::string account = open(somebody()).value();
    const Session session = identity.promote(guest.token, account).value();
    EXPECT_NE(session.token, guest.token);
    EXPECT_FALSE(alive(guest.token)) << "the old token kept working after the rise of rights";
    const auto found = identity.find(session.token).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->actor.kind, ActorKind::candidate);
    EXPECT_EQ(found->actor.id, account);
    EXPECT_EQ(found->actor.name, "张灯笼");
    EXPECT_EQ(identity.promote(guest.token, account).error().code, ErrorCode::unauthenticated);
    EXPECT_EQ(identity.promote(session.token, account).error().code, ErrorCode::unauthenticated);
}

TEST_P(Sessions, OfOneTenantMeanNothingToAnotherKey)
{
    const Session session = candidate();
    tenant->vault = std::make_unique<Vault>(std::make_shared<const KeyRing>(KeyRing::generate()));
    EXPECT_FALSE(alive(session.token));
}

TEST_P(Sessions, SweepRemovesWhatIsOverAndNothingElse)
{
    const Session old_guest = identity.beginGuest().value();
    ASSERT_TRUE(identity.newCaptcha());
    clock.advance(24h * 6);
    const Session fresh_guest = identity.beginGuest().value();
    clock.advance(24h + 1s);
    EXPECT_EQ(identity.sweep().value(), 2);
    EXPECT_FALSE(alive(old_guest.token));
    EXPECT_TRUE(alive(fresh_guest.token));
}

} // namespace
} // namespace zikao::identity
