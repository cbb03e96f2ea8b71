#include <gtest/gtest.h>

#include "kernel/degrees/degrees.hpp"

using namespace zikao::degrees;

TEST(SamePerson, AH_DEG_04_WaysOfWritingOneNameAreOneName)
{
    for (const char* way :
         {"尼玛·次仁", "尼玛•次仁", "尼玛‧次仁", "尼玛．次仁", "尼玛・次仁", "尼玛.次仁", " 尼玛 · 次仁　"})
        EXPECT_TRUE(sameName("尼玛·次仁", way)) << way;
    EXPECT_TRUE(sameName("ＡＢ　ｃ", "ABC"));
}

TEST(SamePerson, AH_DEG_04_AnotherNameIsAnotherName)
{
    EXPECT_FALSE(sameName("尼玛·次仁", "尼玛次仁"));
    EXPECT_FALSE(sameName("张三", "张三丰"));
    EXPECT_FALSE(sameName("张三", "张叁"));
    EXPECT_FALSE(sameName("", ""));
    EXPECT_FALSE(sameName("张三", ""));
}

TEST(SamePerson, AH_DEG_04_AnIdNumberIsComparedWholeWhateverItsXLooksLike)
{
    EXPECT_TRUE(sameIdNumber("99010120000102001X", "99010120000102001x"));
    EXPECT_TRUE(sameIdNumber("99010120000102001X", "９９０１０１２００００１０２００１Ｘ"));
    EXPECT_FALSE(sameIdNumber("99010120000102001X", "990101200001020011"));
    EXPECT_FALSE(sameIdNumber("990101200001020017", "99010120000102001"));
}

TEST(SamePerson, BytesThatAreNoTextAreJustOtherBytes)
{
    EXPECT_FALSE(sameName("\xF0\x9F", "\xF0"));
    EXPECT_TRUE(sameName("\xE4", "\xE4"));
}
