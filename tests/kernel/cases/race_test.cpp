#include "tests/kernel/cases/stage.hpp"
#include "tests/support/threads.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::AnyOf;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

namespace {

constexpr int kRounds = 4;

/// One act of somebody, on its page since before the race began.
struct Racer
{
    identity::Actor actor;
    std::string action;
    cases::Input input;
};

class EngineRace : public Stage
{
protected:
    /// All at once on one case. @return what each was told
    std::vector<std::vector<std::string>> race(const std::string& case_id, const std::vector<Racer>& racers)
    {
        std::vector<std::vector<std::string>> told(racers.size());
        onThreads(
            racers.size(),
            [&](std::size_t i) {
                told[i] = said(engine.perform(racers[i].actor, case_id, racers[i].action, racers[i].input));
            },
            static_cast<int>(racers.size()));
        return told;
    }
    /// One was done; the others came late to a case that had moved on.
    static void expectOneWinner(const std::vector<std::vector<std::string>>& told)
    {
        int done = 0;
        for (const auto& one : told)
            if (one == std::vector<std::string>{"<done>"})
                ++done;
            else
                EXPECT_THAT(one, ElementsAre(AnyOf("stale_revision", "action_not_offered")));
        EXPECT_EQ(done, 1);
    }
    Racer racer(const identity::Actor& actor, const std::string& case_id, const std::string& action,
                const Sent& sent = {})
    {
        return {actor, action, input(actor, case_id, sent)};
    }
    std::string events(const std::string& case_id, const std::string& action)
    {
        return "case_event WHERE case_id = '" + case_id + "' AND action = '" + action + "'";
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(EngineRace);

TEST_P(EngineRace, OfTwoSubmissionsOfOneSignUpOneWinsAndIsWrittenOnce)
{
    for (int round = 1; round <= kRounds; ++round) {
        const Person person = passed(round);
        const std::string id = choosing(person);
        expectOneWinner(race(id, {racer(person.actor(), id, "submit", {choice()}),
                                  racer(person.actor(), id, "submit", {choice()})}));
        EXPECT_EQ(count(events(id, "submit")), 1);
        EXPECT_EQ(count("sign_up WHERE case_id = '" + id + "'"), 1);
        EXPECT_EQ(count("case_deadline WHERE case_id = '" + id + "'"), 1);
        EXPECT_EQ(count("outbox WHERE kind = 'case_deadline'"), round);
    }
}

TEST_P(EngineRace, OfAPassAndARefusalOneHoldsAndOneMessageGoesOut)
{
    identity::Actor colleague = east;
    colleague.id = "staff-colleague";
    for (int round = 1; round <= kRounds; ++round) {
        const Person person = registered(round);
        expectOneWinner(race(person.registration, {racer(east, person.registration, "pass"),
                                                   racer(colleague, person.registration, "refuse",
                                                         {nullptr, nullptr, "照片不清晰"})}));
        const auto seen = view(person.actor(), person.registration);
        ASSERT_EQ(seen.history.size(), 2u);
        EXPECT_EQ(seen.history.back().to, seen.record.state);
        const auto box = notify.box(person.actor().id);
        ASSERT_EQ(box->size(), 1u);
        EXPECT_EQ(box->front().title.find("审核通过") != std::string::npos, seen.record.state == "passed");
    }
}

TEST_P(EngineRace, C29_TheSameClickSentFourTimesAtOnceIsAnsweredFourTimesAndActsOnce)
{
    const Person person = passed();
    const std::string id = signedUp(person);
    const Racer click = racer(person.actor(), id, "pay");
    for (const auto& told : race(id, {click, click, click, click}))
        EXPECT_THAT(told, ElementsAre("<done>"));
    EXPECT_EQ(count(events(id, "pay")), 1);
    EXPECT_EQ(count("pay_order"), 1);
}

TEST_P(EngineRace, C29_TheSameClickIsAnsweredTheSameAtWhateverQuestionItsTwinOvertakesIt)
{
    using Case = std::pair<std::string, Racer>;
    const std::map<std::string, std::function<Case(int)>> clicks = {
        {"a visitor hands in",
         [&](int round) -> Case {
             const Person person = begun();
             const auto& id = person.registration;
             return {id, racer(person.actor(), id, "submit", {fields(round), secrets()})};
         }},
        {"an office passes",
         [&](int round) -> Case {
             const auto id = registered(round).registration;
             return {id, racer(east, id, "pass")};
         }},
        {"a candidate hands in",
         [&](int round) -> Case {
             const Person person = passed(round);
             const auto id = choosing(person);
             return {id, racer(person.actor(), id, "submit", {choice()})};
         }},
        {"one of two offices sends back",
         [&](int round) -> Case {
             const auto id = forwarded(passed(round));
             return {id, racer(school, id, "send_back", {nullptr, nullptr, "照片不清晰"})};
         }},
    };
    int number = 0;
    for (const auto& [what, prepared] : clicks)
        for (int question = 0;; ++question) {
            const auto [id, click] = prepared(++number);
            std::vector<std::string> twin;
            questions->overtakeAfter(question, [&, &id = id, &click = click] {
                twin = said(engine.perform(click.actor, id, click.action, click.input));
            });
            const auto told = said(engine.perform(click.actor, id, click.action, click.input));
            EXPECT_THAT(told, ElementsAre("<done>")) << what << ", overtaken at question " << question;
            EXPECT_EQ(count(events(id, click.action)), 1) << what;
            if (!questions->overtaken())
                break;
            EXPECT_THAT(twin, ElementsAre("<done>")) << what << ", overtaking at question " << question;
        }
}

TEST_P(EngineRace, OfAPaymentAndTheEndOfTheTimeForPayingOneHolds)
{
    for (int round = 1; round <= kRounds; ++round) {
        clock.set(beijingInstant(Date{2026, 4, 11}, 9h));
        const Person person = passed(round);
        const std::string id = signedUp(person);
        const Racer pay = racer(person.actor(), id, "pay");
        const Racer lapse = racer(identity::Actor::system("cases"), id, "lapse");
        expectOneWinner(race(id, {pay, lapse}));
        const std::string sign_up = exams.ofCase(id).value()->state;
        EXPECT_EQ(sign_up, state(id) == "ordered" ? "ordered" : "void");
        EXPECT_EQ(billing.newestOrderOfCase(id).value().has_value(), state(id) == "ordered");
    }
}

TEST_P(EngineRace, TwoOfficesDecidingAtOnceAreBothCounted)
{
    for (int round = 1; round <= kRounds; ++round) {
        const std::string id = forwarded(passed(round));
        const auto told = race(id, {racer(school, id, "agree"), racer(province, id, "agree")});
        // Who came too late for the page it saw looks again and decides.
        const identity::Actor* const offices[] = {&school, &province};
        for (std::size_t i = 0; i < told.size(); ++i)
            if (told[i] != std::vector<std::string>{"<done>"}) {
                EXPECT_THAT(told[i], ElementsAre("stale_revision"));
                mustDo(*offices[i], id, "agree");
            }
        EXPECT_EQ(state(id), "agreed");
        EXPECT_EQ(count(events(id, "agree")), 2);
    }
}

TEST_P(EngineRace, AnActThatCameFirstWhileTheRulesWereJudgingMakesTheOtherOneLate)
{
    const Person person = passed();
    const std::string id = choosing(person);
    const Racer late = racer(person.actor(), id, "submit", {choice()});
    const Racer first = racer(person.actor(), id, "withdraw");
    std::vector<std::string> told;
    Snapshot after;
    evaluator.meanwhile = [&] {
        told = said(engine.perform(first.actor, id, first.action, first.input));
        after = everything();
    };
    EXPECT_THAT(said(engine.perform(late.actor, id, late.action, late.input)), ElementsAre("stale_revision"));
    EXPECT_THAT(told, ElementsAre("<done>"));
    EXPECT_EQ(everything(), after);
}

TEST_P(EngineRace, ADraftSavedWhileTheRulesWereJudgingIsNotOverwritten)
{
    const Person person = passed();
    const std::string id = choosing(person);
    const Racer late = racer(person.actor(), id, "submit", {choice()});
    const cases::Input draft = input(person.actor(), id, {{{"major", "L01"}}});
    evaluator.meanwhile = [&] { EXPECT_TRUE(engine.saveDraft(person.actor(), id, draft)); };
    EXPECT_THAT(said(engine.perform(late.actor, id, late.action, late.input)), ElementsAre("stale_revision"));
    EXPECT_EQ(view(person.actor(), id).record.fields, Json({{"major", "L01"}}));
    EXPECT_EQ(count("sign_up"), 0);
}

TEST_P(EngineRace, TwoPagesThatBeginOneProcedureGetOneCase)
{
    for (int round = 1; round <= kRounds; ++round) {
        const Person person = passed(round);
        std::vector<std::string> ids(4);
        onThreads(ids.size(), [&](std::size_t i) { ids[i] = begin(person, "sign_up"); });
        EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 1u);
        EXPECT_EQ(count("case_record WHERE type = 'sign_up'"), round);
    }
}

TEST_P(EngineRace, OfTwoVisitorsWithOneNumberOneGetsTheAccount)
{
    const Person one = begun(), other = begun();
    const cases::Input first = input(one.actor(), one.registration, {fields(), secrets()});
    const cases::Input second = input(other.actor(), other.registration, {fields(), secrets()});
    std::vector<std::vector<std::string>> told(2);
    onThreads(2, [&](std::size_t i) {
        told[i] = i == 0 ? said(engine.perform(one.actor(), one.registration, "submit", first))
                         : said(engine.perform(other.actor(), other.registration, "submit", second));
    });
    EXPECT_THAT(told, UnorderedElementsAre(ElementsAre("<done>"), ElementsAre("id_number_taken")));
    EXPECT_EQ(count("account"), 1);
    EXPECT_EQ(count("case_event"), 1);
    EXPECT_THAT((std::vector{state(one.registration), state(other.registration)}),
                UnorderedElementsAre("pending", "draft"));
}

TEST_P(EngineRace, OneFileIsLeftWhenTwoPagesSendThePictureAtOnce)
{
    const Person person = begun();
    for (int round = 0; round < kRounds; ++round) {
        onThreads(
            4,
            [&](std::size_t) {
                const auto taken =
                    engine.attach(person.actor(), person.registration, "portrait", picture(), "");
                EXPECT_TRUE(taken) << taken.error().message;
            },
            4);
        EXPECT_NE(fileOf(person, "portrait"), "");
    }
}
