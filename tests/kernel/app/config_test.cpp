#include "kernel/app/config.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace zikao::app {
namespace {

class ConfigFile : public testing::Test
{
protected:
    ConfigFile() { std::filesystem::create_directories(dir_); }
    ~ConfigFile() override { std::filesystem::remove_all(dir_); }

    Result<Config> read(const std::string& text)
    {
        std::ofstream(dir_ + "/zikaod.json") << text;
        return Config::read(dir_ + "/zikaod.json");
    }

    const std::string dir_ = testing::TempDir() + "config-" + std::to_string(::getpid());
    const std::string needed_ = R"("public_url":"http://h","data_dir":"data","sql_dir":"sql","web_dir":"web",
        "plugin_dir":"p","worker":"w","common_rules_dir":"c")";
};

TEST_F(ConfigFile, RefusesTheStartOnAnUnknownKeyAndNamesItsPath)
{
    const auto refused =
        read("{" + needed_ + R"(,"database":{"engin":"sqlite"},"tenants":[{"province":"x"}]})");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("zikaod.json.database.engin: field_unknown"), std::string::npos);
    EXPECT_NE(refused.error().message.find("tenants[0].province_dir: field_missing"), std::string::npos);
}

TEST_F(ConfigFile, ReadsPathsRelativeToTheFile)
{
    const auto config = read("{" + needed_ + "}");
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->data_dir, dir_ + "/data");
    EXPECT_EQ(config->database.engine, "sqlite");
}

TEST_F(ConfigFile, RefusesACertificateWithoutItsKey)
{
    EXPECT_FALSE(read("{" + needed_ + R"(,"tls_certificate":"c.pem"})"));
}

} // namespace
} // namespace zikao::app
