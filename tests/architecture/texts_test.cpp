#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/architecture/tree.hpp"

namespace zikao::architecture {
namespace {

const nlohmann::json& texts()
{
    static const nlohmann::json all = nlohmann::json::parse(read("kernel/app/texts/zh-CN.json"));
    return all;
}

/// Reasons that errors of a module carry, with a file that does so.
std::map<std::string, std::string> reasonsOf(const std::string& folder)
{
    static const std::regex kFail(
        R"rx(fail\(\s*ErrorCode::\w+\s*,(?:[^;"]|"(?:[^"\\]|\\.)*")*?,\s*"([a-z0-9_]+)"\s*\))rx");
    std::map<std::string, std::string> found;
    for (const std::string& path : filesBelow(folder, {".cpp", ".hpp"})) {
        const std::string text = read(path);
        for (std::sregex_iterator at(text.begin(), text.end(), kFail), end; at != end; ++at)
            found.emplace((*at)[1], path);
    }
    return found;
}

TEST(Texts, EveryKindOfErrorHasASentence)
{
    const std::string header = read("plugins/api/result.hpp");
    std::smatch body;
    ASSERT_TRUE(std::regex_search(header, body, std::regex(R"(enum class ErrorCode[^{]*\{([^}]*)\})")));
    const std::string list = std::regex_replace(body[1].str(), std::regex("//[^\n]*"), "");
    const std::regex name("[a-z_]+");
    int seen = 0;
    for (std::sregex_iterator at(list.begin(), list.end(), name), end; at != end; ++at, ++seen)
        EXPECT_TRUE(texts().contains(at->str())) << at->str();
    EXPECT_GT(seen, 10);
}

// Below these levels reasons are words between modules; from here on people may read them.
TEST(Texts, EveryReasonThatReachesPeopleHasASentence)
{
    const std::set<std::string> inner = {
        "duplicate",          // of the database; whoever writes says what it means
        "message_unreadable", // of a job in the background
    };
    for (const char* module :
         {"identity", "catalog", "files", "documents", "audit", "billing", "exams", "cases", "app"})
        for (const auto& [reason, path] : reasonsOf("kernel/" + std::string(module) + "/"))
            EXPECT_TRUE(inner.contains(reason) || texts().contains(reason)) << path << ": " << reason;
}

TEST(Texts, NoSentenceIsEmptyOrLeftInEnglish)
{
    for (const auto& [code, sentence] : texts().items()) {
        const std::string text = sentence.get<std::string>();
        EXPECT_TRUE(std::any_of(text.begin(), text.end(), [](char c) {
            return static_cast<unsigned char>(c) >= 0xE4;
        })) << code;
    }
}

} // namespace
} // namespace zikao::architecture
