#include "tests/plugins/degree-chsi/fixture.hpp"

using namespace zikao;
using namespace zikao::chsi;
using namespace std::chrono_literals;
using vectors::text;

namespace {

void expectForbidden(const Result<api::DegreeAnswer>& answer, const char* reason)
{
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::forbidden);
    EXPECT_EQ(answer.error().reason, reason) << answer.error().message;
}

Json created(const std::string& nonce, const std::string& expires = "2026-03-02T10:58:20+08:00")
{
    return {{"verification_id", "v-1"},
            {"qr_content", "https://register.example.invalid/scan?v=v-1&n=" + nonce},
            {"expires_at", expires}};
}

const std::string kNo = "CV14202604000000000001";

} // namespace

TEST(Chsi, NothingOfThePersonLeavesUsBeforeThePersonAgreed)
{
    Bench bench;
    bench.transport->answer(200, {}, created(request().code_nonce).dump());
    const auto code = bench.checker->create(request());
    ASSERT_TRUE(code) << code.error().message;
    EXPECT_EQ(code->qr_text,
              "https://register.example.invalid/scan?v=v-1&n=7e57f00d7e57f00d7e57f00d7e57f00d");
    EXPECT_EQ(code->expires_at, vectors::kNow + 300s);
    const std::string& sent = bench.transport->sent.at(0).body;
    EXPECT_EQ(sent.find("张三"), std::string::npos);
    EXPECT_EQ(sent.find("140105200001010011"), std::string::npos);
}

TEST(Chsi, ACodeWithoutOurNonceIsNotShown)
{
    for (const std::string nonce : {"00000000000000000000000000000000", ""}) {
        Bench bench;
        bench.transport->answer(200, {}, created(nonce).dump());
        EXPECT_EQ(bench.checker->create(request()).error().code, ErrorCode::unavailable) << nonce;
    }
    Bench bench;
    bench.transport->answer(200, {}, R"({"qr_content":"javascript:x?n=7e57f00d7e57f00d7e57f00d7e57f00d"})");
    EXPECT_FALSE(bench.checker->create(request()));
}

TEST(Chsi, ACodeNeverLivesLongerThanWasAskedFor)
{
    Bench bench;
    bench.transport->answer(200, {}, created(request().code_nonce, "2026-03-02T12:00:00+08:00").dump());
    EXPECT_EQ(bench.checker->create(request())->expires_at, vectors::kNow + 300s);
    bench.transport->answer(200, {}, created(request().code_nonce, "2026-03-02T10:54:20+08:00").dump());
    EXPECT_EQ(bench.checker->create(request())->expires_at, vectors::kNow + 60s);
}

TEST(Chsi, WhatTheInterfaceWouldRefuseIsNotSent)
{
    Bench bench;
    const auto refused = [&](auto change) {
        api::DegreeRequest bad = request();
        change(bad);
        EXPECT_EQ(bench.checker->create(bad).error().code, ErrorCode::invalid_argument);
    };
    refused([](auto& r) { r.request_no = "lower"; });
    refused([](auto& r) { r.request_no = std::string(33, 'A'); });
    refused([](auto& r) { r.code_nonce = "7E57"; });
    refused([](auto& r) { r.name.clear(); });
    refused([](auto& r) { r.id_number.clear(); });
    refused([](auto& r) { r.lives = 59s; });
    refused([](auto& r) { r.lives = 601s; });
    refused([](auto& r) { r.callback_url = "https://x.example.invalid/c?a=b"; });
    refused([](auto& r) { r.callback_url = "not an address"; });
    EXPECT_EQ(bench.checker->query("../x").error().code, ErrorCode::invalid_argument);
    EXPECT_TRUE(bench.transport->sent.empty());
}

