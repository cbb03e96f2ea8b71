#include "tests/kernel/cases/stage.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::ElementsAre;

namespace {

class EngineOnce : public Stage
{};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(EngineOnce);

TEST_P(EngineOnce, C29_ARepeatedRequestAnswersAsTheFirstAndActsOnce)
{
    const Person person = passed();
    const std::string id = choosing(person);
    const cases::Input same = input(person.actor(), id, {choice()});
    const auto first = engine.perform(person.actor(), id, "submit", same);
    ASSERT_THAT(said(first), ElementsAre("<done>"));
    const Snapshot after = everything();
    const auto again = engine.perform(person.actor(), id, "submit", same);
    ASSERT_THAT(said(again), ElementsAre("<done>"));
    EXPECT_EQ(again->record.state, first->record.state);
    EXPECT_EQ(again->record.revision, first->record.revision);
    EXPECT_EQ(again->record.fields, first->record.fields);
    EXPECT_EQ(everything(), after);
}

TEST_P(EngineOnce, C29_ARepeatedFirstSubmissionNamesTheSameAccount)
{
    const Person person = begun();
    const cases::Input same = input(person.actor(), person.registration, {fields(), secrets()});
    const auto first = engine.perform(person.actor(), person.registration, "submit", same);
    ASSERT_THAT(said(first), ElementsAre("<done>"));
    const auto again = engine.perform(person.actor(), person.registration, "submit", same);
    ASSERT_THAT(said(again), ElementsAre("<done>"));
    EXPECT_NE(first->opened_account, "");
    EXPECT_EQ(again->opened_account, first->opened_account);
    EXPECT_EQ(count("account"), 1);
}

TEST_P(EngineOnce, C29_AKeyUsedForSomethingElseIsRefusedAndChangesNothing)
{
    const Person person = passed();
    const std::string id = choosing(person);
    const cases::Input used = input(person.actor(), id, {choice()});
    ASSERT_THAT(said(engine.perform(person.actor(), id, "submit", used)), ElementsAre("<done>"));
    const std::string other_case = begin(person, "mastership");
    const Person stranger = passed(2);
    const Snapshot before = everything();
    cases::Input changed = used;
    changed.fields["county"] = "900201";
    for (const auto& [actor, case_id, action, sent] : {std::tuple{person.actor(), id, "pay", used},
                                                       {person.actor(), other_case, "submit", used},
                                                       {stranger.actor(), id, "submit", used},
                                                       {person.actor(), id, "submit", changed}})
        EXPECT_THAT(said(engine.perform(actor, case_id, action, sent)), ElementsAre("request_reused"))
            << action << " on " << case_id;
    EXPECT_EQ(everything(), before);
}

TEST_P(EngineOnce, C29_ARefusedRequestMayBeSentAgainWithItsKeyOnceItIsRight)
{
    const Person person = registered();
    cases::Input same = input(east, person.registration, {});
    EXPECT_THAT(said(engine.perform(east, person.registration, "refuse", same)),
                ElementsAre("reason_required"));
    same.reason = "照片不清晰";
    EXPECT_THAT(said(engine.perform(east, person.registration, "refuse", same)), ElementsAre("<done>"));
}

TEST_P(EngineOnce, C29_TheSameNewsDeliveredTwiceActsOnce)
{
    const Person person = passed();
    const std::string id = ordered(person);
    ASSERT_TRUE(engine.systemAction(id, "paid", "news-1"));
    const Snapshot after = everything();
    EXPECT_TRUE(engine.systemAction(id, "paid", "news-1"));
    EXPECT_TRUE(engine.systemAction(id, "paid", "news-2")) << "another notice of the same payment";
    EXPECT_EQ(everything(), after);
}

TEST_P(EngineOnce, AStaleRevisionIsRefusedAndChangesNothing)
{
    const Person person = passed();
    const std::string id = choosing(person);
    const std::int64_t present = view(person.actor(), id).record.revision;
    const Snapshot before = everything();
    for (const std::int64_t revision : {present - 1, present + 1, std::int64_t{0}}) {
        cases::Input stale = input(person.actor(), id, {choice()});
        stale.revision = revision;
        EXPECT_THAT(said(engine.perform(person.actor(), id, "submit", stale)), ElementsAre("stale_revision"));
        EXPECT_EQ(engine.saveDraft(person.actor(), id, stale).error().reason, "stale_revision");
    }
    EXPECT_EQ(everything(), before);
}

TEST_P(EngineOnce, ADraftSavedOnOnePageMakesTheOtherPageStale)
{
    const Person person = passed();
    const std::string id = choosing(person);
    const cases::Input one_page = input(person.actor(), id, {{{"major", "L01"}}});
    const cases::Input other_page = input(person.actor(), id, {choice()});
    ASSERT_TRUE(engine.saveDraft(person.actor(), id, one_page));
    EXPECT_THAT(said(engine.perform(person.actor(), id, "submit", other_page)),
                ElementsAre("stale_revision"));
    EXPECT_EQ(state(id), "draft");
}

TEST_P(EngineOnce, ACardReadInTheBackgroundLeavesTheOpenPageFresh)
{
    const Person person = begun();
    const cases::Input open_page = input(person.actor(), person.registration, {fields(), secrets()});
    const std::string card = fileOf(person, "id_card_front");
    api::IdCardReading reading;
    reading.name = "灯芯人";
    ASSERT_TRUE(engine.finishReading(person.registration, "id_card_front", card, reading));
    EXPECT_EQ(view(person.actor(), person.registration).record.fields["name"], "灯芯人");
    EXPECT_THAT(said(engine.perform(person.actor(), person.registration, "submit", open_page)),
                ElementsAre("<done>"));
}
