#include "kernel/audit/audit.hpp"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include "tests/support/database.hpp"

namespace zikao::audit {
namespace {

using storage::Transaction;

class AuditTest : public test::OnBothEngines
{
protected:
    Result<void> appendOne(const std::string& object, const std::string& detail = "{}")
    {
        return db->transaction([&](Transaction& tx) -> Result<void> {
            return append(tx, {"officer-1", "case.approve", object, detail, "request-1"}, clock.now());
        });
    }
    void fill(int count)
    {
        for (int i = 0; i < count; ++i)
            ASSERT_TRUE(appendOne("case:" + std::to_string(i)));
    }
    /// What an administrator with the whole database in hand would do first.
    void removeTriggers()
    {
        ASSERT_TRUE(db->execute("DROP TRIGGER audit_entry_never_changes"));
        ASSERT_TRUE(db->execute("DROP TRIGGER audit_entry_never_goes"));
    }
    /// A lane with at least `least` entries.
    std::int64_t longLane(std::int64_t least)
    {
        const auto rows =
            db->query("SELECT lane, COUNT(*) FROM audit_entry GROUP BY lane HAVING COUNT(*) >= ? "
                      "ORDER BY lane LIMIT 1",
                      {least});
        return rows.value().at(0).integer(0);
    }
    bool change(const std::string& sql, const storage::Params& params)
    {
        return db->execute(sql, params).value_or(0) > 0;
    }
};
INSTANTIATE_ON_BOTH_ENGINES(AuditTest);

constexpr int kEnough = 250; ///< entries, so that some of 64 lanes has four

TEST_P(AuditTest, AnUntouchedChainIsWhole)
{
    EXPECT_EQ(verify(*db).value().entries, 0);
    fill(20);
    const auto verified = verify(*db).value();
    EXPECT_TRUE(verified.whole) << verified.why;
    EXPECT_EQ(verified.entries, 20);
}

TEST_P(AuditTest, OrdinaryStatementsCanNeitherChangeNorRemoveAnEntry)
{
    fill(1);
    EXPECT_FALSE(db->execute("UPDATE audit_entry SET detail = 'x'"));
    EXPECT_FALSE(db->execute("DELETE FROM audit_entry"));
    EXPECT_EQ(verify(*db).value().entries, 1);
}

TEST_P(AuditTest, EveryAlteredFieldIsFoundAtItsEntry)
{
    fill(kEnough);
    removeTriggers();
    const std::int64_t lane = longLane(4);
    for (const char* column : {"actor", "act", "object", "detail", "request_id", "at_ms"}) {
        const std::string where = " WHERE lane = ? AND seq = 2";
        const auto before = db->query("SELECT " + std::string(column) + " FROM audit_entry" + where, {lane});
        const bool number = std::string(column) == "at_ms";
        const storage::Value old = number ? storage::Value{before.value().at(0).integer(0)}
                                          : storage::Value{before.value().at(0).text(0)};
        const storage::Value other = number ? storage::Value{std::int64_t{5}} : storage::Value{"forged"};
        ASSERT_TRUE(change("UPDATE audit_entry SET " + std::string(column) + " = ?" + where, {other, lane}));
        const auto verified = verify(*db).value();
        EXPECT_FALSE(verified.whole) << column;
        EXPECT_EQ(verified.broken_lane, lane);
        EXPECT_EQ(verified.first_broken, 2) << column;
        ASSERT_TRUE(change("UPDATE audit_entry SET " + std::string(column) + " = ?" + where, {old, lane}));
        ASSERT_TRUE(verify(*db).value().whole);
    }
}

TEST_P(AuditTest, ARemovedEntryIsFound)
{
    fill(kEnough);
    removeTriggers();
    const std::int64_t lane = longLane(4);
    ASSERT_TRUE(change("DELETE FROM audit_entry WHERE lane = ? AND seq = 2", {lane}));
    const auto verified = verify(*db).value();
    EXPECT_FALSE(verified.whole);
    EXPECT_EQ(verified.first_broken, 2);
    // Closing the gap by renumbering the rest does not help.
    for (std::int64_t seq = 3;
         change("UPDATE audit_entry SET seq = ? WHERE lane = ? AND seq = ?", {seq - 1, lane, seq}); ++seq) {
    }
    EXPECT_FALSE(verify(*db).value().whole);
}

TEST_P(AuditTest, SwappedEntriesAreFound)
{
    fill(kEnough);
    removeTriggers();
    const std::int64_t lane = longLane(4);
    const char* move = "UPDATE audit_entry SET seq = ? WHERE lane = ? AND seq = ?";
    ASSERT_TRUE(change(move, {std::int64_t{9999}, lane, std::int64_t{2}}));
    ASSERT_TRUE(change(move, {std::int64_t{2}, lane, std::int64_t{3}}));
    ASSERT_TRUE(change(move, {std::int64_t{3}, lane, std::int64_t{9999}}));
    const auto verified = verify(*db).value();
    EXPECT_FALSE(verified.whole);
    EXPECT_EQ(verified.first_broken, 2);
}

TEST_P(AuditTest, AChainCutOffAtItsEndIsMissedByAnEarlierHead)
{
    fill(5);
    const std::string earlier = head(*db).value();
    fill(5);
    EXPECT_EQ(firstMissing(*db, earlier).value(), "") << "a grown chain still holds what it held";
    removeTriggers();
    const std::string first_line = earlier.substr(0, earlier.find('\n'));
    const std::int64_t lane = std::stoll(first_line);
    ASSERT_TRUE(change("DELETE FROM audit_entry WHERE lane = ?", {lane}));
    EXPECT_TRUE(verify(*db).value().whole) << "the reason why a witness is needed";
    EXPECT_EQ(firstMissing(*db, earlier).value(), first_line);
}

TEST_P(AuditTest, FieldsCannotBeShiftedIntoOneAnother)
{
    ASSERT_TRUE(db->transaction([&](Transaction& tx) -> Result<void> {
        return append(tx, {"ab", "c", "o", "{}", ""}, clock.now());
    }));
    removeTriggers();
    ASSERT_TRUE(change("UPDATE audit_entry SET actor = ?, act = ?", {"a", "bc"}));
    EXPECT_FALSE(verify(*db).value().whole);
}

TEST_P(AuditTest, AnEntryOfARefusedTransactionIsNotThere)
{
    ASSERT_FALSE(db->transaction([&](Transaction& tx) -> Result<void> {
        EXPECT_TRUE(append(tx, {"a", "b", "c", "{}", ""}, clock.now()));
        return fail(ErrorCode::refused, "no");
    }));
    EXPECT_EQ(verify(*db).value().entries, 0);
}

TEST_P(AuditTest, ManyThreadsAppendWithoutLosingAnEntryOrBreakingTheChain)
{
    constexpr int kThreads = 8, kEach = 25;
    std::atomic<int> acknowledged{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < kEach; ++i)
                if (appendOne("case:" + std::to_string(t) + "-" + std::to_string(i)))
                    ++acknowledged;
        });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(acknowledged, kThreads * kEach);
    const auto verified = verify(*db).value();
    EXPECT_TRUE(verified.whole) << verified.why;
    EXPECT_EQ(verified.entries, acknowledged);
}

} // namespace
} // namespace zikao::audit
