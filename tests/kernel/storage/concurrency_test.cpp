#include <atomic>
#include <barrier>
#include <thread>

#include <gmock/gmock.h>

#include "kernel/storage/group_writer.hpp"
#include "tests/support/database.hpp"

namespace zikao::storage {
namespace {

using namespace std::chrono_literals;

void makeCounters(Database& database)
{
    const bool sqlite = database.engine() == Engine::sqlite;
    ASSERT_TRUE(database.execute(
        std::string("CREATE TABLE counter (id VARCHAR(10) NOT NULL PRIMARY KEY, amount BIGINT "
                    "NOT NULL)") +
        (sqlite ? "" : " ENGINE=InnoDB")));
    ASSERT_TRUE(database.execute("INSERT INTO counter (id, amount) VALUES ('a', 0), ('b', 0)"));
}

std::int64_t amount(Executor& database, const std::string& id = "a")
{
    return database.query("SELECT amount FROM counter WHERE id = ?", {id}).value().at(0).integer(0);
}

/// Reads and writes what it read plus one: safe only where the engine notices who came between.
Result<void> increment(Executor& executor)
{
    const std::int64_t seen = amount(executor);
    const auto written = executor.execute("UPDATE counter SET amount = ? WHERE id = 'a'", {seen + 1});
    return written ? ok() : Result<void>(fail(written.error()));
}

void inThreads(int count, const std::function<void(int)>& work)
{
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i)
        threads.emplace_back(work, i);
    for (std::thread& thread : threads)
        thread.join();
}

class ConcurrencyTest : public testing::TestWithParam<Engine>
{
protected:
    void SetUp() override { makeCounters(*db); }
    test::TestDatabase db{GetParam(), test::TestDatabase::Schema::empty};
};
INSTANTIATE_ON_BOTH_ENGINES(ConcurrencyTest);

TEST_P(ConcurrencyTest, EveryAcknowledgedIncrementOfATransactionIsThere)
{
    constexpr int kThreads = 6, kEach = 60;
    std::atomic<int> acknowledged{0};
    inThreads(kThreads, [&](int) {
        for (int i = 0; i < kEach; ++i) {
            const auto done = db->transaction([](Transaction& tx) { return increment(tx); });
            if (done)
                ++acknowledged;
            else
                EXPECT_EQ(done.error().reason, kLostRace) << done.error().message;
        }
    });
    EXPECT_GT(acknowledged, 0);
    EXPECT_EQ(amount(*db), acknowledged);
}

TEST_P(ConcurrencyTest, NegativeControl_ReadThenWriteOutsideATransactionLosesIncrements)
{
    std::barrier both_have_read{2};
    inThreads(2, [&](int) {
        const std::int64_t seen = amount(*db);
        both_have_read.arrive_and_wait();
        EXPECT_TRUE(db->execute("UPDATE counter SET amount = ? WHERE id = 'a'", {seen + 1}));
    });
    EXPECT_EQ(amount(*db), 1) << "two acknowledged, one there: the reason for transactions and conditions";
}

TEST_P(ConcurrencyTest, AConditionalUpdateTellsTheLoser)
{
    constexpr int kThreads = 8;
    std::barrier start{kThreads};
    std::atomic<int> winners{0};
    inThreads(kThreads, [&](int) {
        start.arrive_and_wait();
        winners += static_cast<int>(
            db->execute("UPDATE counter SET amount = 1 WHERE id = 'a' AND amount = 0").value_or(0));
    });
    EXPECT_EQ(winners, 1);
}

TEST_P(ConcurrencyTest, OfManyInsertsWithOneKeyExactlyOneWins)
{
    constexpr int kThreads = 8;
    std::barrier start{kThreads};
    std::atomic<int> winners{0}, duplicates{0};
    inThreads(kThreads, [&](int) {
        start.arrive_and_wait();
        const auto done = db->transaction([](Transaction& tx) -> Result<void> {
            const auto added = tx.execute("INSERT INTO counter (id, amount) VALUES ('new', 1)");
            return added ? ok() : Result<void>(fail(added.error()));
        });
        winners += done ? 1 : 0;
        duplicates += !done && done.error().reason == "duplicate" ? 1 : 0;
    });
    EXPECT_EQ(winners, 1);
    EXPECT_EQ(duplicates, kThreads - 1);
}

TEST_P(ConcurrencyTest, ALostRaceRunsTheWholeActAgainAndKeepsNothingOfTheFirst)
{
    int runs = 0;
    const auto done = db->transaction([&](Transaction& tx) -> Result<int> {
        ++runs;
        EXPECT_TRUE(tx.execute("UPDATE counter SET amount = amount + 1 WHERE id = 'a'"));
        if (runs < 3)
            return fail(ErrorCode::unavailable, "somebody was first", kLostRace);
        return runs;
    });
    EXPECT_EQ(done.value_or(0), 3);
    EXPECT_EQ(amount(*db), 1);
}

TEST_P(ConcurrencyTest, AfterFiveLostRacesItGivesUp)
{
    int runs = 0;
    const auto done = db->transaction([&](Transaction& tx) -> Result<void> {
        ++runs;
        EXPECT_TRUE(tx.execute("UPDATE counter SET amount = amount + 1 WHERE id = 'a'"));
        return fail(ErrorCode::unavailable, "somebody was first", kLostRace);
    });
    EXPECT_EQ(runs, 5);
    EXPECT_EQ(done.error().code, ErrorCode::unavailable);
    EXPECT_EQ(amount(*db), 0);
}

TEST_P(ConcurrencyTest, RefusedTransactionsTakeNothingFromTheirNeighbours)
{
    constexpr int kThreads = 8, kEach = 20;
    std::atomic<int> kept{0};
    inThreads(kThreads, [&](int thread) {
        for (int i = 0; i < kEach; ++i) {
            const auto done = db->transaction([&](Transaction& tx) -> Result<void> {
                const auto written = tx.execute("UPDATE counter SET amount = amount + 1 WHERE id = 'a'");
                if (!written)
                    return fail(written.error());
                if (thread % 2 == 0)
                    return fail(ErrorCode::refused, "no");
                return ok();
            });
            kept += done ? 1 : 0;
        }
    });
    EXPECT_GT(kept, 0);
    EXPECT_EQ(amount(*db), kept);
}

// --- SQLite alone
// ------------------------------------------------------------------------------------------------

class SqliteTest : public testing::Test
{
protected:
    void SetUp() override { makeCounters(*db); }
    test::TestDatabase db{Engine::sqlite, test::TestDatabase::Schema::empty};
};

TEST_F(SqliteTest, WritersThatWaitShareACommitAndOneAloneHasItsOwn)
{
    db.database.reset();
    auto connection = SqliteConnection::open(db.location(), SqliteConnection::Role::writer, kLongestWait);
    GroupWriter writer(std::move(*connection), kLongestWait);
    const auto once = [&] { EXPECT_TRUE(writer.run([](Transaction& tx) { return increment(tx); }).result); };
    for (int i = 0; i < 10; ++i)
        once();
    EXPECT_EQ(writer.commits(), 10) << "alone, every transaction is its own commit";

    constexpr int kThreads = 16;
    std::barrier holding{2};
    std::thread holder([&] {
        EXPECT_TRUE(writer
                        .run([&](Transaction& tx) {
                            holding.arrive_and_wait();
                            while (writer.waiting() < kThreads)
                                std::this_thread::yield();
                            return increment(tx);
                        })
                        .result);
    });
    holding.arrive_and_wait();
    inThreads(kThreads, [&](int) { once(); });
    holder.join();
    EXPECT_LT(writer.commits() - 10, kThreads / 2);
    EXPECT_TRUE(writer
                    .run([](Transaction& tx) -> Result<void> {
                        EXPECT_EQ(amount(tx), 10 + 1 + kThreads);
                        return ok();
                    })
                    .result);
}

TEST_F(SqliteTest, ItRunsWithTheSettingsThatSurviveAPowerCut)
{
    EXPECT_EQ(db->query("PRAGMA journal_mode")->at(0).text(0), "wal");
    const auto synchronous = db->transaction([](Transaction& tx) -> Result<std::int64_t> {
        return tx.query("PRAGMA synchronous").value().at(0).integer(0);
    });
    EXPECT_EQ(synchronous.value(), 2) << "FULL";
    const auto foreign_keys = db->transaction([](Transaction& tx) -> Result<std::int64_t> {
        return tx.query("PRAGMA foreign_keys").value().at(0).integer(0);
    });
    EXPECT_EQ(foreign_keys.value(), 1);
}

TEST_F(SqliteTest, ASecondServerIsRefusedAndAnOnlookerMayOnlyRead)
{
    const auto second = test::TestDatabase::openAt(Engine::sqlite, db.location());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().reason, "database_in_use");
    SqliteOptions options;
    options.path = db.location();
    options.read_only = true;
    {
        const auto onlooker = openSqlite(options);
        ASSERT_TRUE(onlooker);
        EXPECT_EQ(amount(**onlooker), 0);
        EXPECT_EQ((*onlooker)->execute("UPDATE counter SET amount = 9").error().code, ErrorCode::forbidden);
        EXPECT_FALSE((*onlooker)->query("UPDATE counter SET amount = 9"));
    }
    EXPECT_EQ(amount(*db), 0);
    db.database.reset();
    EXPECT_TRUE(test::TestDatabase::openAt(Engine::sqlite, db.location())) << "the lock goes with its holder";
}

