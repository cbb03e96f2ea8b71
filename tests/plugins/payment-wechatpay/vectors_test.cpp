#include "tests/plugins/payment-wechatpay/fixture.hpp"

#include "plugins/payment-wechatpay/messages.hpp"
#include "plugins/payment-wechatpay/signature.hpp"
#include "plugins/support/encoding.hpp"
#include "plugins/support/signed_text.hpp"

using namespace zikao;
using namespace zikao::wechatpay;
using vectors::text;

namespace {

const Json& vectorOf(const std::string& id)
{
    return vectors::find(published(), id);
}

/// Sends the request through the client and compares what left with what was published.
void expectSigned(const std::string& id)
{
    const Json& item = vectorOf(id);
    EXPECT_EQ(support::requestText(text(item, "method"), text(item, "url"), text(item, "timestamp"),
                                   text(item, "nonce_str"), text(item, "body")),
              text(item, "string_to_sign"));
    Bench bench;
    bench.nonce = text(item, "nonce_str");
    const auto answer = bench.client->call(text(item, "method"), text(item, "url"), text(item, "body"));
    EXPECT_FALSE(answer) << "no answer was prepared";
    ASSERT_EQ(bench.transport->sent.size(), 1u);
    const auto& sent = bench.transport->sent[0];
    EXPECT_EQ(support::headerOf(sent.headers, "Authorization"), text(item, "authorization"));
    EXPECT_EQ(sent.body, text(item, "body"));
    EXPECT_EQ(sent.url, "https://api.mch.weixin.qq.com" + text(item, "url"));
}

Result<api::Notice> readNotice(const std::string& id, Instant now = vectors::kNow)
{
    const Json& item = vectorOf(id);
    Bench bench;
    return bench.provider->readNotice({vectors::headers(item), text(item, "body")}, now);
}

void expectPaid(const Result<api::Notice>& notice, const std::string& id)
{
    ASSERT_TRUE(notice) << notice.error().message;
    EXPECT_EQ(notice->kind, api::Notice::Kind::payment);
    EXPECT_EQ(notice->notice_id, text(Json::parse(text(vectorOf(id), "body")), "id"));
    EXPECT_EQ(notice->trade.state, api::TradeState::paid);
    EXPECT_EQ(notice->trade.attempt_no, "ZK14202604000000000001");
    EXPECT_EQ(notice->trade.provider_trade_no, "4200001234202603020000000001");
    EXPECT_EQ(notice->trade.amount, Money::fen(18400));
    EXPECT_EQ(notice->trade.currency, "CNY");
    EXPECT_EQ(beijingText(*notice->trade.paid_at), "2026-03-02 10:54:02");
}

void expectForbidden(const Result<api::Notice>& notice, const char* reason)
{
    ASSERT_FALSE(notice);
    EXPECT_EQ(notice.error().code, ErrorCode::forbidden);
    EXPECT_EQ(notice.error().reason, reason) << notice.error().message;
}

} // namespace

TEST(WechatPayVector, native_create_IsSignedAsPublished)
{
    expectSigned("native_create");
}

TEST(WechatPayVector, query_by_out_trade_no_IsSignedAsPublished)
{
    expectSigned("query_by_out_trade_no");
}

TEST(WechatPayVector, close_IsSignedAsPublished)
{
    expectSigned("close");
}

TEST(WechatPayVector, refund_IsSignedAsPublished)
{
    expectSigned("refund");
}

TEST(WechatPayVector, trade_bill_IsSignedAsPublished)
{
    expectSigned("trade_bill");
}

TEST(WechatPayVector, certificates_IsSignedAsPublished)
{
    expectSigned("certificates");
}

TEST(WechatPayVector, bill_download_IsSignedAsPublished)
{
    expectSigned("bill_download");
}

TEST(WechatPayVector, native_create_response_IsBelievedWithACertificate)
{
    Bench bench;
    bench.answer(vectorOf("native_create_response"));
    EXPECT_EQ(bench.provider->charge(chargeRequest())->qr_text, "weixin://wxpay/bizpayurl?pr=TestOnly00");
}

