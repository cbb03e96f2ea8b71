#include "tests/plugins/payment-wechatpay/fixture.hpp"

#include "plugins/payment-wechatpay/messages.hpp"
#include "plugins/support/encoding.hpp"
#include "tests/support/mutants.hpp"

using namespace zikao;
using namespace zikao::wechatpay;
using vectors::text;

namespace {

const std::string kNo = "ZK14202604000000000001";

std::string tradeBody(const std::string& state)
{
    Json body{{"mchid", "1609999001"},
              {"appid", "wx0123456789abcdef"},
              {"out_trade_no", kNo},
              {"trade_state", state},
              {"amount", {{"total", 18400}, {"payer_total", 18000}, {"currency", "CNY"}}}};
    if (state == "SUCCESS" || state == "REFUND") {
        body["transaction_id"] = "4200001234202603020000000001";
        body["success_time"] = "2026-03-02T10:54:02+08:00";
    }
    return body.dump();
}

std::string refusalBody(const std::string& code)
{
    return Json{{"code", code}, {"message", "…"}}.dump();
}

api::RefundRequest refundRequest()
{
    return {kNo, "ZKR1", Money::fen(18400), Money::fen(3600), "课程停考退费", ""};
}

std::string refundAnswer(const std::string& status)
{
    return Json{{"refund_id", "503"},
                {"out_refund_no", "ZKR1"},
                {"out_trade_no", kNo},
                {"status", status},
                {"amount", {{"total", 18400}, {"refund", 3600}}}}
        .dump();
}

/// A notice as the provider would seal it is in the vectors; here only its outside is made anew.
api::RawNotice signedNotice(const Bench& bench, const std::string& body)
{
    return {bench.sign(body), body};
}

} // namespace

