#include "tests/plugins/payment-alipay/fixture.hpp"

#include "plugins/payment-alipay/messages.hpp"
#include "plugins/payment-alipay/signature.hpp"

using namespace zikao;
using namespace zikao::alipay;
using vectors::text;

namespace {

/// Parameters in the order in which they were sent: the JSON reader sorts, so the order is taken from
/// `encoded`.
support::Pairs paramsOf(const Json& item)
{
    auto params = support::formDecode(text(item, "encoded"));
    EXPECT_TRUE(params);
    EXPECT_EQ(support::valueOf(*params, "sign"), text(item, "sign"));
    for (const auto& [name, value] : item.at("params").items())
        EXPECT_EQ(support::valueOf(*params, name), value.get<std::string>());
    std::erase_if(*params, [](const auto& pair) { return pair.first == "sign"; });
    return *params;
}

/// The string, the signature and the encoded form are the published ones, and our client builds the same
/// parameters.
void expectSigned(const std::string& id, bool certificates = false)
{
    const Json& item = vectorOf(id);
    support::Pairs params = paramsOf(item);
    EXPECT_EQ(requestText(params), text(item, "string_to_sign"));
    const auto settings = Settings::parse(settingsJson(certificates).dump(), vectors::kNow);
    const std::string sign = settings->app_key.sign(requestText(params)).value();
    EXPECT_EQ(sign, text(item, "sign"));
    params.emplace_back("sign", sign);
    EXPECT_EQ(support::formEncode(params), text(item, "encoded"));

    Bench bench(settingsJson(certificates));
    auto ours = bench.client->signedParams(text(item.at("params"), "method"),
                                           Json::parse(text(item.at("params"), "biz_content")),
                                           std::string(support::valueOf(params, "notify_url")));
    ASSERT_TRUE(ours);
    std::erase_if(*ours,
                  [](const auto& pair) { return pair.first == "sign" || pair.first == "biz_content"; });
    std::erase_if(params, [](const auto& pair) {
        return pair.first == "sign" || pair.first == "biz_content" || pair.first == "return_url";
    });
    EXPECT_EQ(*ours, params);
}

Result<api::Notice> readNotice(const std::string& id)
{
    Bench bench;
    return bench.provider->readNotice({{}, text(vectorOf(id), "body")},
                                      vectors::kNow + std::chrono::hours{2});
}

/// The signed object is cut out byte for byte, and the signature fits it and nothing else.
void expectVerified(const std::string& id, const std::string& method, bool certificates = false)
{
    const Json& item = vectorOf(id);
    const std::string body = text(item, "body");
    const auto raw = splitAnswer(body, text(item, "response_key"));
    ASSERT_TRUE(raw) << raw.error().message;
    EXPECT_EQ(raw->object, text(item, "string_to_verify"));
    EXPECT_EQ(raw->sign, text(item, "sign"));
    const auto settings = Settings::parse(settingsJson(certificates).dump(), vectors::kNow);
    EXPECT_TRUE(readAnswer(body, method, *settings));
    std::string changed = body;
    changed.replace(changed.find("\"Success\"") == std::string::npos ? changed.find("Failed")
                                                                     : changed.find("Success"),
                    1, "X");
    EXPECT_EQ(readAnswer(changed, method, *settings).error().reason, "signature");
}

} // namespace

TEST(AlipayVector, precreate_IsSignedAsPublished)
{
    expectSigned("precreate");
}

TEST(AlipayVector, page_pay_IsSignedAsPublished)
{
    expectSigned("page_pay");
}

TEST(AlipayVector, query_IsSignedAsPublished)
{
    expectSigned("query");
}

TEST(AlipayVector, close_IsSignedAsPublished)
{
    expectSigned("close");
}

TEST(AlipayVector, refund_IsSignedAsPublished)
{
    expectSigned("refund");
}

TEST(AlipayVector, refund_query_IsSignedAsPublished)
{
    expectSigned("refund_query");
}

TEST(AlipayVector, bill_url_IsSignedAsPublished)
{
    expectSigned("bill_url");
}

TEST(AlipayVector, precreate_cert_mode_IsSignedWithBothCertificateNumbers)
{
    expectSigned("precreate_cert_mode", true);
    const Json& mode = published().at("cert_mode");
    const auto settings = Settings::parse(settingsJson(true).dump(), vectors::kNow);
    EXPECT_EQ(settings->app_cert_sn, text(mode, "app_cert_sn"));
    EXPECT_EQ(settings->root_cert_sn, text(mode, "alipay_root_cert_sn"));
    EXPECT_TRUE(settings->alipay_keys.contains(text(mode, "alipay_cert_sn")));
}

