#include "tests/provinces/xinjiang/journey.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

class XinjiangSignUp : public Journey
{
protected:
    /// The choice of the manual with something else in it.
    static Json choiceWith(const Json& changed)
    {
        Json all = choice();
        all.update(changed);
        return all;
    }
    std::vector<std::string> coursesOf(const Candidate& candidate)
    {
        std::vector<std::string> codes;
        for (const exams::ChosenCourse& course : storedSignUp(candidate).courses)
            codes.push_back(course.code);
        return codes;
    }
    /// Whether nothing that the candidate can call changes what was signed up for.
    void expectLocked(const Candidate& candidate)
    {
        const auto before = signUpOf(candidate);
        const exams::SignUp stored = storedSignUp(candidate);
        EXPECT_FALSE(before.editable);
        cases::Input input;
        input.revision = before.record.revision;
        for (const Json& change : {Json({{"courses", courses({{1, "00024"}})}}),
                                   Json({{"prefecture", "653100"}, {"county", "653101"}}),
                                   Json({{"county", "650104"}}), Json({{"major", "120402"}})}) {
            input.fields = change;
            const auto draft = engine.saveDraft(candidate.actor(), candidate.sign_up, input);
            ASSERT_FALSE(draft) << change.dump();
            EXPECT_EQ(draft.error().code, ErrorCode::conflict);
            EXPECT_THAT(signUpRefused(candidate, choiceWith(change)), ElementsAre("action_not_offered"));
        }
        EXPECT_EQ(signUpOf(candidate).record.fields, before.record.fields);
        EXPECT_EQ(storedSignUp(candidate).district_code, stored.district_code);
        EXPECT_EQ(storedSignUp(candidate).courses.size(), stored.courses.size());
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(XinjiangSignUp);

TEST_P(XinjiangSignUp, XJ_SGN_01_TheMenuNamesTheFiveEntriesInTheManualsOrderAndThenTheContacts)
{
    std::vector<std::string> titles;
    for (const Json& entry : tenant->profile.raw["menu"])
        titles.push_back(entry["title"]);
    EXPECT_THAT(titles,
                ElementsAre("考生信息", "报考须知", "考生报考", "网上缴费", "毕业标准查询", "联系方式"));
    EXPECT_EQ(tenant->profile.raw["menu"][2]["needs"],
              Json({{"case", "registration"}, {"phase", "approved"}}));
    EXPECT_EQ(tenant->profile.raw["menu"][3]["payment_of"], "sign_up");
}

TEST_P(XinjiangSignUp, XJ_SGN_02_TheCountyFollowsThePrefectureAndBothAreStoredAsDistrictAndSite)
{
    const Candidate candidate = choosing(passed());
    const auto seen = signUpOf(candidate);
    for (const auto& [id, label] :
         {std::pair{"prefecture", "选择地州"}, {"county", "选择县市"}, {"major", "选择报考专业"}}) {
        EXPECT_EQ(seen.definition->field(id)->label, label);
        EXPECT_TRUE(seen.definition->field(id)->required) << "starred in the manual";
        EXPECT_THAT(signUpRefused(candidate, choiceWith({{id, ""}})),
                    testing::Contains("required_choice@" + std::string(id)));
    }
    EXPECT_THAT(signUpRefused(candidate, choiceWith({{"county", "653101"}})),
                ElementsAre("option_unknown@county"));
    const auto counties = catalog.list("counties", "653100").value();
    for (const catalog::CodeItem& county : counties)
        EXPECT_EQ(county.code.substr(0, 4), "6531");
    EXPECT_THAT(signUpRefused(candidate, choice()), ElementsAre("<done>"));
    EXPECT_EQ(storedSignUp(candidate).district_code, "650100");
    EXPECT_EQ(storedSignUp(candidate).site_code, "650102");
}

TEST_P(XinjiangSignUp, XJ_SGN_03_TheGraduationStandardOfTheManualsMajorHasItsCoursesAndCredits)
{
    const auto major = catalog.major("530601").value();
    ASSERT_TRUE(major);
    EXPECT_EQ(major->name, "工商企业管理");
    EXPECT_GT(major->min_courses, 0);
    EXPECT_GT(major->min_credits, 0);
    std::set<std::string> plan;
    const auto courses = catalog.plan(major->plan_id).value();
    for (const catalog::PlanCourse& course : courses) {
        plan.insert(course.code);
        EXPECT_TRUE(course.credits) << course.code;
    }
    for (const char* chosen : {"00024", "00018", "00031", "00144"})
        EXPECT_TRUE(plan.contains(chosen)) << chosen;
}

TEST_P(XinjiangSignUp, XJ_SGN_04_OneCourseInEachSlotAndNeverTwoInOne)
{
    const Candidate candidate = choosing(passed());
    EXPECT_THAT(signUpRefused(candidate, choiceWith({{"courses", courses({{1, "00024"}, {1, "13125"}})}})),
                testing::Contains("course_in_slot_twice@courses"));
    EXPECT_THAT(signUpRefused(candidate, choiceWith({{"courses", courses({{2, "00024"}})}})),
                testing::Contains("course_not_offered@courses"))
        << "a course of another slot";
    EXPECT_THAT(signUpRefused(candidate, choiceWith({{"courses", courses({{5, "00024"}})}})),
                testing::Contains("slot_unknown@courses"));
    EXPECT_THAT(signUpRefused(candidate, choice()), ElementsAre("<done>"));
    EXPECT_THAT(coursesOf(candidate), ElementsAre("00024", "00018", "00031", "00144"));
}

TEST_P(XinjiangSignUp, XJ_SGN_04_EachSlotShowsItsExamTimeToTheSecond)
{
    std::vector<std::string> times;
    const auto slots = exams.current().value()->slots;
    for (const exams::Slot& slot : slots)
        times.push_back(beijingText(slot.starts_at));
    EXPECT_THAT(times, ElementsAre("2021-04-10 09:00:00", "2021-04-10 14:30:00", "2021-04-11 09:00:00",
                                   "2021-04-11 14:30:00"));
}

TEST_P(XinjiangSignUp, XJ_SGN_05_AtLeastOneCourseMustBeChosen)
{
    const Candidate candidate = choosing(passed());
    for (const Json& none : {Json::array(), Json()})
        EXPECT_THAT(signUpRefused(candidate, choiceWith({{"courses", none}})),
                    ElementsAre("no_course_chosen@courses"));
    EXPECT_THAT(signUpRefused(candidate, choiceWith({{"courses", courses({{3, "00031"}})}})),
                ElementsAre("<done>"));
}

TEST_P(XinjiangSignUp, DEF_GEN_12_MoreThanFourCoursesAreRefusedEvenWhereTheSittingHasMoreSlots)
{
    exams::Sitting longer = sitting;
    const Instant starts = beijingInstant(Date{2021, 4, 12}, 9h);
    longer.slots.push_back({5, starts, starts + 150min, {"15040"}});
    saveSitting(longer);
    const Candidate candidate = choosing(passed());
    const auto five = courses({{1, "00024"}, {2, "00018"}, {3, "00031"}, {4, "00144"}, {5, "15040"}});
    EXPECT_THAT(signUpRefused(candidate, choiceWith({{"courses", five}})),
                ElementsAre("too_many_courses@courses"));
}

TEST_P(XinjiangSignUp, XJ_SGN_06_WhileAnOrderIsOpenNothingCanBeChangedAndNoSecondOrderMade)
{
    const Candidate candidate = ordered();
    expectLocked(candidate);
    EXPECT_THAT(refusals(candidate.actor(), candidate.sign_up, "pay", {}), ElementsAre("action_not_offered"));
    EXPECT_EQ(billing.ofCandidate(candidate.actor().id).value().size(), 1u);
}

TEST_P(XinjiangSignUp, XJ_SGN_06_OneOnlinePaymentPerSignUp)
{
    const Candidate candidate = paid();
    EXPECT_EQ(signUpOf(candidate).record.phase, cases::Phase::completed);
    EXPECT_THAT(refusals(candidate.actor(), candidate.sign_up, "pay", {}), ElementsAre("action_not_offered"));
    const auto again = engine.begin(candidate.actor(), "sign_up", "");
    EXPECT_TRUE(!again || again->record.id == candidate.sign_up)
        << "a second sign-up of the sitting was begun";
    EXPECT_EQ(billing.ofCandidate(candidate.actor().id).value().size(), 1u);
}

TEST_P(XinjiangSignUp, XJ_SGN_07_BeforePaymentDistrictSiteMajorAndCoursesCanBeChanged)
{
    const Candidate candidate = signedUp();
    EXPECT_TRUE(signUpOf(candidate).editable);
    EXPECT_THAT(signUpRefused(candidate, {{"prefecture", "653100"},
                                          {"county", "653101"},
                                          {"major", "101101"},
                                          {"courses", courses({{1, "13203"}, {2, "03201"}})}}),
                ElementsAre("<done>"));
    const exams::SignUp stored = storedSignUp(candidate);
    EXPECT_EQ(stored.district_code, "653100");
    EXPECT_EQ(stored.site_code, "653101");
    EXPECT_EQ(stored.major_code, "101101");
    EXPECT_THAT(coursesOf(candidate), ElementsAre("13203", "03201"));
}

TEST_P(XinjiangSignUp, XJ_SGN_07_AfterAnExpiredOrderTheChoiceIsFreeAgain)
{
    const Candidate candidate = ordered();
    codes(candidate, "first");
    pass(200s);
    EXPECT_EQ(shownState(signUpOf(candidate)), "未缴费");
    EXPECT_TRUE(signUpOf(candidate).editable);
    EXPECT_THAT(signUpRefused(candidate, choiceWith({{"courses", courses({{3, "00031"}})}})),
                ElementsAre("<done>"));
    EXPECT_THAT(coursesOf(candidate), ElementsAre("00031"));
    EXPECT_EQ(engine.quote(candidate.actor(), candidate.sign_up).value().size(), 1u);
}

TEST_P(XinjiangSignUp, XJ_SGN_07_DEF_XJ_06_AfterPaymentNothingCanBeChangedTheDistrictLeastOfAll)
{
    const Candidate candidate = paid();
    EXPECT_EQ(shownState(signUpOf(candidate)), "已缴费");
    EXPECT_EQ(storedSignUp(candidate).state, "paid");
    expectLocked(candidate);
}

TEST_P(XinjiangSignUp, XJ_SGN_07_WhatIsPaidForIsWhatIsSignedUpForAlsoAfterAChangeThatWasOnlyKept)
{
    const Candidate candidate = signedUp();
    cases::Input kept; // typed into the open page, 提交 never pressed again
    kept.revision = signUpOf(candidate).record.revision;
    kept.fields = {{"courses", courses({{3, "00031"}})}};
    ASSERT_TRUE(engine.saveDraft(candidate.actor(), candidate.sign_up, kept));
    EXPECT_THAT(refusals(candidate.actor(), candidate.sign_up, "pay", {}), ElementsAre("<done>"));
    EXPECT_THAT(coursesOf(candidate), ElementsAre("00031"));
    EXPECT_EQ(order(candidate).total, Money::fen(3'500));
}

TEST_P(XinjiangSignUp, XJ_SGN_07_AChangeThatWasOnlyKeptIsJudgedBeforeItIsPaidFor)
{
    const Candidate candidate = signedUp();
    const auto keep = [&](const Json& changed) {
        cases::Input kept;
        kept.revision = signUpOf(candidate).record.revision;
        kept.fields = changed;
        ASSERT_TRUE(engine.saveDraft(candidate.actor(), candidate.sign_up, kept)) << changed.dump();
    };
    const auto pay = [&] { return refusals(candidate.actor(), candidate.sign_up, "pay", {}); };
    keep({{"major", "100701"}, {"courses", courses({{1, "13203"}})}});
    EXPECT_THAT(pay(), ElementsAre("special_major_not_reviewed@major"));
    keep(choiceWith({{"county", "653101"}}));
    EXPECT_THAT(pay(), ElementsAre("county_not_in_prefecture@county"));
    keep(choiceWith({{"courses", courses({{2, "00024"}})}}));
    EXPECT_THAT(pay(), ElementsAre(testing::StartsWith("course_not_offered")));
    keep(choiceWith({{"courses", Json::array()}}));
    EXPECT_THAT(pay(), ElementsAre("no_course_chosen@courses"));
    keep(choiceWith({{"declaration", false}}));
    EXPECT_THAT(pay(), ElementsAre("not_declared@declaration"));
    EXPECT_THAT(billing.ofCandidate(candidate.actor().id).value(), IsEmpty());
    keep(choice());
    EXPECT_THAT(pay(), ElementsAre("<done>"));
}

TEST_P(XinjiangSignUp, XJ_SGN_08_WithoutTheDeclarationNothingIsHandedIn)
{
    const Candidate candidate = choosing(passed());
    EXPECT_EQ(signUpOf(candidate).definition->field("declaration")->label, "本人担保以上信息真实准确");
    EXPECT_THAT(signUpRefused(candidate, choiceWith({{"declaration", false}})),
                ElementsAre("required_declaration@declaration"));
    EXPECT_FALSE(exams.ofCase(candidate.sign_up).value());
}

TEST_P(XinjiangSignUp, XJ_REG_09_ASpecialMajorIsOnlyForThoseWhosePapersPassed)
{
    const Json nursing = choiceWith({{"major", "100701"}, {"courses", courses({{1, "13203"}})}});
    const Candidate without = choosing(passed());
    EXPECT_THAT(signUpRefused(without, nursing), ElementsAre("special_major_not_reviewed@major"));
    const Candidate other = choosing(passed({{"special_majors", {"030109"}}}, 2));
    EXPECT_THAT(signUpRefused(other, nursing), ElementsAre("special_major_not_reviewed@major"));
    const Candidate with = choosing(passed({{"special_majors", {"100701"}}}, 3));
    EXPECT_THAT(signUpRefused(with, nursing), ElementsAre("<done>"));
}

TEST_P(XinjiangSignUp, XJ_REG_09_EverySpecialMajorOfTheCatalogIsKeptByTheRule)
{
    const Candidate candidate = choosing(passed());
    const auto majors = catalog.majors().value();
    for (const catalog::Major& major : majors) {
        if (!major.special)
            continue;
        EXPECT_THAT(signUpRefused(candidate, choiceWith({{"major", major.code}})),
                    testing::Contains("special_major_not_reviewed@major"))
            << major.code;
    }
}

TEST_P(XinjiangSignUp, CoursesOutsideThePlanAndMajorsThatTakeNobodyAreRefused)
{
    const Candidate candidate = choosing(passed());
    EXPECT_THAT(signUpRefused(candidate, choiceWith({{"courses", courses({{1, "13203"}})}})),
                ElementsAre("course_not_in_plan@courses"));
    EXPECT_THAT(signUpRefused(candidate, choiceWith({{"major", "050114"}})),
                testing::Contains("major_closed@major"));
}

TEST_P(XinjiangSignUp, OutsideTheWindowNothingIsBegunOrHandedIn)
{
    const Candidate candidate = choosing(passed());
    clock.set(sitting.signup_closes);
    EXPECT_THAT(signUpRefused(candidate, choice()), ElementsAre(testing::StartsWith("window_closed")));
    clock.set(sitting.signup_opens - 1s);
    EXPECT_THAT(reasonsNotToBegin(passed({}, 2).actor(), "sign_up"), ElementsAre("window_not_open"));
}

TEST_P(XinjiangSignUp, ASignUpNobodyPaidForLapsesWhenTheTimeForPayingIsOver)
{
    const Candidate candidate = signedUp();
    clock.set(sitting.pay_until - 1s);
    deliver();
    EXPECT_EQ(shownState(signUpOf(candidate)), "未缴费");
    clock.set(sitting.pay_until);
    deliver();
    EXPECT_EQ(shownState(signUpOf(candidate)), "已作废");
    EXPECT_EQ(storedSignUp(candidate).state, "void");
    EXPECT_THAT(newestMessage(candidate), HasSubstr("作废"));
}

TEST_P(XinjiangSignUp, ASignUpWhoseCodeOutlivesTheTimeForPayingLapsesOnceTheCodeIsOver)
{
    const Candidate candidate = signedUp();
    clock.set(sitting.pay_until - 60s);
    EXPECT_THAT(refusals(candidate.actor(), candidate.sign_up, "pay", {}), ElementsAre("<done>"));
    codes(candidate, "first");
    pass(90s);
    EXPECT_EQ(shownState(signUpOf(candidate)), "支付中") << "the code made in time may still be paid";
    pass(120s);
    EXPECT_EQ(shownState(signUpOf(candidate)), "已作废");
    EXPECT_EQ(storedSignUp(candidate).state, "void");
}

TEST_P(XinjiangSignUp, NoOrderIsMadeOnceTheTimeForPayingIsOver)
{
    const Candidate candidate = signedUp();
    clock.set(sitting.pay_until);
    EXPECT_THAT(refusals(candidate.actor(), candidate.sign_up, "pay", {}), ElementsAre("payment_time_over"));
    EXPECT_THAT(billing.ofCandidate(candidate.actor().id).value(), IsEmpty());
}
