#include "tests/provinces/xinjiang/journey.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

class XinjiangReview : public Journey
{
protected:
    std::vector<std::string> resubmit(const Candidate& candidate, const Json& changed)
    {
        return refusals(candidate.actor(), candidate.registration, "resubmit", {changed});
    }
    /// Whether nothing that the candidate can call changes the registration.
    void expectLocked(const Candidate& candidate)
    {
        const auto before = registrationOf(candidate);
        EXPECT_FALSE(before.editable);
        EXPECT_THAT(before.offers, IsEmpty());
        cases::Input input;
        input.revision = before.record.revision;
        input.fields = {{"name", "别名"}};
        const auto draft = engine.saveDraft(candidate.actor(), candidate.registration, input);
        ASSERT_FALSE(draft);
        EXPECT_EQ(draft.error().code, ErrorCode::conflict);
        EXPECT_EQ(attachRefused(candidate, "portrait", picture()), "case_locked");
        const auto portrait = files.ofCase(candidate.registration).value().front().id;
        EXPECT_FALSE(engine.detach(candidate.actor(), candidate.registration, portrait));
        for (const char* action : {"submit", "resubmit"})
            EXPECT_THAT(refusals(candidate.actor(), candidate.registration, action, {person(), secrets()}),
                        ElementsAre("action_not_offered"));
        EXPECT_EQ(registrationOf(candidate).record.fields, before.record.fields);
        EXPECT_EQ(registrationOf(candidate).record.revision, before.record.revision);
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(XinjiangReview);

TEST_P(XinjiangReview, XJ_REV_01_OnlyTheOfficeOfThePrefectureHasItInItsQueueAndCanOpenIt)
{
    const Candidate here = registered();
    const Candidate there = registered({{"prefecture", "653100"}}, 2);
    EXPECT_THAT(queueOf(urumqi), ElementsAre(here.registration));
    EXPECT_THAT(queueOf(kashgar), ElementsAre(there.registration));
    EXPECT_EQ(engine.view(kashgar, here.registration).error().code, ErrorCode::not_found);
    EXPECT_EQ(engine.view(urumqi, there.registration).error().code, ErrorCode::not_found);
    EXPECT_THAT(refusals(kashgar, here.registration, "pass", {}), ElementsAre("not_found"));
    cases::Input blind; // an officer who knows the number without having seen the case
    blind.revision = registrationOf(here).record.revision;
    blind.request_key = "blind";
    EXPECT_EQ(engine.perform(kashgar, here.registration, "pass", blind).error().code, ErrorCode::not_found);
    EXPECT_EQ(shownState(registrationOf(here)), "审核中");
}

TEST_P(XinjiangReview, XJ_REV_01_DEF_GEN_07_OtherDutiesOfTheSamePrefectureDoNotDecide)
{
    const Candidate candidate = registered();
    for (const identity::Role role :
         {identity::Role::exam_site, identity::Role::finance, identity::Role::rule_author}) {
        identity::Actor other = urumqi;
        other.roles = {role};
        EXPECT_THAT(refusals(other, candidate.registration, "pass", {}), testing::Not(Contains("<done>")))
            << identity::name(role);
    }
    EXPECT_THAT(refusals(candidate.actor(), candidate.registration, "pass", {}),
                ElementsAre("action_not_offered"));
    EXPECT_EQ(shownState(registrationOf(candidate)), "审核中");
}

TEST_P(XinjiangReview, XJ_REV_01_DEF_GEN_06_TheQueueNamesTheCandidateWithAMaskedNumber)
{
    const Candidate candidate = registered();
    const auto queue = engine.queue(urumqi, {});
    ASSERT_EQ(queue->rows.size(), 1u);
    EXPECT_EQ(queue->rows[0].subject_name, "测试考生");
    const std::string number = person()["id_number"];
    EXPECT_EQ(queue->rows[0].subject_masked_id, number.substr(0, 3) + "*************" + number.substr(16));
}

TEST_P(XinjiangReview, XJ_REV_02_TheStatusIsOneOfThreeAndShowsTheReasonOfARefusal)
{
    const Candidate candidate = registered();
    EXPECT_EQ(shownState(registrationOf(candidate)), "审核中");
    review(candidate, "refuse", "身份证照片不清晰");
    const auto refused = registrationOf(candidate);
    EXPECT_EQ(shownState(refused), "审核未通过");
    EXPECT_EQ(refused.history.back().reason, "身份证照片不清晰");
    EXPECT_THAT(resubmit(candidate, {}), ElementsAre("<done>"));
    review(candidate, "pass");
    EXPECT_EQ(shownState(registrationOf(candidate)), "审核通过");
}

TEST_P(XinjiangReview, XJ_REV_02_DEF_GEN_08_ARefusalWithoutAReasonIsImpossible)
{
    const Candidate candidate = registered();
    for (const char* nothing : {"", "  \n"})
        EXPECT_THAT(refusals(urumqi, candidate.registration, "refuse", {nullptr, nullptr, nothing}),
                    ElementsAre(testing::StartsWith("reason_required")));
    EXPECT_EQ(shownState(registrationOf(candidate)), "审核中");
}

TEST_P(XinjiangReview, DEF_GEN_08_EveryDecisionIsKeptWithWhoWhenFromToAndWhy)
{
    const Candidate candidate = registered();
    clock.advance(1h);
    const Instant decided_at = clock.now();
    review(candidate, "refuse", "照片不是近期免冠一寸照片");
    clock.advance(1h);
    const auto history = view(urumqi, candidate.registration).history;
    ASSERT_EQ(history.size(), 2u);
    const cases::Event& decision = history.back();
    EXPECT_EQ(decision.actor_id, urumqi.id);
    EXPECT_EQ(decision.actor_name, urumqi.name);
    EXPECT_EQ(decision.actor_office, "650100");
    EXPECT_EQ(decision.action, "refuse");
    EXPECT_EQ(decision.from, "pending");
    EXPECT_EQ(decision.to, "refused");
    EXPECT_EQ(decision.reason, "照片不是近期免冠一寸照片");
    EXPECT_EQ(decision.at, decided_at);
}

TEST_P(XinjiangReview, XJ_REV_03_AfterThePassNothingCanBeChanged)
{
    expectLocked(passed());
}

TEST_P(XinjiangReview, DEF_XJ_02_WhileUnderReviewNothingCanBeChanged)
{
    expectLocked(registered());
}

TEST_P(XinjiangReview, XJ_REV_04_ARefusedRegistrationIsCorrectedAndHandedInAgainAsOftenAsNeeded)
{
    const Candidate candidate = registered();
    for (const char* name : {"测试考甲", "测试考乙", "测试考丙"}) {
        review(candidate, "refuse", "姓名与身份证不一致");
        EXPECT_TRUE(registrationOf(candidate).editable);
        attach(candidate, "id_card_front", picture());
        EXPECT_THAT(resubmit(candidate, {{"name", name}}), ElementsAre("<done>"));
        EXPECT_EQ(shownState(registrationOf(candidate)), "审核中");
        EXPECT_THAT(queueOf(urumqi), ElementsAre(candidate.registration));
        EXPECT_EQ(identity.person(candidate.actor().id).value().name, name);
    }
    EXPECT_THAT(view(urumqi, candidate.registration).record.marks, Contains("resubmitted"));
    review(candidate, "pass");
    EXPECT_EQ(shownState(registrationOf(candidate)), "审核通过");
}

TEST_P(XinjiangReview, XJ_REV_04_ACorrectionIsCheckedLikeTheFirstTime)
{
    const Candidate candidate = registered();
    review(candidate, "refuse", "特殊专业材料不齐全");
    EXPECT_THAT(resubmit(candidate, {{"special_majors", {"100701"}}}),
                ElementsAre("required_upload@papers_100701"));
    EXPECT_THAT(resubmit(candidate, {{"special_majors", Json::array()}, {"birth_date", "1999-05-13"}}),
                ElementsAre("birth_date_differs_from_id_number@birth_date"));
    EXPECT_EQ(shownState(registrationOf(candidate)), "审核未通过");
}

TEST_P(XinjiangReview, XJ_REV_04_ACorrectedPrefectureTakesItToThatOffice)
{
    const Candidate candidate = registered();
    review(candidate, "refuse", "报名地州选择有误");
    EXPECT_THAT(resubmit(candidate, {{"prefecture", "653100"}}), ElementsAre("<done>"));
    EXPECT_THAT(queueOf(urumqi), IsEmpty());
    EXPECT_THAT(queueOf(kashgar), ElementsAre(candidate.registration));
    EXPECT_EQ(identity.person(candidate.actor().id).value().office_code, "653100");
}

TEST_P(XinjiangReview, XJ_REV_05_SigningUpIsOnlyOpenToThoseWhoPassed)
{
    const auto open = [this](const Candidate& candidate) {
        const auto tiles = engine.tiles(candidate.actor()).value();
        for (const cases::Engine::Tile& tile : tiles)
            if (tile.type == "sign_up")
                return tile.open;
        ADD_FAILURE() << "there is no entry for signing up";
        return false;
    };
    const Candidate candidate = registered();
    EXPECT_FALSE(open(candidate));
    review(candidate, "refuse", "照片不清晰");
    EXPECT_FALSE(open(candidate));
    EXPECT_THAT(resubmit(candidate, {}), ElementsAre("<done>"));
    review(candidate, "pass");
    EXPECT_TRUE(open(candidate));
}

TEST_P(XinjiangReview, XJ_REV_06_TheInfoPageHasEveryFieldPictureAndPaper)
{
    const Candidate candidate = passed({{"special_majors", {"100701"}}});
    const auto shown = registrationOf(candidate);
    Json expected = person();
    expected["special_majors"] = {"100701"};
    EXPECT_EQ(shown.record.fields, expected);
    std::vector<std::string> pictures;
    const auto kept = files.ofCase(candidate.registration).value();
    for (const files::File& file : kept)
        pictures.push_back(file.field);
    EXPECT_THAT(pictures,
                testing::UnorderedElementsAre("portrait", "id_card_front", "id_card_back", "papers_100701"));
}

TEST_P(XinjiangReview, DEF_GEN_18_EveryResultReachesTheMessageBoxWithItsReason)
{
    const Candidate candidate = registered();
    review(candidate, "refuse", "身份证照片有反光");
    EXPECT_THAT(newestMessage(candidate), HasSubstr("身份证照片有反光"));
    EXPECT_THAT(resubmit(candidate, {}), ElementsAre("<done>"));
    clock.advance(1s);
    review(candidate, "pass");
    EXPECT_THAT(newestMessage(candidate), HasSubstr("审核通过"));
}