TEST(Chsi, RefusalsSayWhoMustAct)
{
    const std::pair<int, ErrorCode> answers[] = {
        {400, ErrorCode::invalid_argument}, {401, ErrorCode::unavailable}, {403, ErrorCode::unavailable},
        {404, ErrorCode::not_found},        {409, ErrorCode::conflict},    {429, ErrorCode::too_many},
        {500, ErrorCode::unavailable}};
    Bench bench;
    for (const auto& [status, code] : answers) {
        bench.transport->answer(status, {}, R"({"code":"X","message":"…"})");
        EXPECT_EQ(bench.checker->query(kNo).error().code, code) << status;
        bench.transport->answer(status, {}, "<html>");
        EXPECT_EQ(bench.checker->create(request()).error().code, code) << status;
    }
    bench.transport->answer(409, {}, R"({"code":"REQUEST_CONFLICT"})");
    EXPECT_EQ(bench.checker->create(request()).error().reason, "request_reused");
}

TEST(Chsi, AQueryIsSignedWithAnEmptyBodyAndReadsTheSealedResult)
{
    Bench bench;
    bench.answerSigned({{"status", "AUTHORIZED"}, {"resource", seal(result())}});
    const auto answer = bench.checker->query(kNo);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->state, api::DegreeState::authorized);
    EXPECT_EQ(answer->records.size(), 1u);
    EXPECT_EQ(answer->event_id, "");
    const auto& sent = bench.transport->sent.at(0);
    EXPECT_EQ(sent.method, "GET");
    EXPECT_EQ(sent.url, "https://register.example.invalid/v1/verifications/" + kNo);
    const auto key = support::PublicKey::parse(vectors::file("keys/chsi_platform_public.pem"));
    EXPECT_TRUE(
        key->verify(support::requestText("GET", "/v1/verifications/" + kNo, "1772420000", "7e570001", ""),
                    support::headerOf(sent.headers, "X-Verify-Signature")));
}

TEST(Chsi, WhatIsPendingNeedsNoSealedPartButEverythingElseDoes)
{
    Bench bench;
    bench.answerSigned({{"status", "PENDING"}});
    EXPECT_EQ(bench.checker->query(kNo)->state, api::DegreeState::pending);
    bench.answerSigned({{"status", "EXPIRED"}});
    EXPECT_EQ(bench.checker->query(kNo)->state, api::DegreeState::expired);
    for (const char* state : {"AUTHORIZED", "REJECTED", "NO_RECORD"}) {
        bench.answerSigned({{"status", state}});
        EXPECT_EQ(bench.checker->query(kNo).error().reason, "broken_answer") << state;
    }
}

TEST(Chsi, AnAnswerThatIsForgedOldOrAboutAnotherIsNoAnswer)
{
    const std::string body = Json{{"status", "AUTHORIZED"}, {"resource", seal(result())}}.dump();
    Bench bench;
    bench.transport->answer(200, {}, body);
    EXPECT_EQ(bench.checker->query(kNo).error().code, ErrorCode::unavailable);
    bench.transport->answer(200, sign(body + " "), body);
    EXPECT_EQ(bench.checker->query(kNo).error().reason, "signature");
    bench.transport->answer(200, sign(body, "1772419699"), body);
    EXPECT_EQ(bench.checker->query(kNo).error().reason, "timestamp");
    bench.transport->answer(200, sign(body, "1772420000", "chsi-test-2"), body);
    EXPECT_EQ(bench.checker->query(kNo).error().reason, "key");
    bench.transport->answer(200, sign(body), body);
    EXPECT_EQ(bench.checker->query("CV2").error().reason, "broken_answer");
    bench.answerSigned({{"status", "NO_RECORD"}, {"resource", seal(result())}});
    EXPECT_EQ(bench.checker->query(kNo).error().reason, "broken_answer");
}

TEST(Chsi, ACallbackThatIsChangedStaleOrUnsignedIsForbidden)
{
    const Json& item = vectors::find(published(), "chsi_callback_authorized");
    const api::RawNotice good{vectors::headers(item), text(item, "body")};
    Bench bench;
    api::RawNotice bad = good;
    bad.body.replace(bad.body.find("AUTHORIZED"), 10, "NO_RECORD.");
    expectForbidden(bench.checker->readCallback(bad, vectors::kNow), "signature");
    bad = good;
    bad.headers.clear();
    expectForbidden(bench.checker->readCallback(bad, vectors::kNow), "signature");
    EXPECT_TRUE(bench.checker->readCallback(good, vectors::kNow + 300s));
    expectForbidden(bench.checker->readCallback(good, vectors::kNow + 301s), "timestamp");
    EXPECT_TRUE(bench.checker->readCallback(good, vectors::kNow - 300s));
    expectForbidden(bench.checker->readCallback(good, vectors::kNow - 301s), "timestamp");
}

