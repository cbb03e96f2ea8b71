#include <algorithm>
#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "tests/architecture/tree.hpp"

namespace zikao::architecture {
namespace {

/// Each place of `words` in a text, as "path:line: word".
std::vector<std::string> placesOf(const std::string& path, const std::vector<std::string>& words)
{
    const std::string text = read(path);
    std::vector<std::string> places;
    for (const std::string& word : words)
        for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
            places.push_back(
                path + ":" +
                std::to_string(1 + std::count(text.begin(), text.begin() + static_cast<long>(at), '\n')) +
                ": " + word);
    return places;
}

std::string lower(std::string text)
{
    for (char& c : text)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return text;
}

const std::vector<std::string> kProvinces = {"shanxi", "shaanxi", "tibet", "xizang", "xinjiang",
                                             "anhui",  "山西",    "西藏",  "新疆",   "安徽"};

TEST(Names, NeitherKernelNorPluginsKnowAProvince)
{
    for (const char* folder : {"kernel/", "plugins/"})
        for (const std::string& path : filesBelow(folder)) {
            const std::string text = lower(path + '\n' + read(path));
            for (const std::string& province : kProvinces)
                EXPECT_EQ(text.find(province), std::string::npos) << path << " names " << province;
        }
}

TEST(Names, TheTopOfTheTreeHoldsTheFixedFoldersOnly)
{
    const std::set<std::string> fixed = {".ci",     "docs",      "kernel", "lua-rules",
                                         "plugins", "provinces", "sql",    "tests"};
    for (const std::string& path : files()) {
        const auto slash = path.find('/');
        EXPECT_TRUE(slash == std::string::npos || fixed.contains(path.substr(0, slash))) << path;
    }
}

TEST(Names, NoFileLeansOnOneMachineOrOneRegistry)
{
    // Written in two pieces, or this file would find itself.
    const std::pair<const char*, const char*> pieces[] = {
        {"/ro", "ot/"},       {"/ho", "me/"},    {"/wo", "rk/"},   {"/tm", "p/z/"},
        {"registry", ".npm"}, {"npm", "mirror"}, {"pypi", ".org"}, {"\"resol", "ved\":"}};
    std::vector<std::string> words;
    for (const auto& [beginning, end] : pieces)
        words.push_back(std::string(beginning) + end);
    for (const std::string& path : files())
        for (const std::string& place : placesOf(path, words))
            ADD_FAILURE() << place;
}

TEST(Names, SourceFilesAreNamedInSnakeCase)
{
    static const std::regex kGood("[a-z0-9_]+(\\.cpp\\.in|\\.cpp|\\.hpp)");
    for (const char* folder : {"kernel/", "plugins/", "tests/"})
        for (const std::string& path : filesBelow(folder, {".cpp", ".hpp", ".cpp.in"}))
            EXPECT_TRUE(std::regex_match(path.substr(path.rfind('/') + 1), kGood)) << path;
}

TEST(Names, EveryHeaderIsReadOnce)
{
    for (const char* folder : {"kernel/", "plugins/", "tests/"})
        for (const std::string& path : filesBelow(folder, {".hpp"}))
            EXPECT_TRUE(read(path).starts_with("#pragma once\n")) << path;
}

} // namespace
} // namespace zikao::architecture