TEST(AlipayVector, precreate_response_IsBelievedOverItsRawText)
{
    expectVerified("precreate_response", "alipay.trade.precreate");
    Bench bench;
    bench.answer("precreate_response");
    const auto code = bench.provider->charge(chargeRequest());
    ASSERT_TRUE(code) << code.error().message;
    EXPECT_EQ(code->qr_text, "https://qr.alipay.com/testonly0000001");
}

TEST(AlipayVector, query_response_paid_IsPaid)
{
    expectVerified("query_response_paid", "alipay.trade.query");
    Bench bench;
    bench.answer("query_response_paid");
    const auto trade = bench.provider->query(kNo);
    ASSERT_TRUE(trade) << trade.error().message;
    EXPECT_EQ(trade->state, api::TradeState::paid);
    EXPECT_EQ(trade->amount, Money::fen(18400));
    EXPECT_EQ(trade->provider_trade_no, "2026030222001425135000000001");
    EXPECT_EQ(beijingText(*trade->paid_at), "2026-03-02 10:54:02");
}

TEST(AlipayVector, query_response_not_exist_IsTheNormalAnswerBeforeAScan)
{
    expectVerified("query_response_not_exist", "alipay.trade.query");
    Bench bench;
    bench.answer("query_response_not_exist");
    const auto trade = bench.provider->query(kNo);
    ASSERT_TRUE(trade) << trade.error().message;
    EXPECT_EQ(trade->state, api::TradeState::not_created);
    bench.answer("query_response_not_exist");
    EXPECT_EQ(bench.provider->close(kNo)->state, api::TradeState::not_created) << "it cannot be closed yet";
}

TEST(AlipayVector, refund_response_IsDoneWhenFundsMoved)
{
    expectVerified("refund_response", "alipay.trade.refund");
    Bench bench;
    bench.answer("refund_response");
    const auto refund = bench.provider->refund(
        {kNo, "ZKR65202604000000000001", Money::fen(18400), Money::fen(3600), "课程停考退费", ""});
    ASSERT_TRUE(refund) << refund.error().message;
    EXPECT_EQ(refund->state, api::RefundState::succeeded);
    EXPECT_EQ(refund->amount, Money::fen(3600));
}

TEST(AlipayVector, close_response_EndsAPendingTrade)
{
    expectVerified("close_response", "alipay.trade.close");
    Bench bench;
    bench.answerSigned("alipay.trade.query",
                       {{"code", "10000"}, {"out_trade_no", kNo}, {"trade_status", "WAIT_BUYER_PAY"}});
    bench.answer("close_response");
    EXPECT_EQ(bench.provider->close(kNo)->state, api::TradeState::closed);
}

TEST(AlipayVector, precreate_response_cert_mode_IsBelievedByItsCertificateNumber)
{
    expectVerified("precreate_response_cert_mode", "alipay.trade.precreate", true);
    Bench bench(settingsJson(true));
    bench.answer("precreate_response_cert_mode");
    EXPECT_EQ(bench.provider->charge(chargeRequest())->qr_text, "https://qr.alipay.com/testonly0000002");
    bench.answer("precreate_response");
    EXPECT_EQ(bench.provider->charge(chargeRequest()).error().reason, "serial") << "no certificate is named";
}

TEST(AlipayVector, notify_paid_IsAPayment)
{
    const Json& item = vectorOf("notify_paid");
    const auto params = support::formDecode(text(item, "body"));
    ASSERT_TRUE(params);
    EXPECT_EQ(noticeText(*params), text(item, "string_to_verify"));
    const auto notice = readNotice("notify_paid");
    ASSERT_TRUE(notice) << notice.error().message;
    EXPECT_EQ(notice->kind, api::Notice::Kind::payment);
    EXPECT_EQ(notice->notice_id, text(item.at("params"), "notify_id"));
    EXPECT_EQ(notice->trade.attempt_no, kNo);
    EXPECT_EQ(notice->trade.state, api::TradeState::paid);
    EXPECT_EQ(notice->trade.amount, Money::fen(18400));
    EXPECT_EQ(notice->trade.provider_trade_no, "2026030222001425135000000001");
    EXPECT_EQ(beijingText(*notice->trade.paid_at), "2026-03-02 10:54:02");
    Bench bench;
    EXPECT_EQ(bench.provider->acknowledge(true).body, text(item, "acknowledge"));
    EXPECT_NE(bench.provider->acknowledge(false).body, text(item, "acknowledge"));
}

