#include "tests/plugins/payment-alipay/fixture.hpp"

#include "plugins/payment-alipay/messages.hpp"
#include "plugins/payment-alipay/signature.hpp"
#include "tests/support/mutants.hpp"

using namespace zikao;
using namespace zikao::alipay;
using vectors::text;

namespace {

Json tradeObject(const std::string& status, bool took_money)
{
    Json object{{"code", "10000"},
                {"msg", "Success"},
                {"out_trade_no", kNo},
                {"trade_no", "2026"},
                {"trade_status", status},
                {"total_amount", "184.00"},
                {"buyer_pay_amount", "180.00"}};
    if (took_money)
        object["send_pay_date"] = "2026-03-02 10:54:02";
    return object;
}

Json refusal(const std::string& code, const std::string& sub_code)
{
    return {{"code", code}, {"msg", "Business Failed"}, {"sub_code", sub_code}, {"sub_msg", "…"}};
}

api::RefundRequest refundRequest()
{
    return {kNo, "ZKR1", Money::fen(18400), Money::fen(3600), "课程停考退费", ""};
}

std::string signedForm(support::Pairs params)
{
    const auto key = support::PrivateKey::parse(vectors::file("keys/alipay_platform_private.pem"));
    params.emplace_back("sign", key->sign(noticeText(params)).value());
    return support::formEncode(params);
}

support::Pairs noticeParams()
{
    support::Pairs params;
    for (const auto& [name, value] : vectorOf("notify_paid").at("params").items())
        params.emplace_back(name, value.get<std::string>());
    return params;
}

void put(support::Pairs& params, const std::string& name, const std::string& value)
{
    std::erase_if(params, [&](const auto& pair) { return pair.first == name; });
    if (!value.empty())
        params.emplace_back(name, value);
}

constexpr const char* kQuery = "alipay.trade.query";

} // namespace

TEST(Alipay, ACodeIsAskedForInYuanWithTheLastMomentInBeijingTime)
{
    Bench bench;
    bench.answer("precreate_response");
    ASSERT_TRUE(bench.provider->charge(chargeRequest()));
    const auto& sent = bench.transport->sent.at(0);
    const auto form = support::formDecode(sent.body);
    const Json content = Json::parse(support::valueOf(*form, "biz_content"));
    EXPECT_EQ(content.at("total_amount"), "184.00");
    EXPECT_EQ(content.at("time_expire"), "2026-03-02 10:56:20");
    EXPECT_EQ(content.at("qr_code_timeout_express"), "3m");
    EXPECT_EQ(content.at("out_trade_no"), kNo);
    EXPECT_EQ(sent.method, "POST");
    EXPECT_NE(sent.url.find("notify_url=https%3A%2F%2Fpay.example.invalid%2Fnotify%2Falipay%2F65"),
              std::string::npos);
    EXPECT_EQ(sent.url.find("biz_content"), std::string::npos);
}

TEST(Alipay, TheLifeOfTheCodeIsRoundedUpToMinutesAndCapped)
{
    const auto minutes = [](std::chrono::seconds life) {
        auto request = chargeRequest();
        request.expires_at = vectors::kNow + life;
        return precreateContent(request, "P", vectors::kNow).at("qr_code_timeout_express").get<std::string>();
    };
    EXPECT_EQ(minutes(std::chrono::seconds{1}), "1m");
    EXPECT_EQ(minutes(std::chrono::seconds{60}), "1m");
    EXPECT_EQ(minutes(std::chrono::seconds{61}), "2m");
    EXPECT_EQ(minutes(std::chrono::hours{5}), "120m");
}

TEST(Alipay, EveryStateOfATradeHasItsMeaning)
{
    const std::tuple<const char*, bool, api::TradeState> kStates[] = {
        {"WAIT_BUYER_PAY", false, api::TradeState::pending},
        {"TRADE_SUCCESS", true, api::TradeState::paid},
        {"TRADE_FINISHED", true, api::TradeState::paid},
        {"TRADE_CLOSED", false, api::TradeState::closed},
        {"TRADE_CLOSED", true, api::TradeState::paid}};
    for (const auto& [status, took_money, state] : kStates) {
        Bench bench;
        bench.answerSigned(kQuery, tradeObject(status, took_money));
        const auto trade = bench.provider->query(kNo);
        ASSERT_TRUE(trade) << status;
        EXPECT_EQ(trade->state, state) << status << took_money;
        EXPECT_EQ(trade->amount, Money::fen(18400));
    }
    Bench bench;
    bench.answerSigned(kQuery, tradeObject("TRADE_PENDING", false));
    EXPECT_EQ(bench.provider->query(kNo).error().code, ErrorCode::unavailable);
}

