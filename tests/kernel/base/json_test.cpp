#include "kernel/base/json.hpp"

#include <gtest/gtest.h>

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

} // namespace
} // namespace zikao
