#include "tests/kernel/cases/stage.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

class EngineTime : public Stage
{
protected:
    void at(Instant instant)
    {
        clock.set(instant);
        deliver();
    }
    std::vector<std::string> deadlines(const std::string& case_id)
    {
        std::vector<std::string> actions;
        for (const cases::Deadline& one : view(identity::Actor::system("test"), case_id).deadlines)
            actions.push_back(one.action + " " + beijingText(one.due_at));
        return actions;
    }
    std::int64_t waitingDeadlines()
    {
        return count("outbox WHERE kind = 'case_deadline' AND state = 'waiting'");
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(EngineTime);

TEST_P(EngineTime, AWindowThatClosedSinceThePageWasOpenedRefusesTheSubmission)
{
    const Person person = passed(), early = passed(2);
    clock.set(sitting.signup_closes + -1ms);
    const std::string id = choosing(person), early_id = choosing(early);
    const cases::Input on_the_page = input(person.actor(), id, {choice()});
    EXPECT_THAT(refusals(early.actor(), early_id, "submit", {choice()}), ElementsAre("<done>"))
        << "the window is open until its very end";
    clock.set(sitting.signup_closes);
    const Snapshot before = everything();
    EXPECT_THAT(said(engine.perform(person.actor(), id, "submit", on_the_page)),
                ElementsAre("window_closed"));
    EXPECT_EQ(everything(), before);
}

TEST_P(EngineTime, NothingIsBegunBeforeTheWindowOpensOrAfterItClosed)
{
    const Person person = passed();
    for (const auto& [when, reason] : {std::pair{sitting.signup_opens + -1ms, "window_not_open"},
                                       {sitting.signup_closes, "window_closed"}}) {
        clock.set(when);
        EXPECT_EQ(engine.begin(person.actor(), "sign_up", "261").error().reason, reason);
    }
    clock.set(sitting.signup_opens);
    EXPECT_TRUE(engine.begin(person.actor(), "sign_up", "261"));
}

TEST_P(EngineTime, ASittingThatIsNotPublishedHoldsNobody)
{
    const Person person = passed();
    const std::string id = choosing(person);
    exams::Sitting hidden = sitting;
    hidden.state = "draft";
    saveSitting(hidden);
    EXPECT_THAT(refusals(person.actor(), id, "submit", {choice()}), ElementsAre("no_sitting"));
    EXPECT_EQ(state(id), "draft");
}

TEST_P(EngineTime, TheEndOfTheTimeForPayingShutsThePaymentThatThePageStillOffers)
{
    const Person person = passed(), early = passed(2);
    const std::string id = signedUp(person), early_id = signedUp(early);
    clock.set(sitting.pay_until + -1ms);
    EXPECT_FALSE(view(person.actor(), id).offers.empty());
    const cases::Input on_the_page = input(person.actor(), id, {});
    EXPECT_THAT(refusals(early.actor(), early_id, "pay", {}), ElementsAre("<done>"));
    clock.set(sitting.pay_until);
    const Snapshot before = everything();
    EXPECT_THAT(said(engine.perform(person.actor(), id, "pay", on_the_page)),
                ElementsAre("payment_time_over"));
    EXPECT_EQ(everything(), before) << "no order may be left";
}

TEST_P(EngineTime, ADeadlineStrikesWhenItIsDueOnceAndNotBefore)
{
    const Person person = passed();
    const std::string id = signedUp(person);
    EXPECT_THAT(deadlines(id), ElementsAre("lapse " + beijingText(sitting.pay_until)));
    ASSERT_TRUE(engine.systemAction(id, "lapse", "too-early"));
    at(sitting.pay_until + -1ms);
    EXPECT_EQ(state(id), "submitted");
    at(sitting.pay_until);
    EXPECT_EQ(state(id), "lapsed");
    EXPECT_EQ(exams.ofCase(id).value()->state, "void");
    const Snapshot after = everything();
    deliver();
    EXPECT_EQ(everything(), after);
    EXPECT_EQ(notify.box(person.actor().id)->front().text, "逾期未缴费，报考已作废。");
}

TEST_P(EngineTime, ADeadlineThatWasMovedLaterDoesNotStrikeAtItsOldTime)
{
    const Person person = passed();
    const std::string id = signedUp(person);
    const Instant old_time = sitting.pay_until;
    exams::Sitting longer = sitting;
    longer.pay_until = old_time + 48h;
    saveSitting(longer);
    mustDo(person.actor(), id, "submit", {choice()});
    EXPECT_EQ(waitingDeadlines(), 1) << "the old one is withdrawn";
    at(old_time + 1h);
    ASSERT_TRUE(engine.systemAction(id, "lapse", "news of the old time"));
    EXPECT_EQ(state(id), "submitted");
    at(longer.pay_until);
    EXPECT_EQ(state(id), "lapsed");
}

TEST_P(EngineTime, ADeadlineOfAStateThatWasLeftIsDropped)
{
    const Person person = passed();
    const std::string id = ordered(person);
    ASSERT_TRUE(engine.systemAction(id, "paid", "news"));
    const auto before = view(person.actor(), id).history.size();
    at(sitting.pay_until + 1h);
    EXPECT_EQ(state(id), "paid");
    EXPECT_EQ(view(person.actor(), id).history.size(), before);
}

TEST_P(EngineTime, AnEndedCaseLeavesNoDeadlineBehind)
{
    const std::string id = forwarded(passed());
    EXPECT_EQ(waitingDeadlines(), 1);
    mustDo(province, id, "reject", {nullptr, nullptr, "学分不足"});
    EXPECT_EQ(waitingDeadlines(), 0);
    EXPECT_EQ(count("case_deadline"), 0);
}

TEST_P(EngineTime, AnAnswerThatIsOverdueByARulesOwnDateGoesBackToTheCity)
{
    const std::string id = forwarded(passed());
    EXPECT_THAT(deadlines(id), ElementsAre("overdue 2026-06-11 00:00:00"))
        << "60 days on, the day is meant whole";
    at(beijingInstant(Date{2026, 6, 10}, 23h));
    EXPECT_EQ(state(id), "joint");
    at(beijingInstant(Date{2026, 6, 11}));
    EXPECT_EQ(state(id), "city");
    EXPECT_THAT(queueOf(east), ElementsAre(id));
    EXPECT_THAT(queueOf(school), IsEmpty());
}

TEST_P(EngineTime, NewsForACaseThatIsNotThereIsDropped)
{
    EXPECT_TRUE(engine.systemAction("no-such-case", "paid", "news"));
    EXPECT_EQ(count("case_event"), 0);
}
