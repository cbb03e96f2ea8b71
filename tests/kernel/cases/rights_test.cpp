#include "tests/kernel/cases/stage.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

namespace {

class EngineRights : public Stage
{
protected:
    /// To this actor the case does not exist: every way to it answers alike, and nothing changes.
    void expectUnknown(const identity::Actor& actor, const std::string& id, const std::string& action)
    {
        const std::string file = files.ofCase(id)->empty() ? "none" : files.ofCase(id)->front().id;
        cases::Input blind; // who knows the number without having seen the case
        blind.revision = view(identity::Actor::system("test"), id).record.revision;
        blind.request_key = "blind";
        blind.fields = {{"name", "别名"}};
        const Snapshot before = everything();
        const auto code = [](const auto& answer) {
            return answer ? ErrorCode::internal : answer.error().code;
        };
        EXPECT_EQ(code(engine.view(actor, id)), ErrorCode::not_found);
        EXPECT_EQ(code(engine.perform(actor, id, action, blind)), ErrorCode::not_found);
        EXPECT_EQ(code(engine.saveDraft(actor, id, blind)), ErrorCode::not_found);
        EXPECT_EQ(code(engine.explain(actor, id, action)), ErrorCode::not_found);
        EXPECT_EQ(code(engine.quote(actor, id)), ErrorCode::not_found);
        EXPECT_EQ(code(engine.attach(actor, id, "portrait", picture(), "")), ErrorCode::not_found);
        EXPECT_EQ(code(engine.file(actor, id, file)), ErrorCode::not_found);
        EXPECT_EQ(code(engine.detach(actor, id, file)), ErrorCode::not_found);
        EXPECT_EQ(everything(), before);
    }
    std::vector<std::string> listed(const identity::Actor& actor, const cases::QueueFilter& filter)
    {
        std::vector<std::string> ids;
        const auto queue = engine.queue(actor, filter);
        for (const cases::QueueRow& row : queue->rows)
            ids.push_back(row.record.id);
        return ids;
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(EngineRights);

TEST_P(EngineRights, C15_AnOfficerOfAnotherRegionNeitherSeesNorActs)
{
    const Person here = registered(), there = registered(2, "9002");
    EXPECT_THAT(queueOf(east), ElementsAre(here.registration));
    EXPECT_THAT(queueOf(west), ElementsAre(there.registration));
    expectUnknown(west, here.registration, "pass");
    expectUnknown(east, there.registration, "pass");
}

TEST_P(EngineRights, C15_AnotherCandidateAndAVisitorNeitherSeeNorAct)
{
    const Person here = registered(), other = registered(2);
    expectUnknown(other.actor(), here.registration, "submit");
    expectUnknown(begun().actor(), here.registration, "submit");
    identity::Actor guest_of_that_id = here.actor();
    guest_of_that_id.kind = identity::ActorKind::visitor;
    expectUnknown(guest_of_that_id, here.registration, "submit");
}

TEST_P(EngineRights, C15_AnOfficerWhoseDutiesAreNotAboutCasesNeitherSeesNorActs)
{
    const Person here = registered();
    for (const identity::Role role :
         {identity::Role::rule_author, identity::Role::tenant_admin, identity::Role::system_officer,
          identity::Role::security_officer, identity::Role::audit_officer}) {
        SCOPED_TRACE(identity::name(role));
        const identity::Actor other = officer("旁人", "9001", {role});
        expectUnknown(other, here.registration, "pass");
        EXPECT_THAT(queueOf(other), IsEmpty());
    }
}

TEST_P(EngineRights, C15_AnotherDutyOfTheSameOfficeDecidesNothing)
{
    const Person here = registered();
    for (const identity::Role role : {identity::Role::county_office, identity::Role::host_school,
                                      identity::Role::exam_site, identity::Role::finance}) {
        const identity::Actor other = officer("旁人", "9001", {role});
        EXPECT_THAT(refusals(other, here.registration, "pass", {}), ElementsAre("action_not_offered"))
            << identity::name(role);
        EXPECT_THAT(queueOf(other), IsEmpty());
    }
    EXPECT_EQ(state(here.registration), "pending");
}

TEST_P(EngineRights, C15_WhoSeesACaseMayStillNotDecideItForAnother)
{
    const Person here = registered();
    EXPECT_TRUE(engine.view(province, here.registration));
    EXPECT_THAT(view(province, here.registration).offers, IsEmpty());
    EXPECT_THAT(refusals(province, here.registration, "pass", {}), ElementsAre("action_not_offered"));
    EXPECT_THAT(refusals(here.actor(), here.registration, "pass", {}), ElementsAre("action_not_offered"));
    EXPECT_THAT(refusals(east, here.registration, "submit", {}), ElementsAre("action_not_offered"));
    EXPECT_EQ(state(here.registration), "pending");
}

TEST_P(EngineRights, C15_AnOfficerOfACountyDoesNotSeeThePrefectureAbove)
{
    const Person here = registered();
    expectUnknown(officer("东灯区", "900101"), here.registration, "pass");
    EXPECT_THAT(queueOf(officer("东灯区", "900101")), IsEmpty());
}

TEST_P(EngineRights, C15_ADraftIsItsSubjectsAlone)
{
    const Person person = begun();
    cases::Input draft = input(person.actor(), person.registration, {fields()});
    ASSERT_TRUE(engine.saveDraft(person.actor(), person.registration, draft));
    expectUnknown(east, person.registration, "pass");
    EXPECT_THAT(listed(east, {.mine = false}), IsEmpty());
}

TEST_P(EngineRights, C15_AHostSchoolSeesWhatIsBeforeItAndNothingElse)
{
    const Person person = passed();
    const std::string id = applied(person);
    expectUnknown(school, id, "agree");
    mustDo(east, id, "forward");
    EXPECT_TRUE(engine.view(school, id));
    expectUnknown(officer("灯塔学院", "95002", {identity::Role::host_school}), id, "agree");
    expectUnknown(school, person.registration, "pass");
}

TEST_P(EngineRights, StaffBeginNoCaseAndVisitorsOnlyWhatOpensAnAccount)
{
    EXPECT_EQ(engine.begin(east, "registration", "").error().code, ErrorCode::forbidden);
    EXPECT_EQ(engine.begin(begun().actor(), "sign_up", "").error().code, ErrorCode::forbidden);
    EXPECT_EQ(engine.begin(begun().actor(), "no_such", "").error().code, ErrorCode::not_found);
}

TEST_P(EngineRights, CandidatesHaveNoQueue)
{
    const Person person = registered();
    EXPECT_EQ(engine.queue(person.actor(), {}).error().code, ErrorCode::forbidden);
    EXPECT_EQ(engine.queueCounts(person.actor()).error().code, ErrorCode::forbidden);
}

TEST_P(EngineRights, AnOfficerChangesNoFieldOfACase)
{
    const Person here = registered();
    const Snapshot before = everything();
    EXPECT_THAT(refusals(east, here.registration, "pass", {{{"name", "改名"}}}), ElementsAre("case_locked"));
    EXPECT_EQ(everything(), before);
}

TEST_P(EngineRights, NobodyChangesACaseThatIsBeingReviewed)
{
    const Person here = registered();
    const auto send = input(here.actor(), here.registration, {{{"name", "改名"}}});
    const std::string file = files.ofCase(here.registration)->front().id;
    const Snapshot before = everything();
    EXPECT_EQ(engine.saveDraft(here.actor(), here.registration, send).error().reason, "case_locked");
    EXPECT_EQ(engine.attach(here.actor(), here.registration, "portrait", picture(), "").error().reason,
              "case_locked");
    EXPECT_EQ(engine.detach(here.actor(), here.registration, file).error().reason, "case_locked");
    EXPECT_EQ(everything(), before);
}

TEST_P(EngineRights, TheQueueIsFilteredCountedAndCutIntoPages)
{
    std::vector<std::string> waiting;
    for (int number = 1; number <= 3; ++number) {
        waiting.push_back(registered(number).registration);
        clock.advance(1h);
    }
    const std::string passed_one = passed(4).registration;
    EXPECT_EQ(listed(east, {}), waiting) << "longest waiting first";
    EXPECT_THAT(listed(east, {.limit = 1, .offset = 1}), ElementsAre(waiting[1]));
    EXPECT_EQ(engine.queue(east, {.limit = 1, .offset = 1})->total, 3);
    EXPECT_THAT(listed(east, {.state = "passed", .mine = false}), ElementsAre(passed_one));
    EXPECT_THAT(listed(east, {.type = "sign_up", .mine = false}), IsEmpty());
    EXPECT_EQ(listed(east, {.mine = false}).size(), 4u);
    const auto queues = engine.queueCounts(east);
    std::map<std::string, std::int64_t> counts;
    for (const cases::QueueCount& queue : *queues)
        counts[queue.title] = queue.count;
    EXPECT_THAT(counts, testing::AllOf(testing::Contains(Pair("灯匠注册：审核中", 3)),
                                       testing::Contains(Pair("灯匠出师申请：地州审核中", 0))))
        << "a queue the officer answers for is named even when nothing waits in it";
}

TEST_P(EngineRights, QueuesStandAsThePackageNamesItsProcedures)
{
    const auto queues = engine.queueCounts(east);
    need(queues, "queues");
    const auto at = [&](const std::string& type) {
        return std::ranges::find(*queues, type, &cases::QueueCount::type) - queues->begin();
    };
    EXPECT_LT(at("registration"), at("mastership")) << "not by the alphabet";
    EXPECT_LT(at("mastership"), at("guild"));
}

TEST_P(EngineRights, TheQueueIsSearchedByWholeNumberOrBeginningOfANameAndNothingElse)
{
    const std::string first = registered(1).registration, second = registered(2).registration;
    const std::string number = fields(2)["id_number"];
    EXPECT_THAT(listed(east, {.text = number}), ElementsAre(second));
    EXPECT_THAT(listed(east, {.text = number.substr(0, 17)}), IsEmpty());
    EXPECT_EQ(listed(east, {.text = "灯芯"}).size(), 2u);
    for (const char* nobody : {"芯人", "%", "_", "!", "灯_人", "' OR '1'='1"})
        EXPECT_THAT(listed(east, {.text = nobody}), IsEmpty()) << nobody;
    EXPECT_THAT(listed(west, {.text = number}), IsEmpty());
}