TEST(Alipay, AnAnswerThatIsUnsignedRepeatedOrAnothersIsNotBelieved)
{
    Bench bench;
    const std::string paid = tradeObject("TRADE_SUCCESS", true).dump();
    bench.transport->answer(200, {}, "{\"alipay_trade_query_response\":" + paid + "}");
    EXPECT_EQ(bench.provider->query(kNo).error().reason, "signature");
    const std::string body = text(vectorOf("query_response_not_exist"), "body");
    bench.transport->answer(200, {}, "{\"alipay_trade_query_response\":" + paid + "," + body.substr(1));
    EXPECT_EQ(bench.provider->query(kNo).error().code, ErrorCode::unavailable)
        << "two objects of the same name";
    bench.answerSigned(kQuery, tradeObject("TRADE_SUCCESS", true));
    EXPECT_EQ(bench.provider->query("ZK65202604000000000002").error().code, ErrorCode::unavailable);
    bench.answer("close_response");
    EXPECT_EQ(bench.provider->query(kNo).error().code, ErrorCode::unavailable)
        << "the answer of another method";
    for (const char* text :
         {"", "{", "[]", "null", "<html>", R"({"alipay_trade_query_response":"x","sign":"y"})",
          R"({"alipay_trade_query_response":{"a":"}"},"sign":"y"})"}) {
        bench.transport->answer(200, {}, text);
        EXPECT_EQ(bench.provider->query(kNo).error().code, ErrorCode::unavailable) << text;
    }
}

TEST(Alipay, TheSignedTextIsCutOutEvenWithBracesAndQuotesInside)
{
    const std::string object = R"({"a":"} \" {","b":{"c":"\\"}})";
    const std::string whole = "{ \"x_response\" : " + object + " , \"sign\":\"s\" }";
    const auto raw = splitAnswer(whole, "x_response");
    ASSERT_TRUE(raw) << raw.error().message;
    EXPECT_EQ(raw->object, object);
    EXPECT_EQ(raw->sign, "s");
}

TEST(Alipay, AGatewayErrorIsAConfigurationMatterNotAnAnswer)
{
    Bench bench;
    bench.transport->answer(
        200, {}, R"({"error_response":{"code":"40002","msg":"Invalid","sub_code":"isv.invalid-signature"}})");
    const auto trade = bench.provider->query(kNo);
    EXPECT_EQ(trade.error().code, ErrorCode::unavailable);
    EXPECT_EQ(trade.error().reason, "isv.invalid-signature");
    bench.transport->answer(200, {},
                            R"({"error_response":{"code":"40004","sub_code":"ACQ.TRADE_NOT_EXIST"}})");
    EXPECT_FALSE(bench.provider->query(kNo)) << "an unsigned 'does not exist' proves nothing";
}

TEST(Alipay, ClosingAsksFirstAndAskAgainWhenRefusedOrUnheard)
{
    Bench bench;
    bench.answerSigned(kQuery, tradeObject("TRADE_SUCCESS", true));
    EXPECT_EQ(bench.provider->close(kNo)->state, api::TradeState::paid);
    EXPECT_EQ(bench.transport->sent.size(), 1u);
    bench.answerSigned(kQuery, tradeObject("WAIT_BUYER_PAY", false));
    bench.answerSigned("alipay.trade.close", refusal("40004", "ACQ.TRADE_STATUS_ERROR"));
    bench.answerSigned(kQuery, tradeObject("TRADE_SUCCESS", true));
    EXPECT_EQ(bench.provider->close(kNo)->state, api::TradeState::paid) << "the payer was faster";
    bench.answerSigned(kQuery, tradeObject("WAIT_BUYER_PAY", false));
    bench.transport->answer(fail(ErrorCode::timeout, "lost"));
    bench.answerSigned(kQuery, tradeObject("WAIT_BUYER_PAY", false));
    EXPECT_EQ(bench.provider->close(kNo)->state, api::TradeState::pending) << "never closed on hope";
}

