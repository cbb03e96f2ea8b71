#include "tests/kernel/cases/stage.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::UnorderedElementsAre;

namespace {

/// The invented guild: every word that a case needs to greet, to know, to fix and to amend.
class EngineWords : public Stage
{
protected:
    std::string joining(const Person& person)
    {
        auto opened = engine.begin(person.actor(), "guild", "", true);
        need(opened, "guild");
        return opened->record.id;
    }
    static Json trade(const std::string& major = "L01") { return {{"major", major}}; }
    std::string member(const Person& person, const std::string& major = "L01")
    {
        const std::string id = joining(person);
        mustDo(person.actor(), id, "join", {trade(major)});
        return id;
    }
    static identity::Actor nextDay(const Person& person)
    {
        identity::Actor again = person.actor();
        again.session_id = "a session begun later";
        return again;
    }
    std::vector<std::string> offered(const identity::Actor& actor, const std::string& id)
    {
        std::vector<std::string> actions;
        for (const cases::Offer& offer : view(actor, id).offers)
            actions.push_back(offer.id);
        return actions;
    }
    void review(bool on) { tenant->profile.raw["settings"] = {{"review_guild", on}}; }
    std::string trailOf(const std::string& act)
    {
        std::string all;
        for (const auto& row :
             rowsOf(*tenant->database, "SELECT detail FROM audit_entry WHERE act = '" + act + "'"))
            all += row.text(0) + "\n";
        return all;
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(EngineWords);

// --- gate -----------------------------------------------------------------------------------------------------------

TEST_P(EngineWords, NothingIsBegunBeforeTheNoticeWasAcknowledged)
{
    const Person person = passed();
    EXPECT_EQ(engine.begin(person.actor(), "guild", "").error().reason, "notice_unread");
    EXPECT_THAT(reasonsNotToBegin(person.actor(), "guild"), ElementsAre("notice_unread"));
    EXPECT_EQ(count("case_record WHERE type = 'guild'"), 0);
    const auto opened = engine.begin(person.actor(), "guild", "", true);
    ASSERT_TRUE(opened);
    EXPECT_FALSE(opened->gate_needed);
    EXPECT_TRUE(opened->editable);
}

TEST_P(EngineWords, InAnotherSessionTheNoticeStandsInFrontOfTheDraftAgain)
{
    const Person person = passed();
    const std::string id = joining(person);
    const identity::Actor later = nextDay(person);
    EXPECT_TRUE(view(later, id).gate_needed);
    EXPECT_FALSE(view(later, id).editable);
    cases::Input typed = input(later, id, {});
    typed.fields = {{"motto", "灯在人在"}};
    EXPECT_EQ(engine.saveDraft(later, id, typed).error().reason, "notice_unread");
    EXPECT_EQ(engine.attach(later, id, "badge", picture(), "").error().reason, "notice_unread");
    EXPECT_THAT(refusals(later, id, "join", {trade()}), ElementsAre("notice_unread"));
    // Opening it again without reading changes nothing; with the tick the same case goes on.
    EXPECT_TRUE(engine.begin(later, "guild", "")->gate_needed);
    const auto read = engine.begin(later, "guild", "", true);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->record.id, id);
    EXPECT_FALSE(read->gate_needed);
    EXPECT_THAT(refusals(later, id, "join", {trade()}), ElementsAre("<done>"));
    EXPECT_FALSE(view(nextDay(person), id).gate_needed)
        << "a notice in front of the form, not of what came of it";
}

TEST_P(EngineWords, AnAcknowledgementOpensNobodyElsesCase)
{
    const Person person = passed(), stranger = passed(2);
    const std::string id = joining(person);
    EXPECT_NE(joining(stranger), id);
    EXPECT_EQ(engine.view(stranger.actor(), id).error().code, ErrorCode::not_found);
}

// --- what is known already -------------------------------------------------------------------------------------------

TEST_P(EngineWords, PresetsAreThereLikeTypedValuesAndMayBeOverwrittenOrEmptied)
{
    const Person person = passed();
    const std::string id = joining(person);
    const Json fields = view(person.actor(), id).record.fields;
    EXPECT_EQ(fields["sitting"], "261");
    EXPECT_EQ(fields["prefecture"], "9001") << "of the registration, since there is no mastership";
    EXPECT_EQ(fields["motto"], "灯芯人");
    Json changed = trade();
    changed["prefecture"] = "9002";
    changed["motto"] = "";
    mustDo(person.actor(), id, "join", {changed});
    const Json kept = view(person.actor(), id).record.fields;
    EXPECT_EQ(kept["sitting"], "261") << "a preset is kept with the action";
    EXPECT_EQ(kept["prefecture"], "9002");
    EXPECT_EQ(kept["motto"], "");
}

TEST_P(EngineWords, FactsAreShownByNameAndOnlyRead)
{
    const Person person = passed();
    const std::string id = joining(person);
    const auto facts = view(person.actor(), id).facts;
    EXPECT_EQ(facts.at("choice.name"), "灯芯人");
    EXPECT_EQ(facts.at("choice.sex"), "男");
    EXPECT_EQ(facts.at("choice.county"), "东灯区");
    EXPECT_EQ(facts.at("choice.number"), "");
    cases::Input typed = input(person.actor(), id, {});
    typed.fields = {{"name", "别人"}};
    EXPECT_EQ(engine.saveDraft(person.actor(), id, typed).error().reason, "field_unknown");
}

TEST_P(EngineWords, ASittingIsOneWhoseSignUpIsNotOver)
{
    const Person person = passed();
    const std::string id = joining(person);
    Json other = trade();
    other["sitting"] = "999";
    EXPECT_THAT(refusals(person.actor(), id, "join", {other}), ElementsAre("option_unknown@sitting"));
    cases::Input typed = input(person.actor(), id, {});
    typed.fields = {{"sitting", "261"}};
    ASSERT_TRUE(engine.saveDraft(person.actor(), id, typed));
    clock.set(sitting.signup_closes);
    EXPECT_THAT(refusals(person.actor(), id, "join", {trade()}), ElementsAre("option_unknown@sitting"));
}

TEST_P(EngineWords, AnyOfSeveralEarlierStagesOpensTheWay)
{
    const Person person = registered();
    EXPECT_EQ(engine.begin(person.actor(), "guild", "", true).error().reason, "earlier_stage_open");
    const auto may = engine.mayBegin(person.actor(), "guild", "", true);
    EXPECT_EQ(may->reasons[0].args["title"], "灯匠注册、灯匠出师申请");
    mustDo(east, person.registration, "pass");
    EXPECT_TRUE(engine.begin(person.actor(), "guild", "", true));
}

TEST_P(EngineWords, WhoeverIsRefusedAtTheBeginningHearsThatAloneAndNothingIsBegun)
{
    const Person person = passed();
    const std::string application = applied(person);
    const auto before = count("case_record");
    const auto may = engine.mayBegin(person.actor(), "guild", "");
    ASSERT_EQ(may->reasons.size(), 1u) << "nobody reads the notice to be told afterwards";
    EXPECT_EQ(may->reasons[0].code, "mastership_waits");
    EXPECT_EQ(may->reasons[0].rule, "guild.may_begin");
    EXPECT_EQ(may->reasons[0].args["name"], "灯芯人");
    EXPECT_EQ(engine.begin(person.actor(), "guild", "", true).error().reason, "mastership_waits");
    EXPECT_EQ(count("case_record"), before);
    const auto tiles = engine.tiles(person.actor());
    const auto guild = std::ranges::find(*tiles, std::string("guild"), &cases::Engine::Tile::type);
    EXPECT_EQ(guild->reasons.at(0).code, "mastership_waits")
        << "the home page says it before anything is opened";
    mustDo(east, application, "send_back", {{}, {}, "自我鉴定请补充。"});
    EXPECT_TRUE(engine.begin(person.actor(), "guild", "", true));
}

TEST_P(EngineWords, WhatIsOpenGoesOnWhateverTheBeginningSaysNow)
{
    const Person person = passed();
    const std::string id = joining(person);
    applied(person);
    EXPECT_EQ(joining(person), id);
}

// --- pages and fields of a state ---------------------------------------------------------------------------------------

TEST_P(EngineWords, APageOfAStateAsksForNothingBefore)
{
    const Person person = passed();
    const std::string id = member(person); // without a badge
    EXPECT_THAT(refusals(person.actor(), id, "save", {}), ElementsAre("required_upload@badge"));
    need(engine.attach(person.actor(), id, "badge", picture(), ""), "badge");
    EXPECT_THAT(refusals(person.actor(), id, "save", {}), ElementsAre("<done>"));
}

TEST_P(EngineWords, AFixedFieldKeepsItsValueWhileOthersChange)
{
    const Person person = passed();
    const std::string id = member(person);
    need(engine.attach(person.actor(), id, "badge", picture(), ""), "badge");
    EXPECT_THAT(view(person.actor(), id).fixed, UnorderedElementsAre("prefecture", "major"));
    EXPECT_THAT(refusals(person.actor(), id, "save", {{{"major", "L02"}}}), ElementsAre("field_fixed@major"));
    const Json same = {{"major", "L01"}, {"motto", "灯下黑"}};
    EXPECT_THAT(refusals(person.actor(), id, "save", {same}), ElementsAre("<done>"));
    EXPECT_EQ(view(person.actor(), id).record.fields["motto"], "灯下黑");
}

TEST_P(EngineWords, AFixedFieldIsNotJudgedAgainByAListThatMovedOn)
{
    const Person person = passed();
    const std::string id = member(person);
    need(engine.attach(person.actor(), id, "badge", picture(), ""), "badge");
    ASSERT_TRUE(catalog.import("majors", "code,name,plan_id,school_code\nL03,灯塔看守,,95002\n"));
    EXPECT_THAT(refusals(person.actor(), id, "save", {{{"motto", "新词"}}}), ElementsAre("<done>"));
}

TEST_P(EngineWords, AnApprovedCaseChangesByItsActionsAloneAndTheTrailNamesTheFields)
{
    const Person person = passed();
    const std::string id = member(person);
    need(engine.attach(person.actor(), id, "badge", picture(), ""), "badge");
    cases::Input typed = input(person.actor(), id, {});
    typed.fields = {{"motto", "偷偷改的"}};
    EXPECT_EQ(engine.saveDraft(person.actor(), id, typed).error().reason, "case_locked");
    mustDo(person.actor(), id, "save", {{{"motto", "明着改的"}}});
    EXPECT_THAT(trailOf("case.save"), HasSubstr("\"changed\":[\"motto\"]"));
    const Json trail = Json::parse(trailOf("case.save"));
    EXPECT_EQ(trail["subject"], person.actor().id) << "C47: whose data it was";
    EXPECT_EQ(trail["before"].get<std::string>().size(), 64U);
    EXPECT_NE(trail["before"], trail["after"]);
    EXPECT_THAT(trailOf("case.save"), Not(HasSubstr("明着改的")));
    EXPECT_THAT(trailOf("case.replace_file"), HasSubstr("badge"));
}

TEST_P(EngineWords, APictureThatFailsIsNotTakenIntoAnApprovedCase)
{
    const Person person = passed();
    const std::string id = member(person);
    const auto good = engine.attach(person.actor(), id, "badge", picture(), "");
    ASSERT_TRUE(good && good->refused.empty());
    inspector.inspection = [](const std::string&) {
        api::Inspection inspection;
        inspection.checks = {{"width", false, "300", "295"}, {"height", true, "413", "413"}};
        return Result<api::Inspection>(inspection);
    };
    const auto bad = engine.attach(person.actor(), id, "badge", picture(), "");
    ASSERT_TRUE(bad);
    ASSERT_EQ(bad->refused.size(), 1u);
    EXPECT_EQ(bad->refused[0].code, "photo_width");
    EXPECT_EQ(bad->refused[0].field, "badge");
    const auto kept = files.ofCase(id).value();
    ASSERT_EQ(kept.size(), 1u);
    EXPECT_EQ(kept[0].id, good->file.id) << "the old one stays";
    EXPECT_EQ(engine.detach(person.actor(), id, good->file.id).error().reason, "case_locked");
}

// --- a switch of the province ------------------------------------------------------------------------------------------

TEST_P(EngineWords, ASwitchDecidesWhichWayTheCaseGoes)
{
    const Person first = passed(), second = passed(2);
    EXPECT_THAT(offered(first.actor(), joining(first)), ElementsAre("join"));
    review(true);
    const std::string id = joining(second);
    EXPECT_THAT(offered(second.actor(), id), ElementsAre("apply"));
    EXPECT_THAT(refusals(second.actor(), id, "join", {trade()}), ElementsAre("action_not_offered"));
    mustDo(second.actor(), id, "apply", {trade()});
    mustDo(east, id, "accept");
    EXPECT_EQ(state(id), "member");
    review(false);
    EXPECT_THAT(refusals(first.actor(), joining(first), "apply", {trade()}),
                ElementsAre("action_not_offered"));
}

// --- numbers -----------------------------------------------------------------------------------------------------------

TEST_P(EngineWords, NumbersFollowOneAnotherBelowTheirPrefixAndAreKept)
{
    const Person first = passed(1), second = passed(2), west_one = passed(3, "9002");
    const std::string id = member(first);
    static_cast<void>(member(second));
    static_cast<void>(member(west_one));
    const auto number = [&](const Person& of) { return identity.person(of.actor().id)->admission_number; };
    EXPECT_EQ(number(first), "9001771");
    EXPECT_EQ(number(second), "9001772");
    EXPECT_EQ(number(west_one), "9002771");
    EXPECT_EQ(view(first.actor(), id).facts.at("choice.number"), "9001771");
    mustDo(first.actor(), id, "leave");
    static_cast<void>(member(first));
    EXPECT_EQ(number(first), "9001771") << "whoever has a number keeps it";
}

TEST_P(EngineWords, ASeriesThatIsUsedUpRefusesAndChangesNothing)
{
    const Person person = passed(), late = passed(2);
    static_cast<void>(member(person));
    ASSERT_TRUE(tenant->database->execute("UPDATE number_series SET last_no = 9", {}));
    const std::string id = joining(late);
    const Snapshot before = everything();
    EXPECT_THAT(refusals(late.actor(), id, "join", {trade()}), ElementsAre("numbers_used_up"));
    EXPECT_EQ(everything(), before);
}

// --- amending another case -----------------------------------------------------------------------------------------------

TEST_P(EngineWords, AnAmendmentChangesTheOpenCaseAndTakesItBack)
{
    const Person person = passed();
    const std::string signed_up = signedUp(person);
    static_cast<void>(member(person, "L02"));
    const auto seen = view(person.actor(), signed_up);
    EXPECT_EQ(seen.record.state, "draft");
    EXPECT_EQ(seen.record.fields["major"], "L02");
    EXPECT_FALSE(seen.record.fields.contains("courses")) << "those of another major";
    EXPECT_EQ(exams.ofCase(signed_up).value()->state, "void");
    EXPECT_EQ(seen.history.back().action, "amended");
    EXPECT_EQ(seen.history.back().actor_id, person.actor().id);
    EXPECT_THAT(trailOf("case.amended"), HasSubstr("submitted"));
}

TEST_P(EngineWords, AnAmendmentOfNothingIsFineAndTheSameMajorKeepsItsCourses)
{
    const Person person = passed(), other = passed(2);
    static_cast<void>(member(other));
    const std::string signed_up = signedUp(person);
    static_cast<void>(member(person, "L01"));
    EXPECT_EQ(view(person.actor(), signed_up).record.fields["courses"].size(), 2u);
}

TEST_P(EngineWords, WhatIsBeingPaidOrPaidCannotBeAmended)
{
    const Person person = passed();
    const std::string signed_up = ordered(person), id = joining(person);
    Snapshot before = everything();
    EXPECT_THAT(refusals(person.actor(), id, "join", {trade("L02")}), ElementsAre("amend_locked"));
    EXPECT_EQ(everything(), before);
    ASSERT_TRUE(engine.systemAction(signed_up, "paid", "news-1"));
    before = everything();
    EXPECT_THAT(refusals(person.actor(), id, "join", {trade("L02")}), ElementsAre("amend_settled"));
    EXPECT_EQ(everything(), before);
}