TEST_F(SqliteTest, ReadingStatementsCannotChangeAnything)
{
    EXPECT_FALSE(db->query("UPDATE counter SET amount = 9"));
    EXPECT_EQ(amount(*db), 0);
}

TEST_F(SqliteTest, AWriterThatIsNeverFreeIsReportedInTime)
{
    db.database.reset();
    SqliteOptions options;
    options.path = db.location();
    options.longest_wait = 50ms;
    const auto impatient = openSqlite(options).value().release();
    std::unique_ptr<Database> database(impatient);
    std::barrier holding{2}, tried{2};
    std::thread holder([&] {
        EXPECT_TRUE(database->transaction([&](Transaction&) -> Result<void> {
            holding.arrive_and_wait();
            tried.arrive_and_wait();
            return ok();
        }));
    });
    holding.arrive_and_wait();
    EXPECT_EQ(database->execute("UPDATE counter SET amount = 1").error().code, ErrorCode::unavailable);
    tried.arrive_and_wait();
    holder.join();
    EXPECT_TRUE(database->execute("UPDATE counter SET amount = 1"));
}

// --- MariaDB alone
// -----------------------------------------------------------------------------------------------

class MariaDbTest : public testing::Test
{
protected:
    void SetUp() override { makeCounters(*db); }
    /// Ends every other connection of the server to this database, as a restart would.
    void killConnections(bool mine_too)
    {
        const auto admin = openMysql(test::mysqlOptions("mysql")).value().release();
        const std::unique_ptr<Database> owner(admin);
        const auto rows =
            owner->query("SELECT id FROM information_schema.processlist WHERE db = ?", {db.location()});
        ASSERT_TRUE(rows) << rows.error().message;
        ASSERT_FALSE(rows->empty());
        for (const Row& row : *rows)
            EXPECT_TRUE(owner->execute("KILL CONNECTION " + std::to_string(row.integer(0)))) << mine_too;
    }
    test::TestDatabase db{Engine::mysql, test::TestDatabase::Schema::empty};
};

