#include <gtest/gtest.h>

#include "plugins/support/encoding.hpp"

using namespace zikao::support;

TEST(Encoding, BaseSixtyFourRoundTripsAndRefusesWhatIsNot)
{
    for (const std::string& bytes :
         {std::string{}, std::string("a"), std::string("ab"), std::string("abc\0d", 5)})
        EXPECT_EQ(fromBase64(base64(bytes)).value(), bytes);
    for (const char* text : {"A", "AA=A", "AAA", "A===", "AA A", "AAAA\n", "-_-_"})
        EXPECT_FALSE(fromBase64(text)) << text;
}

TEST(Encoding, PercentEncodingKeepsTheUnreservedOnly)
{
    EXPECT_EQ(percentEncode("aZ09-_.~ *+/=&自"), "aZ09-_.~%20%2A%2B%2F%3D%26%E8%87%AA");
}

TEST(Encoding, FormsAreDecodedExactlyOnce)
{
    const auto pairs = formDecode("a=1+2&passback_params=tenant%253D65&empty=&z=%E8%87%AA");
    ASSERT_TRUE(pairs);
    EXPECT_EQ(valueOf(*pairs, "a"), "1 2");
    EXPECT_EQ(valueOf(*pairs, "passback_params"), "tenant%3D65");
    EXPECT_EQ(valueOf(*pairs, "z"), "自");
    EXPECT_EQ(valueOf(*pairs, "absent"), "");
}

TEST(Encoding, AFormWithARepeatedFieldOrABrokenEscapeIsRefused)
{
    EXPECT_FALSE(formDecode("total_amount=1&total_amount=2"));
    EXPECT_FALSE(formDecode("a=%4"));
    EXPECT_FALSE(formDecode("a=%"));
    EXPECT_FALSE(formDecode("a=%zz"));
}

TEST(Encoding, SortedTextLeavesOutWhatHasNoValue)
{
    EXPECT_EQ(sortedQuery({{"b", "2"}, {"a", "x y"}, {"c", ""}}), "a=x y&b=2");
}

TEST(Encoding, GbkBecomesUtfEightAndDamageIsSeen)
{
    EXPECT_EQ(gbkToUtf8("\xD6\xA7\xB8\xB6\xB1\xA6,1").value(), "支付宝,1");
    EXPECT_FALSE(gbkToUtf8("\xD6"));
    EXPECT_FALSE(gbkToUtf8("\xFF\xFF"));
    const std::string chinese = "\xB6\xA9\xB5\xA5";
    std::string much, expected;
    for (int i = 0; i < 5000; ++i) {
        much += chinese;
        expected += "订单";
    }
    EXPECT_EQ(gbkToUtf8(much).value(), expected);
}

TEST(Encoding, CharactersAreCountedNotBytes)
{
    EXPECT_EQ(characters("自学考试 2026"), 9);
    EXPECT_EQ(characters(""), 0);
    EXPECT_EQ(characters("\xE8\x87"), -1);
    EXPECT_EQ(characters("\xC0\xAF"), -1);
}
