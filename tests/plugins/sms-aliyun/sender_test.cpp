#include "tests/plugins/sms-aliyun/fixture.hpp"

using namespace zikao;
using namespace zikao::aliyun;

namespace {

Result<api::SendReceipt> answeredWith(int status, const std::string& code)
{
    Bench bench;
    bench.transport->answer(status, {}, Json{{"Code", code}, {"Message", "…"}, {"RequestId", "R"}}.dump());
    return bench.sender->send(message());
}

} // namespace

TEST(Aliyun, WhatDoesNotLookLikeAMobileNumberIsNotSent)
{
    for (const char* number : {"", "1380000000", "138000000000", "23800000000", "1380000000x",
                               "+8613800000000", "13800000000,13800000001", "a@example.invalid"}) {
        Bench bench;
        auto outgoing = message();
        outgoing.recipient = number;
        EXPECT_EQ(bench.sender->send(outgoing).error().code, ErrorCode::invalid_argument) << number;
        EXPECT_TRUE(bench.transport->sent.empty());
    }
}

TEST(Aliyun, AMessageWithoutAConfiguredTemplateIsTheStaffsMatter)
{
    Bench bench;
    auto outgoing = message();
    outgoing.template_key = "review_result";
    EXPECT_EQ(bench.sender->send(outgoing).error().reason, "template");
    EXPECT_TRUE(bench.transport->sent.empty());
}

TEST(Aliyun, EachRefusalReachesTheOneWhoCanAct)
{
    const std::pair<const char*, ErrorCode> kCodes[] = {
        {"isv.BUSINESS_LIMIT_CONTROL", ErrorCode::too_many},
        {"Throttling.User", ErrorCode::too_many},
        {"isv.MOBILE_NUMBER_ILLEGAL", ErrorCode::invalid_argument},
        {"isv.OUT_OF_SERVICE", ErrorCode::unavailable},
        {"isv.SMS_SIGNATURE_ILLEGAL", ErrorCode::unavailable},
        {"SignatureDoesNotMatch", ErrorCode::unavailable},
        {"isp.SYSTEM_ERROR", ErrorCode::timeout},
        {"isv.SOMETHING_NEW", ErrorCode::unavailable}};
    for (const auto& [code, meaning] : kCodes) {
        EXPECT_EQ(answeredWith(200, code).error().code, meaning) << code;
        EXPECT_EQ(answeredWith(400, code).error().code, meaning)
            << "the code decides, not the status: " << code;
    }
}

TEST(Aliyun, AnUnreadableAnswerOrASilentServerLeavesTheOutcomeOpen)
{
    Bench bench;
    bench.transport->answer(502, {}, "<html>");
    EXPECT_EQ(bench.sender->send(message()).error().code, ErrorCode::timeout);
    bench.transport->answer(fail(ErrorCode::timeout, "lost"));
    EXPECT_EQ(bench.sender->send(message()).error().code, ErrorCode::timeout);
    EXPECT_EQ(bench.transport->sent.size(), 2u) << "a message is never repeated on its own";
    EXPECT_FALSE(answeredWith(200, "OK")) << "OK without a BizId is no receipt";
}

TEST(Aliyun, NeitherPhoneNorCodeStandsInAnErrorMessage)
{
    Bench bench;
    bench.transport->answer(200, {}, R"({"Code":"isv.X","Message":"13800000000 042619"})");
    const std::string message_text = bench.sender->send(message()).error().message;
    EXPECT_EQ(message_text.find("13800000000"), std::string::npos);
    EXPECT_EQ(message_text.find("042619"), std::string::npos);
}

TEST(Aliyun, TheOlderSignatureCanBeChosen)
{
    Json settings = settingsJson();
    settings["signature"] = "rpc";
    Bench bench(settings);
    bench.transport->answer(200, {}, R"({"Code":"OK","BizId":"1^0"})");
    ASSERT_TRUE(bench.sender->send(message()));
    auto params = support::formDecode(bench.transport->sent.at(0).body).value();
    const std::string signature(support::valueOf(params, "Signature"));
    std::erase_if(params, [](const auto& pair) { return pair.first == "Signature"; });
    EXPECT_EQ(signature, rpcSignature("POST", params, "TestOnlySecret0123456789abcdef"));
    EXPECT_EQ(support::valueOf(params, "Timestamp"), "2026-03-02T02:53:20Z");
    EXPECT_EQ(support::valueOf(params, "TemplateParam"), R"({"code":"042619"})");
    settings["signature"] = "md5";
    EXPECT_FALSE(Settings::parse(settings.dump()));
}

TEST(Aliyun, SettingsNameEveryProblem)
{
    const auto parsed = Settings::parse(R"({"base_url":"x","templates":{"a":1}})");
    ASSERT_FALSE(parsed);
    for (const char* key : {"base_url", "access_key_id", "access_key_secret", "sign_name", "templates.a"})
        EXPECT_NE(parsed.error().message.find(key), std::string::npos) << key;
}
