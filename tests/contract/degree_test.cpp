#include <gmock/gmock.h>

#include "kernel/base/encoding.hpp"
#include "kernel/base/id.hpp"
#include "kernel/degrees/degrees.hpp"
#include "kernel/identity/identity.hpp"
#include "tests/contract/payment_fixture.hpp"
#include "tests/support/tenant.hpp"

namespace zikao::test {
namespace {

using namespace std::chrono_literals;

const char* const kName = "尼玛·次仁";
const char* const kNumber = "990101199003070015";

/// What every register's plugin is held to.
struct Register
{
    const char* name;
    const char* plugin;
};
void PrintTo(const Register& one, std::ostream* out)
{
    *out << one.name;
}

Instant wallClock()
{
    using namespace std::chrono;
    return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

std::unique_ptr<plugin::Loaded<api::DegreeChecker>> load(const std::string& id, Json settings)
{
    auto made = plugin::loadDegreeChecker(pluginOptions(id, std::move(settings)));
    if (!made)
        throw std::runtime_error(made.error().message);
    return std::move(*made);
}

class DegreeContract : public testing::TestWithParam<Register>
{
protected:
    api::DegreeChecker& checker() { return loaded->get(); }
    api::DegreeRequest request()
    {
        static int count = 0;
        api::DegreeRequest one;
        one.request_no = "D" + std::to_string(wallClock().ms) + "N" + std::to_string(++count);
        one.name = kName;
        one.id_number = kNumber;
        one.code_nonce = hex(randomBytes(16));
        one.lives = 120s;
        one.callback_url = inbox.url() + "/degree";
        return one;
    }
    Json scan(const std::string& code, Json more = Json::object())
    {
        Json input{{"code", code}, {"name", kName}, {"id_number", kNumber}};
        input.update(more);
        return simulator.post("degrees/scan", input);
    }

    Simulator simulator;
    NoticeInbox inbox{[](const std::string&, const api::RawNotice&) {
        return api::NoticeReply{204, "", ""};
    }};
    std::unique_ptr<plugin::Loaded<api::DegreeChecker>> loaded =
        load(GetParam().plugin, simulator.settings(GetParam().plugin));
};
INSTANTIATE_TEST_SUITE_P(Registers, DegreeContract, testing::Values(Register{"chsi", "degree-chsi"}),
                         [](const testing::TestParamInfo<Register>& info) {
                             return std::string(info.param.name);
                         });

TEST_P(DegreeContract, AH_DEG_03_ACodeIsScannedAndItsResultIsReadFromQueryAndCallbackAlike)
{
    const api::DegreeRequest asked = request();
    const auto code = checker().create(asked);
    ASSERT_TRUE(code) << code.error().message;
    EXPECT_THAT(code->qr_text, testing::HasSubstr(asked.code_nonce));
    EXPECT_LE(code->expires_at, wallClock() + 120s);
    EXPECT_EQ(checker().query(asked.request_no)->state, api::DegreeState::pending);
    ASSERT_EQ(scan(code->qr_text).at("status"), "AUTHORIZED");
    const auto queried = checker().query(asked.request_no);
    const auto heard = checker().readCallback(inbox.wait(1).front(), wallClock());
    for (const auto* answer : {&queried, &heard}) {
        ASSERT_TRUE(*answer) << answer->error().message;
        EXPECT_EQ((*answer)->request_no, asked.request_no);
        EXPECT_EQ((*answer)->code_nonce, asked.code_nonce);
        EXPECT_EQ((*answer)->state, api::DegreeState::authorized);
        EXPECT_TRUE((*answer)->authorized_at);
        ASSERT_EQ((*answer)->records.size(), 1u);
        EXPECT_EQ((*answer)->records[0].name, kName);
        EXPECT_EQ((*answer)->records[0].id_number, kNumber);
        EXPECT_EQ((*answer)->records[0].level, "专科");
    }
    EXPECT_FALSE(heard->event_id.empty());
}

TEST_P(DegreeContract, AskingTwiceWithOneNumberIsAskingOnce)
{
    const api::DegreeRequest asked = request();
    const auto first = checker().create(asked), again = checker().create(asked);
    ASSERT_TRUE(first && again);
    EXPECT_EQ(first->qr_text, again->qr_text);
    api::DegreeRequest other = asked;
    other.name = "别人";
    EXPECT_EQ(checker().create(other).error().reason, "request_reused");
    EXPECT_EQ(checker().query("DUNKNOWN").error().code, ErrorCode::not_found);
}

TEST_P(DegreeContract, EveryOutcomeIsToldApart)
{
    using enum api::DegreeState;
    const auto outcome = [&](Json person) {
        const api::DegreeRequest asked = request();
        scan(checker().create(asked)->qr_text, std::move(person));
        const auto answer = checker().query(asked.request_no);
        EXPECT_TRUE(answer) << answer.error().message;
        return answer ? std::pair(answer->state, answer->records.size())
                      : std::pair(pending, std::size_t{99});
    };
    EXPECT_EQ(outcome({{"person", "several"}}), std::pair(authorized, std::size_t{2}));
    EXPECT_EQ(outcome({{"person", "none"}}), std::pair(no_record, std::size_t{0}));
    EXPECT_EQ(outcome({{"person", "refuses"}}), std::pair(rejected, std::size_t{0}));
    EXPECT_EQ(outcome({{"person", "other_name"}}), std::pair(authorized, std::size_t{1}));
    EXPECT_EQ(outcome({{"name", "别人"}}), std::pair(no_record, std::size_t{0}));
    const api::DegreeRequest asked = request();
    simulator.post("degrees/expire", {{"code", checker().create(asked)->qr_text}});
    EXPECT_EQ(checker().query(asked.request_no)->state, expired);
}

TEST_P(DegreeContract, AForgedCallbackAndAForgedAnswerAreNotBelieved)
{
    const api::DegreeRequest asked = request();
    scan(checker().create(asked)->qr_text, {{"notice", "forged"}});
    EXPECT_EQ(checker().readCallback(inbox.wait(1).front(), wallClock()).error().code, ErrorCode::forbidden);
    simulator.set({{"answers", "forged"}});
    EXPECT_EQ(checker().query(asked.request_no).error().code, ErrorCode::unavailable);
    simulator.set({{"answers", "lost"}});
    EXPECT_EQ(checker().query(asked.request_no).error().code, ErrorCode::timeout);
    simulator.set({{"answers", "now"}});
    EXPECT_EQ(checker().query(asked.request_no)->state, api::DegreeState::authorized);
}

TEST_P(DegreeContract, KeysOfSomebodyElseAreRefusedAndStaffMustAct)
{
    Json settings = simulator.settings(GetParam().plugin);
    settings["client_id"] = "somebody-else";
    EXPECT_EQ(load(GetParam().plugin, settings)->get().create(request()).error().code,
              ErrorCode::unavailable);
}

/// The whole way of a check: a candidate, the tables, the plugin in its worker, the register.
class DegreeDelivery : public OnBothEngines
{
protected:
    DegreeDelivery() { clock.set(wallClock()); }
    void SetUp() override
    {
        tenant->degrees = load("degree-chsi", simulator.settings("degree-chsi"));
        identity::Person person;
        person.name = kName;
        person.id_number = kNumber;
        person.phone = "13800001234";
        auto opened = tenant->database->transaction([&](storage::Transaction& tx) {
            return identity.openCandidate(tx, {person, "no hash"});
        });
        ASSERT_TRUE(opened) << opened.error().message;
        lamp = {identity::ActorKind::candidate, *opened, kName, {}, {}, "session", {}};
        tenant->public_url = inbox.url();
    }
    std::string state() { return degrees.check(lamp.id)->state(); }
    void scan(const degrees::Attempt& attempt, Json more)
    {
        Json input{{"code", attempt.qr_text}, {"name", kName}, {"id_number", kNumber}};
        input.update(more);
        EXPECT_FALSE(simulator.post("degrees/scan", input).contains("code_error"));
    }

    Simulator simulator;
    FakeEvaluator evaluator;
    std::unique_ptr<tenant::Tenant> tenant = makeTenant(db, evaluator);
    identity::Passwords passwords{"pepper of the tests"};
    identity::Identity identity{*tenant, passwords};
    degrees::Degrees degrees{*tenant, identity};
    NoticeInbox inbox{[this](const std::string& path, const api::RawNotice& raw) {
        EXPECT_EQ(path, "/api/degree/callback");
        const auto reply = degrees.callback(raw);
        return reply ? *reply : api::NoticeReply{503, "", ""};
    }};
    identity::Actor lamp;
};
INSTANTIATE_ON_BOTH_ENGINES(DegreeDelivery);

TEST_P(DegreeDelivery, AH_DEG_04_SeveralRecordsArriveAndOneIsChosen)
{
    const auto attempt = degrees.newCode(lamp, "op-1");
    ASSERT_TRUE(attempt) << attempt.error().message;
    scan(*attempt, {{"person", "several"}});
    EXPECT_TRUE(eventually([&] { return state() == "choosing"; }));
    const auto chosen = degrees.choose(lamp, "r2");
    ASSERT_TRUE(chosen) << chosen.error().message;
    EXPECT_EQ(chosen->held->level, "本科");
    EXPECT_EQ(state(), "verified");
}

TEST_P(DegreeDelivery, AH_DEG_04_ARecordUnderAnotherNameIsNobodysDegreeHere)
{
    scan(*degrees.newCode(lamp, "op-1"), {{"person", "other_name"}});
    EXPECT_TRUE(eventually([&] { return state() == "mismatch"; }));
}

TEST_P(DegreeDelivery, AH_DEG_06_WhoIsNotFoundScansAgainAndALostCallbackIsAskedFor)
{
    scan(*degrees.newCode(lamp, "op-1"), {{"person", "none"}});
    EXPECT_TRUE(eventually([&] { return state() == "no_record"; }));
    scan(*degrees.newCode(lamp, "op-2"), {{"notice", "never"}});
    EXPECT_EQ(state(), "waiting");
    const auto asked = degrees.refresh(lamp.id);
    ASSERT_TRUE(asked) << asked.error().message;
    EXPECT_EQ(asked->state(), "verified");
}

} // namespace
} // namespace zikao::test
