#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "tests/kernel/rules/support.hpp"

using namespace zikao;
using namespace zikao::rules;
using testing_support::smallPackage;

TEST(Source, TheHashChangesWithEveryByteAndEveryBorderBetweenFiles)
{
    const Source plain = smallPackage();
    EXPECT_EQ(plain.hash().size(), 64u);
    EXPECT_EQ(plain.hash(), smallPackage().hash());
    Source other = smallPackage();
    other.files["rules/sign_up.lua"] += " ";
    EXPECT_NE(other.hash(), plain.hash());
    Source moved, kept;
    moved.files = {{"rules/a.lua", "xy"}};
    kept.files = {{"rules/a.lua", "x"}};
    EXPECT_NE(moved.hash(), kept.hash());
    Source common = smallPackage({{"common/credit.lua", "return {}"}});
    EXPECT_NE(common.hash(), plain.hash()) << "the common library is pinned too";
}

TEST(Source, SurvivesStorage)
{
    const Source plain = smallPackage();
    auto back = Source::parse(plain.serialise());
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->files, plain.files);
    EXPECT_EQ(back->serialise(), plain.serialise());
}

TEST(Source, NamesOutsideThePackageAreRefused)
{
    for (const char* path : {"../evil.lua", "/etc/passwd", "rules/a.so", "rules//a.lua", "rules/a.lua.lua",
                             "rules/", "a b.lua"}) {
        const std::string text = Json{{path, "return {}"}}.dump();
        EXPECT_FALSE(Source::parse(text)) << path;
    }
}

TEST(Source, FilesOver64KiBAndBytesThatAreNoTextAreRefused)
{
    EXPECT_TRUE(Source::parse(Json{{"rules/a.lua", std::string(64 * 1024, '-')}}.dump()));
    EXPECT_EQ(Source::parse(Json{{"rules/a.lua", std::string(64 * 1024 + 1, '-')}}.dump()).error().reason,
              "file_too_large");
    EXPECT_FALSE(Source::parse("{\"rules/a.lua\": \"\xff\xfe\"}"));
    EXPECT_FALSE(Source::parse(R"({"rules/a.lua": 7})"));
    EXPECT_FALSE(Source::parse("[]"));
}

TEST(Source, AFolderIsReadWithTheCommonLibraryUnderItsOwnName)
{
    namespace fs = std::filesystem;
    const fs::path root = fs::path(::testing::TempDir()) / ("zikao_source_" + std::to_string(::getpid()));
    fs::create_directories(root / "package/rules");
    fs::create_directories(root / "package/common");
    fs::create_directories(root / "common");
    std::ofstream(root / "package/package.lua") << "return {}";
    std::ofstream(root / "package/rules/a.lua") << "return {}";
    std::ofstream(root / "package/common/credit.lua") << "return { forged = true }";
    std::ofstream(root / "package/notes.txt") << "ignored";
    std::ofstream(root / "common/credit.lua") << "return { sum = 1 }";
    std::ofstream(root / "common/host.d.lua") << "---@meta";
    auto source = Source::read((root / "package").string(), (root / "common").string());
    ASSERT_TRUE(source) << source.error().message;
    std::vector<std::string> names;
    for (const auto& [path, text] : source->files)
        names.push_back(path);
    EXPECT_EQ(names, (std::vector<std::string>{"common/credit.lua", "package.lua", "rules/a.lua"}));
    EXPECT_EQ(source->files["common/credit.lua"], "return { sum = 1 }");
    EXPECT_FALSE(Source::read((root / "nowhere").string(), ""));
    fs::remove_all(root);
}
