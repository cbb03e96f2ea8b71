#include "kernel/identity/passwords.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/identity/identity.hpp"

namespace zikao::identity {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

Person owner()
{
    Person own;
    own.name = "张灯笼";
    own.id_number = "990101199003070015";
    own.phone = "13800001234";
    own.email = "lantern.zhang@example.test";
    own.birth_date = "1990-03-07";
    return own;
}

std::vector<std::string> candidateFaults(const std::string& password)
{
    return passwordFaults(password, owner(), false);
}

TEST(Passwords, StoreTheirParametersAndDifferForTheSameWord)
{
    Passwords passwords("pepper");
    const auto first = passwords.hash("Correct7horse", Passwords::Cost::candidate);
    const auto second = passwords.hash("Correct7horse", Passwords::Cost::candidate);
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(first->starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << *first;
    EXPECT_NE(*first, *second);
    const auto staff = passwords.hash("Correct7horse", Passwords::Cost::staff);
    ASSERT_TRUE(staff);
    EXPECT_TRUE(staff->starts_with("$argon2id$v=19$m=65536,t=3,p=1$")) << *staff;
}

TEST(Passwords, VerifyTheRightWordOnly)
{
    Passwords passwords("pepper");
    const std::string stored = passwords.hash("Correct7horse", Passwords::Cost::candidate).value();
    EXPECT_TRUE(passwords.verify("Correct7horse", stored).value());
    EXPECT_FALSE(passwords.verify("Correct7horsf", stored).value());
    EXPECT_FALSE(passwords.verify("", stored).value());
}

TEST(Passwords, AreWorthlessWithoutThePepper)
{
    Passwords ours("pepper");
    Passwords thief("guess");
    const std::string stored = ours.hash("Correct7horse", Passwords::Cost::candidate).value();
    EXPECT_FALSE(thief.verify("Correct7horse", stored).value());
    EXPECT_THROW(Passwords(""), std::invalid_argument);
}

TEST(Passwords, AreNeverRightForAnUnknownAccountButCostTheSame)
{
    Passwords passwords("pepper");
    const std::string stored = passwords.hash("Correct7horse", Passwords::Cost::candidate).value();
    EXPECT_FALSE(passwords.verify("Correct7horse", "").value());
    const auto workOf = [&](const std::string& hash) {
        std::clock_t least = std::numeric_limits<std::clock_t>::max();
        for (int i = 0; i < 5; ++i) {
            const std::clock_t begin = std::clock(); // processor time: a busy machine does not count
            EXPECT_FALSE(passwords.verify("Wrong7horse", hash).value());
            least = std::min(least, std::clock() - begin);
        }
        return static_cast<double>(least);
    };
    const double known = workOf(stored);
    const double unknown = workOf("");
    EXPECT_LT(std::abs(known - unknown), 0.5 * known) << known << " and " << unknown << " ticks";
}

TEST(Passwords, RefuseADamagedHashInsteadOfObeyingIt)
{
    Passwords passwords("pepper");
    EXPECT_EQ(passwords.verify("x", "plain").error().code, ErrorCode::corrupt);
    EXPECT_EQ(passwords.verify("x", "$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHQ$aGFzaA").error().code,
              ErrorCode::corrupt);
}

TEST(Passwords, KnowWhenAHashIsWeakerThanTheRuleOfToday)
{
    using Cost = Passwords::Cost;
    EXPECT_TRUE(Passwords::outdated("$argon2id$v=19$m=19456,t=2,p=1$a$b", Cost::staff));
    EXPECT_FALSE(Passwords::outdated("$argon2id$v=19$m=19456,t=2,p=1$a$b", Cost::candidate));
    EXPECT_TRUE(Passwords::outdated("$argon2id$v=19$m=8192,t=2,p=1$a$b", Cost::candidate));
}

TEST(Passwords, AStormIsTurnedAwayAtTheQueueAndTheRestIsServed)
{
    Passwords passwords("pepper", 2);
    const std::string stored = passwords.hash("Correct7horse", Passwords::Cost::candidate).value();
    std::atomic<int> right = 0, busy = 0, other = 0;
    {
        std::vector<std::jthread> clients;
        clients.reserve(24);
        for (int i = 0; i < 24; ++i)
            clients.emplace_back([&] {
                const auto answer = passwords.verify("Correct7horse", stored);
                if (answer)
                    ++(*answer ? right : other);
                else
                    ++(answer.error().reason == "login_busy" ? busy : other);
            });
    }
    EXPECT_GE(right, 1);
    EXPECT_GE(busy, 1);
    EXPECT_EQ(other, 0);
    EXPECT_TRUE(passwords.verify("Correct7horse", stored).value()) << "the pool did not recover";
}

TEST(PasswordRules, DEF_GEN_04_WantEightCharactersWithLetterAndDigit)
{
    EXPECT_THAT(candidateFaults("river7Stone"), IsEmpty());
    EXPECT_THAT(candidateFaults("riv7Ston"), IsEmpty());
    EXPECT_THAT(candidateFaults("rv7Ston"), ElementsAre("password_short"));
    EXPECT_THAT(candidateFaults("riverStone"), ElementsAre("password_no_digit"));
    EXPECT_THAT(candidateFaults("83927465"), ElementsAre("password_no_letter"));
    EXPECT_THAT(candidateFaults(std::string(60, 'x') + std::string(60, 'y') + "abcd1234"), IsEmpty());
    EXPECT_THAT(candidateFaults(std::string(129, 'x')), ElementsAre("password_long"));
}

TEST(PasswordRules, DEF_GEN_04_RefuseOwnData)
{
    for (const char* password : {"a990101199003070015", "tail070015tail", "born19900307x", "b900307xyz",
                                 "q13800001234", "lang00001234", "张灯笼abc123", "Lantern.Zhang77"})
        EXPECT_THAT(candidateFaults(password), Contains("password_contains_own_data")) << password;
}

TEST(PasswordRules, DEF_GEN_04_RefuseWhatEverybodyTries)
{
    for (const char* password : {"Password1", "a12345678", "WOAINI1314", "qwer1234", "aaaaaaa1", "1a1a1a1a"})
        EXPECT_THAT(candidateFaults(password), Contains("password_common")) << password;
}

TEST(PasswordRules, AskMoreOfStaff)
{
    EXPECT_THAT(passwordFaults("River7Stone", owner(), true), ElementsAre("password_short"));
    EXPECT_THAT(passwordFaults("river7stoneabc", owner(), true), ElementsAre("password_three_classes"));
    EXPECT_THAT(passwordFaults("River7Stoneabc", owner(), true), IsEmpty());
}

} // namespace
} // namespace zikao::identity
