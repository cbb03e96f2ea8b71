#include "tests/provinces/tibet/journey.hpp"

using namespace zikao;
using namespace zikao::test;
using namespace zikao::test::tibet;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace {

class TibetSignUp : public tibet::Journey
{
protected:
    std::vector<std::string> handedIn(const Candidate& candidate, const Json& chosen)
    {
        return did(candidate, candidate.sign_up, "submit", {chosen});
    }
    Json chosen(const std::vector<std::pair<int, std::string>>& list) const
    {
        Json all = choice();
        all["courses"] = courses(list);
        return all;
    }
    std::string changing(const Candidate& candidate)
    {
        return engine.begin(candidate.actor(), "record_change", "").value().record.id;
    }
    std::vector<std::string> changed(const Candidate& candidate, const Json& fields)
    {
        return did(candidate, changing(candidate), "change", {fields});
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(TibetSignUp);

TEST_P(TibetSignUp, XZ_SGN_01_XZ_SGN_02_TheNoticeStandsInFrontOfEveryNewSignUp)
{
    const Candidate candidate = registered();
    EXPECT_THAT(reasonsNotToBegin(candidate.actor(), "sign_up"), ElementsAre("notice_unread"));
    const auto opened = engine.begin(candidate.actor(), "sign_up", "", true);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->definition->gate->title, "报名须知");
    EXPECT_EQ(opened->definition->gate->tick, "我已阅读完报名须知");
    EXPECT_EQ(opened->definition->gate->button, "下一步");
    const std::string notice = opened->package->texts[opened->definition->gate->text];
    for (const char* item : {"1. 首次建档报考", "2. 若考生选择网上报考", "3. 已完成交费课程", "4. 在确认",
                             "5. 交费成功后", "6. 操作完毕后"})
        EXPECT_THAT(notice, HasSubstr(item));
    EXPECT_TRUE(view(candidate.later(), opened->record.id).gate_needed);
    EXPECT_THAT(refusals(candidate.later(), opened->record.id, "submit", {choice()}),
                ElementsAre("notice_unread"));
}

TEST_P(TibetSignUp, XZ_SGN_03_TheDistrictOfTheRegistrationIsPresetAndMayBeChanged)
{
    const Candidate candidate = choosing(registered(1, {{"exam_district", "0200"}}));
    EXPECT_EQ(view(candidate.actor(), candidate.sign_up).record.fields["exam_district"], "0200");
    Json other = choice();
    other["exam_district"] = "0300";
    EXPECT_THAT(handedIn(candidate, other), ElementsAre("<done>"));
    EXPECT_EQ(storedSignUp(candidate).district_code, "0300");
}

TEST_P(TibetSignUp, XZ_SGN_06_OnlyOneCourseForASlot)
{
    const Candidate candidate = choosing(registered());
    EXPECT_THAT(handedIn(candidate, chosen({{1, "00018"}, {1, "00040"}})),
                Contains("course_in_slot_twice@courses"));
}

TEST_P(TibetSignUp, XZ_SGN_08_EightLinesAreReadAndTwoFieldsAreAskedFor)
{
    const Candidate candidate = choosing(registered());
    const auto seen = view(candidate.actor(), candidate.sign_up);
    const cases::Page& page = seen.definition->pages[0];
    std::vector<std::string> read, asked;
    for (const cases::ShownFact& fact : page.facts)
        read.push_back(fact.label + "=" + seen.facts.at(page.id + "." + fact.id));
    for (const cases::Field& field : page.fields)
        asked.push_back(field.label + (field.required ? "*" : ""));
    const std::string number = numberOf(1), phone = phoneOf(1);
    EXPECT_THAT(read,
                ElementsAre("准考证号=010023200001", "姓名=测试考生", "性别=女",
                            "身份证=" + identity::IdNumber::parse(number)->masked(), "民族=汉族", "户籍=城镇",
                            "政治面貌=中共党员", "电话=" + identity::maskPhone(phone, true)));
    EXPECT_THAT(asked, ElementsAre("职业*", "单位/学校*"));
    EXPECT_EQ(seen.record.fields["workplace"], "XZDX") << "preset, and may be changed";
    Json bare = choice();
    bare["workplace"] = "";
    EXPECT_THAT(handedIn(candidate, bare), ElementsAre("required@workplace"));
}

TEST_P(TibetSignUp, XZ_SGN_09_OptionsReadAsCodeAndName)
{
    const Candidate candidate = choosing(registered());
    const auto definition = view(candidate.actor(), candidate.sign_up).definition;
    EXPECT_EQ(definition->field("sitting")->raw["shows"], "code-name");
    EXPECT_EQ(definition->field("exam_district")->raw["shows"], "code-name");
    EXPECT_EQ(definition->field("major")->raw["shows"], "code-name-level");
    EXPECT_EQ(catalog.major("030301").value()->name + "-" + catalog.major("030301").value()->level,
              "行政管理-专科");
    EXPECT_THAT(handedIn(candidate, {{"sitting", "231"}}), ElementsAre("field_fixed@sitting"));
}

TEST_P(TibetSignUp, XZ_SGN_10_DEF_GEN_12_FourSlotsHoldCoursesOfTheMajorAndOfTheSlotAlone)
{
    const Candidate candidate = choosing(registered());
    EXPECT_THAT(handedIn(candidate, chosen({{2, "00018"}})), Contains("course_not_offered@courses"));
    EXPECT_THAT(handedIn(candidate, chosen({{1, "13125"}})), Contains("course_not_in_plan@courses"));
    EXPECT_THAT(handedIn(candidate, chosen({{5, "00018"}})), Contains("slot_unknown@courses"));
    const auto seen = view(candidate.actor(), candidate.sign_up);
    EXPECT_EQ(seen.package->texts[seen.definition->field("courses")->raw["slot_text"].get<std::string>()],
              "班次: {slot_no} 考试时间: {date} {starts} 至 {ends}");
    EXPECT_THAT(handedIn(candidate, choice()), ElementsAre("<done>"));
    EXPECT_EQ(storedSignUp(candidate).courses.size(), 4u);
}

TEST_P(TibetSignUp, XZ_SGN_15_ThePlanOfAMajorNamesTheTextbooksOfItsCourses)
{
    std::map<std::string, std::string> books;
    const auto plan = catalog.plan(catalog.major("030301").value()->plan_id).value();
    for (const catalog::PlanCourse& course : plan)
        books[course.code] = course.textbook;
    EXPECT_EQ(books.size(), 15u);
    for (const char* code : {"00018", "00107", "04729", "00012"})
        EXPECT_THAT(books[code], HasSubstr("出版社")) << code;
}

TEST_P(TibetSignUp, XZ_SGN_11_WithoutACourseThereIsNoOrderPage)
{
    const Candidate candidate = choosing(registered());
    EXPECT_THAT(handedIn(candidate, chosen({})), Contains("no_course_chosen@courses"));
    EXPECT_THAT(handedIn(candidate, choice()), ElementsAre("<done>"));
    EXPECT_EQ(view(candidate.actor(), candidate.sign_up).definition->action("submit")->after->go, "payment");
    EXPECT_EQ(shownState(candidate, candidate.sign_up), "未缴费");
}

TEST_P(TibetSignUp, XZ_SGN_04_XZ_PAY_15_AtTheDeadlineEveryUnpaidSignUpIsGivenUp)
{
    const Candidate waiting = signedUp(1), paid_one = paid(2);
    clock.set(sitting.pay_until + -1s);
    deliver();
    EXPECT_EQ(shownState(waiting, waiting.sign_up), "未缴费");
    clock.set(sitting.pay_until);
    deliver();
    EXPECT_EQ(shownState(waiting, waiting.sign_up), "放弃");
    EXPECT_EQ(storedSignUp(waiting).state, "void");
    EXPECT_THAT(newestMessage(waiting), HasSubstr("视为自动放弃"));
    EXPECT_THAT(handedIn(waiting, chosen({{1, "00040"}})), ElementsAre("action_not_offered"));
    EXPECT_THAT(saidOfState(waiting, waiting.sign_up), HasSubstr("视为自动放弃，不能再修改"));
    EXPECT_EQ(shownState(paid_one, paid_one.sign_up), "已缴费");
    EXPECT_EQ(storedSignUp(paid_one).state, "paid");
}

TEST_P(TibetSignUp, XZ_SGN_05_XZ_PAY_12_PaidCoursesCannotBeChangedOrAdded)
{
    const Candidate candidate = paid();
    EXPECT_THAT(handedIn(candidate, chosen({{1, "00040"}})), ElementsAre("action_not_offered"));
    cases::Input typed = input(candidate.actor(), candidate.sign_up, {});
    typed.fields = chosen({{1, "00040"}});
    EXPECT_EQ(engine.saveDraft(candidate.actor(), candidate.sign_up, typed).error().reason, "case_locked");
    EXPECT_EQ(saidOfState(candidate, candidate.sign_up), "已交费课程将不能更改，只可查询！")
        << "报名须知 5 in its own words";
    EXPECT_EQ(engine.begin(candidate.actor(), "sign_up", "", true)->record.id, candidate.sign_up)
        << "no second one in the sitting";
}

TEST_P(TibetSignUp, XZ_SGN_12_MajorAndDistrictChangeUntilThePaymentAndTheOpenSignUpWithThem)
{
    const Candidate candidate = signedUp();
    EXPECT_THAT(changed(candidate, {{"exam_district", "0300"}, {"major", "120402"}}), ElementsAre("<done>"));
    EXPECT_EQ(personOf(candidate).more.at("major"), "120402");
    EXPECT_EQ(personOf(candidate).more.at("exam_district"), "0300");
    const auto seen = view(candidate.actor(), candidate.sign_up);
    EXPECT_EQ(seen.record.state, "draft");
    EXPECT_EQ(seen.record.fields["major"], "120402");
    EXPECT_EQ(seen.record.fields["exam_district"], "0300");
    EXPECT_FALSE(seen.record.fields.contains("courses"));
    EXPECT_EQ(storedSignUp(candidate).state, "void");
    EXPECT_THAT(trailOf("case.change"), Not(IsEmpty()));
}

TEST_P(TibetSignUp, XZ_SGN_12_XZ_SGN_13_MendingBasicDataDoesNotUndoTheChange)
{
    const Candidate candidate = registered();
    EXPECT_THAT(changed(candidate, {{"exam_district", "0300"}, {"major", "120402"}}), ElementsAre("<done>"));
    EXPECT_THAT(did(candidate, candidate.registration, "save", {{{"workplace", "拉萨市第一中学"}}}),
                ElementsAre("<done>"));
    EXPECT_EQ(personOf(candidate).more.at("major"), "120402");
    const auto facts = view(candidate.actor(), candidate.registration).facts;
    EXPECT_EQ(facts.at("record.major"), "120402-行政管理-专升本");
    EXPECT_EQ(facts.at("record.exam_district"), "昌都考区");
}

TEST_P(TibetSignUp, XZ_SGN_12_WhileBeingPaidAndOncePaidMajorAndDistrictStay)
{
    const Candidate candidate = ordered();
    EXPECT_THAT(changed(candidate, {{"exam_district", "0300"}}), ElementsAre("amend_locked"));
    EXPECT_TRUE(bank().pay(code(candidate).no));
    noticeOf(candidate);
    EXPECT_THAT(changed(candidate, {{"exam_district", "0300"}}), ElementsAre("amend_settled"));
    EXPECT_EQ(personOf(candidate).more.at("exam_district"), "0100");
    EXPECT_EQ(storedSignUp(candidate).state, "paid");
}

TEST_P(TibetSignUp, XZ_SGN_12_WithoutASignUpTheNextOneBeginsWithTheNewMajor)
{
    const Candidate candidate = registered();
    EXPECT_THAT(changed(candidate, {{"major", "120402"}}), ElementsAre("<done>"));
    const Candidate choosing_now = choosing(candidate);
    EXPECT_EQ(view(choosing_now.actor(), choosing_now.sign_up).record.fields["major"], "120402");
    EXPECT_THAT(changed(candidate, {{"major", "030301"}}), ElementsAre("<done>"))
        << "again, as often as one likes";
}

TEST_P(TibetSignUp, TheWindowOpensAndClosesToTheSecond)
{
    const Candidate candidate = registered(), late = registered(2);
    clock.set(sitting.signup_opens + -1ms);
    EXPECT_EQ(engine.begin(candidate.actor(), "sign_up", "232", true).error().reason, "window_not_open");
    clock.set(sitting.signup_closes + -1s);
    EXPECT_TRUE(engine.begin(candidate.actor(), "sign_up", "232", true)) << "23:59:59 of the last day";
    clock.set(sitting.signup_closes);
    EXPECT_EQ(engine.begin(late.actor(), "sign_up", "232", true).error().reason, "window_closed");
}
