#include "kernel/cases/definition.hpp"

#include <gmock/gmock.h>

#include "kernel/cases/vocabulary.hpp"
#include "tests/kernel/cases/lantern.hpp"

namespace zikao::cases {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Pair;
using testing::UnorderedElementsAre;

template <class Collect>
std::set<std::string> overAllCases(Collect collect)
{
    std::set<std::string> all;
    for (const auto& [id, raw] : lantern().cases)
        collect(*lanternCase(id), all);
    return all;
}

TEST(CaseDefinition, TheFixtureOfTheInventedProvinceIsFreeOfFaultsAndItsExamplesHold)
{
    const std::set<std::string> lists = {"sexes", "nationalities", "prefectures", "counties"};
    EXPECT_THAT(checkDefinitions(lantern(), &lists), IsEmpty());
    const auto rehearsed = rules::rehearse(rules::testing_support::evaluator(), lantern());
    ASSERT_TRUE(rehearsed) << rehearsed.error().message;
    EXPECT_FALSE(rehearsed->empty());
    for (const rules::ExampleOutcome& example : *rehearsed)
        EXPECT_TRUE(example.passed) << example.name << ": " << example.difference;
}

TEST(CaseDefinition, EveryWidgetIsUsedByTheFixtureAndRead)
{
    const auto used = overAllCases([](const Definition& definition, std::set<std::string>& all) {
        for (const Page& page : definition.pages)
            for (const Field& field : page.fields)
                all.insert(field.widget);
    });
    EXPECT_THAT(used, UnorderedElementsAre("text", "secret", "id_number", "phone", "phone_code", "email",
                                           "date", "choice", "region", "checks", "major", "course_slots",
                                           "declaration", "notice", "upload", "photo", "id_card", "sitting",
                                           "rows", "course_plan", "previous_degree"));
}

TEST(CaseDefinition, EveryEffectIsUsedByTheFixtureAndRead)
{
    const auto used = overAllCases([](const Definition& definition, std::set<std::string>& all) {
        for (const Action& action : definition.actions)
            for (const EffectCall& call : action.effects)
                all.insert(call.verb);
    });
    EXPECT_THAT(used, UnorderedElementsAre("open_account", "claim_account", "update_person", "sign_up",
                                           "void_sign_up", "release_sign_up", "confirm_sign_up", "charge",
                                           "send_message", "set_deadline", "assign_number", "amend",
                                           "grant_courses", "revoke_courses", "record_credit",
                                           "merge_numbers", "unmerge_numbers", "verify_degree"));
}

TEST(CaseDefinition, EveryPhaseIsUsedByTheFixtureAndReadFromItsName)
{
    const auto used = overAllCases([](const Definition& definition, std::set<std::string>& all) {
        for (const auto& [id, state] : definition.states)
            all.insert(name(state.phase));
    });
    EXPECT_THAT(used, UnorderedElementsAre("draft", "submitted", "in_review", "returned", "awaiting_payment",
                                           "approved", "completed", "rejected", "closed"));
    for (const std::string& phase : used)
        EXPECT_EQ(name(*phaseNamed(phase)), phase);
    EXPECT_FALSE(phaseNamed("pending"));
}

TEST(CaseDefinition, EveryFactIsUsedByTheFixtureAndKnown)
{
    const auto used = overAllCases([](const Definition& definition, std::set<std::string>& all) {
        for (const Action& action : definition.actions)
            all.insert(action.facts.begin(), action.facts.end());
    });
    EXPECT_THAT(used, IsSupersetOf(factNames()));
    EXPECT_THAT(used, testing::Contains("registration")) << "the fields of an earlier case";
}

TEST(CaseDefinition, OnlyCompletedRejectedAndClosedAreOver)
{
    for (const Phase over : {Phase::completed, Phase::rejected, Phase::closed})
        EXPECT_TRUE(isOver(over)) << name(over);
    for (const Phase goes_on : {Phase::draft, Phase::submitted, Phase::in_review, Phase::returned,
                                Phase::awaiting_payment, Phase::approved})
        EXPECT_FALSE(isOver(goes_on)) << name(goes_on);
}

TEST(CaseDefinition, ReadsTheHeadOfAProcedure)
{
    const auto sign_up = lanternCase("sign_up");
    EXPECT_EQ(sign_up->title, "灯匠报考");
    EXPECT_EQ(sign_up->subject, "candidate");
    EXPECT_EQ(sign_up->one_open, "sitting");
    EXPECT_EQ(sign_up->window, "sign_up");
    EXPECT_TRUE(sign_up->needsSitting());
    ASSERT_EQ(sign_up->requires_phase.size(), 1u);
    EXPECT_THAT(sign_up->requires_phase[0].cases, ElementsAre("registration"));
    EXPECT_EQ(sign_up->requires_phase[0].phase, "approved");
    EXPECT_EQ(sign_up->initial, "draft");
    EXPECT_FALSE(lanternCase("registration")->needsSitting());
    EXPECT_THAT(lanternCase("mastership")->reviewer_offices, ElementsAre(Pair("host_school", "major")));
}

TEST(CaseDefinition, ReadsActionsWithGuardFactsLimitReasonAndEffects)
{
    const auto mastership = lanternCase("mastership");
    const Action* reapply = mastership->action("reapply");
    ASSERT_TRUE(reapply);
    EXPECT_THAT(reapply->from, ElementsAre("returned"));
    EXPECT_EQ(reapply->to, "city");
    EXPECT_EQ(reapply->by, "candidate");
    EXPECT_EQ(reapply->limit, 1);
    EXPECT_TRUE(reapply->checks_fields);
    EXPECT_EQ(reapply->guard, "mastership.may_apply");
    EXPECT_THAT(reapply->facts, ElementsAre("today", "fields", "person", "plan", "registration"));
    EXPECT_EQ(mastership->action("reject")->reason, "required");
    EXPECT_EQ(mastership->action("forward")->reason, "optional");
    EXPECT_EQ(mastership->action("agree")->reason, "");
    EXPECT_EQ(mastership->action("hand_over")->by, "province_office");
    const auto& effects = mastership->action("send_back")->effects;
    ASSERT_EQ(effects.size(), 2u);
    EXPECT_EQ(effects[1].verb, "set_deadline");
    EXPECT_EQ(effects[1].args, (Json{{"action", "abandon"}, {"days", 30}}));
    EXPECT_FALSE(mastership->action("fly"));
}

TEST(CaseDefinition, AnEffectWithoutArgumentsMayBeAListOfOneWord)
{
    const auto definition = lanternCase("registration");
    const auto& effects = definition->action("submit")->effects;
    ASSERT_EQ(effects.size(), 1u);
    EXPECT_EQ(effects[0].verb, "open_account");
}

TEST(CaseDefinition, ReviewersMayBeOneOrAllOfSeveral)
{
    EXPECT_THAT(lanternCase("mastership")->states.at("joint").reviewers,
                ElementsAre("host_school", "province_office"));
    EXPECT_THAT(lanternCase("registration")->states.at("pending").reviewers,
                ElementsAre("prefecture_office"));
    EXPECT_THAT(lanternCase("registration")->states.at("draft").reviewers, IsEmpty());
}

TEST(CaseDefinition, FieldsCarryTheirDefaultsToTheBrowser)
{
    const auto registration = lanternCase("registration");
    const Field* name = registration->field("name");
    ASSERT_TRUE(name);
    EXPECT_TRUE(name->required);
    EXPECT_EQ(name->raw["required"], true);
    EXPECT_EQ(name->raw["hint"], "");
    EXPECT_FALSE(registration->field("email")->required);
    EXPECT_EQ(registration->fieldOf("id_card")->id, "id_card_front");
    const Field* papers = registration->field("oil_papers");
    ASSERT_TRUE(papers && papers->visible_if);
    EXPECT_EQ(papers->visible_if->field, "crafts");
    EXPECT_THAT(papers->visible_if->is_any, ElementsAre("L02"));
    EXPECT_FALSE(registration->field("nothing"));
    EXPECT_FALSE(registration->fieldOf("course_slots"));
}

TEST(CaseDefinition, TheBrowserGetsPagesInTheAuthorsOrderAndNoRules)
{
    const auto registration = lanternCase("registration");
    std::vector<std::string> pages;
    for (const Json& page : registration->raw["pages"])
        pages.push_back(page["id"]);
    EXPECT_THAT(pages, ElementsAre("pictures", "person", "finish"));
    EXPECT_EQ(registration->raw["pages"][0]["notices"], Json::array({"notice_registration"}));
    const std::string shown = dumpJson(registration->raw);
    EXPECT_EQ(shown.find("may_submit"), std::string::npos);
    EXPECT_EQ(shown.find("open_account"), std::string::npos);
}

} // namespace
} // namespace zikao::cases
