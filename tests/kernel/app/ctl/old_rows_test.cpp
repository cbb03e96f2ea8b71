#include "kernel/storage/migrator.hpp"
#include "tests/kernel/app/ctl/support.hpp"

namespace zikao::ctl {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

/// An installation that was set up before rows had MACs, with a row in each table that has them now.
class OldRows : public testing::TestWithParam<storage::Engine>
{
protected:
    OldRows()
    {
        here.done({"keys", "create", "lantern"});
        const std::string before = here.folder.path("sql_before");
        fs::copy(ZIKAO_SOURCE_DIR "/sql", before, fs::copy_options::recursive);
        fs::remove_all(before + "/0071_case_event_mac");
        const auto database = rawDatabase();
        const SystemClock clock;
        const auto done = storage::Migrator(*database, before, clock).up();
        EXPECT_TRUE(done) << done.error().message;
        byHand(*database, "INSERT INTO case_event (case_id, seq, request_key, input_digest, actor_id, "
                          "actor_name, actor_office, action, from_state, to_state, reason, rules_hash, "
                          "rules_version, decision, facts_digest, opened_account, happened_at) VALUES ('c1', "
                          "2, 'k1', '', 'anna', '', '', 'submit', 'draft', 'pending', '', '', '', '{}', '', "
                          "'', 5)");
    }
    /// The database whatever its schema; only while no zikaoctl runs.
    [[nodiscard]] std::unique_ptr<storage::Database> rawDatabase() const
    {
        const auto config = app::Config::read(here.config_file).value();
        const auto how =
            app::openOptions(config, config.tenants.at(0), tenant::OpenOptions::Mode::manage).value();
        return tenant::openDatabase(how, "lantern").value();
    }
    static void byHand(storage::Database& database, const std::string& sql)
    {
        const auto done = database.execute(sql);
        ASSERT_TRUE(done) << done.error().message;
        ASSERT_EQ(*done, 1) << sql;
    }
    std::string violations() { return here.ctl({"tenants", "check", "lantern"}).text; }

    testing_support::Installation here{GetParam()};
};
INSTANTIATE_ON_BOTH_ENGINES(OldRows);

TEST_P(OldRows, AreSealedWhenTheColumnComesAndNeverAgain)
{
    EXPECT_THAT(here.done({"migrate", "up"}), HasSubstr("case_event: 1 rows from before have a MAC now"));
    EXPECT_THAT(violations(), Not(HasSubstr("case_event c1/2")));
    byHand(*rawDatabase(), "UPDATE case_event SET to_state = 'passed', mac = ''");
    EXPECT_EQ(here.done({"migrate", "up"}), "lantern: up to date\n");
    EXPECT_THAT(violations(), HasSubstr("not written by the platform as it stands: case_event c1/2"));
}

TEST_P(OldRows, WithoutTheirKeysAreNotSealedAndTheNextRunMakesItGood)
{
    const std::string ring = here.folder.path("data/lantern/keys");
    fs::rename(ring, ring + ".away");
    EXPECT_NE(here.ctl({"migrate", "up"}).exit, 0);
    fs::rename(ring + ".away", ring);
    EXPECT_THAT(here.done({"migrate", "up"}), HasSubstr("case_event: 1 rows from before have a MAC now"));
}

} // namespace
} // namespace zikao::ctl
