#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "tests/kernel/billing/crash_scene.hpp"

namespace zikao::billing {
namespace {

using namespace std::chrono_literals;

/// kill -9 at each point between a provider's word and our books, then a restart (I5, I7, I14).
class BillingCrash : public testing::TestWithParam<storage::Engine>
{
protected:
    void SetUp() override
    {
        restart();
        const auto opened = scene->tenant->database->transaction([&](storage::Transaction& tx) {
            return scene->billing->open(tx, {"case-1",
                                             "candidate-1",
                                             "sign_up",
                                             "报名费",
                                             {{"00023", "课程", Money::fen(3500)}},
                                             180s,
                                             "open-1"});
        });
        order = opened.value().no;
    }
    void TearDown() override { scene.reset(); }

    void restart()
    {
        const Instant at = scene ? scene->clock.now() : beijingInstant(Date{2026, 4, 11});
        scene.reset();
        db.database.reset();
        scene = std::make_unique<CrashScene>(test::TestDatabase::openAt(GetParam(), db.location()).value(),
                                             db.dir.path(), keys, at);
    }

    /// Lets a child do `act` and die at `point`; afterwards a restarted process is in `scene`.
    void dieIn(const std::string& act, const std::string& number, const std::string& point)
    {
        const std::string now = std::to_string(scene->clock.now().ms);
        const Instant at = scene->clock.now();
        scene.reset();
        const pid_t child = ::fork();
        if (child == 0) {
            ::setenv("ZIKAO_FAIL_POINT", point.c_str(), 1);
            ::execl(ZIKAO_BILLING_CRASH_CHILD, ZIKAO_BILLING_CRASH_CHILD, act.c_str(),
                    GetParam() == storage::Engine::sqlite ? "sqlite" : "mysql", db.location().c_str(),
                    db.dir.path().c_str(), keys.c_str(), now.c_str(), number.c_str(), nullptr);
            ::_exit(127);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        scene = std::make_unique<CrashScene>(test::TestDatabase::openAt(GetParam(), db.location()).value(),
                                             db.dir.path(), keys, at);
        ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
            << point << " was never passed: " << status;
        expectSound(point);
    }
    void expectSound(const std::string& when)
    {
        const auto broken = check(*scene->tenant->database, scene->tenant->vault.get());
        ASSERT_TRUE(broken) << broken.error().message;
        EXPECT_THAT(*broken, testing::IsEmpty()) << when;
    }
    std::string codeOf(const std::string& channel)
    {
        const auto made = scene->billing->newCodes(order, "codes-of-" + order).value();
        for (const Attempt& attempt : made)
            if (attempt.channel == channel)
                return attempt.no;
        return {};
    }
    OrderState state() { return scene->billing->find(order).value()->state; }
    std::int64_t count(const std::string& sql)
    {
        return scene->tenant->database->query(sql).value().front().integer(0);
    }
    std::int64_t announced(const std::string& kind)
    {
        return scene->tenant->database->query("SELECT COUNT(*) FROM outbox WHERE kind = ?", {kind})
            .value()
            .front()
            .integer(0);
    }

    test::TestDatabase db{GetParam()};
    const std::string keys = KeyRing::generate().serialise();
    std::unique_ptr<CrashScene> scene;
    std::string order;
};
INSTANTIATE_ON_BOTH_ENGINES(BillingCrash);

TEST_P(BillingCrash, ANoticeCutOffAnywhereIsBookedOnceByItsRepetition)
{
    const std::string attempt = codeOf("alpha");
    scene->alpha.pay(attempt);
    for (const auto& [point, booked] :
         {std::pair{"billing.notice.stored", false}, std::pair{"billing.settle.before_commit", false},
          std::pair{"billing.notice.after_commit", true}}) {
        dieIn("notice", attempt, point);
        EXPECT_EQ(state(), booked ? OrderState::paid : OrderState::paying) << point;
        EXPECT_EQ(announced("order_paid"), booked ? 1 : 0) << point;
    }
    // The provider heard no answer and repeats itself.
    EXPECT_EQ(scene->billing->notice("alpha", DiskProvider::noticeOf(attempt))->status, 200);
    EXPECT_EQ(state(), OrderState::paid);
    EXPECT_EQ(announced("order_paid"), 1);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_transaction"), 1);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_notice"), 4) << "what arrived was not kept";
    expectSound("at the end");
}

TEST_P(BillingCrash, ANoticeCutOffAndNeverRepeatedIsFoundByAsking)
{
    const std::string attempt = codeOf("alpha");
    scene->alpha.pay(attempt);
    dieIn("notice", attempt, "billing.settle.before_commit");
    scene->clock.advance(5s);
    ASSERT_TRUE(scene->billing->tick());
    EXPECT_EQ(state(), OrderState::paid);
    EXPECT_EQ(announced("order_paid"), 1);
}

TEST_P(BillingCrash, CodesCutOffAreThereAfterARepetitionAndOnlyOnce)
{
    dieIn("codes", order, "billing.codes.before_commit");
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_attempt"), 0);
    dieIn("codes", order, "billing.charge.answered");
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_attempt"), 2);
    dieIn("codes", order, "billing.charge.answered@2");
    const auto made = scene->billing->newCodes(order, "codes-of-" + order);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->size(), 2u);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_attempt"), 2);
}

