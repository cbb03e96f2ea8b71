#include "tests/contract/billing_fixture.hpp"

namespace zikao::test {
namespace {

using billing::Attempt;
using billing::Order;
using billing::OrderState;

class MoneyEndToEnd : public MoneyTest
{
protected:
    billing::ExceptionEntry onlyException()
    {
        const auto all = money.exceptions(true).value();
        EXPECT_EQ(all.size(), 1u);
        return all.empty() ? billing::ExceptionEntry{} : all.front();
    }
    /// Two persons give money back (C18).
    void giveBack(const std::string& order_or_exception, std::int64_t fen)
    {
        const auto id = money.requestRefund({order_or_exception, Money::fen(fen), "退费", "clerk", newId()});
        ASSERT_TRUE(id) << id.error().reason;
        ASSERT_TRUE(money.approveRefund(*id, "chief"));
    }
    bool settled(const std::string& exception_id)
    {
        return eventually([&] {
            const auto all = money.exceptions(false).value();
            for (const billing::ExceptionEntry& entry : all)
                if (entry.id == exception_id)
                    return entry.state == "settled";
            return false;
        });
    }
};
INSTANTIATE_ON_BOTH_ENGINES(MoneyEndToEnd);

TEST_P(MoneyEndToEnd, DEF_GEN_10_AnOrderIsPaidByTheNoticeAndTheProviderHearsThatItWas)
{
    const Order order = open();
    auto made = codes(order);
    ASSERT_EQ(made.size(), 2u);
    EXPECT_EQ(pay(made["wechatpay"]), "");
    ASSERT_TRUE(becomes(order, OrderState::paid));
    EXPECT_EQ(now(order).received, Money::fen(14000));
    EXPECT_EQ(now(order).provider_trade_no, theirs(made["wechatpay"]).at("trade_no"));
    EXPECT_TRUE(
        eventually([&] { return theirs(made["wechatpay"]).at("notices").at(0).at("heard") == true; }));
    EXPECT_EQ(posted("order_paid"), 1);
}

TEST_P(MoneyEndToEnd, C32_AnOrderWhoseNoticeIsLostIsFoundByAsking)
{
    const Order order = open();
    auto made = codes(order);
    EXPECT_EQ(pay(made["alipay"], "never"), "");
    EXPECT_EQ(stateOf(order), OrderState::paying);
    pass(5s);
    EXPECT_EQ(stateOf(order), OrderState::paid);
    EXPECT_EQ(now(order).paid_channel, "alipay");
    EXPECT_TRUE(taken(made["alipay"], sealed(made["alipay"]))) << "the notice that came after all";
    EXPECT_EQ(posted("order_paid"), 1);
}

TEST_P(MoneyEndToEnd, XJ_PAY_08_TheButtonAsksTheProviderAndBooksOnce)
{
    const Order order = open();
    auto made = codes(order);
    EXPECT_EQ(pay(made["wechatpay"], "never"), "");
    EXPECT_EQ(money.refresh(order.no).value().order.state, OrderState::paid);
    EXPECT_EQ(money.refresh(order.no).value().order.state, OrderState::paid);
    EXPECT_EQ(posted("order_paid"), 1);
}

TEST_P(MoneyEndToEnd, XJ_PAY_06_ANewCodeClosesTheOlderOneAtTheProviderFirst)
{
    const Order order = open();
    auto older = codes(order);
    scan(older["wechatpay"]);
    scan(older["alipay"]);
    auto newer = codes(order, "codes-2");
    ASSERT_EQ(newer.size(), 2u);
    for (const char* channel : {"wechatpay", "alipay"}) {
        EXPECT_EQ(theirs(older[channel]).at("state"), "CLOSED") << channel;
        EXPECT_EQ(pay(older[channel]), "closed") << channel;
        EXPECT_NE(newer[channel].qr_text, older[channel].qr_text);
    }
    EXPECT_EQ(pay(newer["alipay"]), "");
    EXPECT_TRUE(becomes(order, OrderState::paid));
}

TEST_P(MoneyEndToEnd, XJ_PAY_06_ACodeThatNobodyScannedMustEndBeforeANewOneIsMade)
{
    const Order order = open();
    auto older = codes(order);
    const auto too_soon = money.newCodes(order.no, "codes-2");
    ASSERT_FALSE(too_soon) << "an older code may still be scanned and paid";
    EXPECT_EQ(too_soon.error().reason, "provider_unsure");
    // The hands of both clocks: ours is moved, the provider's is told.
    act(older["alipay"], "expire");
    pass(191s);
    EXPECT_EQ(stateOf(order), OrderState::expired);
    EXPECT_EQ(posted("order_expired"), 1);
}

TEST_P(MoneyEndToEnd, DEF_GEN_10_LateMoneyIsSeenByStaffAndGivenBack)
{
    const Order order = open();
    auto made = codes(order);
    pass(191s);
    ASSERT_EQ(stateOf(order), OrderState::expired);
    ASSERT_EQ(theirs(made["wechatpay"]).at("state"), "CLOSED");
    act(made["wechatpay"], "take_anyway");
    ASSERT_TRUE(eventually([&] { return !money.exceptions(true).value().empty(); }));
    const auto late = onlyException();
    EXPECT_EQ(late.kind, "late");
    EXPECT_EQ(late.amount, order.total);
    EXPECT_EQ(late.order_no, order.no);
    EXPECT_EQ(posted("pay_exception"), 1);
    giveBack(late.id, 14000);
    EXPECT_TRUE(settled(late.id));
    EXPECT_EQ(theirs(made["wechatpay"]).at("refunds").at(0).at("fen"), 14000);
    EXPECT_EQ(stateOf(order), OrderState::expired);
}

TEST_P(MoneyEndToEnd, DEF_GEN_10_ADoublePaymentGoesBackToTheSecondPayerOnly)
{
    const Order order = open();
    auto made = codes(order);
    EXPECT_EQ(pay(made["wechatpay"]), "");
    ASSERT_TRUE(becomes(order, OrderState::paid));
    EXPECT_EQ(pay(made["alipay"]), "");
    ASSERT_TRUE(eventually([&] { return !money.exceptions(true).value().empty(); }));
    const auto second = onlyException();
    EXPECT_EQ(second.kind, "double");
    EXPECT_EQ(second.channel, "alipay");
    giveBack(second.id, 14000);
    EXPECT_TRUE(settled(second.id));
    EXPECT_EQ(theirs(made["alipay"]).at("refunds").size(), 1u);
    EXPECT_EQ(theirs(made["wechatpay"]).at("refunds").size(), 0u);
    EXPECT_EQ(stateOf(order), OrderState::paid);
}

TEST_P(MoneyEndToEnd, C32_AnotherSumPaysNothingAndIsGivenBackAsItCame)
{
    const Order order = open();
    auto made = codes(order);
    act(made["wechatpay"], "take_anyway", {{"amount_fen", 13999}});
    ASSERT_TRUE(eventually([&] { return !money.exceptions(true).value().empty(); }));
    const auto wrong = onlyException();
    EXPECT_EQ(wrong.kind, "wrong_amount");
    EXPECT_EQ(wrong.amount, Money::fen(13999));
    EXPECT_NE(stateOf(order), OrderState::paid);
    EXPECT_EQ(money.requestRefund({wrong.id, Money::fen(14000), "退费", "clerk", newId()}).error().reason,
              "refund_too_much");
    giveBack(wrong.id, 13999);
    EXPECT_TRUE(settled(wrong.id));
}

TEST_P(MoneyEndToEnd, C32_MoneyForANumberOfNobodyIsListed)
{
    auto& provider = tenant->payments[0].provider->get();
    const auto code = provider.charge({"zkofnobody1", Money::fen(700), "x", clock.now() + 3min,
                                       tenant->public_url + "/api/notify/wechatpay"});
    ASSERT_TRUE(code) << code.error().message;
    simulator.post("pay", {{"code", code->qr_text}});
    ASSERT_TRUE(eventually([&] { return !money.exceptions(true).value().empty(); }));
    EXPECT_EQ(onlyException().kind, "unknown_order");
    EXPECT_EQ(onlyException().amount, Money::fen(700));
}

TEST_P(MoneyEndToEnd, C30_WhatIsForgedOrReplayedOrOfAnotherMerchantChangesNothing)
{
    const Order order = open();
    auto made = codes(order);
    for (const char* channel : {"wechatpay", "alipay"}) {
        const Attempt& attempt = made[channel];
        const bool wechat = attempt.channel == "wechatpay";
        // A provider that is made to sign: the trade is really paid there, but these do not prove it to us.
        simulator.set({{"notice", "never"}});
        act(attempt, "take_anyway");
        const std::int64_t stale = clock.now().ms - (wechat ? 400'000 : 27 * 3600 * 1000LL);
        const Json merchant = {{wechat ? "mchid" : "seller_id", "2088000000000000"}};
        const Json application = {{wechat ? "appid" : "app_id", "wx0000000000000000"}};
        EXPECT_EQ(reply(attempt, sealed(attempt, {{"forged", true}})), 400) << channel;
        EXPECT_EQ(reply(attempt, sealed(attempt, {{"at_ms", stale}})), 400) << channel;
        EXPECT_EQ(reply(attempt, sealed(attempt, {{"as", merchant}})), 400) << channel;
        EXPECT_EQ(reply(attempt, sealed(attempt, {{"as", application}})), 400) << channel;
        EXPECT_EQ(reply(attempt, {{}, "{}"}), 400) << channel;
        EXPECT_EQ(money.notice(wechat ? "alipay" : "wechatpay", sealed(attempt)).value().status, 400)
            << "one provider's notice was taken on the other's address";
    }
    EXPECT_EQ(stateOf(order), OrderState::paying);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_transaction"), 0);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_notice WHERE verdict = 'forged'"), 12);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_notice WHERE verdict <> 'forged'"), 0);
    EXPECT_TRUE(taken(made["wechatpay"], sealed(made["wechatpay"])));
    EXPECT_EQ(stateOf(order), OrderState::paid);
}

TEST_P(MoneyEndToEnd, C30_ASignedNoticeOfAnotherOrdersNumberOrSumPaysNothing)
{
    const Order order = open();
    auto made = codes(order);
    simulator.set({{"notice", "never"}});
    act(made["wechatpay"], "take_anyway");
    const Json other_sum = {{"amount", {{"total", 1}, {"currency", "CNY"}}},
                            {"transaction_id", "4200000001"}};
    const Json other_currency = {{"amount", {{"total", 14000}, {"currency", "USD"}}},
                                 {"transaction_id", "4200000002"}};
    const Json other_order = {{"out_trade_no", "zkofnobody2"}, {"transaction_id", "4200000003"}};
    for (const Json& as : {other_sum, other_currency, other_order})
        EXPECT_TRUE(taken(made["wechatpay"], sealed(made["wechatpay"], {{"as", as}})))
            << "the provider says money came: it is kept, whatever it is for";
    EXPECT_EQ(stateOf(order), OrderState::paying);
    EXPECT_EQ(posted("order_paid"), 0);
    std::vector<std::string> kinds;
    const auto seen = money.exceptions(true).value();
    for (const auto& entry : seen)
        kinds.push_back(entry.kind);
    EXPECT_THAT(kinds, testing::UnorderedElementsAre("wrong_amount", "wrong_amount", "unknown_order"));
}

TEST_P(MoneyEndToEnd, C29_CodesWhoseAnswersWereLostAreFetchedByTheSameOperationAndPaidOnce)
{
    const Order order = open();
    codes(open("case-0")); // keys are fetched while answers still come
    simulator.set({{"answers", "lost"}});
    EXPECT_EQ(money.newCodes(order.no, order.no + "codes-1").error().reason, "provider_unsure");
    const auto unheard = money.attempts(order.no).value();
    EXPECT_EQ(unheard.size(), 2u);
    for (const Attempt& attempt : unheard)
        EXPECT_EQ(attempt.state, "unsure") << "an unheard provider was taken for one that said no";
    simulator.set({{"answers", "now"}});
    auto made = codes(order);
    ASSERT_EQ(made.size(), 2u);
    EXPECT_EQ(simulator.get("trades").at("trades").size(), 4u);
    EXPECT_EQ(pay(made["wechatpay"]), "");
    EXPECT_TRUE(becomes(order, OrderState::paid));
}

TEST_P(MoneyEndToEnd, C32_AnOrderIsNotEndedWhileItsProviderIsSilent)
{
    const Order order = open();
    auto made = codes(order);
    EXPECT_EQ(pay(made["wechatpay"], "never"), "");
    simulator.set({{"answers", "lost"}});
    pass(191s);
    EXPECT_EQ(stateOf(order), OrderState::paying) << "the order was given up though its money had come";
    simulator.set({{"answers", "now"}});
    pass(60s);
    EXPECT_EQ(stateOf(order), OrderState::paid);
}

TEST_P(MoneyEndToEnd, C33_AWholeOrderIsGivenBackOnceThoughTheAnswerWasLost)
{
    const Order order = open();
    auto made = codes(order);
    EXPECT_EQ(pay(made["wechatpay"]), "");
    ASSERT_TRUE(becomes(order, OrderState::paid));
    simulator.set({{"answers", "lost"}, {"refund", "never"}});
    giveBack(order.no, 14000);
    EXPECT_EQ(stateOf(order), OrderState::refunding);
    EXPECT_EQ(money.requestRefund({order.no, Money::fen(1), "退费", "clerk", newId()}).error().reason,
              "refund_too_much");
    simulator.set({{"answers", "now"}});
    pass(60s);
    EXPECT_EQ(theirs(made["wechatpay"]).at("refunds").size(), 1u);
    EXPECT_EQ(stateOf(order), OrderState::refunding) << "the provider is still at it";
}

TEST_P(MoneyEndToEnd, C33_ARefundThatTakesTimeIsDoneWhenTheProvidersNoticeSaysSo)
{
    const Order order = open();
    auto made = codes(order);
    EXPECT_EQ(pay(made["wechatpay"]), "");
    ASSERT_TRUE(becomes(order, OrderState::paid));
    simulator.set({{"refund_ms", 300}});
    giveBack(order.no, 14000);
    EXPECT_EQ(stateOf(order), OrderState::refunding);
    EXPECT_TRUE(becomes(order, OrderState::refunded)) << "nobody asked, so only the notice can have told";
    EXPECT_EQ(posted("order_refunded"), 1);
}

/// A day that is over, and its bill.
class MoneyOfADay : public MoneyEndToEnd
{
protected:
    /// Paid yesterday; nobody has told us yet.
    Order paidYesterday(const std::string& case_id, const char* channel, bool told = true)
    {
        const Order order = open(case_id);
        const Attempt attempt = codes(order).at(channel);
        EXPECT_EQ(pay(attempt, "never"), "");
        const Json trade = act(attempt, "backdate");
        day = beijingDate({trade.at("paid_ms").get<std::int64_t>()});
        attempts.push_back(attempt);
        if (told) {
            EXPECT_TRUE(taken(attempt, sealed(attempt)));
            EXPECT_EQ(stateOf(order), OrderState::paid);
        }
        return order;
    }
    billing::ReconcileReport reconcile(const std::string& channel)
    {
        const auto report = money.reconcile(channel, day);
        EXPECT_TRUE(report) << report.error().message;
        return report ? *report : billing::ReconcileReport{};
    }
    /// Kind, number and fen of every listed difference.
    std::vector<std::string> differences()
    {
        std::vector<std::string> all;
        const auto rows = tenant->database->query("SELECT kind, number, amount_fen FROM pay_difference");
        for (const auto& row : rows.value())
            all.push_back(row.text(0) + " " + row.text(1) + " " + std::to_string(row.integer(2)));
        return all;
    }

