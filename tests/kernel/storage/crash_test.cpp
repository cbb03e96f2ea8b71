#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "kernel/storage/migrator.hpp"
#include "tests/support/database.hpp"

namespace zikao::storage {
namespace {

class CrashTest : public testing::TestWithParam<Engine>
{
protected:
    void SetUp() override
    {
        const bool sqlite = GetParam() == Engine::sqlite;
        ASSERT_TRUE(
            db->execute(std::string("CREATE TABLE pair_row (pair BIGINT NOT NULL, half VARCHAR(5) NOT NULL, "
                                    "PRIMARY KEY (pair, half))") +
                        (sqlite ? "" : " ENGINE=InnoDB")));
    }

    /// Runs the child on the database until it ends. @return its wait status
    int runChild(const char* mode, const std::string& fail_point)
    {
        db.database.reset();
        const pid_t child = ::fork();
        if (child == 0) {
            ::setenv("ZIKAO_FAIL_POINT", fail_point.c_str(), 1);
            const char* engine = GetParam() == Engine::sqlite ? "sqlite" : "mysql";
            ::execl(ZIKAO_CRASH_CHILD, ZIKAO_CRASH_CHILD, mode, engine, db.location().c_str(),
                    acknowledged_path.c_str(), nullptr);
            ::_exit(127);
        }
        int status = 0;
        EXPECT_EQ(::waitpid(child, &status, 0), child);
        db.reopen();
        return status;
    }

    std::vector<std::int64_t> acknowledged()
    {
        std::vector<std::int64_t> pairs;
        std::ifstream in(acknowledged_path);
        for (std::int64_t pair = 0; in >> pair;)
            pairs.push_back(pair);
        return pairs;
    }

    /// I1: what was acknowledged is there; and nothing is there by half.
    void check()
    {
        EXPECT_EQ(db->query("SELECT pair FROM pair_row GROUP BY pair HAVING COUNT(*) <> 2")->size(), 0u);
        for (const std::int64_t pair : acknowledged())
            EXPECT_EQ(db->query("SELECT 1 FROM pair_row WHERE pair = ?", {pair})->size(), 2u) << pair;
    }

    test::TestDatabase db{GetParam(), test::TestDatabase::Schema::empty};
    std::string acknowledged_path = db.dir.path() + "/acknowledged";
};
INSTANTIATE_ON_BOTH_ENGINES(CrashTest);

TEST_P(CrashTest, WithoutAFaultEveryPairIsAcknowledgedAndThere)
{
    const int status = runChild("write", "");
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    EXPECT_EQ(acknowledged().size(), 200u);
    check();
}

TEST_P(CrashTest, I1_AKillAtAnyPointKeepsWhatWasAcknowledgedAndNothingByHalf)
{
    for (const char* fail_point :
         {"child.between_statements@1", "child.between_statements@40", "child.between_statements@101",
          "storage.before_commit@7", "storage.after_commit@7", "storage.after_commit@20"}) {
        ASSERT_TRUE(db->execute("DELETE FROM pair_row"));
        ::unlink(acknowledged_path.c_str());
        const int status = runChild("write", fail_point);
        ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << fail_point << " was never passed";
        check();
    }
}

TEST_P(CrashTest, AMigrationCutOffInTheMiddleIsFoundDirtyAtTheNextStart)
{
    ASSERT_TRUE(db->execute("DROP TABLE pair_row"));
    db.database.reset();
    const pid_t child = ::fork();
    if (child == 0) {
        ::setenv("ZIKAO_FAIL_POINT", "storage.migrator.marked@2", 1);
        ::execl(ZIKAO_CRASH_CHILD, ZIKAO_CRASH_CHILD, "migrate",
                GetParam() == Engine::sqlite ? "sqlite" : "mysql", db.location().c_str(),
                acknowledged_path.c_str(), nullptr);
        ::_exit(127);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << status;
    db.reopen();
    Migrator migrator(*db, ZIKAO_SOURCE_DIR "/sql", db.clock);
    EXPECT_EQ(migrator.up().error().reason, "schema_dirty");
    const auto changes = migrator.status().value();
    EXPECT_TRUE(changes.at(0).applied);
    EXPECT_TRUE(changes.at(1).dirty);
}

class SqliteCrashTest : public CrashTest
{};
INSTANTIATE_TEST_SUITE_P(Sqlite, SqliteCrashTest, testing::Values(Engine::sqlite));

TEST_P(SqliteCrashTest, C27_AFailedSyncEndsTheProcessAndIsNeverAcknowledged)
{
    const int status = runChild("unsync", "");
    ASSERT_TRUE(WIFEXITED(status)) << status;
    EXPECT_EQ(WEXITSTATUS(status), 70);
    EXPECT_LT(acknowledged().size(), 200u);
    check();
}

// A server that would lose acknowledged commits is refused before anything is written to it (C26).
class ServerSettingsTest : public testing::Test
{
protected:
    Result<std::unique_ptr<Database>> openOnServerWith(const std::string& flags)
    {
        const std::string script = ZIKAO_SOURCE_DIR "/tests/support/private_mariadb.sh";
        EXPECT_EQ(std::system(("ZIKAO_TEST_MARIADB_FLAGS='" + flags + "' " + script + " start " + dir.path() +
                               " > /dev/null")
                                  .c_str()),
                  0);
        MysqlOptions options;
        options.socket = dir.path() + "/s";
        options.user = "root";
        options.database = "zikao_settings";
        auto opened = openMysql(options);
        EXPECT_EQ(std::system((script + " stop " + dir.path()).c_str()), 0);
        return opened;
    }
    test::TempDir dir;
};

TEST_F(ServerSettingsTest, C26_AServerThatFlushesLazilyIsRefused)
{
    EXPECT_EQ(openOnServerWith("--innodb-flush-log-at-trx-commit=2").error().reason, "database_settings");
}

TEST_F(ServerSettingsTest, C26_AServerThatLosesUpdatesIsRefused)
{
    EXPECT_EQ(openOnServerWith("--innodb-snapshot-isolation=OFF").error().reason, "database_settings");
}

TEST_F(ServerSettingsTest, AServerWithTheRightSettingsIsAccepted)
{
    EXPECT_TRUE(openOnServerWith(""));
}

} // namespace
} // namespace zikao::storage
