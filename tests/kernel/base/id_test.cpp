#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

#include "kernel/base/id.hpp"

using namespace zikao;

TEST(Id, ThoseOfOneMillisecondSortInTheOrderInWhichTheyWereMade)
{
    std::vector<std::string> ids(20'000);
    std::ranges::generate(ids, newId);
    EXPECT_TRUE(std::ranges::is_sorted(ids));
    for (const std::string& id : {ids.front(), ids.back()})
        EXPECT_THAT(id, testing::MatchesRegex("[0-9a-hjkmnp-tv-z]{26}"));
    EXPECT_LT(std::set<std::string>(ids.begin(), ids.end()).begin()->substr(0, 10), ids.back().substr(0, 10));
}

TEST(Id, NoneIsMadeTwiceByThreadsAtOnceAndNoneFollowsFromTheOneBefore)
{
    std::vector<std::vector<std::string>> made(8, std::vector<std::string>(5'000));
    {
        std::vector<std::jthread> threads;
        for (auto& mine : made)
            threads.emplace_back([&mine] { std::ranges::generate(mine, newId); });
    }
    std::set<std::string> all;
    for (const auto& mine : made)
        all.insert(mine.begin(), mine.end());
    EXPECT_EQ(all.size(), 40'000u);
    // Neighbours differ in the upper digits of their random part: nobody finds the next by counting.
    std::string before;
    int near = 0;
    for (const std::string& id : all) {
        near += before.substr(0, 22) == id.substr(0, 22) ? 1 : 0;
        before = id;
    }
    EXPECT_EQ(near, 0);
}