TEST(WechatPayVector, native_create_response_pubkey_mode_IsBelievedBesideTheCertificate)
{
    Bench bench;
    bench.answer(vectorOf("native_create_response_pubkey_mode"));
    bench.answer(vectorOf("native_create_response"));
    EXPECT_EQ(bench.provider->charge(chargeRequest())->qr_text, "weixin://wxpay/bizpayurl?pr=TestOnly01");
    EXPECT_EQ(bench.provider->charge(chargeRequest())->qr_text, "weixin://wxpay/bizpayurl?pr=TestOnly00");
}

TEST(WechatPayVector, close_response_204_EndsAPendingOrder)
{
    Bench bench;
    bench.answerSigned(
        200, R"({"mchid":"1609999001","out_trade_no":"ZK14202604000000000001","trade_state":"NOTPAY"})");
    bench.answer(vectorOf("close_response_204"));
    const auto closed = bench.provider->close("ZK14202604000000000001");
    ASSERT_TRUE(closed) << closed.error().message;
    EXPECT_EQ(closed->state, api::TradeState::closed);
    ASSERT_EQ(bench.transport->sent.size(), 2u);
    EXPECT_EQ(bench.transport->sent[1].body, R"({"mchid":"1609999001"})");
}

TEST(WechatPayVector, query_response_chinese_IsReadWithItsAmountAndTime)
{
    Bench bench;
    bench.answer(vectorOf("query_response_chinese"));
    const auto trade = bench.provider->query("ZK14202604000000000001");
    ASSERT_TRUE(trade) << trade.error().message;
    EXPECT_EQ(trade->state, api::TradeState::paid);
    EXPECT_EQ(trade->provider_trade_no, "4200001234202603020000000001");
    EXPECT_EQ(trade->amount, Money::fen(18400));
    EXPECT_EQ(beijingText(*trade->paid_at), "2026-03-02 10:54:02");
}

TEST(WechatPayVector, notify_paid_cert_mode_IsAPayment)
{
    expectPaid(readNotice("notify_paid_cert_mode"), "notify_paid_cert_mode");
}

TEST(WechatPayVector, notify_paid_pubkey_mode_IsAPayment)
{
    expectPaid(readNotice("notify_paid_pubkey_mode"), "notify_paid_pubkey_mode");
}

TEST(WechatPayVector, notify_refund_success_IsARefundAndNoPayment)
{
    const auto notice = readNotice("notify_refund_success");
    ASSERT_TRUE(notice) << notice.error().message;
    EXPECT_EQ(notice->kind, api::Notice::Kind::refund);
    EXPECT_EQ(notice->refund.refund_no, "ZKR14202604000000000001");
    EXPECT_EQ(notice->refund.provider_refund_no, "50300000002026030200000000001");
    EXPECT_EQ(notice->refund.amount, Money::fen(3600));
    EXPECT_EQ(notice->refund.state, api::RefundState::succeeded);
    EXPECT_EQ(notice->trade.attempt_no, "ZK14202604000000000001");
    EXPECT_NE(notice->trade.state, api::TradeState::paid);
}

TEST(WechatPayVector, certificates_response_BootstrapsAMerchantWithoutAnyKey)
{
    Json settings = settingsJson();
    settings["platform_certificates"] = "";
    settings["public_key"] = "";
    settings["public_key_id"] = "";
    settings["download_certificates"] = true;
    Bench bench(settings);
    bench.answer(vectorOf("certificates_response"));
    bench.answer(vectorOf("native_create_response"));
    const auto code = bench.provider->charge(chargeRequest());
    ASSERT_TRUE(code) << code.error().message;
    EXPECT_EQ(code->qr_text, "weixin://wxpay/bizpayurl?pr=TestOnly00");
    ASSERT_EQ(bench.transport->sent.size(), 2u);
    EXPECT_EQ(bench.transport->sent[0].url, "https://api.mch.weixin.qq.com/v3/certificates");
    EXPECT_EQ(support::headerOf(bench.transport->sent[1].headers, "Wechatpay-Serial"),
              text(published().at("platform"), "serial_no"));
    const auto certificates =
        readCertificates(text(vectorOf("certificates_response"), "body"), text(published(), "apiv3_key"));
    EXPECT_EQ(certificates->front().serialHex(), text(published().at("platform"), "serial_no"));
}