    Date day;
    std::vector<Attempt> attempts;
};
INSTANTIATE_ON_BOTH_ENGINES(MoneyOfADay);

TEST_P(MoneyOfADay, DEF_GEN_10_BothProvidersBillsAgreeWithTheLedgerToTheFen)
{
    const Order first = paidYesterday("case-1", "wechatpay");
    paidYesterday("case-2", "wechatpay");
    paidYesterday("case-3", "alipay");
    giveBack(first.no, 3501);
    pass(60s); // its notice is not sent, so it is asked for
    EXPECT_EQ(now(first).refunded, Money::fen(3501));
    for (const auto& [channel, fen, rows] :
         {std::tuple{"wechatpay", 28000, 2}, std::tuple{"alipay", 14000, 1}}) {
        const auto report = reconcile(channel);
        EXPECT_EQ(report.matched, rows) << channel;
        EXPECT_EQ(report.theirs, Money::fen(fen)) << channel;
        EXPECT_EQ(report.ours, report.theirs) << channel;
        EXPECT_EQ(report.unexplained, Money::zero()) << channel;
        EXPECT_EQ(report.exceptions, 0) << channel;
    }
    EXPECT_THAT(differences(), testing::IsEmpty());
}

TEST_P(MoneyOfADay, C32_TheBillBooksMoneyOfWhichNobodyTold)
{
    const Order told = paidYesterday("case-1", "alipay");
    const Order untold = paidYesterday("case-2", "alipay", false);
    const auto report = reconcile("alipay");
    EXPECT_EQ(report.repaired, 1);
    EXPECT_EQ(report.matched, 1);
    EXPECT_EQ(report.unexplained, Money::zero());
    EXPECT_EQ(stateOf(untold), OrderState::paid);
    EXPECT_EQ(posted("order_paid"), 2);
    EXPECT_EQ(reconcile("alipay").matched, 2) << "a second run of the day";
    EXPECT_EQ(posted("order_paid"), 2);
}

TEST_P(MoneyOfADay, C32_APlantedDifferenceIsNamedWithItsNumberAndFen)
{
    const Order missing = paidYesterday("case-1", "wechatpay");
    const Order smaller = paidYesterday("case-2", "wechatpay");
    simulator.set({{"notice", "never"}});
    act(attempts[0], "forget");
    act(attempts[1], "take_anyway", {{"amount_fen", 13900}});
    act(attempts[1], "backdate");
    const auto report = reconcile("wechatpay");
    EXPECT_THAT(differences(), testing::UnorderedElementsAre(
                                   "missing_at_provider " + now(missing).provider_trade_no + " -14000",
                                   "amount_differs " + now(smaller).provider_trade_no + " -100"));
    EXPECT_EQ(report.theirs - report.ours, Money::fen(-14100));
    EXPECT_EQ(report.exceptions, 2);
    EXPECT_EQ(report.unexplained, Money::zero()) << "named differences explain the day";
}

TEST_P(MoneyOfADay, C32_ABillThatIsNotThereYetIsSaidNotGuessed)
{
    paidYesterday("case-1", "wechatpay");
    EXPECT_EQ(money.reconcile("wechatpay", clock.today()).error().code, ErrorCode::not_found);
    simulator.set({{"answers", "lost"}});
    EXPECT_NE(money.reconcile("wechatpay", day).error().code, ErrorCode::not_found);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_reconciliation"), 0);
}

} // namespace
} // namespace zikao::test
