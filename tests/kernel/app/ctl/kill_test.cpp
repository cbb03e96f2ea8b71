#include "tests/kernel/app/ctl/support.hpp"

namespace zikao::ctl {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_support::Ended;

/// zikaoctl killed in the middle of an act; afterwards the tenant is checked and the act is done again.
class KilledZikaoctl : public testing::TestWithParam<storage::Engine>
{
protected:
    void SetUp() override
    {
        here.done({"migrate", "up"});
        here.done({"tenants", "load", "lantern"});
    }
    void killAt(const std::string& point, const std::vector<std::string>& words)
    {
        ::setenv("ZIKAO_FAIL_POINT", point.c_str(), 1);
        const Ended ended = here.ctl(words);
        ::unsetenv("ZIKAO_FAIL_POINT");
        EXPECT_EQ(ended.exit, 128 + SIGKILL) << point << " was not passed: " << ended.text;
        here.done({"audit", "verify", "lantern"});
        here.done({"tenants", "check", "lantern"});
    }
    std::string active()
    {
        const std::string history = here.done({"rules", "history", "lantern"});
        const auto at = history.find("* ");
        return at == std::string::npos ? history : history.substr(at + 2, history.find(' ', at + 2) - at - 2);
    }

    testing_support::Installation here{GetParam()};
};
INSTANTIATE_ON_BOTH_ENGINES(KilledZikaoctl);

TEST_P(KilledZikaoctl, I13_APackageIsPublishedAndRolledBackWithItsEntryOrNotAtAll)
{
    const std::string next = testing_support::writePackage(
        here.folder.path("rules/next"),
        {{"package.lua",
          R"(return { id = "lantern", version = "1.1.0", host_api = { min = 1, max = 1 }, cases = { "registration" } })"}});
    for (const char* point : {"rules.publish.stored", "rules.publish.activated"}) {
        killAt(point, {"rules", "publish", "lantern", next});
        EXPECT_EQ(active(), "1.0.0") << point;
        EXPECT_THAT(here.done({"rules", "history", "lantern"}), Not(HasSubstr("1.1.0"))) << point;
    }
    killAt("rules.publish.committed", {"rules", "publish", "lantern", next});
    EXPECT_EQ(active(), "1.1.0");
    here.done({"rules", "publish", "lantern", next});
    killAt("rules.rollback.activated", {"rules", "rollback", "lantern", "1.0.0"});
    EXPECT_EQ(active(), "1.1.0");
    here.done({"rules", "rollback", "lantern", "1.0.0"});
    EXPECT_EQ(active(), "1.0.0");
}

TEST_P(KilledZikaoctl, XZ_INF_09_AListOfPeopleIsTakenWholeOrNotAtAll)
{
    const std::string list =
        here.folder.write("people.csv", "id_number,name,admission_number,office_code\n"
                                        "990101199003070015,尼玛·次仁,540101000001,990100\n"
                                        "990101200012310020,次仁,,990100\n");
    const std::vector<std::string> import{"candidates", "import", list, "--tenant", "lantern"};
    killAt("identity.on_file.before_commit", import);
    EXPECT_THAT(here.done(import), HasSubstr("2 added, 0 renewed"));
}

} // namespace
} // namespace zikao::ctl
