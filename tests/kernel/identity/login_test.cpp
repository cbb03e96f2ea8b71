#include <argon2.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "tests/kernel/identity/fixture.hpp"

namespace zikao::identity {
namespace {

using namespace std::chrono_literals;

/// As an earlier release might have written it: one pass over 1 MiB, under the pepper of this suite.
std::string weakHash(const std::string& plain)
{
    const std::string pepper = "test pepper";
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    HMAC(EVP_sha256(), pepper.data(), static_cast<int>(pepper.size()),
         reinterpret_cast<const unsigned char*>(plain.data()), plain.size(), mac, &length);
    char encoded[200];
    EXPECT_EQ(
        argon2id_hash_encoded(1, 1024, 1, mac, length, "sixteen byte salt", 16, 32, encoded, sizeof encoded),
        ARGON2_OK);
    return encoded;
}

class CandidateLogin : public IdentityTest
{
protected:
    void SetUp() override
    {
        IdentityTest::SetUp();
        account_ = open(somebody()).value();
    }
    std::string account_;
};
INSTANTIATE_ON_BOTH_ENGINES(CandidateLogin);

TEST_P(CandidateLogin, XJ_LOG_01_TakesIdNumberPasswordAndPictureCode)
{
    const Session session = identity.loginCandidate(form(kNumber, kPassword)).value();
    EXPECT_EQ(session.actor.kind, ActorKind::candidate);
    EXPECT_EQ(session.actor.id, account_);
    EXPECT_TRUE(alive(session.token));
}

TEST_P(CandidateLogin, TakesTheAdmissionNumberToo)
{
    Person person = identity.person(account_).value();
    person.admission_number = "990126100001";
    ASSERT_TRUE(
        database().transaction([&](storage::Transaction& tx) { return identity.updatePerson(tx, person); }));
    EXPECT_EQ(refusal("990126100001", kPassword), "");
    EXPECT_EQ(refusal("990126100002", kPassword), "login_wrong");
}

TEST_P(CandidateLogin, XJ_LOG_01_NeedsTheRightPictureCodeBeforeAnythingElse)
{
    Identity::Login login = form(kNumber, kPassword);
    login.captcha = "WRONG";
    EXPECT_EQ(identity.loginCandidate(login).error().reason, "captcha_wrong");
    login.captcha = "ACE34";
    EXPECT_EQ(identity.loginCandidate(login).error().reason, "captcha_wrong")
        << "the picture was usable again";
    EXPECT_EQ(count("SELECT COUNT(*) FROM login_failure"), 0);
}

TEST_P(CandidateLogin, SaysTheSameForAWrongPasswordAndAnUnknownNumber)
{
    const auto wrong = identity.loginCandidate(form(kNumber, "river7Stona"));
    const auto unknown = identity.loginCandidate(form(kOtherNumber, "river7Stona"));
    const auto nonsense = identity.loginCandidate(form("nobody", "river7Stona"));
    ASSERT_FALSE(wrong || unknown || nonsense);
    for (const auto* answer : {&unknown, &nonsense}) {
        EXPECT_EQ(answer->error().code, wrong.error().code);
        EXPECT_EQ(answer->error().reason, wrong.error().reason);
        EXPECT_EQ(answer->error().message, wrong.error().message);
    }
}

TEST_P(CandidateLogin, DEF_GEN_04_FiveFailuresLockKnownAndUnknownAlikeForFifteenMinutes)
{
    for (const std::string& number : {kNumber, kOtherNumber}) {
        for (int i = 0; i < 5; ++i)
            EXPECT_EQ(refusal(number, "wrong7Word"), "login_wrong") << i;
        EXPECT_EQ(refusal(number, kPassword), "login_locked");
    }
    clock.advance(15min - 1s);
    EXPECT_EQ(refusal(kNumber, kPassword), "login_locked");
    clock.advance(1s);
    EXPECT_EQ(refusal(kNumber, kPassword), "");
}

TEST_P(CandidateLogin, DEF_GEN_04_TheOwnerComesInFromAnotherNetwork)
{
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(refusal(kNumber, "wrong7Word", "10.1.2.3"), "login_wrong");
    EXPECT_EQ(refusal(kNumber, kPassword, "10.1.2.250"), "login_locked") << "the same /24";
    EXPECT_EQ(refusal(kNumber, kPassword, "10.1.3.3"), "");
    EXPECT_EQ(refusal(kNumber, kPassword, "::ffff:10.1.2.9"), "login_locked")
        << "the same network, mapped to IPv6";
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(refusal(kNumber, "wrong7Word", "2001:db8:1:2::1"), "login_wrong");
    EXPECT_EQ(refusal(kNumber, kPassword, "2001:db8:1:2:aaaa::9"), "login_locked") << "the same /64";
    EXPECT_EQ(refusal(kNumber, kPassword, "2001:db8:1:3::1"), "");
}

TEST_P(CandidateLogin, AGoodLoginForgetsEarlierFailures)
{
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 4; ++i)
            EXPECT_EQ(refusal(kNumber, "wrong7Word"), "login_wrong");
        EXPECT_EQ(refusal(kNumber, kPassword), "");
    }
}