TEST_F(MariaDbTest, ASnapshotThatGrewOldIsNoticedAndTheActRunAgain)
{
    std::barrier both_have_read{2};
    std::atomic<int> runs{0};
    inThreads(2, [&](int) {
        bool first = true;
        EXPECT_TRUE(db->transaction([&](Transaction& tx) -> Result<void> {
            ++runs;
            const std::int64_t seen = amount(tx);
            if (first) {
                first = false;
                both_have_read.arrive_and_wait();
            }
            const auto written = tx.execute("UPDATE counter SET amount = ? WHERE id = 'a'", {seen + 1});
            return written ? ok() : Result<void>(fail(written.error()));
        }));
    });
    EXPECT_EQ(amount(*db), 2);
    EXPECT_EQ(runs, 3);
}

TEST_F(MariaDbTest, ADeadlockIsResolvedByRunningTheVictimAgain)
{
    std::barrier both_hold_one{2};
    inThreads(2, [&](int thread) {
        bool first = true;
        const std::string mine = thread == 0 ? "a" : "b", other = thread == 0 ? "b" : "a";
        EXPECT_TRUE(db->transaction([&](Transaction& tx) -> Result<void> {
            const char* sql = "UPDATE counter SET amount = amount + 1 WHERE id = ?";
            if (const auto one = tx.execute(sql, {mine}); !one)
                return fail(one.error());
            if (first) {
                first = false;
                both_hold_one.arrive_and_wait();
            }
            const auto two = tx.execute(sql, {other});
            return two ? ok() : Result<void>(fail(two.error()));
        }));
    });
    EXPECT_EQ(amount(*db, "a"), 2);
    EXPECT_EQ(amount(*db, "b"), 2);
}

