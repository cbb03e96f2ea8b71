#include "kernel/storage/migrator.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "kernel/storage/script.hpp"
#include "tests/support/database.hpp"

namespace zikao::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class MigratorTest : public testing::TestWithParam<Engine>
{
protected:
    void write(const std::string& change, const std::string& up, const std::string& verify = "SELECT 1",
               const std::string& down = "SELECT 1")
    {
        const std::string folder = sql.path() + "/" + change;
        std::filesystem::create_directories(folder);
        for (const char* engine : {"sqlite", "mysql"}) {
            std::ofstream(folder + "/" + engine + ".up.sql") << up;
            std::ofstream(folder + "/" + engine + ".down.sql") << down;
        }
        std::ofstream(folder + "/verify.sql") << verify;
    }
    Migrator migrator() { return Migrator(*db, sql.path(), db.clock); }

    test::TempDir sql;
    test::TestDatabase db{GetParam(), test::TestDatabase::Schema::empty};
};
INSTANTIATE_ON_BOTH_ENGINES(MigratorTest);

TEST_P(MigratorTest, AppliesEachChangeOnceInOrder)
{
    write("0002_second", "CREATE TABLE second (id INTEGER PRIMARY KEY);", "SELECT COUNT(*) = 0 FROM second;");
    write("0001_first", "-- a note; with a semicolon\nCREATE TABLE first (id INTEGER PRIMARY KEY); INSERT "
                        "INTO first (id) VALUES (7);");
    EXPECT_THAT(migrator().up().value(), ElementsAre("0001_first", "0002_second"));
    EXPECT_THAT(migrator().up().value(), ElementsAre());
    EXPECT_EQ(db->query("SELECT id FROM first").value().at(0).integer(0), 7);
    write("0003_third", "CREATE TABLE third (id INTEGER PRIMARY KEY)");
    EXPECT_THAT(migrator().up().value(), ElementsAre("0003_third"));
}

TEST_P(MigratorTest, AScriptAlteredAfterwardsIsRefusedByName)
{
    write("0001_first", "CREATE TABLE first (id INTEGER PRIMARY KEY)");
    ASSERT_TRUE(migrator().up());
    write("0001_first", "CREATE TABLE first (id INTEGER PRIMARY KEY )");
    const auto again = migrator().up();
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::conflict);
    EXPECT_EQ(again.error().reason, "schema_altered");
    EXPECT_THAT(again.error().message, HasSubstr("0001_first"));
}

TEST_P(MigratorTest, AFailedChangeStaysDirtyAndStopsEveryLaterStart)
{
    write("0001_first", "CREATE TABLE first (id INTEGER PRIMARY KEY); CREATE TABEL oops (id INTEGER)");
    write("0002_second", "CREATE TABLE second (id INTEGER PRIMARY KEY)");
    EXPECT_FALSE(migrator().up());
    EXPECT_FALSE(db->query("SELECT id FROM second")) << "nothing after a failed change may run";
    write("0001_first", "SELECT 1");
    const auto again = migrator().up();
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().reason, "schema_dirty");
    EXPECT_TRUE(migrator().status().value().at(0).dirty);
}

TEST_P(MigratorTest, AChangeThatDoesNotVerifyStaysDirty)
{
    write("0001_first", "CREATE TABLE first (id INTEGER PRIMARY KEY)", "SELECT COUNT(*) = 1 FROM first");
    const auto applied = migrator().up();
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().code, ErrorCode::corrupt);
    EXPECT_TRUE(migrator().status().value().at(0).dirty);
    EXPECT_FALSE(migrator().status().value().at(0).applied);
}

