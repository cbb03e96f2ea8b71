#include <sstream>

#include "kernel/base/encoding.hpp"
#include "kernel/plugin/stamp.hpp"
#include "tests/kernel/plugin/support.hpp"

using namespace zikao;
using namespace zikao::plugin;
using namespace zikao::plugin::testing_support;
using testing::HasSubstr;

namespace {

std::string bytesOf(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream all;
    all << file.rdbuf();
    return all.str();
}

} // namespace

TEST(Stamp, IsReadFromTheFileOfARightPlugin)
{
    auto stamp = readStamp(bytesOf(fixtureDir("payment-right") + "/plugin.so"));
    ASSERT_TRUE(stamp) << stamp.error().message;
    EXPECT_EQ(stamp->magic, api::kStampMagic);
    EXPECT_EQ(stamp->toolchain, ZIKAO_TOOLCHAIN);
    EXPECT_EQ(stamp->implements, "PaymentProvider");
    EXPECT_EQ(stamp->interface_version, api::PaymentProvider::kVersion);
    EXPECT_EQ(stamp->id, "payment-right");
}

TEST(Stamp, EveryMismatchIsNamedInOneMessageAndNoCodeOfTheLibraryRan)
{
    // Loading this library would abort; this test process would not survive it.
    const auto manifest = Manifest::read(fixtureDir("wrong-stamp"));
    ASSERT_TRUE(manifest);
    auto checked = checkStamp(fixtureDir("wrong-stamp"), *manifest);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::plugin_fault);
    for (const char* part : {"magic", "another-compiler", "MessageSender", "another-id"})
        EXPECT_THAT(checked.error().message, HasSubstr(part));
}

TEST(Stamp, AnotherInterfaceVersionOrNoStampIsRefused)
{
    EXPECT_THAT(
        checkStamp(fixtureDir("wrong-version"), *Manifest::read(fixtureDir("wrong-version"))).error().message,
        HasSubstr("interface version is 2, wanted 1"));
    EXPECT_THAT(checkStamp(fixtureDir("no-stamp"), *Manifest::read(fixtureDir("no-stamp"))).error().message,
                HasSubstr("zikao_plugin_stamp"));
}

TEST(Stamp, AFileCutAnywhereIsRefusedWithoutReadingBeyondIt)
{
    const std::string whole = bytesOf(fixtureDir("no-stamp") + "/plugin.so");
    ASSERT_GT(whole.size(), 4096u);
    for (std::size_t size = 0; size < whole.size(); size += 97)
        EXPECT_FALSE(readStamp(std::string_view(whole).substr(0, size)));
    EXPECT_FALSE(readStamp("#!/bin/sh\n"));
}

TEST(Stamp, ARottenFileIsReadOrRefusedButNeverFaults)
{
    const std::string whole = bytesOf(fixtureDir("payment-right") + "/plugin.so");
    std::uint32_t state = 12345;
    for (int round = 0; round < 300; ++round) {
        std::string rotten = whole.substr(0, std::min<std::size_t>(whole.size(), 200'000));
        for (int i = 0; i < 8; ++i) {
            state = state * 1664525 + 1013904223;
            // Most of the structure lies in the first pages.
            rotten[(state >> 8) % std::min<std::size_t>(rotten.size(), i < 6 ? 8192 : rotten.size())] =
                static_cast<char>(state >> 24);
        }
        [[maybe_unused]] const auto read = readStamp(rotten);
    }
    SUCCEED();
}