TEST(WechatPayVector, bad_notify_body_changed_IsForbidden)
{
    expectForbidden(readNotice("bad_notify_body_changed"), "signature");
}

TEST(WechatPayVector, bad_notify_signtest_IsForbiddenAndNotAcknowledged)
{
    expectForbidden(readNotice("bad_notify_signtest"), "signature");
    Bench bench;
    EXPECT_GE(bench.provider->acknowledge(false).status, 400);
}

TEST(WechatPayVector, bad_notify_unknown_serial_IsForbidden)
{
    expectForbidden(readNotice("bad_notify_unknown_serial"), "serial");
}

TEST(WechatPayVector, bad_notify_gcm_tag_IsForbiddenAlthoughTheSignatureFits)
{
    expectForbidden(readNotice("bad_notify_gcm_tag"), "cipher");
}

TEST(WechatPayVector, stale_notify_timestamp_IsForbiddenNowButWasRightThen)
{
    expectForbidden(readNotice("stale_notify_timestamp"), "timestamp");
    EXPECT_TRUE(readNotice("stale_notify_timestamp", Instant{1772410000000}))
        << "the signature itself is good";
    EXPECT_TRUE(readNotice("stale_notify_timestamp", Instant{1772410300000}));
    expectForbidden(readNotice("stale_notify_timestamp", Instant{1772410301000}), "timestamp");
    expectForbidden(readNotice("stale_notify_timestamp", Instant{1772409699000}), "timestamp");
}

TEST(WechatPayVector, trade_bill_response_LeadsToAFileWhoseHashIsChecked)
{
    Bench bench;
    bench.now = bench.now + std::chrono::hours{24};
    const Json& item = vectorOf("trade_bill_response");
    bench.transport->answer(200, bench.sign(text(item, "body"), "1772506400"), text(item, "body"));
    bench.transport->answer(200, {}, vectors::file(text(item, "file")));
    const auto rows = bench.provider->bill(Date{2026, 3, 2});
    ASSERT_TRUE(rows) << rows.error().message;
    ASSERT_EQ(rows->size(), 2u);
    EXPECT_EQ((*rows)[0].kind, api::BillRow::Kind::payment);
    EXPECT_EQ((*rows)[0].attempt_no, "ZK14202604000000000001");
    EXPECT_EQ((*rows)[0].provider_trade_no, "4200001234202603020000000001");
    EXPECT_EQ((*rows)[0].amount, Money::fen(18400));
    EXPECT_EQ((*rows)[0].refund_no, "");
    EXPECT_EQ((*rows)[1].kind, api::BillRow::Kind::refund);
    EXPECT_EQ((*rows)[1].refund_no, "ZKR14202604000000000001");
    EXPECT_EQ((*rows)[1].amount, Money::fen(3600));
    EXPECT_EQ(
        bench.transport->sent[0].url,
        "https://api.mch.weixin.qq.com/v3/bill/tradebill?bill_date=2026-03-02&bill_type=ALL&tar_type=GZIP");
    EXPECT_EQ(bench.transport->sent[1].url,
              "https://api.mch.weixin.qq.com" + text(vectorOf("bill_download"), "url"));
    const Json& signed_item = vectorOf("trade_bill_response");
    EXPECT_TRUE(verify(vectors::headers(signed_item), text(signed_item, "body"),
                       Settings::parse(settingsJson().dump())->keys, vectors::kNow,
                       std::chrono::seconds{300}));
}

TEST(WechatPayVector, EveryPublishedCaseHasATestOfItsName)
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