TEST_P(BillingCrash, MoneyForACodeWhoseMakerDiedIsBooked)
{
    dieIn("codes", order, "billing.charge.answered");
    const auto attempts = scene->billing->attempts(order).value();
    for (const Attempt& attempt : attempts)
        if (attempt.channel == "alpha" && scene->alpha.query(attempt.no)->state == api::TradeState::pending)
            scene->alpha.pay(attempt.no);
        else if (attempt.channel == "beta" &&
                 scene->beta.query(attempt.no)->state == api::TradeState::pending)
            scene->beta.pay(attempt.no);
    scene->clock.advance(5s);
    ASSERT_TRUE(scene->billing->tick());
    EXPECT_EQ(state(), OrderState::paid);
}

TEST_P(BillingCrash, TheEndOfAnOrderIsAnnouncedOnce)
{
    codeOf("alpha");
    scene->clock.advance(191s);
    dieIn("tick", order, "billing.expire.before_commit");
    EXPECT_EQ(state(), OrderState::paying);
    ASSERT_TRUE(scene->billing->tick());
    EXPECT_EQ(state(), OrderState::expired);
    EXPECT_EQ(announced("order_expired"), 1);
    expectSound("at the end");
}

TEST_P(BillingCrash, ARefundCutOffAnywhereMovesMoneyOnce)
{
    const std::string attempt = codeOf("alpha");
    scene->alpha.pay(attempt);
    ASSERT_EQ(scene->billing->notice("alpha", DiskProvider::noticeOf(attempt))->status, 200);
    const std::string refund =
        scene->billing->requestRefund({order, Money::fen(3500), "停考", "clerk", newId()}).value();
    dieIn("approve", refund, "billing.approve.before_commit");
    EXPECT_EQ(state(), OrderState::paid);
    EXPECT_EQ(scene->alpha.payouts(refund), 0);
    dieIn("approve", refund, "billing.refund.answered");
    EXPECT_EQ(state(), OrderState::refunding);
    EXPECT_EQ(scene->alpha.payouts(refund), 1);
    scene->clock.advance(5s);
    dieIn("tick", order, "billing.refund.before_commit");
    EXPECT_EQ(state(), OrderState::refunding);
    scene->clock.advance(60s);
    ASSERT_TRUE(scene->billing->tick());
    EXPECT_EQ(state(), OrderState::refunded);
    EXPECT_EQ(scene->alpha.payouts(refund), 1);
    EXPECT_EQ(announced("order_refunded"), 1);
    expectSound("at the end");
}

} // namespace
} // namespace zikao::billing
