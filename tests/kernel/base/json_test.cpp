#include "kernel/base/json.hpp"

#include <gtest/gtest.h>

#include "tests/support/mutants.hpp"

namespace zikao {
namespace {

TEST(Json, RefusesARepeatedKeyAtAnyLevel)
{
    EXPECT_EQ(parseJson(R"({"a":{"b":1,"b":2}})").error().reason, "json_repeated_key");
    EXPECT_TRUE(parseJson(R"({"a":{"b":1},"c":{"b":2}})"));
}

TEST(Json, RefusesDepthBeforeItCostsAnything)
{
    EXPECT_EQ(parseJson(std::string(1000, '[')).error().reason, "json_too_big");
}

TEST(Json, RefusesTextsOverTheLimitAndBrokenOnes)
{
    JsonLimits limits;
    limits.max_bytes = 4;
    EXPECT_EQ(parseJson("[1,2]", limits).error().code, ErrorCode::too_large);
    EXPECT_EQ(parseJson("{\"a\":").error().reason, "json_malformed");
    EXPECT_EQ(parseJson("\"\xFF\"").error().reason, "json_malformed");
    EXPECT_EQ(parseJson("1 2").error().reason, "json_malformed");
}

TEST(Json, OfWhateverBytesIsRefusedOrComesBackTheSame)
{
    for (const char* seed :
         {R"({"revision":3,"fields":{"name":"灯芯人","courses":[{"slot_no":1,"code":"00018"}]}})",
          R"([[],{},"\u4e2d\ud83d\ude00",-1.5e3,true,null,{"a":{"a":{"a":0}}}])"}) {
        test::Mutants mutants(seed);
        int accepted = 0;
        for (int i = 0; i < 20'000; ++i) {
            const std::string text = mutants.next();
            const auto value = parseJson(text, {.max_bytes = 300, .max_depth = 8, .max_nodes = 40});
            if (!value) {
                ASSERT_EQ(value.error().code, ErrorCode::invalid_argument) << text;
                continue;
            }
            ++accepted;
            ASSERT_EQ(parseJson(dumpJson(*value)).value(), *value) << text;
        }
        EXPECT_GT(accepted, 100) << "the mutants are too wild to reach anything";
    }
}

} // namespace
} // namespace zikao
