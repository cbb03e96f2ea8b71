#include "tests/plugins/degree-chsi/fixture.hpp"

using namespace zikao;
using namespace zikao::chsi;
using vectors::text;

TEST(ChsiVector, chsi_create_verification_IsSignedAsPublished)
{
    const Json& item = vectors::find(published(), "chsi_create_verification");
    EXPECT_EQ(support::requestText(text(item, "method"), text(item, "url"), text(item, "timestamp"),
                                   text(item, "nonce"), text(item, "body")),
              text(item, "string_to_sign"));
    Bench bench;
    EXPECT_FALSE(bench.checker->create(request())) << "no answer was prepared";
    ASSERT_EQ(bench.transport->sent.size(), 1u);
    const auto& sent = bench.transport->sent[0];
    EXPECT_EQ(sent.method, text(item, "method"));
    EXPECT_EQ(sent.url, "https://register.example.invalid" + text(item, "url"));
    EXPECT_EQ(sent.body, text(item, "body"));
    EXPECT_EQ(support::headerOf(sent.headers, "X-Verify-Timestamp"), text(item, "timestamp"));
    EXPECT_EQ(support::headerOf(sent.headers, "X-Verify-Nonce"), text(item, "nonce"));
    EXPECT_EQ(support::headerOf(sent.headers, "X-Verify-Client"), "zikao-test");
    EXPECT_EQ(support::headerOf(sent.headers, "X-Verify-Key-Id"), "zikao-key-1");
    EXPECT_EQ(support::headerOf(sent.headers, "X-Verify-Signature"), text(item, "signature"));
}

TEST(ChsiVector, chsi_callback_authorized_IsReadWithItsRecord)
{
    const Json& item = vectors::find(published(), "chsi_callback_authorized");
    Bench bench;
    const auto answer =
        bench.checker->readCallback({vectors::headers(item), text(item, "body")}, vectors::kNow);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->request_no, "CV14202604000000000001");
    EXPECT_EQ(answer->code_nonce, "7e57f00d7e57f00d7e57f00d7e57f00d");
    EXPECT_EQ(answer->state, api::DegreeState::authorized);
    EXPECT_EQ(beijingText(answer->authorized_at.value()), "2026-03-02 10:55:00");
    EXPECT_EQ(answer->event_id, "7e570000-0000-4000-8000-00000000c451");
    EXPECT_EQ(answer->raw_digest, support::hex(support::sha256(text(item, "body"))));
    ASSERT_EQ(answer->records.size(), 1u);
    const api::DegreeRecord& record = answer->records[0];
    EXPECT_EQ(record.record_id, "r1");
    EXPECT_EQ(record.name, "张三");
    EXPECT_EQ(record.id_number, "140105200001010011");
    EXPECT_EQ(record.school, "某某学院");
    EXPECT_EQ(record.major, "会计");
    EXPECT_EQ(record.level, "专科");
    EXPECT_EQ(record.study_form, "普通全日制");
    EXPECT_EQ(record.type, "普通高等教育");
    EXPECT_EQ(record.conclusion, "毕业");
    EXPECT_EQ(record.certificate_no, "123451202106000001");
    EXPECT_EQ(record.admission_year, 2018);
    EXPECT_EQ(record.graduation_year, 2021);
    EXPECT_EQ(record.verify_code, "TESTONLY12345678");
    EXPECT_EQ(record.verify_code_expires, "2026-09-02");
}

TEST(ChsiVector, EveryPublishedCaseHasATestOfItsName)
{
    std::string names;
    const auto& unit = *testing::UnitTest::GetInstance();
    for (int i = 0; i < unit.total_test_suite_count(); ++i)
        for (int k = 0; k < unit.GetTestSuite(i)->total_test_count(); ++k)
            names += std::string(";") + unit.GetTestSuite(i)->GetTestInfo(k)->name();
    ASSERT_EQ(published().at("cases").size(), 2u);
    for (const auto& item : published().at("cases"))
        EXPECT_NE(names.find(";" + text(item, "id") + "_"), std::string::npos) << text(item, "id");
}
