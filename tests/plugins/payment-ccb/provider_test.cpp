#include <gmock/gmock.h>

#include "tests/plugins/payment-ccb/fixture.hpp"

using namespace zikao;
using namespace zikao::ccb;
using api::TradeState;
using testing::HasSubstr;

TEST(CcbCharge, WhatTheBankCannotTakeIsRefusedBeforeItIsAsked)
{
    Bench bench;
    for (const auto& change : std::vector<std::function<void(api::ChargeRequest&)>>{
             [](auto& r) { r.attempt_no = std::string(31, 'a'); },
             [](auto& r) { r.attempt_no = "zk-1000001"; }, [](auto& r) { r.amount = Money::zero(); },
             [](auto& r) { r.amount = Money::fen(-1); }, [](auto& r) { r.expires_at = vectors::kNow; }}) {
        api::ChargeRequest request = chargeRequest();
        change(request);
        EXPECT_EQ(bench.provider->charge(request).error().code, ErrorCode::invalid_argument);
    }
    EXPECT_TRUE(bench.transport->sent.empty());
}

TEST(CcbCharge, ARefusalLeavesTheOutcomeOpenUnlessItsCodeIsKnownToBeFinal)
{
    const std::string refusal = R"({"SUCCESS":"false","ERRCODE":"E100","ERRMSG":"order repeated"})";
    Bench bench;
    bench.answer(refusal);
    const auto open = bench.provider->charge(chargeRequest());
    EXPECT_EQ(open.error().code, ErrorCode::unavailable);
    EXPECT_EQ(open.error().reason, "E100");
    Json settings = settingsJson();
    settings["refused_codes"] = Json::array({"E100"});
    Bench sure(settings);
    sure.answer(R"({"SUCCESS":"false","ERRORCODE":"E100","ERRORMSG":"x"})");
    EXPECT_EQ(sure.provider->charge(chargeRequest()).error().code, ErrorCode::invalid_argument);
}

