#include "kernel/base/id.hpp"
#include "tests/provinces/xinjiang/journey.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

class XinjiangPayment : public Journey
{
protected:
    bool offersPayment(const Candidate& candidate)
    {
        for (const cases::Offer& offer : signUpOf(candidate).offers)
            if (offer.id == "pay")
                return offer.enabled;
        return false;
    }
    std::string codeOf(const Candidate& candidate, const std::string& channel,
                       const std::string& operation = "first")
    {
        return codes(candidate, operation).at(channel).no;
    }
    int notified(FakePaymentProvider& provider, const std::string& channel, const std::string& code)
    {
        return billing.notice(channel, provider.paymentNotice(code))->status;
    }
    void expectPaidOnce(const Candidate& candidate)
    {
        EXPECT_EQ(order(candidate).state, billing::OrderState::paid);
        EXPECT_EQ(order(candidate).received, Money::fen(14'000));
        EXPECT_EQ(shownState(signUpOf(candidate)), "已缴费");
        int times = 0;
        for (const cases::Event& event : signUpOf(candidate).history)
            times += event.action == "paid";
        EXPECT_EQ(times, 1);
        EXPECT_THAT(billing::check(*tenant->database, tenant->vault.get()).value(), IsEmpty());
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(XinjiangPayment);

TEST_P(XinjiangPayment, XJ_PAY_01_ThePageShowsTheManualsEightItems)
{
    std::vector<std::string> labels;
    for (const Json& item : tenant->profile.raw["payment_page"])
        labels.push_back(item["label"]);
    EXPECT_THAT(labels,
                ElementsAre("姓名", "性别", "身份证号", "联系电话", "专业", "考区", "缴费方式", "缴费地点"));
    EXPECT_EQ(tenant->profile.raw["payment_page"][6]["text"], "个人缴费");
    EXPECT_EQ(tenant->profile.raw["payment_page"][7]["text"], "网上缴费");
}

TEST_P(XinjiangPayment, XJ_PAY_02_XJ_PAY_03_FourCoursesCostThirtyFiveYuanEachAndNothingElse)
{
    const Candidate candidate = signedUp();
    const auto lines = engine.quote(candidate.actor(), candidate.sign_up);
    ASSERT_TRUE(lines) << lines.error().message;
    const std::vector<std::pair<std::string, std::string>> manual = {
        {"00024", "普通逻辑"}, {"00018", "计算机应用基础"}, {"00031", "心理学"}, {"00144", "企业管理概论"}};
    ASSERT_EQ(lines->size(), manual.size()) << "no registration line";
    for (std::size_t i = 0; i < manual.size(); ++i) {
        EXPECT_EQ((*lines)[i].code, manual[i].first);
        EXPECT_EQ((*lines)[i].name, manual[i].second);
        EXPECT_EQ((*lines)[i].amount, Money::fen(3'500));
    }
}

TEST_P(XinjiangPayment, XJ_PAY_03_TheOrderIsTheSumOfItsLines)
{
    const Candidate candidate = ordered();
    EXPECT_EQ(order(candidate).total, Money::fen(14'000));
    EXPECT_EQ(order(candidate).lines.size(), 4u);
}

TEST_P(XinjiangPayment, XJ_PAY_04_TheButtonIsThereWhileUnpaidAndGoneWhenPaid)
{
    const Candidate candidate = signedUp();
    EXPECT_EQ(shownState(signUpOf(candidate)), "未缴费");
    EXPECT_EQ(signUpOf(candidate).definition->action("pay")->title, "点击缴费");
    EXPECT_TRUE(offersPayment(candidate));
    EXPECT_THAT(refusals(candidate.actor(), candidate.sign_up, "pay", {}), ElementsAre("<done>"));
    EXPECT_TRUE(alipay().pay(codeOf(candidate, "alipay")));
    ASSERT_TRUE(billing.refresh(order(candidate).no));
    deliver();
    EXPECT_EQ(shownState(signUpOf(candidate)), "已缴费");
    EXPECT_FALSE(offersPayment(candidate));
}

TEST_P(XinjiangPayment, XJ_PAY_05_OneCodeForAlipayAndOneForWeChatCountingFrom180Seconds)
{
    const Candidate candidate = ordered();
    const auto made = codes(candidate, "first");
    ASSERT_EQ(made.size(), 2u);
    for (const char* channel : {"alipay", "wechat"}) {
        EXPECT_FALSE(made.at(channel).qr_text.empty());
        EXPECT_EQ(made.at(channel).expires_at, clock.now() + 180s) << channel;
    }
    EXPECT_NE(made.at("alipay").qr_text, made.at("wechat").qr_text);
}

TEST_P(XinjiangPayment, XJ_PAY_06_AfterThreeMinutesACodeIsDeadAndANewOneCanBeMade)
{
    const Candidate candidate = ordered();
    const std::string first_order = order(candidate).no;
    const std::string dead = codeOf(candidate, "alipay");
    pass(175s);
    EXPECT_EQ(shownState(signUpOf(candidate)), "支付中");
    EXPECT_EQ(alipay().stateOf(dead), api::TradeState::pending) << "still to be paid";
    pass(5s);
    EXPECT_FALSE(alipay().pay(dead)) << "closed at its provider";
    pass(15s);
    EXPECT_EQ(order(candidate).state, billing::OrderState::expired);
    EXPECT_EQ(shownState(signUpOf(candidate)), "未缴费");
    EXPECT_THAT(refusals(candidate.actor(), candidate.sign_up, "pay", {}), ElementsAre("<done>"));
    EXPECT_NE(order(candidate).no, first_order);
    const std::string fresh = codeOf(candidate, "alipay");
    EXPECT_NE(fresh, dead);
    EXPECT_TRUE(alipay().pay(fresh));
    EXPECT_EQ(notified(alipay(), "alipay", fresh), 200);
    deliver();
    expectPaidOnce(candidate);
}

TEST_P(XinjiangPayment, XJ_PAY_07_ANewCodeMakesTheOlderOneVoid)
{
    const Candidate candidate = ordered();
    const auto first = codes(candidate, "first");
    clock.advance(20s);
    const auto second = codes(candidate, "second");
    for (const char* channel : {"alipay", "wechat"})
        EXPECT_NE(first.at(channel).no, second.at(channel).no);
    EXPECT_FALSE(alipay().pay(first.at("alipay").no));
    EXPECT_FALSE(wechat().pay(first.at("wechat").no));
    EXPECT_TRUE(wechat().pay(second.at("wechat").no));
    EXPECT_EQ(notified(wechat(), "wechat", second.at("wechat").no), 200);
    deliver();
    expectPaidOnce(candidate);
}

TEST_P(XinjiangPayment, XJ_PAY_07_TheOtherCodeIsVoidOnceOneWasPaid)
{
    const Candidate candidate = ordered();
    const auto both = codes(candidate, "first");
    EXPECT_TRUE(alipay().pay(both.at("alipay").no));
    EXPECT_EQ(notified(alipay(), "alipay", both.at("alipay").no), 200);
    pass(30s);
    EXPECT_FALSE(wechat().pay(both.at("wechat").no)) << "closed at its provider";
    EXPECT_EQ(billing.newCodes(order(candidate).no, "another").error().reason, "order_paid");
    expectPaidOnce(candidate);
}

TEST_P(XinjiangPayment, XJ_PAY_08_AskingTheProviderFindsAPaymentWhoseNoticeNeverCameAndBooksItOnce)
{
    const Candidate candidate = ordered();
    const std::string code = codeOf(candidate, "wechat");
    EXPECT_TRUE(wechat().pay(code));
    EXPECT_EQ(shownState(signUpOf(candidate)), "支付中") << "nobody told us";
    const auto asked = billing.refresh(order(candidate).no);
    ASSERT_TRUE(asked);
    EXPECT_TRUE(asked->sure);
    EXPECT_EQ(asked->order.state, billing::OrderState::paid);
    ASSERT_TRUE(billing.refresh(order(candidate).no)) << "pressed again";
    deliver();
    EXPECT_EQ(notified(wechat(), "wechat", code), 200) << "the notice comes after all";
    deliver();
    expectPaidOnce(candidate);
}

TEST_P(XinjiangPayment, XJ_PAY_08_WithoutAnAnswerTheButtonSaysThatNothingIsSure)
{
    const Candidate candidate = ordered();
    EXPECT_TRUE(alipay().pay(codeOf(candidate, "alipay")));
    alipay().silent = true;
    const auto asked = billing.refresh(order(candidate).no);
    ASSERT_TRUE(asked);
    EXPECT_FALSE(asked->sure);
    EXPECT_NE(asked->order.state, billing::OrderState::expired);
    alipay().silent = false;
    pass(300s);
    expectPaidOnce(candidate);
}

TEST_P(XinjiangPayment, XJ_PAY_09_WeChatAndAlipayAndNoOther)
{
    std::map<std::string, std::string> channels;
    for (const tenant::ChannelBinding& channel : tenant->profile.payment_channels)
        channels[channel.id] = channel.label + " by " + channel.plugin.plugin;
    EXPECT_EQ(channels, (std::map<std::string, std::string>{{"alipay", "支付宝 by payment-alipay"},
                                                            {"wechat", "微信 by payment-wechatpay"}}));
    EXPECT_EQ(billing.notice("unionpay", {{}, "{}"}).error().code, ErrorCode::not_found);
}

TEST_P(XinjiangPayment, DEF_GEN_10_ANoticeThatComesThriceBooksOnce)
{
    const Candidate candidate = ordered();
    const std::string code = codeOf(candidate, "alipay");
    EXPECT_TRUE(alipay().pay(code));
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(notified(alipay(), "alipay", code), 200);
        deliver();
    }
    expectPaidOnce(candidate);
    EXPECT_THAT(newestMessage(candidate), HasSubstr("140.00"));
    EXPECT_THAT(newestMessage(candidate), HasSubstr(order(candidate).no));
}

TEST_P(XinjiangPayment, DEF_GEN_10_MoneyForAnExpiredOrderGoesToTheRefundQueueAndPaysNothing)
{
    const Candidate candidate = ordered();
    const std::string late = codeOf(candidate, "alipay");
    pass(200s);
    ASSERT_EQ(order(candidate).state, billing::OrderState::expired);
    alipay().payClosed(late);
    EXPECT_EQ(notified(alipay(), "alipay", late), 200);
    deliver();
    EXPECT_EQ(shownState(signUpOf(candidate)), "未缴费");
    const auto waiting = billing.exceptions(true).value();
    ASSERT_EQ(waiting.size(), 1u);
    EXPECT_EQ(waiting[0].kind, "late");
    EXPECT_EQ(waiting[0].amount, Money::fen(14'000));
    EXPECT_TRUE(
        billing.requestRefund({waiting[0].id, waiting[0].amount, "二维码过期后支付", "finance", newId()}));
}

TEST_P(XinjiangPayment, DEF_GEN_10_TheDaysBillLeavesNoUnexplainedFen)
{
    const Candidate candidate = paid();
    const auto report = billing.reconcile("alipay", clock.today());
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->unexplained, Money::zero());
    EXPECT_EQ(report->matched, 1);
    EXPECT_EQ(report->ours, Money::fen(14'000));
    expectPaidOnce(candidate);
}
