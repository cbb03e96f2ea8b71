#include "tests/plugins/sms-aliyun/fixture.hpp"

#include "plugins/sms-aliyun/reports.hpp"

using namespace zikao;
using namespace zikao::aliyun;
using vectors::text;

namespace {

const Json& vectorOf(const std::string& id)
{
    return vectors::find(published(), id);
}

support::Pairs pairsOf(const Json& object)
{
    support::Pairs pairs;
    for (const auto& [name, value] : object.items())
        pairs.emplace_back(name, value.get<std::string>());
    return pairs;
}

void expectRpc(const std::string& id)
{
    const Json& item = vectorOf(id);
    const auto params = pairsOf(item.at("params"));
    EXPECT_EQ(canonicalQuery(params), text(item, "canonical_query"));
    EXPECT_EQ(rpcStringToSign(text(item, "method"), params), text(item, "string_to_sign"));
    const std::string signature = rpcSignature(text(item, "method"), params, text(item, "access_key_secret"));
    EXPECT_EQ(signature, text(item, "signature"));
    EXPECT_EQ(support::percentEncode(signature), text(item, "signature_percent_encoded"));
}

void expectAcs3(const std::string& id)
{
    const Json& item = vectorOf(id);
    const Acs3Request request{text(item, "method"), text(item, "uri"), pairsOf(item.at("query")),
                              pairsOf(item.at("headers")), text(item, "body")};
    EXPECT_EQ(acs3CanonicalRequest(request), text(item, "canonical_request"));
    EXPECT_EQ(acs3StringToSign(request), text(item, "string_to_sign"));
    EXPECT_EQ(acs3Signature(request, text(item, "access_key_secret")), text(item, "signature"));
    EXPECT_EQ(acs3Authorization(request, text(item, "access_key_id"), text(item, "access_key_secret")),
              text(item, "authorization"));
}

} // namespace

TEST(AliyunVector, rpc_public_document_example_HasThePublishedSignature)
{
    expectRpc("rpc_public_document_example");
}

TEST(AliyunVector, rpc_send_sms_HasThePublishedSignature)
{
    expectRpc("rpc_send_sms");
}

TEST(AliyunVector, rpc_send_sms_post_HasThePublishedSignature)
{
    expectRpc("rpc_send_sms_post");
}

TEST(AliyunVector, acs3_public_document_example_HasThePublishedSignature)
{
    expectAcs3("acs3_public_document_example");
}

TEST(AliyunVector, acs3_send_sms_HasThePublishedSignature)
{
    expectAcs3("acs3_send_sms");
}

TEST(AliyunVector, acs3_send_sms_form_body_IsWhatTheSenderSends)
{
    expectAcs3("acs3_send_sms_form_body");
    const Json& item = vectorOf("acs3_send_sms_form_body");
    Bench bench;
    bench.nonce = text(item.at("headers"), "x-acs-signature-nonce");
    EXPECT_FALSE(bench.sender->send(message())) << "no answer was prepared";
    const auto& sent = bench.transport->sent.at(0);
    EXPECT_EQ(sent.url, "https://dysmsapi.aliyuncs.com/");
    EXPECT_EQ(sent.body, text(item, "body"));
    EXPECT_EQ(support::headerOf(sent.headers, "Authorization"), text(item, "authorization"));
    for (const auto& [name, value] : item.at("headers").items()) {
        if (name == "host")
            continue;
        EXPECT_EQ(support::headerOf(sent.headers, name), value.get<std::string>()) << name;
    }
}

TEST(AliyunVector, send_ok_IsAReceipt)
{
    Bench bench;
    bench.transport->answer(200, {}, text(vectorOf("send_ok"), "body"));
    EXPECT_EQ(bench.sender->send(message())->provider_id, "900000000000000000^0");
}

TEST(AliyunVector, send_flow_control_AsksTheCandidateToWait)
{
    Bench bench;
    bench.transport->answer(200, {}, text(vectorOf("send_flow_control"), "body"));
    const auto receipt = bench.sender->send(message());
    EXPECT_EQ(receipt.error().code, ErrorCode::too_many);
    EXPECT_EQ(receipt.error().reason, "isv.BUSINESS_LIMIT_CONTROL");
}

TEST(AliyunVector, sms_report_push_IsReadWithoutThePhoneNumber)
{
    const Json& item = vectorOf("sms_report_push");
    const auto reports = readReports(text(item, "body"));
    ASSERT_TRUE(reports) << reports.error().message;
    ASSERT_EQ(reports->reports.size(), 1u);
    EXPECT_EQ(reports->reports[0].message_id, "reg-14-0001");
    EXPECT_TRUE(reports->reports[0].delivered);
    EXPECT_EQ(reports->reports[0].code, "DELIVERED");
    EXPECT_EQ(reports->answer, text(item, "acknowledge"));
    for (const char* bad : {"", "{}", "[1]", R"([{"success":true}])"})
        EXPECT_FALSE(readReports(bad)) << bad;
}

TEST(AliyunVector, EveryPublishedCaseHasATestOfItsName)
{
    std::string names;
    const auto& unit = *testing::UnitTest::GetInstance();
    for (int i = 0; i < unit.total_test_suite_count(); ++i)
        for (int k = 0; k < unit.GetTestSuite(i)->total_test_count(); ++k)
            names += std::string(";") + unit.GetTestSuite(i)->GetTestInfo(k)->name();
    ASSERT_EQ(published().at("cases").size(), 9u);
    for (const auto& item : published().at("cases"))
        EXPECT_NE(names.find(";" + text(item, "id") + "_"), std::string::npos) << text(item, "id");
}
