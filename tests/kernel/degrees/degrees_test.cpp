#include <gmock/gmock.h>

#include "kernel/degrees/degrees.hpp"
#include "kernel/identity/identity.hpp"
#include "tests/support/fake_degree_checker.hpp"
#include "tests/support/tenant.hpp"

using namespace zikao;
using namespace zikao::degrees;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

class DegreeChecks : public test::OnBothEngines
{
protected:
    void SetUp() override
    {
        tenant->degrees = std::make_unique<test::FixedPlugin<api::DegreeChecker>>(checker);
        lamp = candidate("张灯笼", "990101199003070015", "13800001234");
        other = candidate("李蜡烛", "990101200012310020", "13800001235");
    }

    identity::Actor candidate(const std::string& name, const std::string& number, const std::string& phone)
    {
        identity::Person person;
        person.name = name;
        person.id_number = number;
        person.phone = phone;
        auto opened = tenant->database->transaction([&](storage::Transaction& tx) {
            return identity.openCandidate(tx, {person, "no hash"});
        });
        EXPECT_TRUE(opened) << opened.error().message;
        return {identity::ActorKind::candidate, opened.value_or("?"), name, {}, {}, "session-1", {}};
    }
    Attempt code(const identity::Actor& who, const std::string& operation)
    {
        auto made = degrees.newCode(who, operation);
        EXPECT_TRUE(made) << made.error().message;
        return made ? *made : Attempt{};
    }
    std::string refusedCode(const identity::Actor& who, const std::string& operation)
    {
        auto made = degrees.newCode(who, operation);
        return made ? "made" : made.error().reason;
    }
    Check check(const identity::Actor& who)
    {
        auto found = degrees.check(who.id);
        EXPECT_TRUE(found) << found.error().message;
        return found ? *found : Check{};
    }
    /// The register tells us of the newest code.
    int callback()
    {
        return degrees.callback({{{"signed", "yes"}}, checker.created.back().request_no})->status;
    }
    void refresh(const identity::Actor& who)
    {
        const auto done = degrees.refresh(who.id);
        EXPECT_TRUE(done) << done.error().message;
    }
    std::int64_t count(const std::string& from)
    {
        return tenant->database->query("SELECT COUNT(*) FROM " + from).value().front().integer(0);
    }

