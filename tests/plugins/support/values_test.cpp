#include <gtest/gtest.h>

#include "plugins/support/values.hpp"

using namespace zikao;
using namespace zikao::support;

TEST(Values, YuanBecomeFenWithoutFloatingPoint)
{
    EXPECT_EQ(moneyFromYuan("184.00")->inFen(), 18400);
    EXPECT_EQ(moneyFromYuan("0.01")->inFen(), 1);
    EXPECT_EQ(moneyFromYuan("12")->inFen(), 1200);
    EXPECT_EQ(moneyFromYuan("12.5")->inFen(), 1250);
    EXPECT_EQ(moneyFromYuan("-36.00")->inFen(), -3600);
    EXPECT_EQ(moneyFromYuan("-0.01")->inFen(), -1);
    EXPECT_EQ(moneyFromYuan("9999999999999.99")->inFen(), 999999999999999);
}

TEST(Values, WhatIsNotAnAmountIsRefusedInsteadOfRounded)
{
    for (const char* text : {"", "-", ".50", "1.", "1.005", "1e3", "+1.00", " 1.00", "1.00 ", "1,000.00",
                             "¥1", "--1", "99999999999999.00"})
        EXPECT_FALSE(moneyFromYuan(text)) << text;
}

TEST(Values, EveryFenSurvivesTheWayThroughYuan)
{
    for (std::int64_t fen = -250; fen <= 20000; ++fen)
        ASSERT_EQ(moneyFromYuan(Money::fen(fen).inYuan())->inFen(), fen);
}

TEST(Values, TimesAreWrittenInBeijingAndReadWithAnyOffset)
{
    const Instant at{1772420000000};
    EXPECT_EQ(rfc3339(at), "2026-03-02T10:53:20+08:00");
    EXPECT_EQ(utcText(at), "2026-03-02T02:53:20Z");
    EXPECT_EQ(fromRfc3339("2026-03-02T10:53:20+08:00")->ms, at.ms);
    EXPECT_EQ(fromRfc3339("2026-03-02T02:53:20Z")->ms, at.ms);
    EXPECT_EQ(fromRfc3339("2026-03-01T21:53:20.987-05:00")->ms, at.ms);
    EXPECT_EQ(fromBeijingText("2026-03-02 10:53:20")->ms, at.ms);
    EXPECT_EQ(fromBeijingText("2026-03-02 10:53:20.000")->ms, at.ms);
}

TEST(Values, TimesThatDoNotExistAreRefused)
{
    for (const char* text : {"", "2026-02-30T10:00:00Z", "2026-03-02T24:00:00Z", "2026-03-02T10:60:00Z",
                             "2026-03-02T10:53:20", "2026-03-02T10:53:20+0800", "2026-03-02T10:53:20.Z"})
        EXPECT_FALSE(fromRfc3339(text)) << text;
    for (const char* text :
         {"", "2026-03-02", "2026-03-02T10:53:20", "2026-03-02 10:53:20Z", "2026-03-02 10:53:2x"})
        EXPECT_FALSE(fromBeijingText(text)) << text;
}

TEST(Values, AnAttemptNumberHasOnlyWhatEveryProviderAccepts)
{
    EXPECT_TRUE(isAttemptNo("ZK14202604000000000001"));
    EXPECT_FALSE(isAttemptNo("ZK142"));
    EXPECT_FALSE(isAttemptNo(std::string(33, '1')));
    EXPECT_FALSE(isAttemptNo("ZK1420/../x"));
    EXPECT_FALSE(isAttemptNo("ZK1420?mchid=2"));
}