TEST_P(MigratorTest, RepairSettlesWhatWasFinishedByHandAndForgetsOnlyWhatSomebodySaysWasUndone)
{
    write("0001_first", "CREATE TABLE first (id INTEGER PRIMARY KEY); SELECT broken FROM nowhere",
          "SELECT COUNT(*) = 1 FROM first");
    ASSERT_FALSE(migrator().up());
    const auto refused = migrator().repair(false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "schema_dirty");
    EXPECT_TRUE(migrator().status().value().at(0).dirty);

    ASSERT_TRUE(db->execute("INSERT INTO first (id) VALUES (1)"));
    EXPECT_THAT(migrator().repair(false).value(), ElementsAre("0001_first"));
    EXPECT_TRUE(migrator().status().value().at(0).applied);

    write("0002_second", "SELECT broken FROM nowhere", "SELECT COUNT(*) FROM second");
    ASSERT_FALSE(migrator().up());
    EXPECT_THAT(migrator().repair(true).value(), ElementsAre("0002_second"));
    write("0002_second", "CREATE TABLE second (id INTEGER PRIMARY KEY)");
    EXPECT_THAT(migrator().up().value(), ElementsAre("0002_second"));
    EXPECT_THAT(migrator().repair(false).value(), ElementsAre());
}

TEST_P(MigratorTest, AVerificationThatAnswersNoRowIsNoVerification)
{
    write("0001_first", "CREATE TABLE first (id INTEGER PRIMARY KEY)", "SELECT id FROM first");
    EXPECT_FALSE(migrator().up());
}

TEST_P(MigratorTest, ADatabaseNewerThanTheProgramIsRefused)
{
    write("0001_first", "CREATE TABLE first (id INTEGER PRIMARY KEY)");
    write("0002_second", "CREATE TABLE second (id INTEGER PRIMARY KEY)");
    ASSERT_TRUE(migrator().up());
    std::filesystem::remove_all(sql.path() + "/0002_second");
    EXPECT_EQ(migrator().up().error().reason, "schema_newer");
}

TEST_P(MigratorTest, DownRevertsTheNewestFirst)
{
    write("0001_first", "CREATE TABLE first (id INTEGER PRIMARY KEY)", "SELECT 1", "DROP TABLE first");
    write("0002_second", "CREATE TABLE second (id INTEGER PRIMARY KEY)", "SELECT 1", "DROP TABLE second");
    ASSERT_TRUE(migrator().up());
    EXPECT_THAT(migrator().down(1).value(), ElementsAre("0002_second"));
    EXPECT_FALSE(db->query("SELECT id FROM second"));
    EXPECT_TRUE(db->query("SELECT id FROM first"));
    EXPECT_THAT(migrator().up().value(), ElementsAre("0002_second"));
}

TEST_P(MigratorTest, EveryChangeOfTheProductGoesUpAndDownAndUpAgain)
{
    Migrator product(*db, ZIKAO_SOURCE_DIR "/sql", db.clock);
    const auto up = product.up();
    ASSERT_TRUE(up) << up.error().message;
    ASSERT_FALSE(up->empty());
    const auto down = product.down(1000);
    ASSERT_TRUE(down) << down.error().message;
    EXPECT_EQ(down->size(), up->size());
    const auto again = product.up();
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(*again, *up);
}

TEST(SplitScript, SemicolonsInQuotesCommentsAndTriggersDoNotCut)
{
    EXPECT_THAT(splitScript("-- a; b\nINSERT INTO t VALUES ('x;''y');/* ; */ ;\nDELETE FROM t"),
                ElementsAre("INSERT INTO t VALUES ('x;''y')", "DELETE FROM t"));
    EXPECT_THAT(
        splitScript("CREATE TRIGGER t BEFORE DELETE ON x BEGIN SELECT RAISE(ABORT, 'no'); END; SELECT 1;"),
        ElementsAre("CREATE TRIGGER t BEFORE DELETE ON x BEGIN SELECT RAISE(ABORT, 'no'); END", "SELECT 1"));
    EXPECT_THAT(splitScript("  \n -- nothing\n"), ElementsAre());
}

} // namespace
} // namespace zikao::storage
