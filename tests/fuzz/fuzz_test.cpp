#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include <gtest/gtest.h>
#ifdef ZIKAO_SANITIZE
#include <sanitizer/common_interface_defs.h>
#endif

#include "tests/fuzz/target.hpp"
#include "tests/support/mutants.hpp"

namespace zikao::fuzz {
namespace {

namespace fs = std::filesystem;

const fs::path kCorpus = ZIKAO_SOURCE_DIR "/tests/fuzz/corpus";
constexpr unsigned kSeed = 20260411;
constexpr std::size_t kMutants = 300;                           ///< of each target
constexpr std::size_t kMostFiles = 30, kMostBytes = 100 * 1024; ///< of each target's corpus

struct Input
{
    std::string file, bytes;
};

/// In the order of the names, so that a seed gives the same mutants everywhere.
std::vector<Input> corpusOf(const std::string& target)
{
    std::vector<Input> all;
    for (const auto& entry : fs::directory_iterator(kCorpus / target)) {
        std::ifstream in(entry.path(), std::ios::binary);
        all.push_back({entry.path().filename().string(), {std::istreambuf_iterator<char>(in), {}}});
    }
    std::ranges::sort(all, {}, &Input::file);
    return all;
}

std::string readable(std::string_view bytes)
{
    constexpr std::size_t kMost = 2000;
    std::string text;
    for (const char c : bytes.substr(0, kMost)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f && c != '\\')
            text += c;
        else
            text += {'\\', 'x', "0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
    }
    return bytes.size() > kMost ? text + "…" : text;
}

/// What is being read, for the case that a sanitizer ends the program.
std::string g_now;

#ifdef ZIKAO_SANITIZE
void tellNow()
{
    std::fprintf(stderr, "fuzz: %s\n", g_now.c_str());
}
#endif

/// @param origin  where the input comes from, as whoever repeats it needs it
void feed(const Target& target, const std::string& input, const std::string& origin)
{
    g_now = std::string(target.name) + ", " + origin + ": " + readable(input);
    try {
        target.run(input);
    } catch (const std::exception& e) {
        ADD_FAILURE() << e.what() << "\n  " << g_now;
    }
}

class Parser : public testing::TestWithParam<Target>
{
protected:
    static void SetUpTestSuite()
    {
#ifdef ZIKAO_SANITIZE
        __sanitizer_set_death_callback(&tellNow);
#endif
    }
};

TEST_P(Parser, KeepsItsPromisesOverTheCorpus)
{
    for (const Input& input : corpusOf(GetParam().name))
        feed(GetParam(), input.bytes, input.file);
}

TEST_P(Parser, KeepsItsPromisesOverMutants)
{
    const std::vector<Input> corpus = corpusOf(GetParam().name);
    ASSERT_FALSE(corpus.empty());
    std::mt19937 random(kSeed);
    for (std::size_t round = 0; round < kMutants && !HasFailure(); ++round) {
        // The front of one input and the back of another, then a few bytes changed.
        const std::string& front = corpus[round % corpus.size()].bytes;
        const std::string& back = corpus[random() % corpus.size()].bytes;
        const bool splice = round % 3 == 0;
        const std::string origin = splice ? front.substr(0, random() % (front.size() + 1)) +
                                                back.substr(random() % (back.size() + 1))
                                          : front;
        feed(GetParam(), test::Mutants(origin, kSeed + static_cast<unsigned>(round)).next(),
             "seed " + std::to_string(kSeed) + ", round " + std::to_string(round));
    }
}

TEST_P(Parser, HasACorpusThatIsSmall)
{
    const std::vector<Input> corpus = corpusOf(GetParam().name);
    std::size_t bytes = 0;
    for (const Input& input : corpus)
        bytes += input.bytes.size();
    EXPECT_GE(corpus.size(), 3u);
    EXPECT_LE(corpus.size(), kMostFiles);
    EXPECT_LE(bytes, kMostBytes);
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Parser, testing::ValuesIn(targets()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Corpus, EachFolderBelongsToATarget)
{
    for (const auto& entry : fs::directory_iterator(kCorpus))
        EXPECT_TRUE(std::ranges::any_of(targets(), [&](const Target& each) {
            return entry.path().filename() == each.name;
        })) << entry.path();
}

} // namespace
} // namespace zikao::fuzz
