#include "tests/kernel/billing/fixture.hpp"

namespace zikao::billing {
namespace {

/// Orders of thirty minutes whose codes live three, over one channel that cannot close: it knows a number from its
/// payment on.
class LongOrders : public BillingTest
{
protected:
    void SetUp() override
    {
        BillingTest::SetUp();
        tenant->payments.pop_back();
        alpha.unscanned = true;
    }
    Order openLong(const std::string& case_id = "case-1")
    {
        NewOrder wanted = fourCourses(case_id);
        wanted.lives = 30min;
        wanted.code_lives = 3min;
        const auto order = tryOpen(wanted);
        EXPECT_TRUE(order) << order.error().message;
        return *order;
    }
    std::string givingUpRefusal(const Order& order)
    {
        const auto ended = billing.giveUp(order.no, order.candidate_id);
        return ended ? "" : ended.error().reason;
    }
    Attempt code(const Order& order, const std::string& operation = "codes-1")
    {
        const auto made = codes(order, operation);
        return made.empty() ? Attempt{} : made.front();
    }
};
INSTANTIATE_ON_BOTH_ENGINES(LongOrders);

TEST_P(LongOrders, XZ_PAY_10_ACodeLivesThreeMinutesAndNeverLongerThanItsOrder)
{
    const Order order = openLong();
    EXPECT_EQ(code(order).expires_at.ms - clock.now().ms, 180'000);
    pass(200s);
    EXPECT_EQ(code(order, "codes-2").expires_at.ms - clock.now().ms, 180'000);
    EXPECT_EQ(now(order).expires_at.ms, order.created_at.ms + 1'800'000) << "a code prolonged the order";
    pass(1500s, 30s);
    EXPECT_EQ(code(order, "codes-3").expires_at.ms, order.created_at.ms + 1'800'000);
}

TEST_P(LongOrders, XZ_PAY_10_AtThirtyMinutesTheOrderIsVoidAndANewOneHasANewNumber)
{
    const Order order = openLong();
    code(order);
    pass(1795s);
    EXPECT_EQ(stateOf(order), OrderState::paying);
    NewOrder again = fourCourses("case-1");
    again.operation_id = "open-again";
    EXPECT_EQ(tryOpen(again).error().reason, "order_open") << "XZ-PAY-11: a second order before its time";
    pass(5s, 1s);
    EXPECT_EQ(stateOf(order), OrderState::expired);
    EXPECT_EQ(posted("order_expired"), 1);
    EXPECT_EQ(codesRefusal(order, "codes-2"), "order_expired");
    const auto fresh = tryOpen(again);
    ASSERT_TRUE(fresh) << fresh.error().message;
    EXPECT_NE(fresh->no, order.no);
}

TEST_P(LongOrders, XZ_PAY_10_NoCodeIsMadeWhenTheTimeIsOverThoughNobodyLookedYet)
{
    const Order order = openLong();
    clock.advance(30min);
    EXPECT_EQ(codesRefusal(order, "codes-1"), "order_expired");
}

TEST_P(LongOrders, XZ_PAY_10_MoneyOfTheLastSecondStandsAndLaterMoneyIsKeptAsLate)
{
    const Order order = openLong();
    pass(1700s, 20s);
    const Attempt last = code(order);
    pass(99s, 1s);
    ASSERT_TRUE(alpha.pay(last.no)); // 29:59
    pass(60s, 1s);
    EXPECT_EQ(stateOf(order), OrderState::paid);

    const Order other = openLong("case-2");
    pass(1700s, 20s);
    const Attempt late = code(other);
    pass(101s, 1s);
    ASSERT_TRUE(alpha.pay(late.no)); // 30:01
    pass(60s, 1s);
    EXPECT_EQ(stateOf(other), OrderState::expired);
    EXPECT_EQ(kindOfOnlyException(), "late");
    const std::string exception = billing.exceptions(true).value().front().id;
    const auto refund = billing.requestRefund({exception, other.total, "逾期到账", "staff-1", newId()});
    ASSERT_TRUE(refund) << refund.error().message;
    ASSERT_TRUE(billing.approveRefund(*refund, "staff-2"));
    EXPECT_EQ(alpha.refundedTotal(), other.total);
}

TEST_P(LongOrders, C32_MoneyForAnOrderThatIsOverIsKeptAsLate)
{
    const Order order = openLong();
    const Attempt made = code(order);
    pass(1800s, 20s);
    ASSERT_EQ(stateOf(order), OrderState::expired);
    ASSERT_TRUE(alpha.pay(made.no));
    EXPECT_EQ(reply("alpha", alpha.paymentNotice(made.no)), 200);
    EXPECT_EQ(stateOf(order), OrderState::expired);
    EXPECT_EQ(kindOfOnlyException(), "late");
}

TEST_P(LongOrders, WhoShutTheWindowGetsTheCodeThatLivesAgain)
{
    const Order order = openLong();
    const Attempt first = code(order);
    clock.advance(100s);
    const Attempt again = code(order, "codes-2");
    EXPECT_EQ(again.no, first.no);
    EXPECT_EQ(again.qr_text, first.qr_text);
    EXPECT_EQ(again.expires_at, first.expires_at);
    clock.advance(80s);
    EXPECT_NE(code(order, "codes-3").no, first.no) << "a code that is over was given again";
}

TEST_P(LongOrders, ACodeWhoseMakingFailedIsMadeAgainUnderItsNumber)
{
    const Order order = openLong();
    alpha.charge_times_out = true;
    EXPECT_EQ(codesRefusal(order, "codes-1"), "provider_unsure");
    alpha.charge_times_out = false;
    const Attempt made = code(order, "codes-2");
    EXPECT_FALSE(made.qr_text.empty());
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_attempt"), 1);
}

TEST_P(LongOrders, XZ_PAY_11_ChangesNeedNotWaitForTheOrderOnlyForItsLastCode)
{
    const Order order = openLong();
    code(order);
    clock.advance(60s);
    EXPECT_EQ(givingUpRefusal(order), "code_alive");
    EXPECT_EQ(stateOf(order), OrderState::paying);
    ASSERT_TRUE(billing.codesEnd(order.no).value().has_value());
    clock.advance(std::chrono::milliseconds{billing.codesEnd(order.no).value()->ms - clock.now().ms});
    EXPECT_EQ(givingUpRefusal(order), "");
    EXPECT_EQ(stateOf(order), OrderState::expired);
    EXPECT_EQ(posted("order_expired"), 1);
    EXPECT_FALSE(billing.liveOrderOfCase("case-1").value().has_value());
    EXPECT_FALSE(billing.codesEnd(order.no).value().has_value());
    EXPECT_EQ(givingUpRefusal(order), "order_expired");
    EXPECT_EQ(count("SELECT COUNT(*) FROM audit_entry WHERE act = 'order.give_up'"), 1);
}

TEST_P(LongOrders, AnOrderWithoutACodeIsGivenUpAtOnce)
{
    const Order order = openLong();
    EXPECT_EQ(givingUpRefusal(order), "");
    EXPECT_EQ(stateOf(order), OrderState::expired);
    EXPECT_EQ(alpha.queries + alpha.closes, 0);
    EXPECT_EQ(billing.giveUp("00000000000000000000", "x").error().code, ErrorCode::not_found);
}

TEST_P(LongOrders, C32_WhatTheGatewayCallsPaidIsNotGivenUp)
{
    const Order order = openLong();
    const Attempt made = code(order);
    ASSERT_TRUE(alpha.pay(made.no));
    EXPECT_EQ(givingUpRefusal(order), "order_paid");
    EXPECT_EQ(stateOf(order), OrderState::paid);
    EXPECT_EQ(posted("order_paid"), 1);
    EXPECT_EQ(posted("order_expired"), 0);
}

TEST_P(LongOrders, C32_AGatewayThatDoesNotAnswerKeepsTheOrder)
{
    const Order order = openLong();
    code(order);
    clock.advance(200s);
    alpha.silent = true;
    EXPECT_EQ(givingUpRefusal(order), "provider_unsure");
    EXPECT_EQ(stateOf(order), OrderState::paying);
    alpha.silent = false;
    EXPECT_EQ(givingUpRefusal(order), "");
}

TEST_P(LongOrders, AGatewayThatCanCloseLetsTheCoursesGoAtOnce)
{
    alpha.unscanned = false;
    const Order order = openLong();
    const Attempt made = code(order);
    EXPECT_EQ(givingUpRefusal(order), "");
    EXPECT_EQ(stateOf(order), OrderState::expired);
    EXPECT_FALSE(alpha.pay(made.no)) << "the code was not closed first";

    const Order other = openLong("case-2");
    code(other);
    alpha.pays_while_closing = true;
    EXPECT_EQ(givingUpRefusal(other), "order_paid");
    EXPECT_EQ(stateOf(other), OrderState::paid);
}

TEST_P(LongOrders, MoneyForAnOrderThatWasGivenUpIsLate)
{
    const Order order = openLong();
    const Attempt made = code(order);
    clock.advance(200s);
    ASSERT_EQ(givingUpRefusal(order), "");
    ASSERT_TRUE(alpha.pay(made.no));
    EXPECT_EQ(reply("alpha", alpha.paymentNotice(made.no)), 200);
    EXPECT_EQ(kindOfOnlyException(), "late");
}

TEST_P(LongOrders, XZ_PAY_17_ALostNoticeIsFoundWithinTwoMinutesWheneverThePayerPaid)
{
    for (const auto paid_after : {1s, 20s, 90s, 179s}) {
        const Order order = openLong("case-" + std::to_string(paid_after.count()));
        const Attempt made = code(order);
        pass(paid_after, 1s);
        ASSERT_TRUE(alpha.pay(made.no));
        pass(120s, 1s);
        EXPECT_EQ(stateOf(order), OrderState::paid) << "paid after " << paid_after.count() << " s";
    }
}

TEST_P(LongOrders, C32_APaymentThatTheBankShowsMinutesAfterTheCodeEndedIsFound)
{
    const Order order = openLong();
    const Attempt made = code(order);
    pass(240s);
    ASSERT_EQ(count("SELECT COUNT(*) FROM pay_attempt WHERE state = 'closed'"), 1);
    ASSERT_TRUE(alpha.pay(made.no)); // what the query did not show before
    pass(120s);
    EXPECT_EQ(stateOf(order), OrderState::paid);
}

TEST_P(LongOrders, CodesThatEndedAreNotAskedForEver)
{
    const Order order = openLong();
    code(order);
    pass(500s);
    const int asked = alpha.queries;
    pass(600s, 10s);
    EXPECT_EQ(alpha.queries, asked);
}

TEST_P(LongOrders, DidMyMoneyArriveAsksAboutEndedCodesTooAndSaysWhen)
{
    const Order order = openLong();
    const Attempt made = code(order);
    pass(1900s, 20s);
    ASSERT_EQ(stateOf(order), OrderState::expired);
    const int asked = alpha.queries;
    const auto unpaid = billing.refresh(order.no);
    ASSERT_TRUE(unpaid) << unpaid.error().message;
    EXPECT_EQ(alpha.queries, asked + 1);
    EXPECT_TRUE(unpaid->sure);
    EXPECT_EQ(unpaid->asked_at, clock.now());
    EXPECT_EQ(unpaid->order.state, OrderState::expired);
    alpha.silent = true;
    EXPECT_FALSE(billing.refresh(order.no)->sure);
    alpha.silent = false;
    ASSERT_TRUE(alpha.pay(made.no));
    ASSERT_TRUE(billing.refresh(order.no));
    EXPECT_EQ(kindOfOnlyException(), "late") << "the candidate asked, and the money was not found";
    EXPECT_EQ(billing.refresh("00000000000000000000").error().code, ErrorCode::not_found);
}

TEST_P(LongOrders, ALifeThatContradictsItselfIsRefused)
{
    NewOrder wanted = fourCourses("case-1");
    wanted.code_lives = wanted.lives + 1s;
    EXPECT_EQ(tryOpen(wanted).error().code, ErrorCode::invalid_argument);
}

TEST_P(LongOrders, ARefundWithoutANumberInTheBillIsTheOneOfItsAttemptAndAmountOnceEach)
{
    const Order order = paidOrder("case-1");
    for (int i = 0; i < 2; ++i) {
        const auto refund = billing.requestRefund({order.no, Money::fen(3500), "疫情", "staff-1", newId()});
        ASSERT_TRUE(refund && billing.approveRefund(*refund, "staff-2"));
    }
    const std::string attempt =
        database().query("SELECT attempt_no FROM pay_transaction", {}).value().front().text(0);
    alpha.refunds_without_number = attempt;
    const auto report = billing.reconcile("alpha", clock.today());
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->exceptions, 0);
    EXPECT_EQ(report->unexplained, Money::zero());
    EXPECT_EQ(report->matched, 3);
    EXPECT_EQ(billing.reconcile("alpha", clock.today())->matched, 3) << "a second run must find them again";
    alpha.extra_bill_rows.push_back({api::BillRow::Kind::refund, attempt, {}, {}, Money::fen(3500)});
    EXPECT_EQ(billing.reconcile("alpha", clock.today())->exceptions, 1) << "two of ours were taken for three";
}

} // namespace
} // namespace zikao::billing
