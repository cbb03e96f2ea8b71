#include "tests/contract/billing_fixture.hpp"

namespace zikao::test {
namespace {

using billing::Attempt;
using billing::Order;
using billing::OrderState;

/// One code that WeChat and the bank's application scan, for an order of thirty minutes; the bank notifies by GET and has
/// no call that ends an order.
class BankMoney : public MoneyTest
{
protected:
    void addChannels() override
    {
        addChannel("ccb", kParties[5]);
        simulator.set({{"ccb_notice", "get"}, {"ccb_notify_url", tenant->public_url + "/api/notify/ccb"}});
    }
    Order openLong(const std::string& case_id = "case-1")
    {
        billing::NewOrder wanted = fourCourses(case_id);
        wanted.lives = 30min;
        wanted.code_lives = 3min;
        const auto order =
            tenant->database->transaction([&](storage::Transaction& tx) { return money.open(tx, wanted); });
        EXPECT_TRUE(order) << order.error().message;
        return *order;
    }
    Attempt code(const Order& order, const std::string& operation = "codes-1")
    {
        return codes(order, operation)["ccb"];
    }
};
INSTANTIATE_ON_BOTH_ENGINES(BankMoney);

TEST_P(BankMoney, XZ_PAY_07_XZ_PAY_08_OneCodeIsPaidOnceTheBankSaysSoAndItsNoticeIsHeard)
{
    const Order order = openLong();
    const auto made = codes(order);
    ASSERT_EQ(made.size(), 1u) << "two ways of paying behind one code";
    const Attempt attempt = made.at("ccb");
    EXPECT_EQ(stateOf(order), OrderState::paying);
    EXPECT_EQ(pay(attempt, "twice"), "");
    ASSERT_TRUE(becomes(order, OrderState::paid));
    EXPECT_EQ(now(order).received, order.total);
    EXPECT_TRUE(eventually([&] { return theirs(attempt).at("notices").at(0).at("deliveries").size() == 2; }));
    EXPECT_EQ(theirs(attempt).at("notices").at(0).at("heard"), true);
    EXPECT_EQ(posted("order_paid"), 1);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_transaction"), 1);
}

TEST_P(BankMoney, XZ_PAY_17_ALostNoticeIsFoundByTheQueryWithinTwoMinutes)
{
    const Order order = openLong();
    const Attempt attempt = code(order);
    EXPECT_EQ(pay(attempt, "never"), "");
    EXPECT_EQ(stateOf(order), OrderState::paying);
    pass(120s);
    EXPECT_EQ(stateOf(order), OrderState::paid);
    EXPECT_TRUE(taken(attempt, sealed(attempt))) << "the notice that came after all";
    EXPECT_EQ(posted("order_paid"), 1);
}

TEST_P(BankMoney, C30_AForgedNoticePaysNothingAndAnUncertainPaymentIsNotGivenUp)
{
    const Order order = openLong();
    const Attempt attempt = code(order);
    EXPECT_EQ(reply(attempt, sealed(attempt, {{"forged", true}})), 400);
    EXPECT_EQ(stateOf(order), OrderState::paying);
    EXPECT_EQ(pay(attempt, "forged"), "");
    act(attempt, "uncertain");
    pass(200s);
    EXPECT_EQ(stateOf(order), OrderState::paying);
    EXPECT_EQ(money.giveUp(order.no, "candidate").error().reason, "provider_unsure");
    act(attempt, "uncertain", {{"is", false}});
    EXPECT_EQ(money.giveUp(order.no, "candidate").error().reason, "order_paid");
    EXPECT_EQ(stateOf(order), OrderState::paid);
}

TEST_P(BankMoney, XZ_PAY_11_AnOrderIsGivenUpWhenItsCodeIsOverAndTheQuerySaysUnpaid)
{
    const Order order = openLong();
    const Attempt attempt = code(order);
    EXPECT_EQ(code(order, "codes-2").qr_text, attempt.qr_text) << "the code that lives";
    EXPECT_EQ(money.giveUp(order.no, "candidate").error().reason, "code_alive");
    clock.advance(190s);
    ASSERT_TRUE(money.giveUp(order.no, "candidate"));
    EXPECT_EQ(stateOf(order), OrderState::expired);
    act(attempt, "take_anyway");
    ASSERT_TRUE(eventually([&] { return money.exceptions(true).value().size() == 1; }));
    const billing::ExceptionEntry late = money.exceptions(true).value().front();
    EXPECT_EQ(late.kind, "late");
    const auto refund = money.requestRefund({late.id, late.amount, "作废后到账", "clerk", newId()});
    ASSERT_TRUE(refund && money.approveRefund(*refund, "chief"));
    EXPECT_TRUE(eventually([&] { return money.exceptions(false).value().front().state == "settled"; }));
    EXPECT_EQ(theirs(attempt).at("refunds").size(), 1u);
}

TEST_P(BankMoney, DEF_GEN_10_TheDaysPaymentsAndRefundsOfTheBankLeaveNoUnexplainedFen)
{
    const Order order = openLong();
    const Attempt attempt = code(order);
    EXPECT_EQ(pay(attempt), "");
    ASSERT_TRUE(becomes(order, OrderState::paid));
    const auto refund = money.requestRefund({order.no, Money::fen(3500), "疫情", "clerk", newId()});
    ASSERT_TRUE(refund && money.approveRefund(*refund, "chief"));
    const Date day = clock.today();
    act(attempt, "backdate");
    tenant->database->execute("UPDATE pay_transaction SET paid_at_ms = paid_at_ms - 86400000", {}).value();
    tenant->database->execute("UPDATE pay_refund SET done_at_ms = done_at_ms - 86400000", {}).value();
    const auto report = money.reconcile("ccb", day.plusDays(-1));
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->matched, 2);
    EXPECT_EQ(report->exceptions, 0);
    EXPECT_EQ(report->theirs, Money::fen(14000 - 3500));
    EXPECT_EQ(report->unexplained, Money::zero());
}

} // namespace
} // namespace zikao::test