TEST(AlipayVector, notify_partial_refund_IsARefundAndNoSecondPayment)
{
    const auto notice = readNotice("notify_partial_refund");
    ASSERT_TRUE(notice) << notice.error().message;
    EXPECT_EQ(notice->kind, api::Notice::Kind::refund);
    EXPECT_EQ(notice->refund.refund_no, "ZKR65202604000000000001");
    EXPECT_EQ(notice->refund.state, api::RefundState::unknown);
    EXPECT_EQ(notice->trade.attempt_no, kNo);
}

TEST(AlipayVector, notify_closed_IsNoPayment)
{
    const auto notice = readNotice("notify_closed");
    ASSERT_TRUE(notice) << notice.error().message;
    EXPECT_EQ(notice->kind, api::Notice::Kind::closed);
    EXPECT_EQ(notice->trade.state, api::TradeState::closed);
}

TEST(AlipayVector, bad_notify_amount_changed_IsForbidden)
{
    const auto notice = readNotice("bad_notify_amount_changed");
    ASSERT_FALSE(notice);
    EXPECT_EQ(notice.error().code, ErrorCode::forbidden);
    EXPECT_EQ(notice.error().reason, "signature");
}

TEST(AlipayVector, good_signature_wrong_amount_IsPassedOnWithTheAmountAlipayTookSoThatItIsNotMistakenForOurs)
{
    const auto notice = readNotice("good_signature_wrong_amount");
    ASSERT_TRUE(notice) << notice.error().message;
    EXPECT_EQ(notice->trade.amount, Money::fen(184));
}

TEST(AlipayVector, good_signature_wrong_app_IsForbidden)
{
    const auto notice = readNotice("good_signature_wrong_app");
    ASSERT_FALSE(notice);
    EXPECT_EQ(notice.error().code, ErrorCode::forbidden);
    EXPECT_EQ(notice.error().reason, "app");
}

TEST(AlipayVector, bill_url_response_LeadsToTheDetailFileInTheArchive)
{
    expectVerified("bill_url_response", "alipay.data.dataservice.bill.downloadurl.query");
    Bench bench;
    bench.now = bench.now + std::chrono::hours{24};
    const Json& item = vectorOf("bill_url_response");
    bench.answer("bill_url_response");
    bench.transport->answer(200, {}, vectors::file(text(item, "file")));
    const auto rows = bench.provider->bill(Date{2026, 3, 2});
    ASSERT_TRUE(rows) << rows.error().message;
    ASSERT_EQ(rows->size(), 2u);
    EXPECT_EQ((*rows)[0].kind, api::BillRow::Kind::payment);
    EXPECT_EQ((*rows)[0].attempt_no, kNo);
    EXPECT_EQ((*rows)[0].provider_trade_no, "2026030222001425135000000001") << "without the tab behind it";
    EXPECT_EQ((*rows)[0].amount, Money::fen(18400));
    EXPECT_EQ((*rows)[1].kind, api::BillRow::Kind::refund);
    EXPECT_EQ((*rows)[1].refund_no, "ZKR65202604000000000001");
    EXPECT_EQ((*rows)[1].amount, Money::fen(3600));
    EXPECT_TRUE(
        bench.transport->sent.at(1).url.starts_with("http://dwbillcenter.alipay.com/downloadBillFile"));
}

TEST(AlipayVector, EveryPublishedCaseHasATestOfItsName)
{
    std::string names;
    const auto& unit = *testing::UnitTest::GetInstance();
    for (int i = 0; i < unit.total_test_suite_count(); ++i)
        for (int k = 0; k < unit.GetTestSuite(i)->total_test_count(); ++k)
            names += std::string(";") + unit.GetTestSuite(i)->GetTestInfo(k)->name();
    ASSERT_EQ(published().at("cases").size(), 21u);
    for (const auto& item : published().at("cases"))
        EXPECT_NE(names.find(";" + text(item, "id") + "_"), std::string::npos) << text(item, "id");
}
