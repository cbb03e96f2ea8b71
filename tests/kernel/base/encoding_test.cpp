#include "kernel/base/encoding.hpp"

#include <gtest/gtest.h>

#include "plugins/api/date.hpp"
#include "plugins/api/money.hpp"

namespace zikao {
namespace {

TEST(Encoding, Sm3MatchesThePublishedExample)
{
    EXPECT_EQ(hex(sm3("abc")), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
}

TEST(Encoding, Base64ComesBackWithAnyPadding)
{
    for (const std::string text : {"", "a", "ab", "abc", "abcd"})
        EXPECT_EQ(fromBase64(base64(text)).value(), text);
    EXPECT_FALSE(fromBase64("abc"));
    EXPECT_FALSE(fromBase64("ab*="));
}

TEST(Encoding, Utf8CountsCharactersBeyondTheBasicPlaneOnce)
{
    EXPECT_EQ(utf8Length("尼玛·次仁"), 5u);
    EXPECT_EQ(utf8Length("𠮷"), 1u);
    EXPECT_FALSE(isUtf8("\xED\xA0\x80"));
    EXPECT_FALSE(isUtf8("\xC0\xAF"));
}

TEST(Date, RefusesADayThatDoesNotExist)
{
    EXPECT_FALSE(Date::parse("2023-02-29"));
    EXPECT_FALSE(Date::parse("2023-2-09"));
    EXPECT_EQ(Date::parse("2024-02-29").value().plusDays(1).text(), "2024-03-01");
}

TEST(Date, BeijingDayBeginsEightHoursBeforeUtc)
{
    const Instant midnight = beijingInstant(Date{2026, 4, 11});
    EXPECT_EQ(beijingText(midnight), "2026-04-11 00:00:00");
    EXPECT_EQ(beijingDate({midnight.ms - 1}).text(), "2026-04-10");
}

TEST(Money, PrintsFenAsYuanWithTwoPlaces)
{
    EXPECT_EQ(Money::fen(3500).inYuan(), "35.00");
    EXPECT_EQ(Money::fen(5).inYuan(), "0.05");
    EXPECT_EQ(Money::fen(-5).inYuan(), "-0.05");
}

} // namespace
} // namespace zikao
