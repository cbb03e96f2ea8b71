#include "kernel/identity/id_number.hpp"

#include <gtest/gtest.h>

#include "kernel/identity/actor.hpp"

namespace zikao::identity {
namespace {

std::string faultOf(std::string_view text)
{
    const auto parsed = IdNumber::parse(text);
    return parsed ? "" : parsed.error().reason;
}

TEST(IdNumber, DEF_GEN_01_TakesBirthDateAndSexFromTheNumber)
{
    const auto man = IdNumber::parse("990101199003070015");
    ASSERT_TRUE(man) << man.error().reason;
    EXPECT_EQ(man->birthDate(), (Date{1990, 3, 7}));
    EXPECT_TRUE(man->male());
    const auto woman = IdNumber::parse("990101200012310020");
    ASSERT_TRUE(woman) << woman.error().reason;
    EXPECT_FALSE(woman->male());
}

TEST(IdNumber, DEF_GEN_01_StoresTheLastLetterUpperCase)
{
    const auto number = IdNumber::parse("99010119900307004x");
    ASSERT_TRUE(number) << number.error().reason;
    EXPECT_EQ(number->whole(), "99010119900307004X");
}

TEST(IdNumber, NamesEachFault)
{
    EXPECT_EQ(faultOf(""), "id_number_length");
    EXPECT_EQ(faultOf("99010119900307001"), "id_number_length");
    EXPECT_EQ(faultOf("9901011990030700152"), "id_number_length");
    EXPECT_EQ(faultOf("9901011990030700 2"), "id_number_characters");
    EXPECT_EQ(faultOf("X90101199003070012"), "id_number_characters");
    EXPECT_EQ(faultOf("99010119900307001Y"), "id_number_characters");
    EXPECT_EQ(faultOf("990101199002300015"), "id_number_birth_date");
    EXPECT_EQ(faultOf("990101189903070015"), "id_number_birth_date");
    EXPECT_EQ(faultOf("990101199003070016"), "id_number_check_digit");
}

TEST(IdNumber, NoticesEveryWrongDigitAndEverySwapOfNeighbours)
{
    const std::string right = "990101199003070015";
    for (std::size_t at = 0; at < right.size(); ++at)
        for (char digit = '0'; digit <= '9'; ++digit) {
            std::string wrong = right;
            wrong[at] = digit;
            EXPECT_EQ(faultOf(wrong).empty(), wrong == right) << wrong;
        }
    for (std::size_t at = 0; at + 1 < right.size(); ++at) {
        std::string wrong = right;
        std::swap(wrong[at], wrong[at + 1]);
        EXPECT_EQ(faultOf(wrong).empty(), wrong == right) << wrong;
    }
}

TEST(IdNumber, DEF_GEN_06_ShowsTheFirstThreeAndTheLastTwo)
{
    EXPECT_EQ(IdNumber::parse("990101199003070015")->masked(), "990*************15");
}

TEST(Phone, DEF_GEN_06_ShowsTheOwnerMoreThanAList)
{
    EXPECT_EQ(maskPhone("13800001234", true), "138****1234");
    EXPECT_EQ(maskPhone("13800001234", false), "*********34");
    EXPECT_EQ(maskPhone("1234567", true), "*******");
    EXPECT_EQ(maskPhone("", false), "");
}

TEST(Roles, DEF_GEN_07_HaveNamesThatReadBack)
{
    for (int i = 0; i <= static_cast<int>(Role::audit_officer); ++i)
        EXPECT_EQ(roleFrom(name(static_cast<Role>(i))), static_cast<Role>(i));
    EXPECT_FALSE(roleFrom("director"));
}

} // namespace
} // namespace zikao::identity
