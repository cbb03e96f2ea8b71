#include "tests/support/database.hpp"

#include <atomic>
#include <barrier>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>

#include "kernel/base/id.hpp"

namespace zikao::storage {
namespace {

class DatabaseTest : public test::OnBothEngines
{
protected:
    void SetUp() override
    {
        make("CREATE TABLE thing (id VARCHAR(40) NOT NULL PRIMARY KEY, amount BIGINT NOT NULL, note " +
             std::string(GetParam() == Engine::sqlite ? "TEXT, data BLOB" : "MEDIUMTEXT, data MEDIUMBLOB") +
             ", flag SMALLINT)" + engineTail());
        insert("a", 0);
    }
    std::string engineTail() const
    {
        return GetParam() == Engine::sqlite ? ""
                                            : " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";
    }
    void make(const std::string& sql)
    {
        const auto made = db->execute(sql);
        ASSERT_TRUE(made) << made.error().message;
    }
    void insert(const std::string& id, std::int64_t amount)
    {
        const auto inserted = db->execute("INSERT INTO thing (id, amount) VALUES (?, ?)", {id, amount});
        ASSERT_TRUE(inserted) << inserted.error().message;
    }
    std::int64_t number(const std::string& sql, const Params& params = {})
    {
        const auto rows = db->query(sql, params);
        if (!rows || rows->size() != 1) {
            ADD_FAILURE() << (rows ? "not one row" : rows.error().message);
            return -1;
        }
        return rows->at(0).integer(0);
    }
};
INSTANTIATE_ON_BOTH_ENGINES(DatabaseTest);

TEST_P(DatabaseTest, EveryKindOfValueComesBackAsItWasWritten)
{
    std::string every_byte;
    for (int i = 0; i < 256; ++i)
        every_byte += static_cast<char>(i);
    const std::string text = "自学考试 '\"\\ 𠮷 ?;--";
    ASSERT_TRUE(
        db->execute("INSERT INTO thing (id, amount, note, data, flag) VALUES (?, ?, ?, ?, ?)",
                    {"v", std::int64_t{-9'007'199'254'740'993}, text, Bytes{every_byte}, std::monostate{}}));
    const auto rows = db->query("SELECT amount, note, data, flag FROM thing WHERE note = ?", {text});
    ASSERT_TRUE(rows) << rows.error().message;
    ASSERT_EQ(rows->size(), 1u);
    EXPECT_EQ(rows->at(0).integer(0), -9'007'199'254'740'993);
    EXPECT_EQ(rows->at(0).text(1), text);
    EXPECT_EQ(rows->at(0).bytes(2), every_byte);
    EXPECT_TRUE(rows->at(0).isNull(3));
    EXPECT_EQ(rows->at(0).text(3), "");
}

TEST_P(DatabaseTest, LargeTextAndBytesAreNotCut)
{
    const std::string large = randomBytes(3'000'000);
    std::string text;
    while (text.size() < 900'000)
        text += "考试成绩";
    ASSERT_TRUE(db->execute("INSERT INTO thing (id, amount, note, data) VALUES (?, ?, ?, ?)",
                            {"l", std::int64_t{1}, text, Bytes{large}}));
    const auto rows = db->query("SELECT note, data FROM thing WHERE id = ?", {"l"});
    ASSERT_TRUE(rows) << rows.error().message;
    EXPECT_TRUE(rows->at(0).text(0) == text);
    EXPECT_TRUE(rows->at(0).bytes(1) == large);
}

TEST_P(DatabaseTest, EmptyTextAndEmptyBytesAreNotNull)
{
    ASSERT_TRUE(db->execute("INSERT INTO thing (id, amount, note, data) VALUES (?, ?, ?, ?)",
                            {"e", std::int64_t{1}, "", Bytes{}}));
    EXPECT_EQ(number("SELECT COUNT(*) FROM thing WHERE id = 'e' AND note IS NOT NULL AND data IS NOT NULL"),
              1);
}

TEST_P(DatabaseTest, SumsAndCountsAreIntegers)
{
    insert("b", 40);
    insert("c", 2);
    EXPECT_EQ(number("SELECT SUM(amount) FROM thing"), 42);
    EXPECT_EQ(number("SELECT COUNT(*) FROM thing WHERE amount > ?", {std::int64_t{1}}), 2);
    EXPECT_EQ(number("SELECT COALESCE(MAX(amount), 0) + 1 FROM thing"), 41);
}

TEST_P(DatabaseTest, AnUpdateCountsTheRowsItMatchedEvenWhereNothingChanged)
{
    EXPECT_EQ(db->execute("UPDATE thing SET amount = 0 WHERE id = ?", {"a"}).value_or(-1), 1);
    EXPECT_EQ(db->execute("UPDATE thing SET amount = 5 WHERE id = ? AND amount = 4", {"a"}).value_or(-1), 0);
    EXPECT_EQ(db->execute("DELETE FROM thing WHERE id = ?", {"nobody"}).value_or(-1), 0);
    EXPECT_EQ(db->execute("DELETE FROM thing WHERE id = ?", {"a"}).value_or(-1), 1);
}

TEST_P(DatabaseTest, ASecondRowWithTheSameKeyIsADuplicateAndTheTransactionGoesOn)
{
    const auto done = db->transaction([](Transaction& tx) -> Result<void> {
        const auto again = tx.execute("INSERT INTO thing (id, amount) VALUES ('a', 1)");
        EXPECT_FALSE(again);
        EXPECT_EQ(again.error().code, ErrorCode::conflict);
        EXPECT_EQ(again.error().reason, "duplicate");
        const auto updated = tx.execute("UPDATE thing SET amount = 7 WHERE id = 'a'");
        return updated ? ok() : Result<void>(fail(updated.error()));
    });
    ASSERT_TRUE(done);
    EXPECT_EQ(number("SELECT amount FROM thing WHERE id = 'a'"), 7);
}

TEST_P(DatabaseTest, AnErrorNeverRepeatsTheValueThatCausedIt)
{
    const std::string secret = "990101199001011234";
    insert(secret, 1);
    const auto again = db->execute("INSERT INTO thing (id, amount) VALUES (?, ?)", {secret, std::int64_t{1}});
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().message.find(secret), std::string::npos);
    const auto missing =
        db->execute("INSERT INTO thing (id, amount) VALUES (?, ?)", {secret + "x", std::monostate{}});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(missing.error().reason, "constraint");
    EXPECT_EQ(missing.error().message.find(secret), std::string::npos);
}

TEST_P(DatabaseTest, BadStatementsAreInternalErrors)
{
    EXPECT_EQ(db->query("SELEC 1").error().code, ErrorCode::internal);
    EXPECT_EQ(db->query("SELECT missing FROM thing").error().code, ErrorCode::internal);
    EXPECT_EQ(db->query("SELECT id FROM thing WHERE id = ?").error().code, ErrorCode::internal);
    EXPECT_EQ(db->query("SELECT id FROM thing WHERE id = ?", {"a", "b"}).error().code, ErrorCode::internal);
    EXPECT_EQ(db->execute("DELETE FROM thing; DELETE FROM thing").error().code, ErrorCode::internal);
    EXPECT_EQ(number("SELECT COUNT(*) FROM thing"), 1);
}

TEST_P(DatabaseTest, ARefusedTransactionLeavesNothingBehind)
{
    const auto refused = db->transaction([](Transaction& tx) -> Result<int> {
        EXPECT_TRUE(tx.execute("UPDATE thing SET amount = 99 WHERE id = 'a'"));
        return fail(ErrorCode::refused, "no", "because");
    });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "because");
    EXPECT_EQ(number("SELECT amount FROM thing WHERE id = 'a'"), 0);
}

TEST_P(DatabaseTest, AnExceptionRollsBackAndPassesThrough)
{
    EXPECT_THROW(static_cast<void>(db->transaction([](Transaction& tx) -> Result<void> {
                     EXPECT_TRUE(tx.execute("UPDATE thing SET amount = 99 WHERE id = 'a'"));
                     throw std::logic_error("a defect");
                 })),
                 std::logic_error);
    EXPECT_EQ(number("SELECT amount FROM thing WHERE id = 'a'"), 0);
    EXPECT_TRUE(db->execute("UPDATE thing SET amount = 1 WHERE id = 'a'"))
        << "the connection must be usable again";
}

TEST_P(DatabaseTest, ATransactionSeesItsOwnChangesAndOthersOnlyAfterTheCommit)
{
    std::atomic<std::int64_t> seen_outside{-1};
    const auto done = db->transaction([&](Transaction& tx) -> Result<std::int64_t> {
        EXPECT_TRUE(tx.execute("UPDATE thing SET amount = 3 WHERE id = 'a'"));
        std::thread([&] { seen_outside = number("SELECT amount FROM thing WHERE id = 'a'"); }).join();
        return tx.query("SELECT amount FROM thing WHERE id = 'a'").value().at(0).integer(0);
    });
    EXPECT_EQ(done.value_or(-1), 3);
    EXPECT_EQ(seen_outside, 0);
    EXPECT_EQ(number("SELECT amount FROM thing WHERE id = 'a'"), 3);
}

TEST_P(DatabaseTest, AThreadInsideATransactionIsRefusedASecondConnection)
{
    const auto done = db->transaction([&](Transaction&) -> Result<void> {
        EXPECT_EQ(db->query("SELECT 1").error().code, ErrorCode::internal);
        EXPECT_EQ(db->execute("UPDATE thing SET amount = 1").error().code, ErrorCode::internal);
        const auto nested = db->transaction([](Transaction&) -> Result<void> { return ok(); });
        EXPECT_FALSE(nested);
        return ok();
    });
    EXPECT_TRUE(done);
    EXPECT_TRUE(db->query("SELECT 1"));
}

TEST_P(DatabaseTest, WhatWasCommittedIsThereAfterReopening)
{
    insert("kept", 8);
    db.reopen();
    EXPECT_EQ(number("SELECT amount FROM thing WHERE id = 'kept'"), 8);
}

TEST_P(DatabaseTest, TextIsComparedByCaseAndByEveryCharacter)
{
    insert("Key", 1);
    insert("key", 2);
    EXPECT_EQ(number("SELECT COUNT(*) FROM thing WHERE id = 'key'"), 1);
    EXPECT_EQ(number("SELECT COUNT(*) FROM thing WHERE id LIKE 'K%'"), 1);
    EXPECT_EQ(number("SELECT COUNT(*) FROM thing WHERE id = 'k' || 'ey'"), 1);
}

} // namespace
} // namespace zikao::storage
