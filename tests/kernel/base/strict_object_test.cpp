#include "kernel/base/strict_object.hpp"

#include <gtest/gtest.h>

namespace zikao {
namespace {

TEST(StrictObject, NamesEveryFaultWithItsFullPath)
{
    const Json json = Json::parse(R"({"port":"80","listn":1,"depth":70})");
    StrictObject object(json, "zikaod.json");
    object.integerOr("port", 8080, 0, 65535);
    object.integer("depth", 0, 64);
    object.text("data_dir");
    EXPECT_EQ(object.finish().error().message,
              "zikaod.json.port: field_type; zikaod.json.depth: field_range; "
              "zikaod.json.data_dir: field_missing; zikaod.json.listn: field_unknown");
}

TEST(StrictObject, AcceptsWhatIsKnownAndFillsDefaults)
{
    const Json json = Json::parse(R"({"name":"甲","list":["a","b"]})");
    StrictObject object(json, "");
    EXPECT_EQ(object.text("name"), "甲");
    EXPECT_EQ(object.texts("list").size(), 2u);
    EXPECT_EQ(object.integerOr("threads", 8, 1, 64), 8);
    EXPECT_TRUE(object.boolean("on", true));
    EXPECT_TRUE(object.finish());
}

TEST(StrictObject, RefusesANumberThatDoesNotFitInsteadOfWrappingIt)
{
    const Json json = Json::parse(R"({"revision":18446744073709551615})");
    StrictObject object(json, "");
    object.integer("revision", 0, INT64_MAX);
    EXPECT_EQ(object.finish().error().reason, "field_type");
}

} // namespace
} // namespace zikao