TEST(Chsi, ASealThatDoesNotFitIsForbiddenAlthoughTheSignatureFits)
{
    Bench bench;
    expectForbidden(bench.callback(result(), "VERIFICATION.AUTHORIZED", "another-use"), "cipher");
    Json settings = settingsJson();
    settings["aead_key"] = std::string(32, 'x');
    expectForbidden(Bench(settings).callback(result()), "cipher");
}

TEST(Chsi, TheEventMustSayWhatTheSealedPartSays)
{
    Bench bench;
    EXPECT_TRUE(bench.callback(result()));
    expectForbidden(bench.callback(result(), "VERIFICATION.NO_RECORD"), "body");
    expectForbidden(bench.callback(result(), "VERIFICATION.SOMETHING"), "body");
    expectForbidden(bench.callback(result(), "AUTHORIZED"), "body");
    Json pending = result();
    pending["status"] = "PENDING";
    pending.erase("records");
    expectForbidden(bench.callback(pending, "VERIFICATION.PENDING"), "body");
}

TEST(Chsi, TheOtherOutcomesComeWithoutRecords)
{
    Bench bench;
    using enum api::DegreeState;
    for (const auto& [word, state] :
         {std::pair{"REJECTED", rejected}, {"EXPIRED", expired}, {"NO_RECORD", no_record}}) {
        Json plain = result();
        plain["status"] = word;
        const std::string event = std::string("VERIFICATION.") + word;
        expectForbidden(bench.callback(plain, event), "body");
        plain["records"] = Json::array();
        const auto answer = bench.callback(plain, event);
        ASSERT_TRUE(answer) << word << ": " << answer.error().message;
        EXPECT_EQ(answer->state, state);
        EXPECT_TRUE(answer->records.empty());
    }
}

TEST(Chsi, ARecordThatCannotBeJudgedSpoilsTheResult)
{
    Bench bench;
    const auto spoilt = [&](auto change) {
        Json plain = result();
        change(plain);
        expectForbidden(bench.callback(plain), "body");
    };
    spoilt([](Json& p) { p["records"] = Json::array(); });
    spoilt([](Json& p) { p.erase("records"); });
    spoilt([](Json& p) { p["records"] = "r1"; });
    spoilt([](Json& p) { p["records"].push_back(p["records"][0]); }); // one id twice: which was chosen?
    for (const char* needed : {"record_id", "name", "id_number", "level", "conclusion"})
        spoilt([&](Json& p) { p["records"][0].erase(needed); });
    spoilt([](Json& p) { p["records"][0]["graduation_year"] = "soon"; });
    spoilt([](Json& p) { p["records"][0]["graduation_year"] = 21; });
    spoilt([](Json& p) { p["records"][0]["school"] = std::string(201, 'x'); });
    spoilt([](Json& p) { p["qr_nonce"] = ""; });
    spoilt([](Json& p) { p["request_no"] = ""; });
    spoilt([](Json& p) { p["authorized_at"] = "yesterday"; });
}

TEST(Chsi, YearsMayBeNumbersTextOrAbsent)
{
    Bench bench;
    Json plain = result();
    plain["records"][0]["graduation_year"] = 2021;
    plain["records"][0].erase("admission_year");
    const auto answer = bench.callback(plain);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->records[0].graduation_year, 2021);
    EXPECT_EQ(answer->records[0].admission_year, 0);
}

TEST(Chsi, ACallbackIsAcknowledgedOnlyWhenItWasDealtWith)
{
    Bench bench;
    EXPECT_EQ(bench.checker->acknowledge(true).status, 204);
    EXPECT_EQ(bench.checker->acknowledge(false).status, 500);
}