TEST(Alipay, ARepeatedRefundIsAskedForInsteadOfBeingCalledFailed)
{
    Bench bench;
    bench.answerSigned("alipay.trade.refund",
                       {{"code", "10000"}, {"fund_change", "N"}, {"refund_fee", "36.00"}});
    bench.answerSigned("alipay.trade.fastpay.refund.query", {{"code", "10000"},
                                                             {"out_request_no", "ZKR1"},
                                                             {"refund_amount", "36.00"},
                                                             {"refund_status", "REFUND_SUCCESS"}});
    const auto refund = bench.provider->refund(refundRequest());
    EXPECT_EQ(refund->state, api::RefundState::succeeded);
    EXPECT_EQ(refund->amount, Money::fen(3600));
    bench.answerSigned("alipay.trade.fastpay.refund.query", {{"code", "10000"}, {"msg", "Success"}});
    EXPECT_EQ(bench.provider->queryRefund(kNo, "ZKR1")->state, api::RefundState::unknown)
        << "success without REFUND_SUCCESS proves nothing";
}

TEST(Alipay, ARefundSendsItsAmountAsTextAndAlwaysItsOwnNumber)
{
    Bench bench;
    bench.answer("refund_response");
    ASSERT_TRUE(bench.provider->refund(refundRequest()));
    const auto form = support::formDecode(bench.transport->sent.at(0).body);
    const Json content = Json::parse(support::valueOf(*form, "biz_content"));
    EXPECT_EQ(content.at("refund_amount"), "36.00");
    EXPECT_EQ(content.at("out_request_no"), "ZKR1");
    auto request = refundRequest();
    request.amount = Money::fen(18401);
    EXPECT_EQ(bench.provider->refund(request).error().code, ErrorCode::invalid_argument);
}

TEST(Alipay, RefusalsTellWhetherTheOutcomeIsKnown)
{
    const std::tuple<const char*, const char*, ErrorCode> kRefusals[] = {
        {"20000", "isp.unknow-error", ErrorCode::timeout},
        {"40004", "ACQ.SYSTEM_ERROR", ErrorCode::timeout},
        {"40004", "ACQ.SELLER_BALANCE_NOT_ENOUGH", ErrorCode::invalid_argument},
        {"40004", "ACQ.TRADE_HAS_FINISHED", ErrorCode::invalid_argument},
        {"40006", "isv.insufficient-isv-permissions", ErrorCode::unavailable}};
    for (const auto& [code, sub_code, meaning] : kRefusals) {
        Bench bench;
        bench.answerSigned("alipay.trade.refund", refusal(code, sub_code));
        const auto refund = bench.provider->refund(refundRequest());
        EXPECT_EQ(refund.error().code, meaning) << sub_code;
        EXPECT_EQ(refund.error().reason, sub_code);
    }
    Bench bench;
    bench.transport->answer(502, {}, "<html>");
    EXPECT_EQ(bench.provider->refund(refundRequest()).error().code, ErrorCode::timeout);
}

TEST(Alipay, ANoticeForAnotherSellerIsForbidden)
{
    Bench bench;
    support::Pairs params = noticeParams();
    EXPECT_TRUE(bench.provider->readNotice({{}, signedForm(params)}, vectors::kNow))
        << "the positive control";
    put(params, "seller_id", "2088102146225136");
    EXPECT_EQ(bench.provider->readNotice({{}, signedForm(params)}, vectors::kNow).error().reason, "merchant");
}

TEST(Alipay, ANoticeOlderThanTheProvidersRepetitionsIsForbidden)
{
    Bench bench;
    const std::string body = signedForm(noticeParams());
    EXPECT_TRUE(bench.provider->readNotice({{}, body}, vectors::kNow + std::chrono::hours{25}));
    EXPECT_EQ(bench.provider->readNotice({{}, body}, vectors::kNow + std::chrono::hours{27}).error().reason,
              "timestamp");
    EXPECT_EQ(bench.provider->readNotice({{}, body}, vectors::kNow - std::chrono::hours{1}).error().reason,
              "timestamp");
}

TEST(Alipay, ANoticeWithRefundFieldsIsNeverAPayment)
{
    for (const auto& [name, value] :
         {std::pair{"refund_fee", "184.00"}, std::pair{"gmt_refund", "2026-03-02 12:00:00"}}) {
        Bench bench;
        support::Pairs params = noticeParams();
        put(params, name, value);
        put(params, "out_biz_no", "ZKR1");
        const auto notice = bench.provider->readNotice({{}, signedForm(params)}, vectors::kNow);
        ASSERT_TRUE(notice) << notice.error().message;
        EXPECT_EQ(notice->kind, api::Notice::Kind::refund) << name;
    }
}

