#include <gmock/gmock.h>

#include "tests/kernel/rules/support.hpp"

using namespace zikao;
using namespace zikao::rules;
using namespace testing_support;
using testing::HasSubstr;

namespace {

/// The faults of the small package with some files replaced; the package must then be absent.
std::vector<Fault> faultsOf(std::map<std::string, std::string> changed)
{
    Compiled made = evaluator().compile(smallPackage(std::move(changed)));
    EXPECT_EQ(made.package == nullptr, !made.faults.empty());
    return made.faults;
}

Fault onlyFault(std::map<std::string, std::string> changed)
{
    const auto faults = faultsOf(std::move(changed));
    EXPECT_EQ(faults.size(), 1u);
    for (std::size_t i = 1; i < faults.size(); ++i)
        ADD_FAILURE() << "also: " << faults[i].file << ": " << faults[i].message;
    return faults.empty() ? Fault{} : faults.front();
}

constexpr const char* kManifest =
    R"(return { id = "lantern", version = "1.0.0", host_api = { min = 1, max = 1 }, cases = { "sign_up" }, %s })";

std::string manifestWith(const std::string& more)
{
    std::string text = kManifest;
    return text.replace(text.find("%s"), 2, more);
}

} // namespace

TEST(Compile, ASoundPackageIsReadWhole)
{
    auto package =
        compiled(smallPackage({{"common/credit.lua", "return { sum = function() return 0 end }"}}));
    ASSERT_TRUE(package);
    EXPECT_EQ(package->id, "lantern");
    EXPECT_EQ(package->version, "1.0.0");
    EXPECT_EQ(package->hash, package->source.hash());
    EXPECT_EQ(package->cases.at("sign_up")["title"], "报考");
    EXPECT_EQ(package->texts["credits_short"], "还差 {need} 学分");
    EXPECT_EQ(package->rules, (std::vector<std::string>{"sign_up.echo", "sign_up.may_submit"}));
}

TEST(Compile, ASyntaxErrorIsReportedWithFileAndLine)
{
    const Fault fault =
        onlyFault({{"rules/fees.lua", "local M = {}\nfunction M.f()\n  return 1 +\nend\nreturn M"}});
    EXPECT_EQ(fault.file, "rules/fees.lua");
    EXPECT_EQ(fault.line, 4);
    EXPECT_THAT(fault.message, HasSubstr("near 'end'"));
}

TEST(Compile, EveryBrokenFileIsReportedNotOnlyTheFirst)
{
    EXPECT_EQ(
        faultsOf({{"rules/a.lua", "x ="}, {"rules/b.lua", "return 7"}, {"cases/sign_up.lua", "return ("}})
            .size(),
        3u);
}

TEST(Compile, AFunctionInACaseIsReportedWithItsPathAndLine)
{
    const Fault fault = onlyFault(
        {{"cases/sign_up.lua",
          "return {\n  actions = {\n    submit = {\n      guard = function() return true end } } }"}});
    EXPECT_EQ(fault.file, "cases/sign_up.lua");
    EXPECT_EQ(fault.line, 4);
    EXPECT_EQ(fault.path, "actions.submit.guard");
}

TEST(Compile, ACaseHasNoRulesAtHand)
{
    EXPECT_THAT(onlyFault({{"cases/sign_up.lua", "local x = use 'rules.sign_up' return {}"}}).message,
                HasSubstr("unknown name 'use'"));
}

TEST(Compile, MissingFilesAreNamed)
{
    EXPECT_THAT(
        onlyFault(
            {{"package.lua",
              R"(return { id = "lantern", version = "1", host_api = { min = 1, max = 1 }, cases = { "sign_up", "waiver" } })"}})
            .message,
        HasSubstr("cases/waiver.lua"));
    EXPECT_EQ(onlyFault({{"cases/extra.lua", "return {}"}}).file, "cases/extra.lua");
    const Fault use = onlyFault({{"rules/fees.lua", "\nlocal x = use 'common.none'\nreturn {}"}});
    EXPECT_EQ(use.line, 2);
    EXPECT_THAT(use.message, HasSubstr("there is no common/none.lua"));
    Source no_texts = smallPackage();
    no_texts.files.erase("texts/zh-CN.json");
    EXPECT_EQ(evaluator().compile(no_texts).faults.front().file, "texts/zh-CN.json");
    Source no_manifest = smallPackage();
    no_manifest.files.erase("package.lua");
    EXPECT_EQ(evaluator().compile(no_manifest).faults.front().file, "package.lua");
}

TEST(Compile, TheManifestIsReadStrictly)
{
    EXPECT_EQ(onlyFault({{"package.lua", manifestWith("author = 'x'")}}).path, "author");
    EXPECT_EQ(
        onlyFault(
            {{"package.lua",
              R"(return { id = "Big Id", version = "1", host_api = { min = 1, max = 1 }, cases = { "sign_up" } })"}})
            .path,
        "id");
    EXPECT_EQ(
        onlyFault(
            {{"package.lua",
              R"(return { id = "a", version = "1", host_api = { min = 2, max = 3 }, cases = { "sign_up" } })"}})
            .path,
        "host_api");
    EXPECT_EQ(onlyFault({{"package.lua",
                          R"(return { id = "a", version = "1", host_api = 1, cases = { "sign_up" } })"}})
                  .path,
              "host_api");
    EXPECT_EQ(
        onlyFault(
            {{"package.lua",
              R"(return { id = "a", version = "x", host_api = { min = 1, max = 1 }, cases = { "sign_up" } })"}})
            .path,
        "version");
    EXPECT_FALSE(faultsOf({{"package.lua", "return 7"}}).empty());
    EXPECT_FALSE(faultsOf({{"package.lua", "return nil"}}).empty());
}

TEST(Compile, TextsMustBeTexts)
{
    EXPECT_EQ(onlyFault({{"texts/zh-CN.json", R"({"a": 1})"}}).path, "a");
    EXPECT_FALSE(faultsOf({{"texts/zh-CN.json", R"({"a": "1", "a": "2"})"}}).empty());
}

TEST(Compile, AFileThatDoesNotEndIsAFaultAndNothingWorse)
{
    EXPECT_THAT(onlyFault({{"rules/fees.lua", "while true do end"}}).message, HasSubstr("limit"));
    EXPECT_TRUE(compiled(smallPackage()));
}
