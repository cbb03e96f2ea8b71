#include "tests/kernel/identity/fixture.hpp"

namespace zikao::identity {
namespace {

using namespace std::chrono_literals;

class Staff : public IdentityTest
{
protected:
    std::string add(const Identity::NewStaff& staff)
    {
        return identity.addStaff(staff, Actor::system("test")).value();
    }
    std::string addRefusal(const Identity::NewStaff& staff, const Actor& by = Actor::system("test"))
    {
        const auto added = identity.addStaff(staff, by);
        return added ? "" : added.error().reason;
    }
};
INSTANTIATE_ON_BOTH_ENGINES(Staff);

TEST_P(Staff, NeedPasswordAndOneTimeCode)
{
    add(clerk());
    EXPECT_EQ(staffRefusal(kStaffPassword, ""), "otp_needed");
    EXPECT_EQ(staffRefusal("Wrong7lantern-hill", otpNow()), "login_wrong");
    EXPECT_EQ(staffRefusal(kStaffPassword, "000000"), "otp_wrong");
    const auto session = identity.loginStaff(staffForm(kStaffPassword, otpNow()));
    ASSERT_TRUE(session) << session.error().reason;
    EXPECT_EQ(session->actor.kind, ActorKind::staff);
    EXPECT_TRUE(session->actor.has(Role::county_office));
    EXPECT_EQ(session->actor.name, "李审核");
}

TEST_P(Staff, AWrongPasswordLearnsNothingAboutTheSecondFactor)
{
    EXPECT_EQ(staffRefusal("Wrong7lantern-hill", ""), "login_wrong");
    add(clerk(""));
    EXPECT_EQ(staffRefusal("Wrong7lantern-hill", ""), "login_wrong");
}

TEST_P(Staff, UserNamesIgnoreCase)
{
    add(clerk());
    Identity::Login login = form("Clerk.One", kStaffPassword);
    login.one_time_code = otpNow();
    EXPECT_TRUE(identity.loginStaff(login));
    Identity::NewStaff twin = clerk();
    twin.user_name = "CLERK.one";
    EXPECT_EQ(addRefusal(twin), "user_name_taken");
}

TEST_P(Staff, ACodeSeenOverAShoulderIsWorthNothing)
{
    add(clerk());
    const std::string otp = otpNow();
    EXPECT_EQ(staffRefusal(kStaffPassword, otp), "");
    EXPECT_EQ(staffRefusal(kStaffPassword, otp), "otp_wrong");
    clock.advance(30s);
    EXPECT_EQ(staffRefusal(kStaffPassword, otpNow()), "");
}

TEST_P(Staff, TheSameCodeAtTwoDesksAtOnceOpensOneSession)
{
    add(clerk());
    std::vector<Identity::Login> logins;
    for (int i = 0; i < 4; ++i)
        logins.push_back(staffForm(kStaffPassword, otpNow()));
    std::atomic<int> opened = 0;
    {
        std::vector<std::jthread> desks;
        for (const Identity::Login& login : logins)
            desks.emplace_back([&, login] { opened += identity.loginStaff(login).has_value(); });
    }
    EXPECT_EQ(opened, 1);
}

TEST_P(Staff, GuessesAtTheCodeLockTheAccountEvenBetweenRightPasswords)
{
    add(clerk());
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(staffRefusal(kStaffPassword, "000000"), "otp_wrong") << i;
        if (i < 4) {
            EXPECT_EQ(staffRefusal(kStaffPassword, ""), "otp_needed") << i;
        }
    }
    EXPECT_EQ(staffRefusal(kStaffPassword, otpNow()), "login_locked");
}

TEST_P(Staff, TheFirstLoginForcesTheSecondFactor)
{
    add(clerk(""));
    EXPECT_EQ(staffRefusal(kStaffPassword, ""), "otp_enrol");
    EXPECT_EQ(staffRefusal(kStaffPassword, "123456"), "otp_enrol");
    EXPECT_EQ(identity.enrolTotp(form("clerk.one", "Wrong7lantern-hill")).error().reason, "login_wrong");
    const auto enrolment = identity.enrolTotp(form("clerk.one", kStaffPassword)).value();
    EXPECT_NE(enrolment.uri.find(enrolment.secret), std::string::npos);
    EXPECT_EQ(staffRefusal(kStaffPassword, ""), "otp_enrol") << "an enrolment nobody confirmed was demanded";
    const std::string secret = fromBase32(enrolment.secret).value();
    EXPECT_EQ(staffRefusal(kStaffPassword, totpCode(secret, totpStep(clock.now()))), "");
    EXPECT_EQ(staffRefusal(kStaffPassword, ""), "otp_needed");
    EXPECT_EQ(identity.enrolTotp(form("clerk.one", kStaffPassword)).error().reason, "otp_enrolled")
        << "whoever knows the password could replace the second factor";
}

TEST_P(Staff, C47_SecondFactorAndExpiredPasswordAreActsOfTheirRequest)
{
    const std::string account = add(clerk(""));
    acts.clear();
    Identity::Login login = form("clerk.one", kStaffPassword);
    login.request_id = "request-1";
    const std::string secret = fromBase32(identity.enrolTotp(login).value().secret).value();
    clock.advance(24h * 91);
    login = form("clerk.one", kStaffPassword);
    login.one_time_code = totpCode(secret, totpStep(clock.now()));
    login.request_id = "request-2";
    ASSERT_TRUE(identity.renewStaffPassword(login, "Silver8harbour-moon"));
    ASSERT_EQ(acts.size(), 2u);
    EXPECT_EQ(acts[0].act, "account.totp_enrol");
    EXPECT_EQ(acts[0].request_id, "request-1");
    EXPECT_EQ(acts[1].act, "account.password_change");
    EXPECT_EQ(acts[1].request_id, "request-2");
    EXPECT_EQ(acts[1].actor, account);
    EXPECT_EQ(acts[1].object, "account:" + account);
}

TEST_P(Staff, TheSecretOfTheSecondFactorIsSealed)
{
    add(clerk());
    const auto rows = database().query("SELECT totp_secret FROM account").value();
    EXPECT_EQ(rows.front().bytes(0).find(kTotpSecret), std::string::npos);
}

TEST_P(Staff, ThePasswordExpiresAfterNinetyDays)
{
    add(clerk());
    clock.advance(24h * 90 - 1s);
    EXPECT_EQ(staffRefusal(kStaffPassword, otpNow()), "");
    clock.advance(60s);
    EXPECT_EQ(staffRefusal(kStaffPassword, otpNow()), "password_expired");
    EXPECT_EQ(identity.renewStaffPassword(staffForm(kStaffPassword, otpNow()), kStaffPassword).error().reason,
              "password_used_before");
    clock.advance(30s);
    EXPECT_TRUE(identity.renewStaffPassword(staffForm(kStaffPassword, otpNow()), "Silver8harbour-moon"));
    clock.advance(30s);
    EXPECT_EQ(staffRefusal("Silver8harbour-moon", otpNow()), "");
}

TEST_P(Staff, TheLastFivePasswordsStayUsed)
{
    Actor own{ActorKind::staff, add(clerk()), {}, {}, {}, {}, {}};
    std::string current = kStaffPassword;
    const auto change = [&](const std::string& to) {
        const auto done = identity.changePassword(own, current, to);
        if (done)
            current = to;
        clock.advance(1s);
        return done ? "" : done.error().reason;
    };
    for (int i = 1; i <= 4; ++i)
        EXPECT_EQ(change("Silver8harbour-moon" + std::to_string(i)), "");
    EXPECT_EQ(change(kStaffPassword), "password_used_before");
    EXPECT_EQ(change("Silver8harbour-moon5"), "");
    EXPECT_EQ(change(kStaffPassword), "") << "the sixth last";
}

TEST_P(Staff, TheThreeOfficersNeverMeetInOneAccount)
{
    const std::string officers[] = {"system_officer", "security_officer", "audit_officer"};
    for (const std::string& one : officers)
        for (const std::string& other : officers) {
            Identity::NewStaff staff = clerk();
            staff.roles = {one, other};
            if (one != other) {
                EXPECT_EQ(addRefusal(staff), "three_officers") << one << " " << other;
            }
        }
    Identity::NewStaff staff = clerk();
    staff.roles = {"audit_officer", "audit_officer"};
    EXPECT_EQ(addRefusal(staff), "");
}

TEST_P(Staff, WhoGrantsARoleCannotHoldIt)
{
    const Actor by{ActorKind::staff, "someone", {}, {Role::finance}, {}, {}, {}};
    Identity::NewStaff staff = clerk();
    staff.roles = {"finance"};
    EXPECT_EQ(addRefusal(staff, by), "own_role");
    staff.roles = {"county_office"};
    EXPECT_EQ(addRefusal(staff, by), "");
}

TEST_P(Staff, UnknownRolesAndWeakPasswordsAreRefused)
{
    Identity::NewStaff staff = clerk();
    staff.roles = {"director"};
    EXPECT_EQ(addRefusal(staff), "role_unknown");
    staff = clerk();
    staff.password = "river7Stone";
    EXPECT_EQ(addRefusal(staff), "password_short");
    staff = clerk("A1");
    EXPECT_EQ(addRefusal(staff), "totp_secret");
    EXPECT_EQ(count("SELECT COUNT(*) FROM account"), 0);
}

TEST_P(Staff, AnActThatCannotBeWitnessedDoesNotHappen)
{
    Identity unseen(*tenant, passwords(), [](storage::Transaction&, const Act&) -> Result<void> {
        return fail(ErrorCode::unavailable, "the chain cannot be written");
    });
    EXPECT_FALSE(unseen.addStaff(clerk(), Actor::system("test")));
    EXPECT_EQ(count("SELECT COUNT(*) FROM account"), 0);
    EXPECT_EQ(count("SELECT COUNT(*) FROM password_history"), 0);
    const std::string id = add(clerk());
    EXPECT_FALSE(unseen.disable(id, Actor::system("test")));
    EXPECT_EQ(identity.staff().value().front().state, "active");
}

TEST_P(Staff, WhoLostTheSecondFactorEnrolsAgainAfterAReset)
{
    const std::string id = add(clerk());
    const Session session = identity.loginStaff(staffForm(kStaffPassword, otpNow())).value();
    EXPECT_EQ(identity.resetStaff(id, "Silver8harbour-moon", session.actor).error().reason, "same_person");
    ASSERT_TRUE(identity.resetStaff(id, "Silver8harbour-moon", Actor::system("test")));
    EXPECT_FALSE(alive(session.token));
    EXPECT_EQ(staffRefusal(kStaffPassword, ""), "login_wrong");
    EXPECT_EQ(staffRefusal("Silver8harbour-moon", ""), "otp_enrol");
    const auto row = identity.staff().value().front();
    EXPECT_EQ(row.user_name, "clerk.one");
    EXPECT_FALSE(row.second_factor);
}

} // namespace
} // namespace zikao::identity
