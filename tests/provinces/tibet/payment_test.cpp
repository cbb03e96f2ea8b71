#include "tests/provinces/tibet/journey.hpp"

using namespace zikao;
using namespace zikao::test;
using namespace zikao::test::tibet;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace {

class TibetPayment : public tibet::Journey
{
protected:
    std::vector<std::string> pressed(const Candidate& candidate)
    {
        return did(candidate, candidate.sign_up, "pay");
    }
    void expectSound()
    {
        EXPECT_THAT(billing::check(*tenant->database, tenant->vault.get()).value(), IsEmpty());
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(TibetPayment);

TEST_P(TibetPayment, XZ_PAY_01_XZ_PAY_02_TenNoticesAndSevenColumnsStandInTheProfile)
{
    EXPECT_EQ(tenant->profile.raw["payment_notices"].size(), 10u);
    std::vector<std::string> columns;
    for (const Json& column : tenant->profile.raw["payment_columns"])
        columns.push_back(column["title"]);
    EXPECT_THAT(columns,
                ElementsAre("序号", "报考课程", "课程代码", "报考费用", "是否付款", "订单时间", "备注"));
}

TEST_P(TibetPayment, XZ_PAY_03_TheRegistrationFeeComesFirstThenALinePerCourse)
{
    const Candidate four = signedUp(1);
    const auto lines = engine.quote(four.actor(), four.sign_up).value();
    ASSERT_EQ(lines.size(), 5u);
    EXPECT_EQ(lines[0].name, "报名费");
    EXPECT_EQ(lines[0].amount, Money::fen(4'000));
    Money total;
    for (const billing::Line& line : lines)
        total += line.amount;
    EXPECT_EQ(total, Money::fen(18'400));
    EXPECT_EQ(lines[1].code + lines[1].name, "00018计算机应用基础");
    Json single = choice();
    single["courses"] = courses({{1, "00018"}});
    const Candidate one = signedUp(2, single);
    EXPECT_THAT(pressed(one), ElementsAre("<done>"));
    EXPECT_EQ(order(one).total, Money::fen(7'600));
}

TEST_P(TibetPayment, XZ_PAY_04_XZ_PAY_05_TheTotalNamesTheFourThingsAndTheOrderItsTimeToTheSecond)
{
    std::vector<std::string> labels;
    for (const Json& total : tenant->profile.raw["payment_totals"])
        labels.push_back(total["label"]);
    EXPECT_THAT(labels, ElementsAre("考生姓名", "准考证号", "报考", "需缴费用"));
    const Candidate candidate = ordered();
    EXPECT_EQ(beijingText(order(candidate).created_at), beijingText(clock.now()));
    EXPECT_EQ(beijingText(order(candidate).created_at).size(), std::string("2023-09-17 17:39:35").size());
    EXPECT_EQ(tenant->profile.raw["payment_words"]["unpaid"], "未缴费");
}

TEST_P(TibetPayment, XZ_PAY_14_ATransferBesideThePageMatchesNoOrderByItself)
{
    const Candidate candidate = ordered();
    static_cast<void>(code(candidate));
    static_cast<void>(bank().payStray("a-transfer-to-the-account", Money::fen(18'400)));
    EXPECT_EQ(billing.notice("ccb", bank().paymentNotice("a-transfer-to-the-account"))->status, 200);
    deliver();
    EXPECT_EQ(shownState(candidate, candidate.sign_up), "缴费中");
    const auto stray = billing.exceptions(true).value();
    ASSERT_EQ(stray.size(), 1u) << "staff see it; the candidate has no way to claim it";
    EXPECT_EQ(stray.front().kind, "unknown_order");
    EXPECT_THAT(offered(candidate.actor(), candidate.sign_up), IsEmpty());
}

TEST_P(TibetPayment, XZ_PAY_16_TheHintNamesTheThreeBrowsers)
{
    const std::string hint = tenant->profile.raw["payment_words"]["browser_hint"];
    for (const char* browser : {"360浏览器（极速模式）", "谷歌浏览器", "火狐浏览器"})
        EXPECT_THAT(hint, HasSubstr(browser));
}

TEST_P(TibetPayment, XZ_PAY_06_NothingIsPaidBeforeTheButtonWasPressed)
{
    const Candidate candidate = signedUp();
    EXPECT_FALSE(billing.newestOrderOfCase(candidate.sign_up).value());
    EXPECT_EQ(view(candidate.actor(), candidate.sign_up).definition->action("pay")->title, "在线缴费");
    EXPECT_THAT(tenant->profile.raw["payment_words"]["confirm_text"].get<std::string>(),
                HasSubstr("请千万不要关闭支付窗口与浏览器"));
}

TEST_P(TibetPayment, XZ_PAY_07_OneCodeServesWeChatAndTheBanksApp)
{
    ASSERT_EQ(tenant->profile.payment_channels.size(), 1u);
    EXPECT_EQ(tenant->profile.payment_channels[0].plugin.plugin, "payment-ccb");
    const Candidate candidate = ordered();
    EXPECT_FALSE(code(candidate).qr_text.empty());
}

TEST_P(TibetPayment, XZ_PAY_08_XZ_SGN_07_StatesChangeOnlyOnceTheBankConfirmed)
{
    const Candidate candidate = ordered();
    EXPECT_EQ(shownState(candidate, candidate.sign_up), "缴费中");
    EXPECT_TRUE(bank().pay(code(candidate).no));
    EXPECT_EQ(shownState(candidate, candidate.sign_up), "缴费中") << "nobody told us yet";
    noticeOf(candidate);
    EXPECT_EQ(shownState(candidate, candidate.sign_up), "已缴费");
    EXPECT_EQ(order(candidate).state, billing::OrderState::paid);
    EXPECT_THAT(newestMessage(candidate), HasSubstr("184.00"));
    expectSound();
}

TEST_P(TibetPayment, XZ_PAY_08_TheSameNoticeTwiceAndAForgedOneChangeNothing)
{
    const Candidate candidate = ordered();
    const std::string no = code(candidate).no;
    api::RawNotice forged = [&] {
        EXPECT_TRUE(bank().pay(no));
        return bank().paymentNotice(no);
    }();
    const api::RawNotice genuine = forged;
    forged.body.replace(forged.body.find("genuine"), 7, "painted");
    static_cast<void>(billing.notice("ccb", forged));
    deliver();
    EXPECT_EQ(shownState(candidate, candidate.sign_up), "缴费中");
    for (int times = 0; times < 2; ++times)
        EXPECT_EQ(billing.notice("ccb", genuine)->status, 200);
    deliver();
    int paid_times = 0;
    for (const cases::Event& event : view(candidate.actor(), candidate.sign_up).history)
        paid_times += event.action == "paid";
    EXPECT_EQ(paid_times, 1);
    expectSound();
}

TEST_P(TibetPayment, XZ_PAY_09_WhileTheRequestIsOpenCoursesCanNeitherBeAddedNorRemoved)
{
    const Candidate candidate = ordered();
    cases::Input typed = input(candidate.actor(), candidate.sign_up, {});
    typed.fields = {{"courses", courses({{1, "00018"}})}};
    EXPECT_EQ(engine.saveDraft(candidate.actor(), candidate.sign_up, typed).error().reason, "case_locked");
    EXPECT_THAT(did(candidate, candidate.sign_up, "submit", {choice()}), ElementsAre("action_not_offered"));
    EXPECT_THAT(saidOfState(candidate, candidate.sign_up), HasSubstr("缴费期间不能添加和删除课程"))
        << "网上缴费须知 4 says why";
}

TEST_P(TibetPayment, XZ_PAY_10_XZ_PAY_11_AtThirtyMinutesTheOrderIsVoidAndANewOneIsAllowed)
{
    const Candidate candidate = ordered();
    const std::string first = order(candidate).no;
    EXPECT_EQ(order(candidate).expires_at, clock.now() + 30min);
    clock.advance(30min - 1s);
    deliver();
    EXPECT_THAT(pressed(candidate), ElementsAre("action_not_offered")) << "before 30 minutes";
    clock.advance(1s);
    pass(15s);
    EXPECT_EQ(order(candidate).state, billing::OrderState::expired);
    EXPECT_EQ(shownState(candidate, candidate.sign_up), "订单作废");
    EXPECT_THAT(pressed(candidate), ElementsAre("<done>"));
    EXPECT_NE(order(candidate).no, first);
    expectSound();
}

TEST_P(TibetPayment, XZ_PAY_11_XZ_PAY_18_AfterTheResetCoursesAreChosenAnew)
{
    const Candidate candidate = ordered();
    clock.advance(30min);
    pass(15s);
    ASSERT_EQ(shownState(candidate, candidate.sign_up), "订单作废");
    EXPECT_THAT(did(candidate, candidate.sign_up, "reset"), ElementsAre("<done>"));
    Json fewer = choice();
    fewer["courses"] = courses({{1, "00018"}});
    EXPECT_THAT(did(candidate, candidate.sign_up, "submit", {fewer}), ElementsAre("<done>"));
    EXPECT_THAT(pressed(candidate), ElementsAre("<done>"));
    EXPECT_EQ(order(candidate).total, Money::fen(7'600));
    EXPECT_EQ(storedSignUp(candidate).courses.size(), 1u);
}

TEST_P(TibetPayment, XZ_PAY_10_XZ_SGN_04_AnOrderOfTheLastSecondMayStillBePaidInItsHalfHour)
{
    const Candidate candidate = signedUp();
    clock.set(sitting.pay_until + -1s);
    EXPECT_THAT(pressed(candidate), ElementsAre("<done>")) << "23:59:59 of the last day";
    clock.advance(10min);
    deliver();
    EXPECT_EQ(shownState(candidate, candidate.sign_up), "缴费中");
    EXPECT_TRUE(bank().pay(code(candidate).no));
    noticeOf(candidate);
    EXPECT_EQ(shownState(candidate, candidate.sign_up), "已缴费");
}

TEST_P(TibetPayment, XZ_PAY_15_AnOrderThatOutlivesTheDeadlineUnpaidIsGivenUp)
{
    const Candidate candidate = signedUp();
    clock.set(sitting.pay_until + -1s);
    EXPECT_THAT(pressed(candidate), ElementsAre("<done>"));
    clock.advance(30min);
    pass(20s);
    EXPECT_EQ(shownState(candidate, candidate.sign_up), "放弃");
    EXPECT_EQ(storedSignUp(candidate).state, "void");
}

TEST_P(TibetPayment, XZ_PAY_12_AfterThePaymentNothingIsOffered)
{
    const Candidate candidate = paid();
    EXPECT_THAT(offered(candidate.actor(), candidate.sign_up), IsEmpty());
}

TEST_P(TibetPayment, XZ_PAY_13_OnlyTheReasonOfTheManualGivesMoneyBack)
{
    EXPECT_EQ(tenant->profile.raw["refund_reasons"], Json::array({"疫情"}));
}

TEST_P(TibetPayment, XZ_PAY_20_FeesAreDataAndChangeWithTheDay)
{
    const Candidate early = signedUp(1), late = signedUp(2);
    const Date today = clock.today(), next = today.plusDays(1);
    const auto imported =
        catalog.import("fees", "id,name,amount_fen,effective_from,effective_to\n"
                               "registration,报名费,4000,2021-01-01," +
                                   today.text() + "\n" + "registration,报名费,5000," + next.text() + ",\n" +
                                   "theory_exam,报考费,3600,2021-01-01," + today.text() + "\n" +
                                   "theory_exam,报考费,4000," + next.text() + ",\n");
    ASSERT_TRUE(imported) << imported.error().message;
    clock.set(beijingInstant(next) + -1s);
    EXPECT_THAT(pressed(early), ElementsAre("<done>"));
    EXPECT_EQ(order(early).total, Money::fen(4'000 + 4 * 3'600)) << "23:59:59 of the last day";
    clock.set(beijingInstant(next));
    EXPECT_THAT(pressed(late), ElementsAre("<done>"));
    EXPECT_EQ(order(late).total, Money::fen(5'000 + 4 * 4'000));
    EXPECT_EQ(order(early).total, Money::fen(4'000 + 4 * 3'600)) << "an open order keeps its sum";
}

TEST_P(TibetPayment, XZ_PAY_20_NothingIsGuessedWhereNoFeeHolds)
{
    const Candidate candidate = signedUp();
    ASSERT_TRUE(
        catalog.import("fees", "id,name,amount_fen,effective_from\ntheory_exam,报考费,3600,2021-01-01\n"));
    EXPECT_FALSE(engine.quote(candidate.actor(), candidate.sign_up));
    EXPECT_THAT(pressed(candidate), Not(ElementsAre("<done>")));
    EXPECT_FALSE(billing.newestOrderOfCase(candidate.sign_up).value());
}

TEST_P(TibetPayment, XZ_PAY_21_XZ_PAY_19_TheStateIsRightAfterAFreshLogIn)
{
    const Candidate candidate = paid();
    const auto seen = view(candidate.later(), candidate.sign_up);
    EXPECT_EQ(seen.definition->states.at(seen.record.state).title, "已缴费");
    EXPECT_EQ(billing.newestOrderOfCase(candidate.sign_up).value()->state, billing::OrderState::paid);
}

TEST_P(TibetPayment, XZ_PAY_17_APaidOrderWhoseNoticeNeverCameIsFoundWithinMinutes)
{
    const Candidate candidate = ordered();
    EXPECT_TRUE(bank().pay(code(candidate).no));
    pass(2min);
    EXPECT_EQ(shownState(candidate, candidate.sign_up), "已缴费");
}
