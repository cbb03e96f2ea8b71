#include "tests/kernel/billing/fixture.hpp"

namespace zikao::billing {
namespace {

class Reconciliation : public BillingTest
{
protected:
    ReconcileReport reconcile(Date day)
    {
        const auto report = billing.reconcile("alpha", day);
        EXPECT_TRUE(report) << report.error().message;
        return *report;
    }
    Date today() { return clock.today(); }
};
INSTANTIATE_ON_BOTH_ENGINES(Reconciliation);

TEST_P(Reconciliation, DEF_GEN_10_ADayWhereAllAgrees)
{
    paidOrder("case-1");
    paidOrder("case-2");
    const ReconcileReport report = reconcile(today());
    EXPECT_EQ(report.matched, 2);
    EXPECT_EQ(report.repaired, 0);
    EXPECT_EQ(report.exceptions, 0);
    EXPECT_EQ(report.ours, Money::fen(28000));
    EXPECT_EQ(report.theirs, report.ours);
    EXPECT_EQ(report.unexplained, Money::zero());
    EXPECT_EQ(reconcile(today().plusDays(1)).ours, Money::zero());
}

TEST_P(Reconciliation, DEF_GEN_10_BooksMoneyNobodyToldUsOf)
{
    const Order order = open();
    const auto made = codes(order);
    ASSERT_TRUE(alpha.pay(made[0].no));
    const ReconcileReport report = reconcile(today());
    EXPECT_EQ(report.repaired, 1);
    EXPECT_EQ(report.unexplained, Money::zero());
    EXPECT_EQ(report.ours, order.total);
    EXPECT_EQ(stateOf(order), OrderState::paid);
    EXPECT_EQ(posted("order_paid"), 1);
    EXPECT_EQ(reconcile(today()).matched, 1) << "a second run must find it";
    EXPECT_EQ(posted("order_paid"), 1);
}

TEST_P(Reconciliation, LateMoneyOfTheBillBecomesAnException)
{
    const Order order = open();
    const auto made = codes(order);
    pass(185s);
    alpha.payClosed(made[0].no);
    const ReconcileReport report = reconcile(today());
    EXPECT_EQ(report.repaired, 1);
    EXPECT_EQ(report.exceptions, 1);
    EXPECT_EQ(report.unexplained, Money::zero());
    EXPECT_EQ(kindOfOnlyException(), "late");
}

TEST_P(Reconciliation, ListsWhatTheBillDoesNotHold)
{
    const Order order = paidOrder();
    alpha.left_out_of_bill.insert(billing.attempts(order.no).value().front().no);
    alpha.left_out_of_bill.insert(billing.attempts(order.no).value().back().no);
    const ReconcileReport report = reconcile(today());
    EXPECT_EQ(report.theirs, Money::zero());
    EXPECT_EQ(report.ours, order.total);
    EXPECT_EQ(report.exceptions, 1);
    EXPECT_EQ(report.unexplained, Money::zero());
    const auto rows = database().query("SELECT kind, amount_fen FROM pay_difference").value();
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows.front().text(0), "missing_at_provider");
    EXPECT_EQ(rows.front().integer(1), -14000);
    alpha.left_out_of_bill.clear();
    EXPECT_EQ(reconcile(today()).exceptions, 0);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_difference"), 0)
        << "a corrected bill left its differences behind";
}

TEST_P(Reconciliation, ListsAnAmountThatDiffers)
{
    const Order order = paidOrder();
    const auto attempts = billing.attempts(order.no).value();
    for (const Attempt& attempt : attempts)
        alpha.left_out_of_bill.insert(attempt.no);
    alpha.extra_bill_rows.push_back(
        {api::BillRow::Kind::payment, order.no, order.provider_trade_no, {}, Money::fen(13900)});
    const ReconcileReport report = reconcile(today());
    EXPECT_EQ(report.theirs - report.ours, Money::fen(-100));
    EXPECT_EQ(report.exceptions, 1);
    EXPECT_EQ(report.unexplained, Money::zero());
}

TEST_P(Reconciliation, ALineTwiceInABillIsUnexplained)
{
    const Order order = paidOrder();
    alpha.extra_bill_rows.push_back(
        {api::BillRow::Kind::payment, order.no, order.provider_trade_no, {}, order.total});
    EXPECT_EQ(reconcile(today()).unexplained, order.total) << "money we cannot explain was explained away";
    const auto broken = check(database()).value();
    ASSERT_EQ(broken.size(), 1u);
    EXPECT_TRUE(broken[0].starts_with("I21")) << broken[0];
    alpha.extra_bill_rows.clear();
    EXPECT_EQ(reconcile(today()).unexplained, Money::zero());
}

TEST_P(Reconciliation, CountsRefundsAndRepairsTheirState)
{
    const Order order = paidOrder();
    alpha.refunds_slowly = true;
    const std::string id =
        billing.requestRefund({order.no, Money::fen(3500), "停考", "clerk", newId()}).value();
    ASSERT_TRUE(billing.approveRefund(id, "chief"));
    alpha.endRefund(id, api::RefundState::succeeded);
    const ReconcileReport report = reconcile(today());
    EXPECT_EQ(report.repaired, 1);
    EXPECT_EQ(report.theirs, Money::fen(10500));
    EXPECT_EQ(report.ours, Money::fen(10500));
    EXPECT_EQ(report.unexplained, Money::zero());
    EXPECT_EQ(now(order).refunded, Money::fen(3500));
}

TEST_P(Reconciliation, ListsARefundThatIsNotOurs)
{
    alpha.extra_bill_rows.push_back({api::BillRow::Kind::refund, {}, {}, "rf-foreign", Money::fen(500)});
    const ReconcileReport report = reconcile(today());
    EXPECT_EQ(report.theirs, Money::fen(-500));
    EXPECT_EQ(report.exceptions, 1);
    EXPECT_EQ(report.unexplained, Money::zero());
}

TEST_P(Reconciliation, AMissingBillIsSaidNotGuessed)
{
    paidOrder();
    alpha.bill_missing = true;
    EXPECT_EQ(billing.reconcile("alpha", today()).error().code, ErrorCode::not_found);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_reconciliation"), 0);
    EXPECT_EQ(billing.reconcile("gamma", today()).error().code, ErrorCode::not_found);
}

TEST_P(Reconciliation, C32_EveryDayIsComparedOnceItsBillIsThereAndAgainUntilItIs)
{
    EXPECT_EQ(billing.reconcileDue().value(), 0) << "no code was ever shown";
    paidOrder();
    const Date day = today();
    clock.set(beijingInstant(day.plusDays(1), 10h));
    EXPECT_EQ(billing.reconcileDue().value(), 0) << "the providers are still writing";
    clock.set(beijingInstant(day.plusDays(1), 11h));
    alpha.bill_missing = true;
    EXPECT_EQ(billing.reconcileDue().value(), 1) << "one channel has its bill";
    alpha.bill_missing = false;
    EXPECT_EQ(billing.reconcileDue().value(), 1);
    EXPECT_EQ(billing.reconcileDue().value(), 0) << "a day is compared once";
    EXPECT_EQ(count("SELECT matched FROM pay_reconciliation WHERE channel = 'alpha'"), 1);
    clock.set(beijingInstant(day.plusDays(3), 11h));
    EXPECT_EQ(billing.reconcileDue().value(), 4) << "days when nobody ran are made up for";
}

/// What the checker is worth: each line breaks one invariant by hand, and it must be named.
class Checker : public BillingTest
{
protected:
    void breakAndExpect(const std::string& sql, const std::string& invariant, const std::string& repair)
    {
        ASSERT_TRUE(database().execute(sql)) << sql;
        const auto broken = check(database(), tenant->vault.get()).value();
        EXPECT_THAT(broken, testing::Contains(testing::StartsWith(invariant))) << sql;
        ASSERT_TRUE(database().execute(repair)) << repair;
    }
};
INSTANTIATE_ON_BOTH_ENGINES(Checker);

TEST_P(Checker, NoticesEachKindOfDamage)
{
    paidOrder();
    const std::string order = "UPDATE pay_order SET ";
    breakAndExpect("UPDATE order_line SET amount_fen = 1 WHERE line_no = 1", "I4",
                   "UPDATE order_line SET amount_fen = 3500 WHERE line_no = 1");
    breakAndExpect(order + "received_fen = 1", "I5", order + "received_fen = 14000");
    breakAndExpect(order + "state = 'paying'", "I5", order + "state = 'paid'");
    breakAndExpect(order + "refunded_fen = 20000", "I5", order + "refunded_fen = 0");
    breakAndExpect(order + "refund_held_fen = 100", "I5", order + "refund_held_fen = 0");
    breakAndExpect(order + "live_case_key = NULL", "one live order", order + "live_case_key = case_id");
    breakAndExpect("UPDATE outbox SET kind = 'gone' WHERE kind = 'order_paid'", "I7",
                   "UPDATE outbox SET kind = 'order_paid' WHERE kind = 'gone'");
    breakAndExpect("UPDATE pay_transaction SET kind = 'exception'", "I7",
                   "UPDATE pay_transaction SET kind = 'order'");
    breakAndExpect(
        "UPDATE pay_transaction SET attempt_no = 'zkother'", "a transaction was altered",
        "UPDATE pay_transaction SET attempt_no = (SELECT no FROM pay_attempt WHERE channel = 'alpha')");
}

} // namespace
} // namespace zikao::billing
