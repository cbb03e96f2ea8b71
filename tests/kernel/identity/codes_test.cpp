#include "tests/kernel/identity/fixture.hpp"

namespace zikao::identity {
namespace {

using namespace std::chrono_literals;

const std::string kPhone = "13800001234";

/// Codes as a registration, a claim or a change of phone uses them; those of the reset are in reset_test.cpp.
class OneTimeCodes : public IdentityTest
{
protected:
    [[nodiscard]] Codes::For bound(CodePurpose purpose = CodePurpose::registration,
                                   const std::string& session = "session-1",
                                   const std::string& phone = kPhone) const
    {
        return {purpose, codes.phoneKey(phone), session};
    }
    std::string sent(CodePurpose purpose = CodePurpose::registration,
                     const std::string& session = "session-1")
    {
        const auto done = identity.requestPhoneCode(purpose, kPhone, session);
        EXPECT_TRUE(done) << done.error().message;
        return messages().back().params.at("code");
    }
    std::string asking(CodePurpose purpose, const std::string& session, const std::string& network = {},
                       const std::string& phone = kPhone)
    {
        const auto done = identity.requestPhoneCode(purpose, phone, session, network);
        return done ? "" : done.error().reason;
    }
    std::string checking(const Codes::For& what, const std::string& code)
    {
        const auto right = codes.check(what, code);
        return right ? "" : right.error().reason;
    }
    std::string using_(const std::string& id)
    {
        const auto used = database().transaction([&](storage::Transaction& tx) { return codes.use(tx, id); });
        return used ? "" : used.error().reason;
    }
    static std::string another(const std::string& code) { return code == "000000" ? "000001" : "000000"; }

