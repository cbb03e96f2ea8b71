#include "tests/kernel/app/ctl/support.hpp"

namespace zikao::ctl {
namespace {

using testing::HasSubstr;
using testing_support::Ended;
using testing_support::zikaoctl;

TEST(Zikaoctl, WithoutACommandListsThemAndEndsAsWrongUse)
{
    const Ended ended = zikaoctl({});
    EXPECT_EQ(ended.exit, 2);
    EXPECT_THAT(ended.text, HasSubstr("migrate"));
}

TEST(Zikaoctl, HelpIsGivenAtEveryLevel)
{
    const Ended all = zikaoctl({"--help"}), group = zikaoctl({"rules", "--help"}),
                one = zikaoctl({"rules", "eval", "--help"});
    EXPECT_EQ(all.exit, 0);
    EXPECT_THAT(all.text, testing::AllOf(HasSubstr("audit"), HasSubstr("staff"), HasSubstr("rollback")));
    EXPECT_EQ(group.exit, 0);
    EXPECT_THAT(group.text, testing::AllOf(HasSubstr("rollback"), testing::Not(HasSubstr("staff"))));
    EXPECT_EQ(one.exit, 0);
    EXPECT_THAT(one.text, HasSubstr("rules eval DIR --rule MODULE.FUNCTION --facts FILE"));
}

TEST(Zikaoctl, AnUnknownOptionIsRefusedWithTheUsage)
{
    const Ended ended = zikaoctl({"migrate", "up", "--dry-run"});
    EXPECT_EQ(ended.exit, 2);
    EXPECT_THAT(ended.text, HasSubstr("unknown option --dry-run"));
    EXPECT_THAT(ended.text, HasSubstr("Usage: zikaoctl [--config FILE] migrate up [TENANT]"));
    EXPECT_EQ(zikaoctl({"--conf", "x", "migrate", "up"}).exit, 2);
}

TEST(Zikaoctl, AMissingWordOptionOrValueIsWrongUse)
{
    EXPECT_THAT(zikaoctl({"tenants", "load"}).text, HasSubstr("missing: TENANT"));
    EXPECT_THAT(zikaoctl({"rules", "eval", "."}).text, HasSubstr("missing: --rule"));
    EXPECT_THAT(zikaoctl({"rules", "eval", ".", "--rule"}).text, HasSubstr("--rule needs a value"));
    EXPECT_THAT(zikaoctl({"keys", "list", "a", "b"}).text, HasSubstr("one word too many: b"));
    EXPECT_EQ(zikaoctl({"keys", "list", "a", "b"}).exit, 2);
    EXPECT_EQ(zikaoctl({"keys", "burn"}).exit, 2);
}

TEST(Zikaoctl, ACommandThatNeedsTheConfigurationSaysSo)
{
    const Ended without = zikaoctl({"migrate", "up"});
    EXPECT_EQ(without.exit, 2);
    EXPECT_THAT(without.text, HasSubstr("--config"));
    const Ended absent = zikaoctl({"--config", "/nowhere.json", "migrate", "up"});
    EXPECT_EQ(absent.exit, 2);
    EXPECT_THAT(absent.text, HasSubstr("/nowhere.json"));
}

} // namespace
} // namespace zikao::ctl
