#include "tests/kernel/identity/fixture.hpp"

namespace zikao::identity {
namespace {

using namespace std::chrono_literals;

const std::string kSession = "session-1";

class LoginByCode : public IdentityTest
{
protected:
    void SetUp() override
    {
        IdentityTest::SetUp();
        account_ = open(somebody()).value();
    }
    std::string picture()
    {
        const auto captcha = identity.newCaptcha().value();
        EXPECT_TRUE(test::fixCaptcha(*tenant, captcha.id, "ACE34"));
        return captcha.id;
    }
    std::string certificateCode()
    {
        EXPECT_TRUE(identity.requestCertificateCode(somebody().name, kNumber, kSession));
        return messages().back().params.at("code");
    }
    std::string phoneCode()
    {
        EXPECT_TRUE(identity.requestPhoneCode(CodePurpose::login, somebody().phone, kSession));
        return messages().back().params.at("code");
    }
    Identity::CertificateLogin certificate(const std::string& code)
    {
        return {somebody().name, kNumber, kPassword, code, picture(), "ACE34", kSession, "10.1.2.3"};
    }
    Identity::PhoneLogin phone(const std::string& code)
    {
        return {somebody().phone, code, picture(), "ACE34", kSession};
    }
    template <class L>
    std::string refused(Result<Session> (Identity::*way)(const L&), const L& login)
    {
        const auto session = (identity.*way)(login);
        return session ? "" : session.error().reason;
    }
    std::string byCertificate(const Identity::CertificateLogin& login)
    {
        return refused(&Identity::loginByCertificate, login);
    }
    std::string byPhone(const Identity::PhoneLogin& login) { return refused(&Identity::loginByPhone, login); }
    std::string account_;
};
INSTANTIATE_ON_BOTH_ENGINES(LoginByCode);

TEST_P(LoginByCode, XZ_LOG_01_FiveItemsOpenTheSession)
{
    const auto session = identity.loginByCertificate(certificate(certificateCode()));
    ASSERT_TRUE(session) << session.error().message;
    EXPECT_EQ(session->actor.id, account_);
    EXPECT_EQ(session->actor.name, somebody().name);
    EXPECT_TRUE(alive(session->token));
}

TEST_P(LoginByCode, XZ_LOG_01_AnyWrongItemIsRefusedWithOneMessage)
{
    const std::string code = certificateCode();
    std::vector<Identity::CertificateLogin> wrong(5, certificate(code));
    wrong[0].name = "李灯笼";
    wrong[1].id_number = kOtherNumber;
    wrong[2].password = "river7Stona";
    wrong[3].code = code == "000000" ? "000001" : "000000";
    wrong[4].id_number = "nonsense";
    for (std::size_t i = 0; i < wrong.size(); ++i) {
        wrong[i].captcha_id = picture();
        wrong[i].network = "10.0." + std::to_string(i) + ".1";
        const auto answer = identity.loginByCertificate(wrong[i]);
        ASSERT_FALSE(answer) << i;
        EXPECT_EQ(answer.error().code, ErrorCode::unauthenticated) << i;
        EXPECT_EQ(answer.error().reason, "certificate_login_wrong") << i;
        EXPECT_EQ(answer.error().message, "login refused") << i;
    }
    Identity::CertificateLogin blurred = certificate(code);
    blurred.captcha = "WRONG";
    EXPECT_EQ(byCertificate(blurred), "captcha_wrong");
    EXPECT_EQ(byCertificate(certificate(code)), "") << "a wrong password used the code up";
    EXPECT_EQ(byCertificate(certificate(code)), "certificate_login_wrong") << "the code was right twice";
}

TEST_P(LoginByCode, XZ_LOG_01_ACodeIsSentToNobodyButTheOwnerOfNameAndNumber)
{
    EXPECT_TRUE(identity.requestCertificateCode("李灯笼", kNumber, kSession));
    EXPECT_TRUE(identity.requestCertificateCode(somebody().name, kOtherNumber, kSession));
    EXPECT_TRUE(messages().empty());
    EXPECT_EQ(identity.requestCertificateCode(somebody().name, kOtherNumber, kSession).error().reason,
              "code_too_soon")
        << "an unknown number answers otherwise than a known one";
    EXPECT_EQ(byCertificate(certificate("123456")), "certificate_login_wrong");
}

TEST_P(LoginByCode, XZ_LOG_01_TheDotInANameMayBeWrittenInSeveralWays)
{
    Person person = identity.person(account_).value();
    person.name = "尼玛·次仁";
    ASSERT_TRUE(
        database().transaction([&](storage::Transaction& tx) { return identity.updatePerson(tx, person); }));
    ASSERT_TRUE(identity.requestCertificateCode("尼玛•次仁", kNumber, kSession));
    ASSERT_EQ(messages().size(), 1u);
    Identity::CertificateLogin login = certificate(messages().back().params.at("code"));
    login.name = "尼玛 ・次仁";
    EXPECT_EQ(byCertificate(login), "");
}

TEST_P(LoginByCode, XZ_LOG_01_FiveFailuresLockTheAccountForThisNetwork)
{
    const std::string code = certificateCode();
    for (int i = 0; i < 5; ++i) {
        Identity::CertificateLogin login = certificate(code);
        login.password = "wrong7Word";
        EXPECT_EQ(byCertificate(login), "certificate_login_wrong");
    }
    EXPECT_EQ(byCertificate(certificate(code)), "login_locked");
    clock.advance(61s);
    EXPECT_EQ(byPhone(phone(phoneCode())), "") << "the owner has no way in";
}

TEST_P(LoginByCode, XZ_LOG_02_ThreeItemsOpenTheSessionWithoutAPassword)
{
    const auto session = identity.loginByPhone(phone(phoneCode()));
    ASSERT_TRUE(session) << session.error().message;
    EXPECT_EQ(session->actor.id, account_);
    EXPECT_EQ(session->actor.kind, ActorKind::candidate);
    EXPECT_TRUE(alive(session->token));
}

TEST_P(LoginByCode, XZ_LOG_02_AnyWrongItemIsRefusedWithOneMessage)
{
    const std::string code = phoneCode();
    Identity::PhoneLogin other = phone(code);
    other.phone = "13800009999";
    EXPECT_EQ(byPhone(other), "phone_login_wrong");
    EXPECT_EQ(byPhone(phone(code == "000000" ? "000001" : "000000")), "phone_login_wrong");
    Identity::PhoneLogin elsewhere = phone(code);
    elsewhere.session_id = "session-2";
    EXPECT_EQ(byPhone(elsewhere), "phone_login_wrong");
    Identity::PhoneLogin blurred = phone(code);
    blurred.captcha = "WRONG";
    EXPECT_EQ(byPhone(blurred), "captcha_wrong");
    EXPECT_EQ(byPhone(phone(code)), "");
    EXPECT_EQ(byPhone(phone(code)), "phone_login_wrong") << "the code was right twice";
}

TEST_P(LoginByCode, XZ_LOG_02_ACodeOfOneWayIsWorthNothingForTheOther)
{
    const std::string by_certificate = certificateCode();
    EXPECT_EQ(byPhone(phone(by_certificate)), "phone_login_wrong");
    const std::string by_phone = phoneCode();
    if (by_phone != by_certificate)
        EXPECT_EQ(byCertificate(certificate(by_phone)), "certificate_login_wrong");
}

TEST_P(LoginByCode, XZ_LOG_02_WorksWhileThePasswordQueueIsFull)
{
    Passwords busy("test pepper", 1);
    Identity crowded(*tenant, busy);
    std::atomic<bool> stop = false;
    std::vector<std::jthread> storm;
    for (int i = 0; i < 4; ++i)
        storm.emplace_back([&] {
            while (!stop)
                static_cast<void>(busy.hash("river7Stone", Passwords::Cost::candidate));
        });
    const auto in_time = crowded.loginByPhone(phone(phoneCode()));
    stop = true;
    EXPECT_TRUE(in_time) << in_time.error().message;
}

TEST_P(LoginByCode, XZ_LOG_03_UnknownPhonesGetNoMessageAndTheSameAnswer)
{
    EXPECT_TRUE(identity.requestPhoneCode(CodePurpose::login, "13800009999", kSession));
    EXPECT_TRUE(messages().empty());
    Identity::PhoneLogin stranger = phone("123456");
    stranger.phone = "13800009999";
    EXPECT_EQ(byPhone(stranger), "phone_login_wrong");
}

TEST_P(LoginByCode, APhoneThatWentToSomebodyElseOpensNothing)
{
    const std::string code = phoneCode();
    Person person = identity.person(account_).value();
    person.phone = "13800007777";
    ASSERT_TRUE(
        database().transaction([&](storage::Transaction& tx) { return identity.updatePerson(tx, person); }));
    EXPECT_EQ(byPhone(phone(code)), "phone_login_wrong");
}

TEST_P(LoginByCode, AnEndedAccountOpensByNoWay)
{
    const std::string by_certificate = certificateCode();
    const std::string by_phone = phoneCode();
    ASSERT_TRUE(database().execute("UPDATE account SET state = 'disabled' WHERE id = ?", {account_}));
    EXPECT_EQ(byCertificate(certificate(by_certificate)), "certificate_login_wrong");
    EXPECT_EQ(byPhone(phone(by_phone)), "phone_login_wrong");
}

TEST_P(LoginByCode, XZ_LOG_05_TheProvinceSetsTheIdleTimeAndLeavingEndsTheSession)
{
    tenant->profile.session_minutes = 10;
    const Session idle = identity.loginByPhone(phone(phoneCode())).value();
    clock.advance(9min);
    EXPECT_TRUE(alive(idle.token));
    clock.advance(10min);
    EXPECT_FALSE(alive(idle.token));
    const Session left = identity.loginByPhone(phone(phoneCode())).value();
    ASSERT_TRUE(identity.end(left.token));
    EXPECT_FALSE(alive(left.token));
}

} // namespace
} // namespace zikao::identity