TEST_F(MariaDbTest, AnErrorThatTheActSwallowsStillCannotCommitHalfATransaction)
{
    std::barrier both_hold_one{2};
    inThreads(2, [&](int thread) {
        bool first = true;
        const std::string mine = thread == 0 ? "a" : "b", other = thread == 0 ? "b" : "a";
        EXPECT_TRUE(db->transaction([&](Transaction& tx) -> Result<void> {
            const char* sql = "UPDATE counter SET amount = amount + 1 WHERE id = ?";
            static_cast<void>(tx.execute(sql, {mine}));
            if (first) {
                first = false;
                both_hold_one.arrive_and_wait();
            }
            static_cast<void>(tx.execute(sql, {other}));
            return ok();
        }));
    });
    EXPECT_EQ(amount(*db, "a"), 2);
    EXPECT_EQ(amount(*db, "b"), 2);
}

TEST_F(MariaDbTest, AConnectionThatDiedIsReplaced)
{
    ASSERT_EQ(amount(*db), 0);
    killConnections(true);
    EXPECT_EQ(amount(*db), 0);
    killConnections(true);
    EXPECT_TRUE(db->transaction([](Transaction& tx) { return increment(tx); }));
    EXPECT_EQ(amount(*db), 1);
}

TEST_F(MariaDbTest, ATransactionWhoseConnectionDiesInTheMiddleIsRunAgainAsAWhole)
{
    int runs = 0;
    EXPECT_TRUE(db->transaction([&](Transaction& tx) -> Result<void> {
        if (const auto done = increment(tx); !done)
            return done;
        if (++runs == 1)
            killConnections(true);
        const auto two = tx.execute("UPDATE counter SET amount = amount + 1 WHERE id = 'b'");
        return two ? ok() : Result<void>(fail(two.error()));
    }));
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(amount(*db, "a"), 1);
    EXPECT_EQ(amount(*db, "b"), 1);
}

TEST_F(MariaDbTest, APoolThatIsUsedUpIsReportedInTime)
{
    MysqlOptions options = test::mysqlOptions(db.location());
    options.connections = 1;
    options.longest_wait = 50ms;
    const std::unique_ptr<Database> small(openMysql(options).value().release());
    std::barrier holding{2}, tried{2};
    std::thread holder([&] {
        EXPECT_TRUE(small->transaction([&](Transaction&) -> Result<void> {
            holding.arrive_and_wait();
            tried.arrive_and_wait();
            return ok();
        }));
    });
    holding.arrive_and_wait();
    EXPECT_EQ(small->query("SELECT 1").error().code, ErrorCode::unavailable);
    tried.arrive_and_wait();
    holder.join();
    EXPECT_TRUE(small->query("SELECT 1"));
}

TEST_F(MariaDbTest, TwoPoolsAsOfTwoProcessesLoseNoIncrement)
{
    const auto other = db.second();
    constexpr int kThreads = 4, kEach = 30;
    std::atomic<int> acknowledged{0};
    inThreads(kThreads, [&](int thread) {
        Database& mine = thread % 2 == 0 ? *db : *other;
        for (int i = 0; i < kEach; ++i)
            acknowledged += mine.transaction([](Transaction& tx) { return increment(tx); }) ? 1 : 0;
    });
    EXPECT_EQ(amount(*db), acknowledged);
}

} // namespace
} // namespace zikao::storage
