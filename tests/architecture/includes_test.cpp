#include <gtest/gtest.h>

#include "tests/architecture/tree.hpp"

namespace zikao::architecture {
namespace {

const std::vector<std::string_view> kSources = {".cpp", ".hpp"};

/// "plugins/payment-example/client.cpp" → "plugins/payment-example/"
std::string folderOf(const std::string& path)
{
    return path.substr(0, path.find('/', path.find('/') + 1) + 1);
}

TEST(Includes, APluginSeesTheInterfacesTheSupportLibraryAndItself)
{
    for (const std::string& path : filesBelow("plugins/", kSources))
        for (const Include& include : includesOf(path)) {
            const bool own =
                include.target.starts_with("plugins/api/") || include.target.starts_with(folderOf(path)) ||
                (include.target.starts_with("plugins/support/") && !path.starts_with("plugins/api/"));
            EXPECT_TRUE(!include.quoted || own) << path << ':' << include.line << ": " << include.target;
            EXPECT_FALSE(!include.quoted &&
                         (include.target.starts_with("kernel/") || include.target.starts_with("tests/")))
                << path << ':' << include.line << ": " << include.target;
        }
}

TEST(Includes, TheInterfacesUseTheStandardLibraryAlone)
{
    for (const std::string& path : filesBelow("plugins/api/", kSources))
        for (const Include& include : includesOf(path))
            EXPECT_TRUE(include.quoted || include.target.find_first_of("./") == std::string::npos)
                << path << ':' << include.line << ": " << include.target;
}

TEST(Includes, TheKernelKnowsInterfacesAndNoPlugin)
{
    for (const std::string& path : filesBelow("kernel/", kSources))
        for (const Include& include : includesOf(path))
            EXPECT_TRUE(!include.quoted || include.target.starts_with("kernel/") ||
                        include.target.starts_with("plugins/api/"))
                << path << ':' << include.line << ": " << include.target;
}

TEST(Includes, NoProductIncludesATest)
{
    for (const char* folder : {"kernel/", "plugins/"})
        for (const std::string& path : filesBelow(folder, kSources))
            for (const Include& include : includesOf(path))
                EXPECT_FALSE(include.target.starts_with("tests/")) << path << ':' << include.line;
}

// What a confined process must not be able to do, its program had better not contain.
TEST(Includes, TheWorkersProgramLinksNoDatabaseAndNoServer)
{
    const Ended linked = run("ldd '" ZIKAO_BUILD_DIR "/bin/zikao-worker'");
    ASSERT_EQ(linked.status, 0) << linked.output;
    ASSERT_NE(linked.output.find("libseccomp"), std::string::npos) << "not the worker: " << linked.output;
    for (const char* library : {"libmysqlcppconn", "libPocoData", "libPocoNet"})
        EXPECT_EQ(linked.output.find(library), std::string::npos) << library;
}

} // namespace
} // namespace zikao::architecture
