#include "kernel/storage/outbox.hpp"

#include <atomic>
#include <set>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>

#include "tests/support/database.hpp"

namespace zikao::storage {
namespace {

using namespace std::chrono_literals;

class OutboxTest : public test::OnBothEngines
{
protected:
    bool add(const std::string& dedupe_key = {}, Instant due = {}, const std::string& kind = "news")
    {
        return post(*db, {kind, {{"key", dedupe_key}}, due, dedupe_key}, clock.now()).value();
    }
    OutboxRunner runner(OutboxRunner::Handler handler)
    {
        OutboxRunner made(*db, clock);
        made.on("news", std::move(handler));
        return made;
    }
    std::string state()
    {
        const auto rows = db->query("SELECT state FROM outbox");
        return rows && rows->size() == 1 ? rows->at(0).text(0) : "?";
    }
    int delivered = 0;
    OutboxRunner::Handler counting = [this](const std::string&, const Json&) { return ++delivered, ok(); };
};
INSTANTIATE_ON_BOTH_ENGINES(OutboxTest);

TEST_P(OutboxTest, DeliversWhatIsDueOnceWithItsPayload)
{
    ASSERT_TRUE(add("k"));
    Json seen;
    OutboxRunner one = runner([&](const std::string&, const Json& payload) { return seen = payload, ok(); });
    EXPECT_EQ(one.deliverDue().value(), 1);
    EXPECT_EQ(one.deliverDue().value(), 0);
    EXPECT_EQ(seen["key"], "k");
    EXPECT_EQ(state(), "done");
}

TEST_P(OutboxTest, ARowIsOnlyTrueWhenItsTransactionIs)
{
    EXPECT_FALSE(db->transaction([&](Transaction& tx) -> Result<void> {
        EXPECT_TRUE(post(tx, {"news", {}}, clock.now()).value());
        return fail(ErrorCode::refused, "no");
    }));
    OutboxRunner one = runner(counting);
    EXPECT_EQ(one.deliverDue().value(), 0);
}

TEST_P(OutboxTest, WaitsUntilItIsDue)
{
    ASSERT_TRUE(add("", clock.now() + 1h));
    OutboxRunner one = runner(counting);
    EXPECT_EQ(one.deliverDue().value(), 0);
    clock.advance(1h);
    EXPECT_EQ(one.deliverDue().value(), 1);
}

TEST_P(OutboxTest, ASecondRowWithTheSameKeyIsNotAddedAlsoAfterDelivery)
{
    EXPECT_TRUE(add("k"));
    EXPECT_FALSE(add("k"));
    OutboxRunner one = runner(counting);
    EXPECT_EQ(one.deliverDue().value(), 1);
    EXPECT_FALSE(add("k"));
    EXPECT_TRUE(add(""));
    EXPECT_TRUE(add("")) << "no key, no check";
    EXPECT_EQ(one.deliverDue().value(), 2);
}

TEST_P(OutboxTest, AWithdrawnRowIsNotDeliveredAndMayBePostedAgain)
{
    ASSERT_TRUE(add("deadline:1"));
    ASSERT_TRUE(withdraw(*db, "deadline:1"));
    OutboxRunner one = runner(counting);
    EXPECT_EQ(one.deliverDue().value(), 0);
    EXPECT_TRUE(add("deadline:1"));
    EXPECT_EQ(one.deliverDue().value(), 1);
    ASSERT_TRUE(withdraw(*db, "deadline:1")) << "what was delivered stays";
    EXPECT_FALSE(add("deadline:1"));
}

TEST_P(OutboxTest, AFailedDeliveryIsTriedAgainAfterGrowingPauses)
{
    ASSERT_TRUE(add());
    int tries = 0;
    OutboxRunner one = runner([&](const std::string&, const Json&) -> Result<void> {
        ++tries;
        return fail(ErrorCode::unavailable, "not now");
    });
    int expected = 0;
    for (const std::chrono::milliseconds pause :
         {0ms, 5'000ms, 30'000ms, 120'000ms, 600'000ms, 3'600'000ms, 3'600'000ms}) {
        if (pause > 0ms) {
            clock.advance(pause - 1ms);
            EXPECT_EQ(one.deliverDue().value(), 0) << pause.count();
            clock.advance(1ms);
        }
        EXPECT_EQ(one.deliverDue().value(), 1) << pause.count();
        EXPECT_EQ(tries, ++expected);
    }
    EXPECT_EQ(state(), "waiting");
}

TEST_P(OutboxTest, ARefusedDeliveryIsGivenUp)
{
    for (const ErrorCode never : {ErrorCode::refused, ErrorCode::invalid_argument}) {
        ASSERT_TRUE(add());
        OutboxRunner one =
            runner([&](const std::string&, const Json&) -> Result<void> { return fail(never, "no"); });
        EXPECT_EQ(one.deliverDue().value(), 1);
        clock.advance(24h);
        EXPECT_EQ(one.deliverDue().value(), 0);
    }
    EXPECT_EQ(db->query("SELECT COUNT(*) FROM outbox WHERE state = 'failed'")->at(0).integer(0), 2);
}

TEST_P(OutboxTest, AHandlerThatThrowsIsTriedAgainAndStopsNobodyElse)
{
    ASSERT_TRUE(add("bad"));
    ASSERT_TRUE(add("good"));
    OutboxRunner one = runner([&](const std::string&, const Json& payload) -> Result<void> {
        if (payload["key"] == "bad")
            throw std::runtime_error("a defect");
        return ++delivered, ok();
    });
    EXPECT_EQ(one.deliverDue().value(), 2);
    EXPECT_EQ(delivered, 1);
    EXPECT_EQ(db->query("SELECT COUNT(*) FROM outbox WHERE state = 'waiting'")->at(0).integer(0), 1);
}

TEST_P(OutboxTest, AKindWithoutAHandlerIsLeftForWhoHasOneAndBlocksNobody)
{
    for (int i = 0; i < 5; ++i)
        ASSERT_TRUE(add("", {}, "foreign"));
    ASSERT_TRUE(add());
    OutboxRunner one = runner(counting);
    EXPECT_EQ(one.deliverDue(1).value(), 1);
    EXPECT_EQ(delivered, 1);
    OutboxRunner other(*db, clock);
    other.on("foreign", counting);
    EXPECT_EQ(other.deliverDue().value(), 5);
}

TEST_P(OutboxTest, ARowClaimedByAProcessThatDiedIsDeliveredAfterItsLease)
{
    ASSERT_TRUE(add());
    // As the claim leaves it when the process dies before it writes the outcome.
    ASSERT_TRUE(db->execute("UPDATE outbox SET claimed_by = 'dead', tries = 1, due_at_ms = ?",
                            {(clock.now() + 2min).ms}));
    OutboxRunner one = runner(counting);
    EXPECT_EQ(one.deliverDue().value(), 0);
    clock.advance(2min);
    EXPECT_EQ(one.deliverDue().value(), 1);
    EXPECT_EQ(delivered, 1);
}

TEST_P(OutboxTest, ALateRunnerCannotOverwriteTheOutcomeOfTheOneThatTookOver)
{
    ASSERT_TRUE(add());
    OutboxRunner quick = runner(counting);
    OutboxRunner slow = runner([&](const std::string&, const Json&) -> Result<void> {
        clock.advance(3min); // longer than the lease: somebody else takes the row meanwhile
        EXPECT_EQ(quick.deliverDue().value(), 1);
        return fail(ErrorCode::unavailable, "too late anyway");
    });
    EXPECT_EQ(slow.deliverDue().value(), 1);
    EXPECT_EQ(state(), "done");
}

TEST_P(OutboxTest, I14_TwoRunnersAtOnceDeliverEveryRowExactlyOnce)
{
    constexpr int kRows = 60;
    for (int i = 0; i < kRows; ++i)
        ASSERT_TRUE(add("row-" + std::to_string(i)));
    const std::unique_ptr<Database> other = GetParam() == Engine::mysql ? db.second() : nullptr;
    std::mutex mutex;
    std::multiset<std::string> seen;
    const auto work = [&](Database& database) {
        OutboxRunner made(database, clock);
        made.on("news", [&](const std::string& id, const Json&) -> Result<void> {
            const std::lock_guard lock(mutex);
            seen.insert(id);
            return ok();
        });
        while (made.deliverDue(10).value() > 0) {
        }
    };
    std::thread first([&] { work(*db); }), second([&] { work(other ? *other : *db); });
    first.join();
    second.join();
    OutboxRunner rest = runner(counting);
    static_cast<void>(rest.deliverDue(kRows));
    EXPECT_EQ(delivered, 0);
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(kRows));
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), static_cast<std::size_t>(kRows));
}

} // namespace
} // namespace zikao::storage
