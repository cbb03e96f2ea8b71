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
        for (const char* change : {"0071_case_event_mac", "0072_pass_record_mac", "0073_order_mac"})
            fs::remove_all(before + "/" + change);
        const auto database = rawDatabase();
        const SystemClock clock;
        const auto done = storage::Migrator(*database, before, clock).up();
        EXPECT_TRUE(done) << done.error().message;
        byHand(*database, "INSERT INTO case_event (case_id, seq, request_key, input_digest, actor_id, "
                          "actor_name, actor_office, action, from_state, to_state, reason, rules_hash, "
                          "rules_version, decision, facts_digest, opened_account, happened_at) VALUES ('c1', "
                          "2, 'k1', '', 'anna', '', '', 'submit', 'draft', 'pending', '', '', '', '{}', '', "
                          "'', 5)");
        byHand(*database, "INSERT INTO pass_record (id, admission_number, course_code, score, passed_on, "
                          "source, recorded_by, recorded_at) VALUES ('p1', 'N1', '00001', 71, '2024-04-13', "
                          "'exam', 'old', 5)");
        byHand(*database, "INSERT INTO linked_number (admission_number, account_id, case_id, linked_by, "
                          "linked_at) VALUES ('N2', 'anna', 'c1', 'old', 5)");
        byHand(*database, "INSERT INTO course_grant (account_id, plan_id, course_code, kind, rule_id, "
                          "case_id, granted_by, granted_at) VALUES ('anna', 'P1', '00002', 'waiver', 'W1', "
                          "'c1', 'old', 5)");
        byHand(*database, "INSERT INTO pay_order (no, case_id, candidate_id, business, subject, state, "
                          "total_fen, created_at_ms, expires_at_ms, lives_ms, operation_id) VALUES ('o1', "
                          "'c1', 'anna', 'sign_up', '', 'unpaid', 100, 5, 9, 4, 'op1')");
        byHand(*database,
               "INSERT INTO order_line (order_no, line_no, code, name, amount_fen) VALUES ('o1', 1, "
               "'00001', '', 100)");
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
    const std::string said = here.done({"migrate", "up"});
    for (const std::string table :
         {"case_event", "pass_record", "linked_number", "course_grant", "pay_order"})
        EXPECT_THAT(said, HasSubstr(table + ": 1 rows from before have a MAC now"));
    EXPECT_THAT(violations(), Not(HasSubstr("not written by the platform")));
    EXPECT_THAT(violations(), Not(HasSubstr("an order was altered")));
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