    Codes codes{*tenant};
};
INSTANTIATE_ON_BOTH_ENGINES(OneTimeCodes);

TEST_P(OneTimeCodes, XZ_REG_10_ACodeGoesToThePhoneThatWasTypedAndNoOtherCodeIsRight)
{
    const std::string code = sent();
    EXPECT_EQ(messages().back().recipient, kPhone);
    EXPECT_EQ(messages().back().channel, "sms");
    EXPECT_EQ(code.size(), 6u);
    EXPECT_EQ(checking(bound(), another(code)), "code_wrong");
    EXPECT_EQ(checking(bound(), ""), "code_wrong");
    EXPECT_EQ(checking(bound(), code), "");
}

TEST_P(OneTimeCodes, XZ_REG_10_ALateCodeIsRefused)
{
    const std::string code = sent();
    const auto right = codes.check(bound(), code);
    ASSERT_TRUE(right);
    clock.advance(300s);
    EXPECT_EQ(checking(bound(), code), "code_wrong");
    EXPECT_EQ(using_(right->id), "code_wrong") << "it was looked at in time and used too late";
}

TEST_P(OneTimeCodes, DEF_GEN_02_IsBoundToPurposeNumberAndSession)
{
    const std::string code = sent();
    EXPECT_EQ(checking(bound(CodePurpose::claim), code), "code_wrong");
    EXPECT_EQ(checking(bound(CodePurpose::login), code), "code_wrong");
    EXPECT_EQ(checking(bound(CodePurpose::registration, "session-2"), code), "code_wrong");
    EXPECT_EQ(checking(bound(CodePurpose::registration, "session-1", "13800001235"), code), "code_wrong");
    EXPECT_EQ(checking(bound(), code), "") << "strangers used up its tries";
}

TEST_P(OneTimeCodes, DEF_GEN_02_IsUsedExactlyOnceHoweverManyTry)
{
    const auto right = codes.check(bound(), sent()).value();
    std::atomic<int> used = 0;
    {
        std::vector<std::jthread> clients;
        for (int i = 0; i < 6; ++i)
            clients.emplace_back([&] { used += using_(right.id).empty(); });
    }
    EXPECT_EQ(used, 1);
}

TEST_P(OneTimeCodes, AnActThatFailsLeavesTheCodeUsable)
{
    const std::string code = sent();
    for (int i = 0; i < 7; ++i) {
        const auto right = codes.check(bound(), code);
        ASSERT_TRUE(right) << "a right answer used up a try";
        const auto act = database().transaction([&](storage::Transaction& tx) -> Result<void> {
            if (auto used = codes.use(tx, right->id); !used)
                return used;
            return fail(ErrorCode::conflict, "the act behind it", "phone_taken");
        });
        EXPECT_EQ(act.error().reason, "phone_taken");
    }
    EXPECT_EQ(using_(codes.check(bound(), code).value().id), "");
    EXPECT_EQ(checking(bound(), code), "code_wrong");
}

TEST_P(OneTimeCodes, DEF_GEN_02_FiveWrongTriesVoidItForGood)
{
    const std::string code = sent();
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(checking(bound(), another(code)), "code_wrong");
    EXPECT_EQ(checking(bound(), code), "code_wrong");
}

TEST_P(OneTimeCodes, DEF_GEN_02_ManyGuessesAtOnceGetNoFurtherThanFive)
{
    const std::string code = sent();
    {
        std::vector<std::jthread> clients;
        for (int i = 0; i < 20; ++i)
            clients.emplace_back([&] { static_cast<void>(codes.check(bound(), another(code))); });
    }
    EXPECT_EQ(checking(bound(), code), "code_wrong");
    EXPECT_EQ(count("SELECT tries FROM security_code"), 5);
}

TEST_P(OneTimeCodes, ANewCodeEndsTheOldOneOfItsSessionAndNoStrangersCode)
{
    const std::string mine = sent();
    clock.advance(60s);
    const std::string strangers = sent(CodePurpose::registration, "session-2");
    EXPECT_EQ(checking(bound(), mine), "") << "whoever asks for a number ends its owner's code";
    EXPECT_EQ(checking(bound(CodePurpose::registration, "session-2"), strangers), "");
    clock.advance(60s);
    const std::string fresh = sent();
    ASSERT_NE(mine, fresh) << "one in a million: run again";
    EXPECT_EQ(checking(bound(), mine), "code_wrong");
    EXPECT_EQ(checking(bound(), fresh), "");
}

TEST_P(OneTimeCodes, DEF_GEN_02_AnotherCodeForANumberAfterSixtySecondsWhateverItIsFor)
{
    sent();
    clock.advance(59s);
    EXPECT_EQ(asking(CodePurpose::claim, "session-2"), "code_too_soon");
    clock.advance(1s);
    EXPECT_EQ(asking(CodePurpose::claim, "session-2"), "");
}

TEST_P(OneTimeCodes, DEF_GEN_02_TenADayReachOnePhoneHoweverTheyAreAskedFor)
{
    Person owner = somebody();
    owner.phone = kPhone;
    ASSERT_TRUE(open(owner));
    for (int i = 0; i < 6; ++i) {
        ASSERT_EQ(asking(CodePurpose::login, "session-1"), "") << i;
        clock.advance(61s);
    }
    for (int i = 0; i < 6; ++i) {
        EXPECT_TRUE(identity.requestReset(kNumber, "phone", "session-1"))
            << "the answer to an ID number tells whose phone it is";
        clock.advance(61s);
    }
    EXPECT_EQ(messages().size(), 10u);
    EXPECT_EQ(asking(CodePurpose::login, "session-1"), "code_daily_limit");
    clock.set(beijingInstant(clock.today().plusDays(1)));
    EXPECT_EQ(asking(CodePurpose::login, "session-1"), "");
}

TEST_P(OneTimeCodes, OneNetworkCannotAskForEverybody)
{
    tenant->profile.codes_per_network = 50;
    for (int i = 0; i < 50; ++i)
        ASSERT_EQ(
            asking(CodePurpose::registration, "session-1", "10.9.9.77", "138" + std::to_string(10000000 + i)),
            "");
    EXPECT_EQ(asking(CodePurpose::registration, "session-1", "10.9.9.3", "13899999999"), "code_daily_limit");
    EXPECT_EQ(asking(CodePurpose::registration, "session-1", "10.9.8.3", "13899999999"), "");
}

TEST_P(OneTimeCodes, WhatIsNoMobileNumberIsRefused)
{
    for (const char* phone :
         {"", "1380000123", "138000012345", "23800001234", "1380000123x", "０１３８００００１２３４"})
        EXPECT_EQ(asking(CodePurpose::registration, "session-1", {}, phone), "phone_format") << phone;
    EXPECT_TRUE(messages().empty());
}

TEST_P(OneTimeCodes, OnePictureAnsweredIsWorthOneCodeAndOneLogin)
{
    const auto picture = [&] {
        const auto captcha = identity.newCaptcha().value();
        EXPECT_TRUE(test::fixCaptcha(*tenant, captcha.id, "ACE34"));
        return captcha.id;
    };
    const std::string id = picture();
    EXPECT_TRUE(identity.answerCaptcha(id, "ace34"));
    EXPECT_EQ(identity.answerCaptcha(id, "ace34").error().reason, "captcha_wrong")
        << "two codes for one picture";
}

TEST_P(OneTimeCodes, APictureThatSentACodeStillLogsInOnce)
{
    const auto captcha = identity.newCaptcha().value();
    ASSERT_TRUE(test::fixCaptcha(*tenant, captcha.id, "ACE34"));
    EXPECT_TRUE(identity.answerCaptcha(captcha.id, "ace34"));
    EXPECT_TRUE(identity.checkCaptcha(captcha.id, "ACE34"));
    EXPECT_EQ(identity.checkCaptcha(captcha.id, "ACE34").error().reason, "captcha_wrong");
}

TEST_P(OneTimeCodes, DEF_GEN_03_AWrongAnswerToThePictureNeedsANewOne)
{
    const auto captcha = identity.newCaptcha().value();
    ASSERT_TRUE(test::fixCaptcha(*tenant, captcha.id, "ACE34"));
    EXPECT_EQ(identity.answerCaptcha(captcha.id, "WRONG").error().reason, "captcha_wrong");
    EXPECT_EQ(identity.answerCaptcha(captcha.id, "ACE34").error().reason, "captcha_wrong");
}

} // namespace
} // namespace zikao::identity