TEST(CcbCharge, PagesBooleansAndStrangeHostsAreToldApart)
{
    Bench bench;
    bench.answer("<html>busy</html>");
    EXPECT_EQ(bench.provider->charge(chargeRequest()).error().reason, "not_json");
    bench.answer(R"({"SUCCESS":true,"PAYURL":"https://evil.example.invalid/QR"})");
    EXPECT_EQ(bench.provider->charge(chargeRequest()).error().reason, "code_host");
    EXPECT_EQ(bench.transport->sent.size(), 2u) << "a strange host was asked";
    bench.answer(R"({"SUCCESS":true,"PAYURL":"http://ibsbjstar.ccb.com.cn/QR"})");
    EXPECT_EQ(bench.provider->charge(chargeRequest()).error().reason, "code_host") << "in the clear";
    bench.transport->answer(502, {}, "");
    EXPECT_EQ(bench.provider->charge(chargeRequest()).error().code, ErrorCode::timeout);
}

TEST(CcbQuery, APaidOrderIsFoundOnTheDayItIsFiledUnder)
{
    Bench bench;
    bench.answerRows("");
    bench.answerRows("");
    bench.answerRows(row(kNo, "184.00", '1'));
    const auto trade = bench.provider->query(kNo);
    ASSERT_TRUE(trade) << trade.error().message;
    EXPECT_EQ(trade->state, TradeState::paid);
    EXPECT_EQ(trade->amount, Money::fen(18400));
    EXPECT_EQ(trade->provider_trade_no, kNo);
    EXPECT_THAT(bench.transport->sent[0].body, HasSubstr("ORDERDATE=20260302"));
    EXPECT_THAT(bench.transport->sent[0].body, HasSubstr("KIND=0"));
    EXPECT_THAT(bench.transport->sent[2].body, HasSubstr("ORDERDATE=20260301"));
    EXPECT_THAT(bench.transport->sent[2].body, HasSubstr("KIND=1"));
    EXPECT_THAT(bench.transport->sent[2].body, HasSubstr("QUPWD=QueryPassword"));
}

TEST(CcbQuery, UncertainIsPendingAndFailedOrAnothersIsNothing)
{
    Bench bench;
    bench.answerRows(row(kNo, "184.00", '2'));
    bench.answerRows("");
    bench.answerRows("");
    EXPECT_EQ(bench.stateOf(kNo), TradeState::pending);
    bench.answerRows(row(kNo, "184.00", '0'));
    bench.answerRows("");
    bench.answerRows("");
    EXPECT_EQ(bench.stateOf(kNo), TradeState::not_created);
    bench.answerRows(row("ZK54202604000000000002", "184.00", '1'));
    bench.answerRows("");
    bench.answerRows("");
    EXPECT_EQ(bench.stateOf(kNo), TradeState::not_created) << "another order's payment was taken for ours";
}

TEST(CcbQuery, ACodeThatNobodyConfirmedIsNotTakenForUnpaid)
{
    Bench bench;
    bench.answer("<DOCUMENT><RETURN_CODE>0250E0200001</RETURN_CODE><RETURN_MSG>\xC3\xDC\xC2\xEB\xB4\xED</"
                 "RETURN_MSG></DOCUMENT>");
    const auto trade = bench.provider->query(kNo);
    ASSERT_FALSE(trade);
    EXPECT_EQ(trade.error().code, ErrorCode::unavailable);
    EXPECT_EQ(trade.error().reason, "0250E0200001");
    Json settings = settingsJson();
    settings["unknown_order_codes"] = Json::array({"0250E0200001"});
    settings["query_days"] = 1;
    Bench told(settings);
    told.answer("<DOCUMENT><RETURN_CODE>0250E0200001</RETURN_CODE></DOCUMENT>");
    EXPECT_EQ(told.stateOf(kNo), TradeState::not_created);
}

TEST(CcbQuery, AnswersThatCannotBeReadOrAreOfAnotherCounterAreNotBelieved)
{
    for (const char* body :
         {"", "<html><body>x</body></html>", "<DOCUMENT><RETURN_CODE>000000</RETURN_CODE>",
          "<!DOCTYPE a [<!ENTITY b \"c\">]><DOCUMENT><RETURN_CODE>000000</RETURN_CODE></DOCUMENT>"}) {
        Bench bench;
        bench.answer(body);
        EXPECT_EQ(bench.provider->query(kNo).error().code, ErrorCode::unavailable) << body;
    }
    for (const std::string& bad :
         {row(kNo, "184.001", '1'), row(kNo, "", '1'), std::string("<QUERYORDER></QUERYORDER>")}) {
        Bench bench;
        bench.answerRows(bad);
        EXPECT_EQ(bench.provider->query(kNo).error().code, ErrorCode::unavailable) << bad;
    }
    Bench bench;
    std::string other = row(kNo, "184.00", '1');
    other.replace(other.find("054000001"), 9, "054000002");
    bench.answerRows(other);
    EXPECT_EQ(bench.provider->query(kNo).error().code, ErrorCode::unavailable);
}

TEST(CcbClose, SaysWhatTheQuerySaysBecauseNothingCanBeClosed)
{
    Bench bench;
    bench.answerNothing();
    EXPECT_EQ(bench.provider->close(kNo)->state, TradeState::not_created);
    bench.answerRows(row(kNo, "184.00", '1'));
    EXPECT_EQ(bench.provider->close(kNo)->state, TradeState::paid);
    for (const auto& sent : bench.transport->sent)
        EXPECT_THAT(sent.body, HasSubstr("TXCODE=410408"));
}

TEST(CcbNotice, C30_APageNoticeAnotherCounterAndBrokenFormsAreRefused)
{
    Bench bench;
    const auto refusal = [&](std::string body) {
        const auto notice = bench.provider->readNotice({{}, std::move(body)}, vectors::kNow);
        return notice ? "accepted" : notice.error().reason;
    };
    const std::string good = noticeBody("server_notify_paid");
    EXPECT_EQ(refusal(good), "accepted");
    EXPECT_EQ(refusal(""), "body");
    EXPECT_EQ(refusal(good + "&ORDERID=ZK1"), "body") << "a field that stands there twice";
    EXPECT_EQ(refusal(good.substr(0, good.find("&SIGN="))), "signature");
    std::string page = good;
    page.erase(page.find("&ACC_TYPE=30"), std::string("&ACC_TYPE=30").size());
    EXPECT_EQ(refusal(page), "signature");
    std::string other = good;
    other.replace(other.find("054000001"), 9, "054000002");
    EXPECT_EQ(refusal(other), "signature");
    Json settings = settingsJson();
    settings["pos_id"] = "054000009";
    Bench another(settings);
    EXPECT_EQ(another.provider->readNotice({{}, good}, vectors::kNow).error().reason, "merchant");
    const auto settled = Settings::parse(settingsJson().dump());
    support::Pairs fields = support::formDecode(page).value();
    EXPECT_EQ(ccb::readNotice(fields, *settled).error().reason, "body") << "a signed page notice was booked";
}

TEST(CcbNotice, TheBankReadsOnlyTheConfiguredWordAsReceived)
{
    Json settings = settingsJson();
    settings["notice_answer"] = "OK";
    Bench bench(settings);
    EXPECT_EQ(bench.provider->acknowledge(true).body, "OK");
    EXPECT_EQ(bench.provider->acknowledge(true).status, 200);
    EXPECT_EQ(bench.provider->acknowledge(false).status, 500);
}

namespace {

std::string clientAnswer(const std::string& code, const std::string& info = "")
{
    return "<?xml version=\"1.0\" encoding=\"GB2312\"?><TX><RETURN_CODE>" + code + "</RETURN_CODE><TX_INFO>" +
           info + "</TX_INFO></TX>";
}

std::string refundRow(const std::string& refund_no, const std::string& amount, const char* status)
{
    return "<LIST><ORDER_NUMBER>" + kNo + "</ORDER_NUMBER><REFUND_CODE>" + refundCode(refund_no) +
           "</REFUND_CODE><REFUND_AMOUNT>" + amount + "</REFUND_AMOUNT><STATUS>" + status +
           "</STATUS></LIST>";
}

const api::RefundRequest kRefund{kNo, "rf1", Money::fen(18400), Money::fen(3600), "疫情"};

} // namespace

TEST(CcbRefund, WithoutABankClientItIsRefusedForADesk)
{
    Bench bench;
    const auto refund = bench.provider->refund(kRefund);
    EXPECT_EQ(refund.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(refund.error().reason, "refund_by_hand");
    EXPECT_TRUE(bench.transport->sent.empty());
}

TEST(CcbRefund, MadeByHandItStaysAtWorkUntilTheBillSaysSo)
{
    Json settings = settingsJson();
    settings["refund_by_hand"] = true;
    Bench bench(settings);
    EXPECT_EQ(bench.provider->refund(kRefund)->state, api::RefundState::processing);
    EXPECT_EQ(bench.provider->queryRefund(kNo, "rf1")->state, api::RefundState::processing);
    EXPECT_TRUE(bench.transport->sent.empty());
    settings.update(withBankClient());
    EXPECT_FALSE(Settings::parse(settings.dump())) << "by hand and by the client";
}

TEST(CcbRefund, IsLookedForFirstAndThenMadeOnce)
{
    Bench bench(withBankClient());
    bench.answer(clientAnswer("000000"));
    bench.answer(clientAnswer("000000"));
    bench.answer(clientAnswer("000000"));
    const auto made = bench.provider->refund(kRefund);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->state, api::RefundState::succeeded);
    EXPECT_EQ(made->amount, Money::fen(3600));
    EXPECT_THAT(bench.transport->sent[2].body, HasSubstr("<TX_CODE>5W1004</TX_CODE>"));
    EXPECT_THAT(bench.transport->sent[2].body, HasSubstr("<MONEY>36.00</MONEY>"));
    EXPECT_THAT(bench.transport->sent[2].body, HasSubstr("<PASSWORD>Pass&amp;Word</PASSWORD>"));
    bench.answer(clientAnswer("000000", refundRow("rf1", "36.00", "1")));
    EXPECT_TRUE(bench.provider->refund(kRefund));
    EXPECT_EQ(bench.transport->sent.size(), 4u) << "the same refund was ordered again";
    bench.answer(clientAnswer("000000", refundRow("rf1", "35.00", "1")));
    EXPECT_EQ(bench.provider->refund(kRefund).error().code, ErrorCode::invalid_argument);
}

TEST(CcbRefund, ARefusalIsFinalOnlyWhenTheBankDoesNotKnowTheRefund)
{
    Bench bench(withBankClient());
    for (const char* code : {"000000", "000000", "E999", "000000", "000000"})
        bench.answer(clientAnswer(code));
    EXPECT_EQ(bench.provider->refund(kRefund).error().code, ErrorCode::invalid_argument);
    bench.answer(clientAnswer("000000"));
    bench.answer(clientAnswer("000000"));
    bench.answer(clientAnswer("E999"));
    bench.answer(clientAnswer("000000", refundRow("rf1", "36.00", "2")));
    const auto working = bench.provider->refund(kRefund);
    ASSERT_TRUE(working) << working.error().message;
    EXPECT_EQ(working->state, api::RefundState::processing);
    bench.answer(clientAnswer("E998"));
    EXPECT_EQ(bench.provider->queryRefund(kNo, "rf1").error().code, ErrorCode::unavailable);
}

TEST(CcbBill, HoldsEveryPageOfPaymentsAndRefundsThatWentThrough)
{
    Bench bench;
    EXPECT_EQ(bench.provider->bill(Date{2026, 3, 2}).error().code, ErrorCode::not_found);
    bench.answerRows(row(kNo, "184.00", '1') + row("ZK54202604000000000002", "76.00", '0'), 2);
    bench.answerRows(row("ZK54202604000000000003", "0.07", '1'), 2);
    bench.answerRows(row(kNo, "184.00", '1', "<REFUND>36.00</REFUND>"));
    const auto bill = bench.provider->bill(Date{2026, 3, 1});
    ASSERT_TRUE(bill) << bill.error().message;
    ASSERT_EQ(bill->size(), 3u);
    EXPECT_EQ((*bill)[0].amount, Money::fen(18400));
    EXPECT_EQ((*bill)[1].amount, Money::fen(7));
    EXPECT_EQ((*bill)[2].kind, api::BillRow::Kind::refund);
    EXPECT_EQ((*bill)[2].amount, Money::fen(3600));
    EXPECT_EQ((*bill)[2].attempt_no, kNo);
    EXPECT_THAT(bench.transport->sent[1].body, HasSubstr("PAGE=2"));
    EXPECT_THAT(bench.transport->sent[2].body, HasSubstr("TYPE=1"));
}

TEST(CcbXml, OnlyTheLittleTheBankWritesIsRead)
{
    const auto read = parseXml("<?xml version=\"1.0\"?>\n<A><B> x &amp; y </B><C/><B>2</B></A>\n");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->textOf("B"), "x & y");
    EXPECT_EQ(read->children.size(), 3u);
    for (const char* bad :
         {"", "x", "<A>", "<A></B>", "<A b=\"1\"></A>", "<A>&b;</A>", "<A><!-- x --></A>", "<A/><B/>",
          "<A><![CDATA[x]]></A>", "<A><B><C><D><E><F><G><H><I/></H></G></F></E></D></C></B></A>"})
        EXPECT_FALSE(parseXml(bad)) << bad;
    EXPECT_EQ(xmlText("<a & 'b'>"), "&lt;a &amp; &apos;b&apos;&gt;");
}
