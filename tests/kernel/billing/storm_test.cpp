#include <random>

#include "tests/kernel/billing/fixture.hpp"
#include "tests/support/threads.hpp"

namespace zikao::billing {
namespace {

constexpr int kOrders = 1000;

/// A registration day in small: what happens to each order is drawn from a seed, and so is the order of the
/// notices.
class Storm : public BillingTest
{
protected:
    struct Fate
    {
        Order order;
        std::string attempt;
        bool paid = false, late = false, lost = false, delayed = false;
    };

    /// Orders as their cases would have opened them, in few transactions: opening is not what is tested here.
    void openAll()
    {
        constexpr int kAtOnce = 50;
        for (int from = 0; from < kOrders; from += kAtOnce) {
            const auto opened =
                database().transaction([&](storage::Transaction& tx) -> Result<std::vector<Order>> {
                    std::vector<Order> orders;
                    for (int i = from; i < from + kAtOnce; ++i) {
                        auto order = billing.open(tx, fourCourses("case-" + std::to_string(i)));
                        if (!order)
                            return fail(order.error());
                        orders.push_back(*std::move(order));
                    }
                    return orders;
                });
            ASSERT_TRUE(opened) << opened.error().message;
            for (const Order& order : *opened)
                fates.push_back({order, {}});
        }
    }

    void tickUntilQuiet()
    {
        for (int done = 1; done > 0;) {
            const auto ticked = billing.tick();
            ASSERT_TRUE(ticked) << ticked.error().message;
            done = *ticked;
        }
    }

    std::mt19937 random{20260411};
    std::vector<Fate> fates;
};
INSTANTIATE_ON_BOTH_ENGINES(Storm);

TEST_P(Storm, DEF_GEN_10_EveryPaidOrderHasExactlyOneEffectAndNoFenIsUnexplained)
{
    openAll();
    test::onThreads(fates.size(), [&](std::size_t i) {
        const auto made = billing.newCodes(fates[i].order.no, "codes-" + std::to_string(i));
        ASSERT_TRUE(made) << made.error().message;
        fates[i].attempt = made->front().no;
    });

    // Nine in ten pay; a tenth of these after the end. Of the payments in time a tenth are never told of, and a tenth
    // only when asking has long found them.
    std::vector<api::RawNotice> in_time, late;
    int forged = 0;
    for (Fate& fate : fates) {
        fate.paid = random() % 10 != 0;
        fate.late = fate.paid && random() % 10 == 0;
        fate.lost = fate.paid && !fate.late && random() % 10 == 0;
        fate.delayed = fate.paid && !fate.late && !fate.lost && random() % 10 == 0;
        if (fate.paid && !fate.late) {
            ASSERT_TRUE(alpha.pay(fate.attempt));
        }
        const unsigned times = 1 + random() % 8;
        for (unsigned k = 0; fate.paid && !fate.late && !fate.lost && k < times; ++k)
            (fate.delayed ? late : in_time).push_back(alpha.paymentNotice(fate.attempt));
        if (random() % 5 == 0 && ++forged > 0)
            in_time.push_back(alpha.forgedNotice(fate.attempt, fate.order.total));
    }
    std::shuffle(in_time.begin(), in_time.end(), random);
    std::atomic<int> accepted = 0, refused = 0;
    test::onThreads(in_time.size(), [&](std::size_t i) {
        const int status = reply("alpha", in_time[i]);
        ++(status == 200 ? accepted : refused);
        EXPECT_TRUE(status == 200 || status == 400) << status;
    });
    EXPECT_EQ(refused, forged);
    EXPECT_EQ(accepted + refused, static_cast<int>(in_time.size()));

    // The end of the codes: whose notice was lost is found by asking; who did not pay, or pays later,
    // expires.
    clock.advance(191s);
    tickUntilQuiet();
    for (Fate& fate : fates)
        if (fate.late) {
            alpha.payClosed(fate.attempt);
            late.insert(late.end(), 1 + random() % 8, alpha.paymentNotice(fate.attempt));
        }
    std::shuffle(late.begin(), late.end(), random);
    test::onThreads(late.size(), [&](std::size_t i) { EXPECT_EQ(reply("alpha", late[i]), 200); });

    std::int64_t paid = 0, expired = 0, too_late = 0;
    for (const Fate& fate : fates) {
        const bool should_be_paid = fate.paid && !fate.late;
        EXPECT_EQ(stateOf(fate.order), should_be_paid ? OrderState::paid : OrderState::expired);
        paid += should_be_paid;
        expired += !should_be_paid;
        too_late += fate.late;
    }
    EXPECT_GT(too_late, 50);
    EXPECT_EQ(posted("order_paid"), paid);
    EXPECT_EQ(posted("order_expired"), expired);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_exception WHERE kind = 'late'"), too_late);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_exception"), too_late);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_transaction"), paid + too_late);
    EXPECT_EQ(count("SELECT COUNT(*) FROM audit_entry WHERE act = 'order.paid'"), paid);

    const ReconcileReport report = billing.reconcile("alpha", clock.today()).value();
    EXPECT_EQ(report.unexplained, Money::zero());
    EXPECT_EQ(report.repaired, 0);
    EXPECT_EQ(report.exceptions, 0);
    EXPECT_EQ(report.matched, paid + too_late);
    EXPECT_EQ(report.theirs, Money::fen(14000 * (paid + too_late)));
}

} // namespace
} // namespace zikao::billing
