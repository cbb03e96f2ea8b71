#include "tests/kernel/cases/stage.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

class EngineUpload : public Stage
{
protected:
    cases::View seen(const Person& person) { return view(person.actor(), person.registration); }
    static api::IdCardReading card()
    {
        api::IdCardReading reading;
        reading.name = "灯芯人";
        reading.sex = "男";
        reading.ethnicity = "维吾尔族";
        reading.id_number = fields()["id_number"];
        return reading;
    }
    void read(const Person& person, const std::string& file, const Result<api::IdCardReading>& reading)
    {
        ASSERT_TRUE(engine.finishReading(person.registration, "id_card_front", file, reading));
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(EngineUpload);

TEST_P(EngineUpload, ANewPictureTakesThePlaceOfTheEarlierOne)
{
    const Person person = begun();
    const std::string earlier = fileOf(person, "portrait");
    const auto taken = engine.attach(person.actor(), person.registration, "portrait", picture(), "jpg");
    ASSERT_TRUE(taken);
    EXPECT_EQ(fileOf(person, "portrait"), taken->file.id);
    EXPECT_EQ(taken->revision, seen(person).record.revision);
    EXPECT_EQ(engine.file(person.actor(), person.registration, earlier).error().code, ErrorCode::not_found);
}

TEST_P(EngineUpload, ARefusedPictureLeavesTheEarlierOne)
{
    const Person person = begun();
    const Snapshot before = everything();
    EXPECT_EQ(
        engine.attach(person.actor(), person.registration, "portrait", "no picture at all, but long", "")
            .error()
            .reason,
        "file_type");
    EXPECT_EQ(engine.attach(person.actor(), person.registration, "name", picture(), "").error().code,
              ErrorCode::not_found);
    EXPECT_EQ(everything(), before);
}

TEST_P(EngineUpload, APictureThatIsStillBeingStoredWhenTheCaseIsHandedInIsNotTaken)
{
    const Person person = begun();
    const std::string earlier = fileOf(person, "portrait");
    const cases::Input in_time = input(person.actor(), person.registration, {fields(), secrets()});
    inspector.cleaning = [&](const std::string& bytes) -> Result<api::CleanImage> {
        EXPECT_THAT(said(engine.perform(person.actor(), person.registration, "submit", in_time)),
                    ElementsAre("<done>"));
        return api::CleanImage{"jpg", 295, 413, bytes, "preview"};
    };
    EXPECT_FALSE(engine.attach(person.actor(), person.registration, "portrait", picture(), ""));
    EXPECT_EQ(fileOf(person, "portrait"), earlier) << "the officer must see what was handed in";
}

TEST_P(EngineUpload, APictureTakenOutIsGoneFromTheCase)
{
    const Person person = begun();
    const std::string file = fileOf(person, "portrait");
    const auto revision = engine.detach(person.actor(), person.registration, file);
    ASSERT_TRUE(revision);
    EXPECT_EQ(*revision, seen(person).record.revision);
    EXPECT_EQ(fileOf(person, "portrait"), "");
    EXPECT_THAT(refusals(person.actor(), person.registration, "submit", {fields(), secrets()}),
                testing::Contains(testing::EndsWith("@portrait")));
}

TEST_P(EngineUpload, AFileOfOneCaseIsNotReachedThroughAnother)
{
    const Person person = begun(), other = begun();
    const std::string file = fileOf(person, "portrait");
    EXPECT_EQ(engine.file(other.actor(), other.registration, file).error().code, ErrorCode::not_found);
    EXPECT_EQ(engine.detach(other.actor(), other.registration, file).error().code, ErrorCode::not_found);
    EXPECT_EQ(fileOf(person, "portrait"), file);
}

TEST_P(EngineUpload, ACardFillsTheFieldsThatAreStillEmptyInTheirOwnForm)
{
    const Person person = begun();
    cases::Input typed = input(person.actor(), person.registration, {{{"name", "自己写"}}});
    ASSERT_TRUE(engine.saveDraft(person.actor(), person.registration, typed));
    read(person, fileOf(person, "id_card_front"), card());
    const auto view = seen(person);
    EXPECT_EQ(view.record.fields["name"], "自己写") << "what a person typed stays";
    EXPECT_EQ(view.record.fields["sex"], "1") << "a choice is filled by its code";
    EXPECT_EQ(view.record.fields["ethnicity"], "05");
    EXPECT_EQ(view.record.fields["id_number"], fields()["id_number"]);
    EXPECT_FALSE(view.record.fields.contains("address")) << "what the card did not say";
    EXPECT_EQ(view.readings.at(0).state, "done");
    EXPECT_THAT(view.edited, ElementsAre("name"));
}

TEST_P(EngineUpload, AReviewerIsToldThatWhatTheCardSaidWasChanged)
{
    const Person person = begun();
    read(person, fileOf(person, "id_card_front"), card());
    mustDo(person.actor(), person.registration, "submit",
           {fields(), secrets()}); // ethnicity 01, the card: 05
    EXPECT_THAT(view(east, person.registration).record.marks, ElementsAre("edited_after_reading"));
    EXPECT_THAT(view(east, person.registration).edited, ElementsAre("ethnicity"));
}

TEST_P(EngineUpload, TheReadingOfACardThatWasReplacedMeanwhileIsDropped)
{
    const Person person = begun();
    const std::string earlier = fileOf(person, "id_card_front");
    ASSERT_TRUE(engine.attach(person.actor(), person.registration, "id_card_front", picture(), ""));
    read(person, earlier, card());
    EXPECT_FALSE(seen(person).record.fields.contains("name"));
    EXPECT_EQ(seen(person).readings.at(0).state, "reading");
}

TEST_P(EngineUpload, ACardThatCannotBeReadSaysWhyAndFillsNothing)
{
    const Person person = begun();
    read(person, fileOf(person, "id_card_front"),
         fail(ErrorCode::invalid_argument, "too dark", "card_unreadable"));
    EXPECT_EQ(seen(person).readings.at(0).state, "failed");
    EXPECT_EQ(seen(person).readings.at(0).reason, "card_unreadable");
    EXPECT_THAT(seen(person).record.fields, IsEmpty());
}

TEST_P(EngineUpload, AReadingThatEndsAfterTheSubmissionChangesNoField)
{
    const Person person = registered();
    const Json before = seen(person).record.fields;
    read(person, fileOf(person, "id_card_front"), card());
    EXPECT_EQ(seen(person).record.fields, before);
}

TEST_P(EngineUpload, ACardTakenOutIsNoLongerReadFrom)
{
    const Person person = begun();
    const std::string file = fileOf(person, "id_card_front");
    ASSERT_TRUE(engine.detach(person.actor(), person.registration, file));
    read(person, file, card());
    EXPECT_THAT(seen(person).record.fields, IsEmpty());
    EXPECT_THAT(seen(person).readings, IsEmpty());
}
