#include "tests/plugins/payment-ccb/fixture.hpp"

using namespace zikao;
using namespace zikao::ccb;

namespace {

/// Our fields are the published ones, in the published order, and so is the text the MAC is made of.
void expectFields(const support::Pairs& ours, const Json& item, const std::string& more)
{
    std::string covered;
    for (const auto& [name, value] : ours) {
        if (name == "MAC")
            continue;
        EXPECT_EQ(name == "QUPWD" ? std::string() : value, text(item.at("fields"), name.c_str())) << name;
        covered += (covered.empty() ? "" : "&") + name + '=' + (name == "QUPWD" ? "" : value);
    }
    EXPECT_EQ(covered + more, text(item, "mac_source"));
    EXPECT_EQ(md5Hex(text(item, "mac_source")), text(item, "MAC"));
    EXPECT_EQ(support::valueOf(ours, "MAC"), text(item, "MAC"));
}

Result<api::Notice> readNotice(const std::string& id)
{
    Bench bench;
    return bench.provider->readNotice({{}, noticeBody(id)}, vectors::kNow);
}

void expectVerified(const std::string& id)
{
    const Json& item = vectorOf(id);
    const auto fields = support::formDecode(noticeBody(id));
    ASSERT_TRUE(fields);
    const std::string covered = noticeText(*fields);
    EXPECT_EQ(support::gbkToUtf8(covered).value(), text(item, "string_to_verify"));
    EXPECT_EQ(md5Hex(covered), text(item, "string_gbk_md5"));
    const auto settings = Settings::parse(settingsJson().dump());
    EXPECT_TRUE(settings->counter_key.verify(covered, text(item, "SIGN")));
    EXPECT_FALSE(settings->counter_key.verify(covered + " ", text(item, "SIGN")));
}

} // namespace

TEST(CcbVector, qr_order_HasThePublishedMacAndQuery)
{
    const Json& item = vectorOf("qr_order");
    Bench bench;
    EXPECT_EQ(bench.settings.counter_key.tail(), text(published(), "pub_last_30"));
    expectFields(orderFields(bench.settings, chargeRequest()), item,
                 "&PUB=" + text(published(), "pub_last_30"));
    bench.answerVector("qr_step1_response");
    bench.answerVector("qr_step2_response");
    ASSERT_TRUE(bench.provider->charge(chargeRequest()));
    EXPECT_EQ(bench.transport->sent[0].url,
              "https://ibsbjstar.ccb.com.cn/CCBIS/ccbMain?" + text(item, "url_query"));
    EXPECT_EQ(bench.transport->sent[0].url.find("PUB="), std::string::npos) << "the key's tail went out";
}

TEST(CcbVector, qr_step1_response_LeadsToStepTwo)
{
    Bench bench;
    bench.answerVector("qr_step1_response");
    bench.answerVector("qr_step2_response");
    ASSERT_TRUE(bench.provider->charge(chargeRequest()));
    EXPECT_EQ(bench.transport->sent.at(1).url, "https://ibsbjstar.ccb.com.cn/CCBIS/QR?QRCODE=TestOnly");
}

TEST(CcbVector, qr_step2_response_IsDecodedOnce)
{
    Bench bench;
    bench.answerVector("qr_step1_response");
    bench.answerVector("qr_step2_response");
    const auto code = bench.provider->charge(chargeRequest());
    ASSERT_TRUE(code) << code.error().message;
    EXPECT_EQ(code->qr_text, text(vectorOf("qr_step2_response"), "decoded_qr_text"));
}

TEST(CcbVector, server_notify_paid_IsPaid)
{
    expectVerified("server_notify_paid");
    const auto notice = readNotice("server_notify_paid");
    ASSERT_TRUE(notice) << notice.error().message;
    EXPECT_EQ(notice->kind, api::Notice::Kind::payment);
    EXPECT_EQ(notice->trade.state, api::TradeState::paid);
    EXPECT_EQ(notice->trade.attempt_no, kNo);
    EXPECT_EQ(notice->trade.provider_trade_no, kNo);
    EXPECT_EQ(notice->trade.amount, Money::fen(18400));
    EXPECT_EQ(notice->trade.currency, "CNY");
    EXPECT_EQ(notice->notice_id, readNotice("server_notify_paid")->notice_id);
}

TEST(CcbVector, server_notify_with_optional_fields_IsVerifiedOverGbk)
{
    expectVerified("server_notify_with_optional_fields");
    const auto notice = readNotice("server_notify_with_optional_fields");
    ASSERT_TRUE(notice) << notice.error().message;
    EXPECT_EQ(notice->trade.amount, Money::fen(18400));
}

TEST(CcbVector, server_notify_not_paid_IsReadAndNoPayment)
{
    expectVerified("server_notify_not_paid");
    const auto notice = readNotice("server_notify_not_paid");
    ASSERT_TRUE(notice) << notice.error().message;
    EXPECT_EQ(notice->kind, api::Notice::Kind::other);
    EXPECT_NE(notice->trade.state, api::TradeState::paid);
}

TEST(CcbVector, bad_notify_amount_changed_IsRefused)
{
    const auto notice = readNotice("bad_notify_amount_changed");
    ASSERT_FALSE(notice);
    EXPECT_EQ(notice.error().code, ErrorCode::forbidden);
    EXPECT_EQ(notice.error().reason, "signature");
}

TEST(CcbVector, NoneIsLeftOut)
{
    EXPECT_EQ(published().at("cases").size(), 8u) << "a vector without a test";
}

TEST(CcbVector, query_410408_HasThePublishedMacAndThePasswordInTheRequestAlone)
{
    const Json& item = vectorOf("query_410408");
    const auto settings = Settings::parse(settingsJson().dump());
    const auto fields = queryFields(*settings, {Date{2026, 3, 2}, false, false, kNo, 1});
    expectFields(fields, item, "");
    EXPECT_EQ(support::valueOf(fields, "QUPWD"), "QueryPassword");
}
