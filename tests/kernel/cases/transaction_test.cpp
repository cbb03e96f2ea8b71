#include "tests/kernel/cases/stage.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::ElementsAre;

namespace {

/// A write that an act makes.
struct Write
{
    const char* act;
    const char* table;
};

/// What every act writes besides its effects.
const std::vector<Write> kAlways = {
    {"INSERT", "case_event"}, {"UPDATE", "case_record"}, {"INSERT", "audit_entry"}};

class EngineTransaction : public Stage
{
protected:
    /// Tries an act while each of its writes fails in turn, then without a fault, all with one request key.
    void expectAllOrNothing(const identity::Actor& actor, const std::string& case_id,
                            const std::string& action, const Sent& sent, const std::vector<Write>& effects)
    {
        const cases::Input same = input(actor, case_id, sent);
        const Snapshot before = everything();
        for (const std::vector<Write>* writes : {&effects, &kAlways})
            for (const Write& write : *writes) {
                {
                    const Broken broken(*tenant->database, write.act, write.table);
                    EXPECT_NE(said(engine.perform(actor, case_id, action, same)),
                              std::vector<std::string>{"<done>"})
                        << write.act << " " << write.table << " is not part of " << action;
                }
                ASSERT_EQ(everything(), before) << write.act << " " << write.table;
            }
        EXPECT_THAT(said(engine.perform(actor, case_id, action, same)), ElementsAre("<done>"));
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(EngineTransaction);

TEST_P(EngineTransaction, I1_ARegistrationIsHandedInWholeWithItsAccountOrNotAtAll)
{
    const Person person = begun();
    expectAllOrNothing(person.actor(), person.registration, "submit", {fields(), secrets()},
                       {{"INSERT", "account"}, {"INSERT", "person"}, {"INSERT", "case_review"}});
    EXPECT_EQ(state(person.registration), "pending");
}

TEST_P(EngineTransaction, I1_ADecisionIsTakenWithItsMessagesOrNotAtAll)
{
    const Person person = registered();
    expectAllOrNothing(east, person.registration, "pass", {},
                       {{"UPDATE", "case_review"}, {"INSERT", "box_message"}, {"INSERT", "outbox"}});
    EXPECT_EQ(notify.box(person.actor().id)->size(), 1u);
}

TEST_P(EngineTransaction, I1_ASignUpIsWrittenWithCoursesAndDeadlineOrNotAtAll)
{
    const Person person = passed();
    expectAllOrNothing(person.actor(), choosing(person), "submit", {choice()},
                       {{"INSERT", "sign_up"},
                        {"INSERT", "sign_up_course"},
                        {"INSERT", "case_deadline"},
                        {"INSERT", "outbox"}});
}

TEST_P(EngineTransaction, I1_AnOrderIsOpenedAndTheSignUpLockedOrNeither)
{
    const Person person = passed();
    expectAllOrNothing(person.actor(), signedUp(person), "pay", {},
                       {{"INSERT", "pay_order"}, {"INSERT", "order_line"}, {"UPDATE", "sign_up"}});
    EXPECT_EQ(count("pay_order"), 1);
}

TEST_P(EngineTransaction, I1_APaymentReachesTheSignUpAndTheBoxOrIsTriedAgainWhole)
{
    const Person person = passed();
    const std::string id = ordered(person);
    expectAllOrNothing(identity::Actor::system("cases"), id, "paid", {},
                       {{"UPDATE", "sign_up"}, {"INSERT", "box_message"}});
    EXPECT_EQ(exams.ofCase(id).value()->state, "paid");
}

TEST_P(EngineTransaction, I1_AWithdrawalTakesSignUpAndDeadlineAlongOrNeither)
{
    const Person person = passed();
    const std::string id = signedUp(person);
    expectAllOrNothing(person.actor(), id, "withdraw", {},
                       {{"UPDATE", "sign_up"}, {"DELETE", "case_deadline"}, {"DELETE", "outbox"}});
    EXPECT_EQ(count("outbox WHERE kind = 'case_deadline'"), 0);
}

TEST_P(EngineTransaction, I1_ADecisionOfTwoStepsOpensTheNextReviewsOrLeavesTheFirst)
{
    const std::string id = applied(passed());
    expectAllOrNothing(east, id, "forward", {}, {{"DELETE", "case_review"}, {"INSERT", "case_review"}});
    EXPECT_EQ(view(province, id).reviews.size(), 2u);
}

TEST_P(EngineTransaction, I1_ADraftThatCannotBeWrittenLeavesTheEarlierOne)
{
    const Person person = begun();
    cases::Input draft = input(person.actor(), person.registration, {{{"name", "新名"}}});
    const Snapshot before = everything();
    {
        const Broken broken(*tenant->database, "UPDATE", "case_record");
        EXPECT_FALSE(engine.saveDraft(person.actor(), person.registration, draft));
    }
    EXPECT_EQ(everything(), before);
}

TEST_P(EngineTransaction, I1_APictureWhoseReadingCannotBeOrderedLeavesTheCaseAsItWas)
{
    const Person person = begun();
    const std::string earlier = fileOf(person, "id_card_front");
    const std::int64_t revision = view(person.actor(), person.registration).record.revision;
    {
        const Broken broken(*tenant->database, "INSERT", "outbox");
        EXPECT_FALSE(engine.attach(person.actor(), person.registration, "id_card_front", picture(), ""));
    }
    EXPECT_EQ(view(person.actor(), person.registration).record.revision, revision);
    EXPECT_EQ(fileOf(person, "id_card_front"), earlier);
}