TEST_P(CandidateLogin, OldFailuresDoNotAddUpOverDays)
{
    for (int i = 0; i < 12; ++i) {
        EXPECT_EQ(refusal(kNumber, "wrong7Word"), "login_wrong");
        clock.advance(15min);
    }
}

TEST_P(CandidateLogin, ManyGuessesAtOnceGetNoFurtherThanFive)
{
    std::vector<Identity::Login> guesses;
    for (int i = 0; i < 16; ++i)
        guesses.push_back(form(kNumber, "wrong7Word"));
    std::atomic<int> looked_at = 0, locked = 0;
    {
        std::vector<std::jthread> clients;
        for (const Identity::Login& guess : guesses)
            clients.emplace_back([&, guess] {
                const auto answer = identity.loginCandidate(guess);
                looked_at += !answer && answer.error().reason == "login_wrong";
                locked += !answer && answer.error().reason == "login_locked";
            });
    }
    EXPECT_EQ(looked_at, 5);
    EXPECT_EQ(locked, 11);
}

TEST_P(CandidateLogin, RenewsAHashThatIsWeakerThanTheRuleOfToday)
{
    const auto stored = [&] {
        return database().query("SELECT password_hash FROM account").value().front().text(0);
    };
    ASSERT_TRUE(database().execute("UPDATE account SET password_hash = ?", {weakHash(kPassword)}));
    EXPECT_EQ(refusal(kNumber, "wrong7Word"), "login_wrong");
    EXPECT_TRUE(stored().starts_with("$argon2id$v=19$m=1024,")) << "a wrong password made a hash";
    EXPECT_EQ(refusal(kNumber, kPassword), "");
    const std::string renewed = stored();
    EXPECT_TRUE(renewed.starts_with("$argon2id$v=19$m=19456,t=2,")) << renewed;
    EXPECT_EQ(refusal(kNumber, kPassword), "");
    EXPECT_EQ(stored(), renewed) << "a hash of full strength was made anew";
}

TEST_P(CandidateLogin, AStaffAccountCannotComeInThroughTheCandidatesDoor)
{
    ASSERT_TRUE(identity.addStaff(clerk(), Actor::system("test")));
    EXPECT_EQ(refusal("clerk.one", kStaffPassword), "login_wrong");
    EXPECT_EQ(identity.loginStaff(form(kNumber, kPassword)).error().reason, "login_wrong");
}

TEST_P(CandidateLogin, ChangingThePasswordEndsEverySession)
{
    const Session here = identity.loginCandidate(form(kNumber, kPassword)).value();
    const Session there = identity.loginCandidate(form(kNumber, kPassword)).value();
    EXPECT_EQ(identity.changePassword(here.actor, "wrong7Word", "meadow9Bridge").error().reason,
              "password_wrong");
    EXPECT_EQ(identity.changePassword(here.actor, kPassword, "meadow").error().reason, "password_short");
    EXPECT_EQ(identity.changePassword(here.actor, kPassword, "a13800001234").error().reason,
              "password_contains_own_data");
    EXPECT_TRUE(alive(here.token));
    ASSERT_TRUE(identity.changePassword(here.actor, kPassword, "meadow9Bridge"));
    EXPECT_FALSE(alive(here.token));
    EXPECT_FALSE(alive(there.token));
    EXPECT_EQ(refusal(kNumber, kPassword), "login_wrong");
    EXPECT_EQ(refusal(kNumber, "meadow9Bridge"), "");
    ASSERT_EQ(acts.size(), 1u);
    EXPECT_EQ(acts[0].act, "account.password_change");
}

TEST_P(CandidateLogin, AStolenSessionIsNoPlaceToGuessThePassword)
{
    const Session session = identity.loginCandidate(form(kNumber, kPassword)).value();
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(identity.changePassword(session.actor, "wrong7Word", "meadow9Bridge").error().reason,
                  "password_wrong");
    EXPECT_EQ(identity.changePassword(session.actor, kPassword, "meadow9Bridge").error().reason,
              "login_locked");
    EXPECT_EQ(refusal(kNumber, kPassword), "") << "the login itself was locked by the session";
}

} // namespace
} // namespace zikao::identity