TEST(Alipay, ANoticeThatKeepsItsSignTypeInTheTextIsAccepted)
{
    Bench bench;
    support::Pairs params = noticeParams();
    const auto key = support::PrivateKey::parse(vectors::file("keys/alipay_platform_private.pem"));
    params.emplace_back("sign", key->sign(requestText(params)).value());
    EXPECT_TRUE(bench.provider->readNotice({{}, support::formEncode(params)}, vectors::kNow));
}

TEST(Alipay, ANoticeWithARepeatedFieldIsForbidden)
{
    Bench bench;
    const std::string body = text(vectorOf("notify_paid"), "body");
    EXPECT_EQ(bench.provider->readNotice({{}, body + "&total_amount=1.00"}, vectors::kNow).error().reason,
              "body");
    for (const char* bad : {"", "x", "sign_type=RSA2", "sign_type=RSA&sign=AAAA"})
        EXPECT_EQ(bench.provider->readNotice({{}, bad}, vectors::kNow).error().code, ErrorCode::forbidden)
            << bad;
}

TEST(Alipay, ABillIsFetchedFromKnownHostsOnly)
{
    Bench bench;
    const std::string method = "alipay.data.dataservice.bill.downloadurl.query";
    for (const char* url :
         {"http://evil.invalid/x", "http://dwbillcenter.alipay.com.evil.invalid/x", "file:///etc/x"}) {
        bench.answerSigned(method, {{"code", "10000"}, {"bill_download_url", url}});
        EXPECT_EQ(bench.provider->bill(Date{2026, 3, 1}).error().code, ErrorCode::unavailable) << url;
    }
    for (const auto& request : bench.transport->sent)
        EXPECT_TRUE(request.url.starts_with("https://openapi.alipay.com/gateway.do?"));
    bench.answerSigned(method, refusal("40004", "isp.bill_not_exist"));
    EXPECT_EQ(bench.provider->bill(Date{2026, 3, 1}).error().code, ErrorCode::not_found);
    EXPECT_EQ(bench.provider->bill(Date{2026, 3, 2}).error().code, ErrorCode::not_found)
        << "today is not over";
}

TEST(Alipay, ABillThatIsNotWhatItShouldBeIsCorrupt)
{
    const std::string method = "alipay.data.dataservice.bill.downloadurl.query";
    const Json found{{"code", "10000"}, {"bill_download_url", "http://dwbillcenter.alipay.com/x"}};
    Bench bench;
    for (const std::string& bytes :
         {std::string("not a zip"), vectors::file("files/alipay_bill_20260302.zip").substr(0, 700)}) {
        bench.answerSigned(method, found);
        bench.transport->answer(200, {}, bytes);
        EXPECT_EQ(bench.provider->bill(Date{2026, 3, 1}).error().code, ErrorCode::corrupt);
    }
    const std::string header = "支付宝交易号,商户订单号,业务类型,订单金额（元）,退款批次号/请求号\n";
    EXPECT_EQ(readBill(header + "1\t,ZK1,退款,-36.00,R1\n")->at(0).amount, Money::fen(3600));
    EXPECT_EQ(readBill(header + "1,ZK1,退款,36.00,R1\n").error().code, ErrorCode::corrupt)
        << "a refund adds nothing";
    EXPECT_EQ(readBill(header + "1,ZK1,交易,1.005,\n").error().code, ErrorCode::corrupt);
    EXPECT_EQ(readBill(header + "1,ZK1,退款,-36.00,\n").error().code, ErrorCode::corrupt);
    EXPECT_EQ(readBill("a,b\n1,2\n").error().code, ErrorCode::corrupt);
}

TEST(Alipay, C28_ANoticeOfWhateverBytesIsNeverBelieved)
{
    const Bench bench;
    const std::string right = signedForm(noticeParams());
    const auto believed = bench.provider->readNotice({{}, right}, vectors::kNow);
    ASSERT_TRUE(believed);
    test::Mutants mutants(right);
    for (int i = 0; i < 3'000; ++i) {
        const std::string body = mutants.next();
        const auto notice = bench.provider->readNotice({{}, body}, vectors::kNow);
        // Another spelling of the same form is the same notice; no other one is.
        ASSERT_TRUE(!notice || notice->trade.attempt_no == believed->trade.attempt_no) << body;
        ASSERT_TRUE(!notice || notice->trade.amount == believed->trade.amount) << body;
    }
}
