#include <thread>

#include "tests/kernel/billing/fixture.hpp"

namespace zikao::billing {
namespace {

class Codes : public BillingTest
{};
INSTANTIATE_ON_BOTH_ENGINES(Codes);

TEST_P(Codes, XJ_PAY_05_OneForEachChannelLivingThreeMinutes)
{
    const Order order = open();
    const auto made = codes(order);
    ASSERT_EQ(made.size(), 2u);
    EXPECT_EQ(made[0].channel, "alpha");
    EXPECT_EQ(made[0].qr_text, "alpha://" + made[0].no);
    EXPECT_EQ(made[1].channel, "beta");
    EXPECT_EQ(made[0].expires_at.ms - clock.now().ms, 180'000);
    EXPECT_EQ(stateOf(order), OrderState::paying);
    for (const Attempt& attempt : made) {
        EXPECT_GE(attempt.no.size(), 6u);
        EXPECT_LE(attempt.no.size(), 32u);
        EXPECT_TRUE(
            std::all_of(attempt.no.begin(), attempt.no.end(), [](char c) { return std::isalnum(c); }));
    }
}

TEST_P(Codes, C29_TheSameOperationGivesTheSameCodes)
{
    const Order order = open();
    const auto first = codes(order);
    const auto again = codes(order);
    ASSERT_EQ(again.size(), first.size());
    EXPECT_EQ(again[0].qr_text, first[0].qr_text);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_attempt"), 2);
    const Order other = open("case-2");
    EXPECT_EQ(billing.newCodes(other.no, order.no + "codes-1").error().reason, "operation_reused");
}

TEST_P(Codes, XJ_PAY_06_NewOnesCloseTheOlderOnesFirst)
{
    const Order order = open();
    const auto older = codes(order);
    clock.advance(100s);
    const auto newer = codes(order, "codes-2");
    ASSERT_EQ(newer.size(), 2u);
    for (const Attempt& attempt : older)
        EXPECT_FALSE(alpha.pay(attempt.no) || beta.pay(attempt.no)) << "an older code took money";
    EXPECT_NE(newer[0].no, older[0].no);
    EXPECT_EQ(now(order).expires_at.ms - clock.now().ms, 180'000) << "the order was not prolonged";
}

TEST_P(Codes, AreNotMadeWhileAnOlderOneCannotBeClosed)
{
    const Order order = open();
    const auto older = codes(order);
    beta.close_fails = true;
    EXPECT_EQ(codesRefusal(order, "codes-2"), "provider_unsure");
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_attempt"), 2);
    beta.close_fails = false;
    EXPECT_EQ(codesRefusal(order, "codes-3"), "");
    EXPECT_EQ(beta.stateOf(older[1].no), api::TradeState::closed);
}

TEST_P(Codes, AreNotMadeWhenTheOlderOneWasPaidMeanwhile)
{
    const Order order = open();
    codes(order);
    alpha.pays_while_closing = true;
    EXPECT_EQ(codesRefusal(order, "codes-2"), "order_paid");
    EXPECT_EQ(stateOf(order), OrderState::paid);
    EXPECT_EQ(posted("order_paid"), 1);
}

TEST_P(Codes, ThatNobodyScannedMustEndBeforeNewOnesAreMade)
{
    alpha.unscanned = true;
    const Order order = open();
    codes(order);
    EXPECT_EQ(codesRefusal(order, "codes-2"), "provider_unsure");
    clock.advance(180s);
    EXPECT_EQ(codesRefusal(order, "codes-3"), "");
    EXPECT_EQ(stateOf(order), OrderState::paying);
}

TEST_P(Codes, AreRefusedForOrdersThatAreOver)
{
    const Order paid = paidOrder();
    EXPECT_EQ(codesRefusal(paid, "again"), "order_paid");
    const Order expired = open("case-2");
    pass(185s);
    EXPECT_EQ(codesRefusal(expired, "late"), "order_expired");
    EXPECT_EQ(billing.newCodes("nothing", "x").error().code, ErrorCode::not_found);
    EXPECT_EQ(billing.newCodes(paid.no, "").error().code, ErrorCode::invalid_argument);
}

TEST_P(Codes, OfManyRequestsAtOnceOneMakesThem)
{
    const Order order = open();
    std::atomic<int> made = 0;
    {
        std::vector<std::jthread> clients;
        for (int i = 0; i < 6; ++i)
            clients.emplace_back(
                [&, i] { made += billing.newCodes(order.no, "codes-" + std::to_string(i)).has_value(); });
    }
    EXPECT_GE(made, 1);
    int payable = 0;
    const auto all = billing.attempts(order.no).value();
    for (const Attempt& attempt : all)
        payable += attempt.state == "open" || attempt.state == "unsure";
    EXPECT_EQ(payable, 2) << "two sets of codes may be paid at once";
}

TEST_P(Codes, ALostAnswerIsWatchedAndItsMoneyBooked)
{
    const Order order = open();
    alpha.charge_times_out = true;
    const auto made = codes(order);
    ASSERT_EQ(made.size(), 1u) << "the other channel must not suffer";
    EXPECT_EQ(made[0].channel, "beta");
    std::string lost;
    const auto all = billing.attempts(order.no).value();
    for (const Attempt& attempt : all)
        if (attempt.channel == "alpha") {
            EXPECT_EQ(attempt.state, "unsure");
            lost = attempt.no;
        }
    ASSERT_TRUE(alpha.pay(lost));
    pass(5s);
    EXPECT_EQ(stateOf(order), OrderState::paid);
}

TEST_P(Codes, ARepeatedOperationFetchesTheCodeWhoseAnswerWasLost)
{
    const Order order = open();
    alpha.charge_times_out = true;
    EXPECT_EQ(codes(order).size(), 1u);
    alpha.charge_times_out = false;
    EXPECT_EQ(codes(order).size(), 2u);
}

TEST_P(Codes, ARefusedChargeHoldsNothingOpen)
{
    const Order order = open();
    alpha.charge_refused = true;
    beta.charge_refused = true;
    EXPECT_EQ(codesRefusal(order, "codes-1"), "provider_unsure");
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_attempt WHERE state = 'closed'"), 2);
    pass(185s);
    EXPECT_EQ(stateOf(order), OrderState::expired);
}

TEST_P(Codes, TheSubjectIsCutToWhatProvidersTake)
{
    NewOrder order = fourCourses("case-1");
    order.subject.clear();
    for (int i = 0; i < 70; ++i)
        order.subject += "费";
    struct Recorder : test::FakePaymentProvider
    {
        using FakePaymentProvider::FakePaymentProvider;
        Result<api::ChargeCode> charge(const api::ChargeRequest& request) override
        {
            seen = request;
            return FakePaymentProvider::charge(request);
        }
        api::ChargeRequest seen;
    } recorder{"alpha", clock};
    tenant->payments[0].provider = std::make_unique<test::FixedPlugin<api::PaymentProvider>>(recorder);
    codes(tryOpen(order).value());
    EXPECT_EQ(recorder.seen.subject.size(), 60u * 3);
    EXPECT_EQ(recorder.seen.notify_url, "http://127.0.0.1:1/lantern/api/notify/alpha");
    EXPECT_EQ(recorder.seen.amount, Money::fen(14000));
}

TEST_P(Codes, XJ_PAY_08_TheButtonFetchesTheTrueStateAndBooksItOnce)
{
    const Order order = open();
    const auto made = codes(order);
    ASSERT_TRUE(beta.pay(made[1].no));
    const auto answer = billing.refresh(order.no).value();
    EXPECT_TRUE(answer.sure);
    EXPECT_EQ(answer.order.state, OrderState::paid);
    EXPECT_EQ(answer.order.paid_channel, "beta");
    EXPECT_EQ(billing.refresh(order.no).value().order.state, OrderState::paid);
    EXPECT_EQ(reply("beta", beta.paymentNotice(made[1].no)), 200);
    EXPECT_EQ(posted("order_paid"), 1);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_transaction"), 1);
}

TEST_P(Codes, XJ_PAY_08_SaysWhenAProviderDidNotAnswer)
{
    const Order order = open();
    codes(order);
    alpha.silent = true;
    EXPECT_FALSE(billing.refresh(order.no).value().sure);
    alpha.silent = false;
    EXPECT_TRUE(billing.refresh(order.no).value().sure);
    EXPECT_EQ(billing.refresh("nothing").error().code, ErrorCode::not_found);
}

class Polling : public BillingTest
{};
INSTANTIATE_ON_BOTH_ENGINES(Polling);

TEST_P(Polling, AsksAfterFiveFifteenThirtyAndSixtySeconds)
{
    const Order order = open();
    codes(order);
    std::vector<int> asked_at;
    for (int second = 1; second < 180; ++second) {
        const int before = alpha.queries;
        pass(1s, 1s);
        if (alpha.queries > before)
            asked_at.push_back(second);
    }
    EXPECT_THAT(asked_at, testing::ElementsAre(5, 15, 30, 60, 120));
}

TEST_P(Polling, C32_FindsAPaymentWhoseNoticeNeverCame)
{
    const Order order = open();
    const auto made = codes(order);
    ASSERT_TRUE(alpha.pay(made[0].no));
    pass(5s);
    EXPECT_EQ(stateOf(order), OrderState::paid);
}

TEST_P(Polling, ClosesTheOtherChannelsCodeOnceOneIsPaid)
{
    const Order order = open();
    const auto made = codes(order);
    ASSERT_TRUE(alpha.pay(made[0].no));
    EXPECT_EQ(reply("alpha", alpha.paymentNotice(made[0].no)), 200);
    pass(1s, 1s);
    EXPECT_EQ(beta.stateOf(made[1].no), api::TradeState::closed);
}

TEST_P(Polling, XJ_PAY_06_ClosesAtTheProviderWhatExpiredAndOnlyThenEndsTheOrder)
{
    const Order order = open();
    const auto made = codes(order);
    pass(175s);
    EXPECT_EQ(stateOf(order), OrderState::paying);
    EXPECT_EQ(alpha.closes, 0);
    pass(5s);
    EXPECT_EQ(alpha.stateOf(made[0].no), api::TradeState::closed);
    EXPECT_EQ(beta.stateOf(made[1].no), api::TradeState::closed);
    EXPECT_EQ(stateOf(order), OrderState::expired);
    EXPECT_EQ(posted("order_expired"), 1);
    EXPECT_EQ(posted("order_paid"), 0);
}

TEST_P(Polling, NeverEndsAnOrderWhileAProviderIsUnsure)
{
    const Order order = open();
    const auto made = codes(order);
    alpha.silent = true;
    pass(600s, 30s);
    EXPECT_EQ(stateOf(order), OrderState::paying);
    EXPECT_EQ(beta.stateOf(made[1].no), api::TradeState::closed);
    alpha.silent = false;
    alpha.pays_while_closing = true;
    pass(60s, 30s);
    EXPECT_EQ(stateOf(order), OrderState::paid) << "money taken at the last moment was lost";
}

TEST_P(Polling, EndsAnOrderWhoseCodeNobodyScanned)
{
    alpha.unscanned = true;
    beta.unscanned = true;
    const Order order = open();
    codes(order);
    pass(185s);
    EXPECT_EQ(stateOf(order), OrderState::paying) << "the grace after the end was not kept";
    pass(10s);
    EXPECT_EQ(stateOf(order), OrderState::expired);
}

TEST_P(Polling, ManyRunnersAtOnceAskOnceEach)
{
    for (int i = 0; i < 20; ++i)
        codes(open("case-" + std::to_string(i)));
    clock.advance(5s);
    {
        std::vector<std::jthread> runners;
        for (int i = 0; i < 4; ++i)
            runners.emplace_back([&] { EXPECT_TRUE(billing.tick()); });
    }
    EXPECT_EQ(alpha.queries, 20);
    EXPECT_EQ(beta.queries, 20);
}

} // namespace
} // namespace zikao::billing
