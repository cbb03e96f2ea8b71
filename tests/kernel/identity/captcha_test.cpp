#include "tests/kernel/identity/fixture.hpp"

namespace zikao::identity {
namespace {

using namespace std::chrono_literals;

class Captchas : public IdentityTest
{};
INSTANTIATE_ON_BOTH_ENGINES(Captchas);

TEST_P(Captchas, DEF_GEN_03_ARightAnswerCountsOnceOnly)
{
    const auto captcha = identity.newCaptcha().value();
    ASSERT_TRUE(test::fixCaptcha(*tenant, captcha.id, "ACE34"));
    EXPECT_TRUE(identity.checkCaptcha(captcha.id, " aCe34"));
    EXPECT_EQ(identity.checkCaptcha(captcha.id, "ACE34").error().reason, "captcha_wrong");
}

TEST_P(Captchas, DEF_GEN_03_AWrongAnswerNeedsANewPicture)
{
    const auto captcha = identity.newCaptcha().value();
    ASSERT_TRUE(test::fixCaptcha(*tenant, captcha.id, "ACE34"));
    EXPECT_EQ(identity.checkCaptcha(captcha.id, "ACE37").error().reason, "captcha_wrong");
    EXPECT_EQ(identity.checkCaptcha(captcha.id, "ACE34").error().reason, "captcha_wrong");
    EXPECT_EQ(identity.checkCaptcha("nobody", "").error().reason, "captcha_wrong");
}

TEST_P(Captchas, DEF_GEN_03_ExpireAfterFiveMinutes)
{
    for (const auto& [wait, right] : {std::pair{299s, true}, std::pair{300s, false}}) {
        const auto captcha = identity.newCaptcha().value();
        ASSERT_TRUE(test::fixCaptcha(*tenant, captcha.id, "ACE34"));
        clock.advance(wait);
        EXPECT_EQ(identity.checkCaptcha(captcha.id, "ACE34").has_value(), right) << wait.count();
    }
}

TEST_P(Captchas, OfManyAtOnceOnlyOneIsAnswered)
{
    const auto captcha = identity.newCaptcha().value();
    ASSERT_TRUE(test::fixCaptcha(*tenant, captcha.id, "ACE34"));
    std::atomic<int> right = 0;
    {
        std::vector<std::jthread> clients;
        for (int i = 0; i < 6; ++i)
            clients.emplace_back([&] { right += identity.checkCaptcha(captcha.id, "ACE34").has_value(); });
    }
    EXPECT_EQ(right, 1);
}

TEST_P(Captchas, TheAnswerIsNowhereInTheDatabase)
{
    const auto captcha = identity.newCaptcha().value();
    ASSERT_TRUE(test::fixCaptcha(*tenant, captcha.id, "ACE34"));
    const auto other = identity.newCaptcha().value();
    ASSERT_TRUE(test::fixCaptcha(*tenant, other.id, "ACE34"));
    EXPECT_EQ(count("SELECT COUNT(*) FROM captcha WHERE answer_hash LIKE '%ACE34%'"), 0);
    EXPECT_EQ(count("SELECT COUNT(DISTINCT answer_hash) FROM captcha"), 2)
        << "equal answers can be recognised";
}

} // namespace
} // namespace zikao::identity