    test::FakeEvaluator evaluator;
    std::unique_ptr<tenant::Tenant> tenant = test::makeTenant(db, evaluator);
    identity::Passwords passwords{"pepper of the tests"};
    identity::Identity identity{*tenant, passwords};
    test::FakeDegreeChecker checker{clock};
    Degrees degrees{*tenant, identity};
    identity::Actor lamp, other;
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(DegreeChecks);

TEST_P(DegreeChecks, AH_DEG_03_ACodeIsMadeForOneCandidateAndItsResultIsHers)
{
    EXPECT_EQ(check(lamp).state(), "none");
    const Attempt made = code(lamp, "op-1");
    EXPECT_EQ(made.state, AttemptState::waiting);
    EXPECT_EQ(made.session_id, "session-1");
    ASSERT_EQ(checker.created.size(), 1u);
    const api::DegreeRequest& asked = checker.created[0];
    EXPECT_EQ(asked.name, "张灯笼");
    EXPECT_EQ(asked.id_number, "990101199003070015");
    EXPECT_EQ(asked.code_nonce.size(), 32u);
    EXPECT_EQ(asked.lives, 300s);
    EXPECT_EQ(asked.callback_url, "http://127.0.0.1/lantern/api/degree/callback");
    EXPECT_THAT(made.qr_text, HasSubstr(asked.code_nonce));
    EXPECT_EQ(check(lamp).state(), "waiting");

    checker.authorize({checker.record("r1")});
    EXPECT_EQ(callback(), 204);
    const Check after = check(lamp);
    EXPECT_EQ(after.state(), "verified");
    ASSERT_TRUE(after.held);
    EXPECT_EQ(after.held->basis, Basis::online);
    EXPECT_EQ(after.held->level, "专科");
    EXPECT_EQ(after.held->school, "灯笼学院");
    EXPECT_EQ(after.held->graduation_year, 2021);
    EXPECT_FALSE(after.held->printed_on) << "the register does not tell the day";
    EXPECT_EQ(after.held->request_no, asked.request_no);
    EXPECT_EQ(after.held->verified_at, clock.now());
    EXPECT_EQ(check(other).state(), "none");
}

TEST_P(DegreeChecks, TheSameOperationGivesTheSameCodeAndANewOneEndsTheOld)
{
    const Attempt first = code(lamp, "op-1");
    EXPECT_EQ(code(lamp, "op-1").request_no, first.request_no);
    EXPECT_EQ(checker.created.size(), 1u);
    const Attempt second = code(lamp, "op-2");
    EXPECT_NE(second.request_no, first.request_no);
    EXPECT_EQ(refusedCode(lamp, "op-1"), "degree_code_replaced");
    EXPECT_NE(checker.created[0].code_nonce, checker.created[1].code_nonce);
    // One's operation id is not another's.
    EXPECT_EQ(code(other, "op-2").state, AttemptState::waiting);
    EXPECT_EQ(check(lamp).attempt->request_no, second.request_no);
}

TEST_P(DegreeChecks, AH_DEG_03_AnAnswerToAReplacedCodeIsDroppedAndNotRepeated)
{
    const Attempt first = code(lamp, "op-1");
    checker.authorize({checker.record("r1")});
    code(lamp, "op-2");
    EXPECT_EQ(degrees.callback({{{"signed", "yes"}}, first.request_no})->status, 204);
    EXPECT_EQ(check(lamp).state(), "waiting");
}

TEST_P(DegreeChecks, AH_DEG_06_WhoWasNotFoundMayScanAgainWithoutLimit)
{
    for (int round = 0; round < 5; ++round) {
        code(lamp, "op-" + std::to_string(round));
        checker.newest().state = api::DegreeState::no_record;
        EXPECT_EQ(callback(), 204);
        EXPECT_EQ(check(lamp).state(), "no_record");
    }
    code(lamp, "op-last");
    checker.authorize({checker.record("r1")});
    refresh(lamp);
    EXPECT_EQ(check(lamp).state(), "verified");
}

TEST_P(DegreeChecks, AH_DEG_04_OfSeveralRecordsOneIsChosenAndTheOthersAreForgotten)
{
    code(lamp, "op-1");
    checker.authorize({checker.record("r1", "专科", 2015), checker.record("r2", "本科", 2019)});
    EXPECT_EQ(callback(), 204);
    const Check before = check(lamp);
    EXPECT_EQ(before.state(), "choosing");
    EXPECT_FALSE(before.held);
    ASSERT_EQ(before.attempt->choices.size(), 2u);
    EXPECT_EQ(before.attempt->choices[1].level, "本科");
    EXPECT_EQ(before.attempt->choices[1].graduation_year, 2019);

    EXPECT_EQ(degrees.choose(lamp, "r3").error().reason, "degree_record_unknown");
    EXPECT_EQ(degrees.choose(other, "r2").error().reason, "degree_not_choosing");
    const auto chosen = degrees.choose(lamp, "r2");
    ASSERT_TRUE(chosen) << chosen.error().message;
    EXPECT_EQ(chosen->state(), "verified");
    EXPECT_EQ(chosen->held->level, "本科");
    EXPECT_EQ(chosen->held->certificate_no, "C-r2");
    EXPECT_TRUE(chosen->attempt->choices.empty());
    EXPECT_EQ(degrees.choose(lamp, "r1").error().reason, "degree_not_choosing");
    EXPECT_EQ(count("audit_entry WHERE act = 'degree.choose'"), 1);
}

TEST_P(DegreeChecks, AH_DEG_04_ARecordOfAnybodyElseKeepsNothingButTheFact)
{
    int round = 0;
    const auto spoil = [&](auto change) {
        code(lamp, "op-" + std::to_string(++round));
        std::vector<api::DegreeRecord> records{checker.record("r1"), checker.record("r2")};
        change(records[1]);
        checker.authorize(records);
        EXPECT_EQ(callback(), 204);
        const Check after = check(lamp);
        EXPECT_EQ(after.state(), "mismatch");
        EXPECT_FALSE(after.held);
        EXPECT_TRUE(after.attempt->choices.empty());
    };
    spoil([](auto& record) { record.name = "张灯龙"; });
    spoil([](auto& record) { record.id_number = "990101200012310020"; });
    EXPECT_EQ(count("degree"), 0);
}

TEST_P(DegreeChecks, AH_DEG_04_TheSameNameWrittenOtherwiseIsTheSamePerson)
{
    code(lamp, "op-1");
    api::DegreeRecord record = checker.record("r1");
    record.name = "张　灯笼";
    checker.authorize({record});
    EXPECT_EQ(callback(), 204);
    EXPECT_EQ(check(lamp).state(), "verified");
}

TEST_P(DegreeChecks, ACallbackWithTheNonceOfAnotherCodeIsRefused)
{
    code(lamp, "op-1");
    checker.authorize({checker.record("r1")});
    checker.newest().code_nonce = std::string(32, '0');
    EXPECT_EQ(callback(), 400);
    EXPECT_EQ(check(lamp).state(), "waiting");
    // A query that answers so is no answer either.
    EXPECT_EQ(degrees.refresh(lamp.id).error().reason, "degree_register_silent");
}

TEST_P(DegreeChecks, AForgedCallbackOrOneForNobodyIsRefusedAndChangesNothing)
{
    code(lamp, "op-1");
    checker.authorize({checker.record("r1")});
    EXPECT_EQ(degrees.callback({{}, checker.created.back().request_no})->status, 400);
    EXPECT_EQ(degrees.callback({{{"signed", "yes"}}, "DNOBODYS"})->status, 400);
    EXPECT_EQ(check(lamp).state(), "waiting");
}

TEST_P(DegreeChecks, ACallbackThatComesTwiceActsOnce)
{
    code(lamp, "op-1");
    checker.authorize({checker.record("r1")});
    EXPECT_EQ(callback(), 204);
    const Instant first = check(lamp).held->verified_at;
    clock.advance(1min);
    EXPECT_EQ(callback(), 204);
    EXPECT_EQ(check(lamp).held->verified_at, first);
    EXPECT_EQ(count("audit_entry WHERE act = 'degree.answer'"), 1);
}

TEST_P(DegreeChecks, WhatWasAuthorizedInTimeCountsHoweverLateItIsHeard)
{
    code(lamp, "op-1");
    clock.advance(4min);
    checker.authorize({checker.record("r1")});
    clock.advance(1h);
    EXPECT_EQ(check(lamp).state(), "expired");
    EXPECT_EQ(callback(), 204);
    EXPECT_EQ(check(lamp).state(), "verified");
}

TEST_P(DegreeChecks, WhatWasAuthorizedAfterTheCodeEndedDoesNotCount)
{
    code(lamp, "op-1");
    clock.advance(300s + 61s);
    checker.authorize({checker.record("r1")});
    EXPECT_EQ(callback(), 204);
    EXPECT_EQ(check(lamp).state(), "expired");
    EXPECT_FALSE(check(lamp).held);
}

TEST_P(DegreeChecks, ASilentRegisterLosesNothingAndTheSameOperationGoesOn)
{
    checker.silent = true;
    EXPECT_EQ(refusedCode(lamp, "op-1"), "degree_register_silent");
    checker.silent = false;
    EXPECT_EQ(code(lamp, "op-1").state, AttemptState::waiting);
    ASSERT_EQ(checker.created.size(), 2u);
    EXPECT_EQ(checker.created[0].request_no, checker.created[1].request_no);
    EXPECT_EQ(checker.created[0].code_nonce, checker.created[1].code_nonce);
    checker.silent = true;
    EXPECT_EQ(degrees.refresh(lamp.id).error().reason, "degree_register_silent");
    EXPECT_EQ(check(lamp).state(), "waiting");
}

TEST_P(DegreeChecks, WhoseNameChangedMeanwhileAsksForANewCode)
{
    checker.reused = true;
    EXPECT_EQ(refusedCode(lamp, "op-1"), "degree_person_changed");
}

TEST_P(DegreeChecks, WithoutARegisterOnlyPapersAreLeft)
{
    tenant->degrees.reset();
    EXPECT_FALSE(degrees.available());
    EXPECT_EQ(refusedCode(lamp, "op-1"), "degree_unavailable");
    EXPECT_EQ(degrees.callback({}).error().code, ErrorCode::not_found);
    EXPECT_TRUE(degrees.tick());
    EXPECT_TRUE(degrees.refresh(lamp.id));
}

TEST_P(DegreeChecks, TheBackgroundAsksSeldomerAndSeldomerUntilTheCodeEnds)
{
    code(lamp, "op-1");
    const auto after = [&](std::chrono::seconds span) {
        clock.advance(span);
        EXPECT_TRUE(degrees.tick());
        return checker.queries;
    };
    EXPECT_EQ(after(9s), 0);
    EXPECT_EQ(after(1s), 1);
    EXPECT_EQ(after(19s), 1);
    EXPECT_EQ(after(1s), 2);
    EXPECT_EQ(after(59s), 2);
    EXPECT_EQ(after(1s), 3);
    for (int minute = 0; minute < 10; ++minute)
        after(1min);
    const int asked = checker.queries;
    EXPECT_EQ(check(lamp).attempt->state, AttemptState::expired);
    EXPECT_EQ(after(1h), asked) << "what ended is not asked about any more";
}

TEST_P(DegreeChecks, ALostCallbackIsMadeGoodByTheBackground)
{
    code(lamp, "op-1");
    checker.authorize({checker.record("r1")});
    clock.advance(10s);
    EXPECT_TRUE(degrees.tick());
    EXPECT_EQ(check(lamp).state(), "verified");
}

TEST_P(DegreeChecks, AChoiceThatNobodyMakesIsForgottenAfterADay)
{
    code(lamp, "op-1");
    checker.authorize({checker.record("r1"), checker.record("r2")});
    EXPECT_EQ(callback(), 204);
    clock.advance(24h - 1ms);
    EXPECT_TRUE(degrees.tick());
    EXPECT_EQ(check(lamp).state(), "choosing");
    clock.advance(1ms);
    EXPECT_TRUE(degrees.tick());
    EXPECT_EQ(check(lamp).state(), "expired");
    EXPECT_EQ(degrees.choose(lamp, "r1").error().reason, "degree_not_choosing");
}

TEST_P(DegreeChecks, AH_DEG_07_PapersTakeThePlaceOfWhatWasHeldAndAnExpectationNeverDoes)
{
    const auto record = [&](Basis basis, const std::string& level) {
        Degree degree;
        degree.basis = basis;
        degree.level = level;
        degree.printed_on = Date{2026, 6, 30};
        degree.document = "认证报告";
        degree.document_number = "R-1";
        degree.case_id = "case-1";
        degree.verified_at = clock.now();
        degree.verified_by = "staff-1";
        EXPECT_TRUE(tenant->database->transaction(
            [&](storage::Transaction& tx) { return degrees.record(tx, lamp.id, degree); }));
    };
    record(Basis::expected, "专科");
    EXPECT_EQ(check(lamp).state(), "expected");
    record(Basis::papers, "本科");
    const Check held = check(lamp);
    EXPECT_EQ(held.state(), "verified");
    EXPECT_EQ(held.held->basis, Basis::papers);
    EXPECT_EQ(held.held->printed_on, (Date{2026, 6, 30}));
    EXPECT_EQ(held.held->document + held.held->document_number, "认证报告R-1");
    EXPECT_EQ(held.held->verified_by, "staff-1");
    record(Basis::expected, "专科");
    EXPECT_EQ(check(lamp).held->level, "本科");
}

TEST_P(DegreeChecks, WhatIsHeldStaysWhileANewerCodeIsTriedAndANewerAnswerReplacesIt)
{
    code(lamp, "op-1");
    checker.authorize({checker.record("r1", "专科")});
    EXPECT_EQ(callback(), 204);
    code(lamp, "op-2");
    EXPECT_EQ(check(lamp).state(), "verified");
    checker.newest().state = api::DegreeState::rejected;
    EXPECT_EQ(callback(), 204);
    EXPECT_EQ(check(lamp).state(), "verified");
    EXPECT_EQ(check(lamp).attempt->state, AttemptState::rejected);
    code(lamp, "op-3");
    checker.authorize({checker.record("r9", "本科")});
    EXPECT_EQ(callback(), 204);
    EXPECT_EQ(check(lamp).held->level, "本科");
}

TEST_P(DegreeChecks, NoRecordLiesOpenlyInTheTables)
{
    code(lamp, "op-1");
    checker.authorize({checker.record("r1"), checker.record("r2")});
    EXPECT_EQ(callback(), 204);
    const auto sealed = tenant->database->query("SELECT sealed_records FROM degree_request");
    EXPECT_EQ(sealed->front().bytes(0).find("灯笼学院"), std::string::npos);
    ASSERT_TRUE(degrees.choose(lamp, "r1"));
    const auto held = tenant->database->query("SELECT sealed_record FROM degree");
    EXPECT_EQ(held->front().bytes(0).find("灯笼学院"), std::string::npos);
}

TEST_P(DegreeChecks, AnOfficerTakesAWrongDegreeBackAndTheCandidateVerifiesAgain)
{
    code(lamp, "op-1");
    checker.authorize({checker.record("r1")});
    EXPECT_EQ(callback(), 204);
    const Instant seen = check(lamp).held->verified_at;
    identity::Actor officer;
    officer.kind = identity::ActorKind::staff;
    officer.id = "staff-1";
    const auto take = [&](Instant at) {
        return tenant->database->transaction([&](storage::Transaction& tx) {
            return degrees.takeBack(tx, officer, lamp.id, at, "他人的学历");
        });
    };
    EXPECT_EQ(take(Instant{seen.ms - 1}).error().reason, "degree_changed");
    EXPECT_EQ(check(lamp).state(), "verified");
    const auto gone = take(seen);
    ASSERT_TRUE(gone);
    EXPECT_EQ(gone->school, "灯笼学院");
    EXPECT_EQ(check(lamp).state(), "none") << "the code that led there verifies nothing any more";
    EXPECT_EQ(take(seen).error().reason, "degree_changed");
    const auto noted =
        tenant->database->query("SELECT detail FROM audit_entry WHERE act = 'degree.take_back'");
    ASSERT_EQ(noted->size(), 1u);
    EXPECT_NE(noted->front().text(0).find("他人的学历"), std::string::npos);
    code(lamp, "op-2");
    checker.authorize({checker.record("r2")});
    EXPECT_EQ(callback(), 204);
    EXPECT_EQ(check(lamp).state(), "verified");
}