TEST(WechatPay, ACodeIsAskedForInFenWithTheLastMomentInBeijingTime)
{
    Bench bench;
    bench.answerSigned(200, R"({"code_url":"weixin://x"})");
    ASSERT_TRUE(bench.provider->charge(chargeRequest()));
    const Json sent = Json::parse(bench.transport->sent.at(0).body);
    EXPECT_EQ(sent.at("amount"), (Json{{"total", 18400}, {"currency", "CNY"}}));
    EXPECT_EQ(sent.at("time_expire"), "2026-03-02T10:56:20+08:00");
    EXPECT_EQ(sent.at("out_trade_no"), kNo);
    EXPECT_EQ(sent.at("notify_url"), "https://pay.example.invalid/notify/wechat/14");
    EXPECT_EQ(sent.at("appid"), "wx0123456789abcdef");
    EXPECT_EQ(sent.at("mchid"), "1609999001");
}

TEST(WechatPay, ACodeThatLivesLessThanAMinuteIsNotAskedFor)
{
    Bench bench;
    auto request = chargeRequest();
    request.expires_at = vectors::kNow + std::chrono::seconds{59};
    EXPECT_EQ(bench.provider->charge(request).error().reason, "expires_too_soon");
    for (const auto amount : {0, -1}) {
        request = chargeRequest();
        request.amount = Money::fen(amount);
        EXPECT_EQ(bench.provider->charge(request).error().code, ErrorCode::invalid_argument);
    }
    request = chargeRequest();
    request.attempt_no = "x/../y?";
    EXPECT_EQ(bench.provider->charge(request).error().code, ErrorCode::invalid_argument);
    EXPECT_TRUE(bench.transport->sent.empty());
}

TEST(WechatPay, AnAnswerWithoutAGoodSignatureIsNotBelieved)
{
    Bench bench;
    bench.transport->answer(200, {}, R"({"code_url":"weixin://x"})");
    EXPECT_EQ(bench.provider->charge(chargeRequest()).error().code, ErrorCode::unavailable);
    bench.transport->answer(200, bench.sign(R"({"code_url":"weixin://x"})"), R"({"code_url":"weixin://y"})");
    EXPECT_EQ(bench.provider->charge(chargeRequest()).error().reason, "signature");
    bench.transport->answer(200, bench.sign(tradeBody("NOTPAY")), tradeBody("SUCCESS"));
    EXPECT_EQ(bench.provider->query(kNo).error().code, ErrorCode::unavailable);
    bench.now = bench.now + std::chrono::seconds{301};
    bench.answerSigned(200, tradeBody("NOTPAY"));
    EXPECT_EQ(bench.provider->query(kNo).error().reason, "timestamp") << "an old answer played again";
}

TEST(WechatPay, EveryStateOfATradeHasItsMeaning)
{
    const std::pair<const char*, api::TradeState> kStates[] = {
        {"SUCCESS", api::TradeState::paid},     {"REFUND", api::TradeState::paid},
        {"NOTPAY", api::TradeState::pending},   {"USERPAYING", api::TradeState::pending},
        {"PAYERROR", api::TradeState::pending}, {"CLOSED", api::TradeState::closed},
        {"REVOKED", api::TradeState::closed}};
    for (const auto& [name, state] : kStates) {
        Bench bench;
        bench.answerSigned(200, tradeBody(name));
        const auto trade = bench.provider->query(kNo);
        ASSERT_TRUE(trade) << name;
        EXPECT_EQ(trade->state, state) << name;
        EXPECT_EQ(trade->amount, Money::fen(18400)) << "the order's total, not what a coupon left to pay";
    }
    Bench bench;
    bench.answerSigned(200, tradeBody("ACCEPT"));
    EXPECT_EQ(bench.provider->query(kNo).error().code, ErrorCode::unavailable);
}

TEST(WechatPay, AnUnknownOrderIsAnAnswerInAllItsSpellings)
{
    for (const char* code : {"ORDER_NOT_EXIST", "ORDER_NOT_EXISTS", "ORDERNOTEXIST"}) {
        Bench bench;
        bench.transport->answer(404, {}, refusalBody(code));
        const auto trade = bench.provider->query(kNo);
        ASSERT_TRUE(trade) << code;
        EXPECT_EQ(trade->state, api::TradeState::not_created);
        EXPECT_EQ(trade->attempt_no, kNo);
    }
    Bench bench;
    bench.transport->answer(404, {}, refusalBody("NOT_FOUND"));
    EXPECT_FALSE(bench.provider->query(kNo)) << "a wrong address is not an unknown order";
}

TEST(WechatPay, AnAnswerAboutAnotherOrderOrMerchantIsNotBelieved)
{
    Bench bench;
    bench.answerSigned(200, tradeBody("SUCCESS"));
    EXPECT_EQ(bench.provider->query("ZK14202604000000000002").error().code, ErrorCode::unavailable);
    Json other = Json::parse(tradeBody("SUCCESS"));
    other["mchid"] = "1609999002";
    bench.answerSigned(200, other.dump());
    EXPECT_EQ(bench.provider->query(kNo).error().code, ErrorCode::unavailable);
}

TEST(WechatPay, ClosingAsksFirstAndNeverClosesWhatIsPaid)
{
    Bench bench;
    bench.answerSigned(200, tradeBody("SUCCESS"));
    EXPECT_EQ(bench.provider->close(kNo)->state, api::TradeState::paid);
    EXPECT_EQ(bench.transport->sent.size(), 1u) << "no close was sent";
}

TEST(WechatPay, APayerFasterThanTheCloseIsFoundByAskingAgain)
{
    Bench bench;
    bench.answerSigned(200, tradeBody("NOTPAY"));
    bench.transport->answer(400, {}, refusalBody("ORDER_CLOSED"));
    bench.answerSigned(200, tradeBody("SUCCESS"));
    EXPECT_EQ(bench.provider->close(kNo)->state, api::TradeState::paid);
    ASSERT_EQ(bench.transport->sent.size(), 3u);
    EXPECT_EQ(bench.transport->sent[2].method, "GET");
}

TEST(WechatPay, AnUnheardCloseIsNeverReportedAsClosed)
{
    Bench bench;
    bench.answerSigned(200, tradeBody("NOTPAY"));
    bench.transport->answer(fail(ErrorCode::timeout, "lost"));
    bench.answerSigned(200, tradeBody("NOTPAY"));
    EXPECT_EQ(bench.provider->close(kNo)->state, api::TradeState::pending);
    bench.answerSigned(200, tradeBody("NOTPAY"));
    bench.transport->answer(204, {}, "");
    bench.transport->answer(fail(ErrorCode::timeout, "lost"));
    EXPECT_FALSE(bench.provider->close(kNo)) << "an unsigned 204 is no confirmation";
}

TEST(WechatPay, ARefundIsAcceptedFirstAndDoneLater)
{
    const std::pair<const char*, api::RefundState> kStates[] = {{"SUCCESS", api::RefundState::succeeded},
                                                                {"PROCESSING", api::RefundState::processing},
                                                                {"CLOSED", api::RefundState::failed},
                                                                {"ABNORMAL", api::RefundState::failed}};
    for (const auto& [name, state] : kStates) {
        Bench bench;
        bench.answerSigned(200, refundAnswer(name));
        bench.answerSigned(200, refundAnswer(name));
        EXPECT_EQ(bench.provider->refund(refundRequest())->state, state) << name;
        const auto asked = bench.provider->queryRefund(kNo, "ZKR1");
        EXPECT_EQ(asked->state, state) << name;
        EXPECT_EQ(asked->amount, Money::fen(3600));
        EXPECT_EQ(Json::parse(bench.transport->sent[0].body).at("amount"),
                  (Json{{"refund", 3600}, {"total", 18400}, {"currency", "CNY"}}));
    }
}

TEST(WechatPay, ARefundOfAnotherAmountInTheAnswerIsNotBelieved)
{
    Bench bench;
    auto request = refundRequest();
    request.amount = Money::fen(3601);
    bench.answerSigned(200, refundAnswer("SUCCESS"));
    EXPECT_EQ(bench.provider->refund(request).error().code, ErrorCode::unavailable);
    request.amount = Money::fen(18401);
    EXPECT_EQ(bench.provider->refund(request).error().code, ErrorCode::invalid_argument)
        << "more than was paid";
}

TEST(WechatPay, RefusalsTellWhetherTheOutcomeIsKnown)
{
    const std::tuple<int, const char*, ErrorCode> kRefusals[] = {
        {500, "SYSTEM_ERROR", ErrorCode::timeout},
        {502, "", ErrorCode::timeout},
        {429, "FREQUENCY_LIMITED", ErrorCode::too_many},
        {401, "SIGN_ERROR", ErrorCode::unavailable},
        {403, "NOT_ENOUGH", ErrorCode::invalid_argument},
        {400, "INVALID_REQUEST", ErrorCode::invalid_argument},
        {404, "RESOURCE_NOT_EXISTS", ErrorCode::invalid_argument}};
    for (const auto& [status, code, meaning] : kRefusals) {
        Bench bench;
        bench.transport->answer(status, {}, refusalBody(code));
        const auto refund = bench.provider->refund(refundRequest());
        EXPECT_EQ(refund.error().code, meaning) << status << code;
        EXPECT_EQ(refund.error().reason, code);
    }
}

TEST(WechatPay, ANoticeOfAnotherMerchantOrApplicationIsForbiddenAlthoughWellSigned)
{
    const Json& item = vectors::find(published(), "notify_paid_cert_mode");
    const api::RawNotice raw{vectors::headers(item), text(item, "body")};
    Json settings = settingsJson();
    settings["mchid"] = "1609999002";
    EXPECT_EQ(Bench(settings).provider->readNotice(raw, vectors::kNow).error().reason, "merchant");
    settings = settingsJson();
    settings["appid"] = "wx_another_one";
    EXPECT_EQ(Bench(settings).provider->readNotice(raw, vectors::kNow).error().reason, "app");
    settings = settingsJson();
    settings["apiv3_key"] = std::string(32, 'x');
    EXPECT_EQ(Bench(settings).provider->readNotice(raw, vectors::kNow).error().reason, "cipher");
}

TEST(WechatPay, ANoticeWithoutHeadersOrWithoutSenseIsForbidden)
{
    Bench bench;
    const Json& item = vectors::find(published(), "notify_paid_cert_mode");
    for (std::size_t drop = 0; drop < 4; ++drop) {
        auto headers = vectors::headers(item);
        const char* kNames[] = {"Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature",
                                "Wechatpay-Serial"};
        std::erase_if(headers, [&](const auto& header) { return header.first == kNames[drop]; });
        EXPECT_EQ(bench.provider->readNotice({headers, text(item, "body")}, vectors::kNow).error().reason,
                  "signature")
            << kNames[drop];
    }
    for (const char* body : {"", "[]", "{", "{}", R"({"resource":{"algorithm":"AEAD_AES_256_GCM"}})"}) {
        const auto notice = bench.provider->readNotice(signedNotice(bench, body), vectors::kNow);
        ASSERT_FALSE(notice) << body;
        EXPECT_EQ(notice.error().code, ErrorCode::forbidden) << body;
    }
}

TEST(WechatPay, AnUnknownSerialMakesUsAskForNewCertificatesButOnlyOnceAMinute)
{
    Json settings = settingsJson();
    settings["platform_certificates"] = "";
    settings["download_certificates"] = true;
    Bench bench(settings);
    const Json& notice = vectors::find(published(), "notify_paid_cert_mode");
    const api::RawNotice raw{vectors::headers(notice), text(notice, "body")};
    bench.transport->answer(fail(ErrorCode::unavailable, "down"));
    EXPECT_EQ(bench.provider->readNotice(raw, bench.now).error().reason, "serial");
    EXPECT_EQ(bench.provider->readNotice(raw, bench.now).error().reason, "serial");
    EXPECT_EQ(bench.transport->sent.size(), 1u)
        << "a flood of unknown serials must not become a flood of requests";
    bench.now = bench.now + std::chrono::seconds{61};
    const Json& answer = vectors::find(published(), "certificates_response");
    bench.transport->answer(200, vectors::headers(answer), text(answer, "body"));
    EXPECT_TRUE(bench.provider->readNotice(raw, bench.now)) << "the new certificate verifies it";
    EXPECT_EQ(bench.transport->sent.size(), 2u);
}

TEST(WechatPay, ACertificateListSignedByAStrangerIsNotTaken)
{
    Json settings = settingsJson();
    settings["platform_certificates"] = "";
    settings["public_key"] = "";
    settings["public_key_id"] = "";
    settings["download_certificates"] = true;
    Bench bench(settings);
    const Json& answer = vectors::find(published(), "certificates_response");
    auto headers = vectors::headers(answer);
    for (auto& [name, value] : headers)
        if (name == "Wechatpay-Nonce")
            value = "another";
    bench.transport->answer(200, headers, text(answer, "body"));
    EXPECT_EQ(bench.provider->charge(chargeRequest()).error().code, ErrorCode::unavailable);
    EXPECT_EQ(bench.transport->sent.size(), 1u) << "nothing is asked for before a key is known";
}

TEST(WechatPay, ABillThatIsNotReadyNotThereOrNotWholeIsToldApart)
{
    const Date day{2026, 3, 1};
    Bench bench;
    bench.transport->answer(400, {}, refusalBody("STATEMENT_CREATING"));
    EXPECT_EQ(bench.provider->bill(day).error().code, ErrorCode::not_found);
    bench.transport->answer(400, {}, refusalBody("NO_STATEMENT_EXIST"));
    EXPECT_TRUE(bench.provider->bill(day)->empty()) << "a day without trades is a bill without rows";
    EXPECT_EQ(bench.provider->bill(Date{2026, 3, 2}).error().code, ErrorCode::not_found)
        << "today is not over";
    const std::string body = R"({"hash_type":"SHA1","hash_value":"0000000000000000000000000000000000000000",)"
                             R"("download_url":"https://evil.invalid/v3/billdownload/file?token=T"})";
    bench.answerSigned(200, body);
    bench.transport->answer(200, {}, vectors::file("files/wechat_tradebill_20260302.csv.gz"));
    EXPECT_EQ(bench.provider->bill(day).error().code, ErrorCode::corrupt) << "the hash does not fit";
    EXPECT_TRUE(bench.transport->sent.back().url.starts_with("https://api.mch.weixin.qq.com/"))
        << "a signed request goes to the configured host only";
}

TEST(WechatPay, ABillWithAMissingColumnOrAStrangeCurrencyIsCorrupt)
{
    std::string csv = vectors::file("files/wechat_tradebill_20260302.csv");
    ASSERT_EQ(readBill(csv)->size(), 2u);
    std::string renamed = csv;
    renamed.replace(renamed.find("商户订单号"), std::string("商户订单号").size(), "订单");
    EXPECT_EQ(readBill(renamed).error().code, ErrorCode::corrupt);
    std::string dollars = csv;
    dollars.replace(dollars.find("CNY"), 3, "USD");
    EXPECT_EQ(readBill(dollars).error().code, ErrorCode::corrupt);
    EXPECT_EQ(readBill("").error().code, ErrorCode::corrupt);
}

TEST(WechatPay, AnAcknowledgementIsEmptyAndARefusalAsksForARepetition)
{
    Bench bench;
    EXPECT_EQ(bench.provider->acknowledge(true).status, 204);
    EXPECT_EQ(bench.provider->acknowledge(true).body, "");
    EXPECT_EQ(bench.provider->acknowledge(false).status, 500);
    EXPECT_EQ(Json::parse(bench.provider->acknowledge(false).body).at("code"), "FAIL");
}

TEST(WechatPay, C28_ANoticeOfWhateverBytesIsNeverBelieved)
{
    const Json& item = vectors::find(published(), "notify_paid_cert_mode");
    const Bench bench;
    const std::string right = text(item, "body");
    ASSERT_TRUE(bench.provider->readNotice({vectors::headers(item), right}, vectors::kNow));
    test::Mutants mutants(right);
    for (int i = 0; i < 3'000; ++i) {
        const std::string body = mutants.next();
        const auto notice = bench.provider->readNotice({vectors::headers(item), body}, vectors::kNow);
        ASSERT_TRUE(!notice || body == right) << body;
    }
}
