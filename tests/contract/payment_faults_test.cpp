#include "tests/contract/payment_fixture.hpp"

namespace zikao::test {
namespace {

using api::TradeState;

/// "Unknown" in the words of the interface: a caller that reads it asks again and gives nothing up.
testing::Matcher<ErrorCode> leavesItOpen()
{
    return testing::AnyOf(ErrorCode::timeout, ErrorCode::unavailable);
}

/// What the network and the provider's machines do to calls: the outcome is never told for a failure.
class FaultContract : public PaymentContract
{
protected:
    template <class T>
    static ErrorCode codeOf(const Result<T>& result)
    {
        EXPECT_FALSE(result) << "an answer where there was none";
        return result ? ErrorCode::internal : result.error().code;
    }
    void answers(const char* how) { simulator.set({{"answers", how}, {"answer_ms", 1500}}); }
    /// Of all simulated providers, how many trades there are.
    std::size_t trades() { return simulator.get("trades").at("trades").size(); }
    static api::RefundRequest wholeRefund()
    {
        return {"zk1000001", "rf1", Money::fen(3500), Money::fen(3500), "停考"};
    }
};
INSTANTIATE_TEST_SUITE_P(Providers, FaultContract, testing::ValuesIn(kParties),
                         [](const testing::TestParamInfo<Party>& info) {
                             return std::string(info.param.name);
                         });

TEST_P(FaultContract, C32_ALostAnswerLeavesTheOutcomeOpenAndTheSameNumberFindsIt)
{
    EXPECT_EQ(stateOf("zk1000000"), TradeState::not_created); // keys are fetched while answers still come
    answers("lost");
    EXPECT_THAT(codeOf(provider().charge(request("zk1000001"))), leavesItOpen());
    ASSERT_EQ(trades(), 1u) << "the provider did not even hear of it";
    EXPECT_THAT(codeOf(provider().query("zk1000001")), leavesItOpen());
    EXPECT_THAT(codeOf(provider().close("zk1000001")), leavesItOpen());
    answers("now");
    // The same number, so that there is one trade however often it was asked for.
    const api::ChargeRequest asked = request("zk1000002");
    answers("lost");
    EXPECT_THAT(codeOf(provider().charge(asked)), leavesItOpen());
    answers("now");
    const auto code = provider().charge(asked);
    ASSERT_TRUE(code) << code.error().message;
    EXPECT_EQ(trades(), 2u);
    pay(code->qr_text);
    EXPECT_EQ(stateOf("zk1000002"), TradeState::paid);
}

TEST_P(FaultContract, C33_ARefundWhoseAnswerWasLostIsTheSameOneWhenSentAgain)
{
    paid("zk1000001");
    answers("lost");
    EXPECT_THAT(codeOf(provider().refund(wholeRefund())), leavesItOpen());
    answers("now");
    const auto again = provider().refund(wholeRefund());
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->amount, Money::fen(3500));
    EXPECT_EQ(theirs("zk1000001").at("refunds").size(), 1u) << "the money went back twice";
}

TEST_P(FaultContract, C32_AnAnswerThatComesTooLateIsATimeoutAndNotARefusal)
{
    loadImpatient();
    paid("zk1000001");
    answers("late");
    EXPECT_EQ(codeOf(provider().charge(request("zk1000002"))), ErrorCode::timeout);
    EXPECT_EQ(codeOf(provider().query("zk1000001")), ErrorCode::timeout);
    EXPECT_EQ(codeOf(provider().refund(wholeRefund())), ErrorCode::timeout);
    answers("now");
    EXPECT_EQ(stateOf("zk1000001"), TradeState::paid);
    EXPECT_EQ(loaded->stats().killed, 0) << "the plugin did not keep its own limit";
}

/// Whose answers are signed.
class SignedAnswers : public FaultContract
{};
INSTANTIATE_TEST_SUITE_P(Providers, SignedAnswers, testing::ValuesIn(kParties, kParties + kDatedParties),
                         [](const testing::TestParamInfo<Party>& info) {
                             return std::string(info.param.name);
                         });

TEST_P(SignedAnswers, AnAnswerThatNobodySignedIsNotBelieved)
{
    const std::string code = charge("zk1000001");
    pay(code);
    answers("forged");
    const auto trade = provider().query("zk1000001");
    ASSERT_FALSE(trade) << "an answer was believed whose signature does not fit";
    EXPECT_EQ(trade.error().code, ErrorCode::unavailable);
    EXPECT_EQ(codeOf(provider().charge(request("zk1000002"))), ErrorCode::unavailable);
    EXPECT_EQ(codeOf(provider().refund(wholeRefund())), ErrorCode::unavailable);
    answers("now");
    EXPECT_EQ(stateOf("zk1000001"), TradeState::paid);
}

TEST_P(FaultContract, AProviderThatCannotBeReachedIsUnavailable)
{
    Json settings = party().settings(simulator);
    // Nobody listens on the port of a server that is gone.
    std::string gone;
    {
        gone =
            NoticeInbox([](const std::string&, const api::RawNotice&) { return api::NoticeReply{}; }).url();
    }
    settings[settings.contains("base_url") ? "base_url" : "gateway_url"] = gone;
    load(settings);
    EXPECT_EQ(codeOf(provider().charge(request("zk1000001"))), ErrorCode::unavailable);
    EXPECT_EQ(codeOf(provider().query("zk1000001")), ErrorCode::unavailable);
    EXPECT_EQ(trades(), 0u);
}

TEST_P(FaultContract, WrongKeysAreTroubleOfTheAccountAndNotARefusal)
{
    // Another merchant's keys: what this one signs, the provider refuses.
    Json settings = party().settings(simulator);
    const bool wechat = settings.contains("merchant_serial");
    if (settings.contains("counter_public_key")) {
        // The bank gives out no key of ours: the tail of the counter's is what proves who orders.
        std::string key = settings["counter_public_key"];
        key.back() = '3';
        settings["counter_public_key"] = key;
    } else {
        const Json other = simulator.settings(wechat ? "payment-alipay" : "payment-wechatpay");
        settings[wechat ? "merchant_private_key" : "app_private_key"] =
            other.at(wechat ? "app_private_key" : "merchant_private_key");
    }
    load(settings);
    EXPECT_EQ(codeOf(provider().charge(request("zk1000001"))), ErrorCode::unavailable);
    EXPECT_EQ(trades(), 0u);
}

/// Platform certificates change while everything runs (wechatpay.md 2.1).
class KeyChange : public PaymentContract
{};
INSTANTIATE_TEST_SUITE_P(Wechatpay, KeyChange, testing::Values(kParties[0]));

TEST_P(KeyChange, ANoticeOfANewCertificateIsReadAndOneOfTheOldIsStillGood)
{
    // The operator wrote the certificate of yesterday into the settings; the provider changes it today.
    Json settings = party().settings(simulator);
    settings["platform_certificates"] =
        simulator.file("keys/identity.json").at("wechat").at("platform").at("cert").at("pem");
    load(settings);
    // Its code is made by a plugin of its own, so that the one under test has asked for nothing yet.
    auto helper = plugin::loadPaymentProvider(pluginOptions(party().plugin, party().settings(simulator)));
    ASSERT_TRUE(helper) << helper.error().message;
    const auto code = (*helper)->get().charge(request("zk1000001"));
    ASSERT_TRUE(code) << code.error().message;
    pay(code->qr_text);
    const api::RawNotice before = sealed("zk1000001");
    simulator.rotate();
    const api::RawNotice after = sealed("zk1000001");
    EXPECT_EQ(noticeRefusal(before), "accepted");
    EXPECT_EQ(noticeRefusal(after), "accepted") << "the new certificate was not fetched";
    EXPECT_EQ(noticeRefusal(before), "accepted") << "the old certificate was dropped before its time";
    EXPECT_EQ(stateOf("zk1000001"), TradeState::paid) << "answers are signed with the new one";
}

TEST_P(KeyChange, StrangersWithUnknownSerialsDoNotMakeUsAskTheProviderAgainAndAgain)
{
    paid("zk1000001");
    api::RawNotice stranger = sealed("zk1000001");
    for (auto& [name, value] : stranger.headers)
        if (name == "wechatpay-serial")
            value = "0123456789ABCDEF";
    simulator.set({{"answers", "lost"}}); // whoever asks now gets nothing, and would say so
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(noticeRefusal(stranger), "serial");
    EXPECT_EQ(noticeRefusal(sealed("zk1000001")), "accepted");
}

} // namespace
} // namespace zikao::test
