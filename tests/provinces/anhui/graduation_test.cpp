#include "tests/provinces/anhui/province.hpp"
#include "tests/support/outside_program.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

const std::string kPlan = "REF-530601-2024";

class AnhuiGraduation : public Anhui
{
protected:
    Student ready(int number = 1)
    {
        Student one = photographed(number);
        passAll(one, kPlan);
        return one;
    }
    std::vector<std::string> applyRefused(const Student& student, const Json& changed)
    {
        const std::string id = begin(student, "graduation");
        Json filled = application();
        if (!changed.is_null())
            filled.update(changed);
        return refusals(student.actor(), id, "apply", {filled});
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(AnhuiGraduation);

TEST_P(AnhuiGraduation, AH_REV_04_GoesFromTheCityToTheDiplomaHandedOver)
{
    const auto anna = ready();
    const std::string id = applied(anna);
    EXPECT_EQ(view(anna.actor(), id).definition->states.at(state(id)).title, "已受理");
    EXPECT_THAT(queueOf(wuhu), ElementsAre(id));
    EXPECT_THAT(queueOf(bengbu), IsEmpty()) << "AH-REV-01: each city its own queue";
    confirm(id);
    EXPECT_THAT(queueOf(school), ElementsAre(id));
    EXPECT_THAT(queueOf(other_school), IsEmpty());
    mustDo(school, id, "agree");
    EXPECT_EQ(state(id), "joint") << "AH-REV-03: both must approve";
    mustDo(province, id, "agree");
    EXPECT_EQ(state(id), "ministry");
    mustDo(province, id, "ministry_agrees");
    EXPECT_THAT(refusals(wuhu, id, "collect", {}), ElementsAre("action_not_offered")) << "AH-CER-01";
    mustDo(province, id, "register");
    EXPECT_THAT(newestMessage(anna), HasSubstr("领取毕业证书")) << "AH-CER-02";
    mustDo(wuhu, id, "collect");
    EXPECT_EQ(state(id), "collected");
    EXPECT_THAT(applyRefused(anna, {}), ElementsAre("already_open")) << "AH-GRA-14";
    const auto tiles = engine.tiles(anna.actor());
    const auto tile = std::ranges::find(*tiles, std::string("graduation"), &cases::Engine::Tile::type);
    EXPECT_TRUE(tile->had) << "the home page does not ask a graduate to graduate";
}

TEST_P(AnhuiGraduation, AH_REV_02_AFailedFirstReviewNeedsAReasonThatReachesTheCandidate)
{
    const auto anna = ready();
    const std::string id = applied(anna);
    EXPECT_THAT(refusals(wuhu, id, "fail", {}), ElementsAre("reason_required"));
    mustDo(wuhu, id, "fail", {nullptr, nullptr, "简历填写不规范"});
    EXPECT_THAT(newestMessage(anna), HasSubstr("简历填写不规范"));
    mustDo(anna.actor(), id, "reapply", {{{"address", "芜湖市"}}});
    mustDo(wuhu, id, "fail", {nullptr, nullptr, "思想品德鉴定不合格"});
    clock.set(at(6, 10, 17h));
    EXPECT_THAT(refusals(anna.actor(), id, "reapply", {}), ElementsAre("graduation_window_over"));
}

TEST_P(AnhuiGraduation, AH_REV_05_TroubleWithTheRegisterSendsTheCandidateBackUntilItPasses)
{
    const auto anna = ready();
    const std::string id = joint(anna);
    mustDo(school, id, "agree");
    mustDo(province, id, "agree");
    mustDo(province, id, "ministry_agrees");
    mustDo(province, id, "except", {nullptr, nullptr, "前置学历信息不一致"});
    EXPECT_EQ(view(anna.actor(), id).definition->states.at(state(id)).title, "注册异常");
    clock.set(at(7, 20, 9h));
    mustDo(anna.actor(), id, "hand_in", {{{"phone", "13911112222"}}});
    EXPECT_THAT(queueOf(wuhu), ElementsAre(id));
    mustDo(wuhu, id, "exception_refused", {nullptr, nullptr, "证明不清楚"});
    mustDo(anna.actor(), id, "hand_in");
    mustDo(wuhu, id, "exception_agreed");
    EXPECT_THAT(newestMessage(anna), HasSubstr("已重新上报"));
    EXPECT_EQ(state(id), "ministry");
}

TEST_P(AnhuiGraduation, AH_GRA_11_NothingThatWasConfirmedIsChangedOnTheWayBackFromTheRegister)
{
    const auto anna = ready();
    const std::string id = joint(anna);
    for (const identity::Actor* officer : {&school, &province})
        mustDo(*officer, id, "agree");
    mustDo(province, id, "except", {nullptr, nullptr, "前置学历信息不一致"});
    const Json other_row{{"from", "2015-09-01"}, {"to", ""}, {"where", "某厂"}};
    for (const auto& [field, value] :
         std::map<std::string, Json>{{"major", "080901"},
                                     {"prefecture", "340300"},
                                     {"courses", treatments("15040", "waiver", "NAT-WV-01")},
                                     {"history", Json::array({other_row})},
                                     {"appraisal", appraisal() + "。"},
                                     {"employer", "某厂"}})
        EXPECT_THAT(refusals(anna.actor(), id, "hand_in", {{{field, value}}}),
                    ElementsAre("field_fixed@" + field));
    mustDo(anna.actor(), id, "hand_in");
    // What the plan says then counts: a pass that was struck off keeps it from the ministry.
    need(tenant->database->execute("DELETE FROM pass_record WHERE course_code = '15040'"), "struck off");
    EXPECT_THAT(refusals(wuhu, id, "exception_agreed", {}), testing::Contains("course_missing@courses"));
    EXPECT_EQ(state(id), "exception_review");
}

TEST_P(AnhuiGraduation, AH_REV_05_AGrantedWaiverIsNoObstacleToHandingInAgain)
{
    const auto anna = photographed();
    passAll(anna, kPlan, {"15040"});
    const std::string id = begin(anna, "graduation");
    prove(anna, id, "courses.15040");
    Json filled = application();
    filled["courses"] = treatments("15040", "waiver", "NAT-WV-01");
    mustDo(anna.actor(), id, "apply", {filled});
    confirm(id);
    mustDo(school, id, "agree");
    mustDo(province, id, "agree");
    mustDo(province, id, "except", {nullptr, nullptr, "前置学历信息不一致"});
    mustDo(anna.actor(), id, "hand_in");
}

TEST_P(AnhuiGraduation, AH_REV_03_OneOfTheTwoMaySendTheCaseBackToTheCity)
{
    const auto anna = ready();
    const std::string id = joint(anna);
    mustDo(province, id, "agree");
    mustDo(school, id, "send_back", {nullptr, nullptr, "免考材料不全"});
    EXPECT_EQ(state(id), "sent_back");
    EXPECT_THAT(queueOf(wuhu), ElementsAre(id));
    EXPECT_THAT(queueOf(province), IsEmpty());
    mustDo(wuhu, id, "pass");
    EXPECT_THAT(queueOf(province), ElementsAre(id)) << "both look at it again";
}

TEST_P(AnhuiGraduation, AH_REV_01_QueuesStandInTheOrderInWhichAnApplicationComesBy)
{
    const auto queues = engine.queueCounts(province);
    need(queues, "queues");
    std::vector<std::string> states;
    for (const cases::QueueCount& queue : *queues)
        if (queue.type == "graduation")
            states.push_back(queue.state);
    EXPECT_THAT(states, ElementsAre("joint", "ministry", "checking")) << "not by the alphabet";
}

TEST_P(AnhuiGraduation, AH_GRA_01_HefeiFollowsItsOwnNotice)
{
    EXPECT_THAT(applyRefused(ready(), {{"prefecture", "340100"}}),
                ElementsAre("external_process@prefecture"));
}

TEST_P(AnhuiGraduation, AH_GRA_01_WhoseFileIsInHefeiIsToldBeforeAnythingIsFilledIn)
{
    const auto there = student(3, "340100");
    for (const char* type : {"graduation_photo", "graduation"}) {
        EXPECT_THAT(reasonsNotToBegin(there.actor(), type), ElementsAre("external_process")) << type;
        EXPECT_EQ(engine.begin(there.actor(), type, "").error().reason, "external_process") << type;
    }
    EXPECT_THAT(reasonsNotToBegin(there.actor(), "identity_change"), IsEmpty()) << "what is no graduation is";
}

TEST_P(AnhuiGraduation, AH_GRA_01_WhoseFileCameToHefeiAfterBeginningIsToldThenWhateverTheFormNames)
{
    const auto anna = photographed();
    passAll(anna, "REF-530601-2024");
    const std::string id = begin(anna, "graduation"), change = begin(anna, "identity_change");
    prove(anna, change, "proof");
    const auto known = identity.person(anna.actor().id);
    mustDo(anna.actor(), change, "submit",
           {{{"prefecture", "340100"},
             {"name", known->name},
             {"id_number", known->id_number},
             {"sex", known->sex},
             {"ethnicity", known->ethnicity},
             {"birth_date", known->birth_date},
             {"phone", known->phone}}});
    mustDo(hefei, change, "change");
    EXPECT_THAT(refusals(anna.actor(), id, "apply", {application()}), ElementsAre("external_process"));
}

TEST_P(AnhuiGraduation, AH_GRA_02_NothingIsHandedInAfterTheWindow)
{
    const auto anna = ready(), bert = ready(2);
    const std::string id = begin(anna, "graduation");
    clock.set({at(6, 10, 17h).ms - 1});
    mustDo(anna.actor(), id, "apply", {application()});
    clock.set(at(6, 10, 17h));
    EXPECT_THAT(reasonsNotToBegin(bert.actor(), "graduation"), ElementsAre("window_closed"));
}

TEST_P(AnhuiGraduation, AH_GRA_03_MajorAndContactDataAreAskedFor)
{
    EXPECT_THAT(applyRefused(ready(), {{"phone", ""}, {"address", ""}}),
                ElementsAre("required@phone", "required@address"));
}

TEST_P(AnhuiGraduation, AH_GRA_04_FurtherNumbersAreNamedByTheirType)
{
    const auto anna = ready();
    const auto row = [](const std::string& kind, const std::string& number) {
        return Json{{"kind", kind}, {"number", number}};
    };
    EXPECT_THAT(applyRefused(anna, {{"numbers", Json::array({row("9", "1")})}}),
                ElementsAre("row_choice@numbers"));
    EXPECT_THAT(applyRefused(anna, {{"numbers", Json::array({row("1", "0100991"), row("2", "0200991")})}}),
                ElementsAre("<done>"));
}

TEST_P(AnhuiGraduation, AH_GRA_07_AMissingCourseIsDealtWithByARuleOfTheProvince)
{
    const auto anna = photographed();
    passAll(anna, kPlan, {"15040"});
    EXPECT_THAT(applyRefused(anna, {}), testing::Contains("course_missing@courses"));
    const Json wish = treatments("15040", "waiver", "NAT-WV-01");
    EXPECT_THAT(applyRefused(anna, {{"courses", wish}}), ElementsAre("treatment_unproven@courses"))
        << "AH-GRA-08";
    const std::string id = begin(anna, "graduation");
    prove(anna, id, "courses.15040");
    Json filled = application();
    filled["courses"] = treatments("15040", "waiver", catalog.waivers("13000")->front().rule_id);
    EXPECT_THAT(refusals(anna.actor(), id, "apply", {filled}), ElementsAre("treatment_rule_unknown@courses"));
    filled["courses"] = wish;
    mustDo(anna.actor(), id, "apply", {filled});
    confirm(id);
    EXPECT_TRUE(view(school, id).ledger["lines"][0].contains("standing"));
}

TEST_P(AnhuiGraduation, AH_GRA_16_ARefusalNamesTheCourseTheRuleAndTheFigures)
{
    const auto anna = photographed();
    passAll(anna, kPlan, {"15040"});
    const std::string id = begin(anna, "graduation");
    const auto done = act(anna.actor(), id, "apply", {application()});
    need(done, "apply");
    ASSERT_FALSE(done->decision.allowed);
    EXPECT_EQ(done->decision.reasons[0].code, "course_missing");
    EXPECT_THAT(done->decision.reasons[0].args.at("course").get<std::string>(), HasSubstr("15040"));
    EXPECT_THAT(done->decision.reasons[0].args.at("ways").get<std::string>(), HasSubstr("NAT-WV-01"));
}

TEST_P(AnhuiGraduation, AH_GRA_16_WithoutTheRecordOfConductTheCityCannotApprove)
{
    const std::string id = applied(ready());
    EXPECT_THAT(refusals(wuhu, id, "pass", {}), ElementsAre("conduct_missing"));
    EXPECT_THAT(refusals(bengbu, id, "conduct_passed", {}), ElementsAre("not_found"));
    mustDo(wuhu, id, "conduct_passed", {nullptr, nullptr, "芜湖某厂 2026年5月10日盖章"});
    EXPECT_THAT(refusals(wuhu, id, "conduct_passed", {}), ElementsAre("conduct_is_recorded"));
    EXPECT_EQ(state(id), "accepted") << "AH-FRM-04: recording decides nothing";
    EXPECT_THAT(queueOf(wuhu), ElementsAre(id));
    mustDo(wuhu, id, "conduct_withdrawn", {nullptr, nullptr, "单位公章不清"});
    EXPECT_THAT(refusals(wuhu, id, "pass", {}), ElementsAre("conduct_missing"));
    confirm(id);
    EXPECT_EQ(state(id), "joint");
}

TEST_P(AnhuiGraduation, AH_GRA_10_ARemarkMayStayEmpty)
{
    EXPECT_THAT(applyRefused(ready(), {{"remark", ""}}), ElementsAre("<done>"));
}

TEST_P(AnhuiGraduation, AH_GRA_11_TheMajorIsFixedAndTheContactMayChangeUntilTheCityDecides)
{
    const auto anna = ready();
    const std::string id = applied(anna);
    EXPECT_THAT(refusals(anna.actor(), id, "amend", {{{"major", "050101"}}}),
                ElementsAre("field_fixed@major"));
    EXPECT_EQ(engine.saveDraft(anna.actor(), id, input(anna.actor(), id, {{{"address", ""}}})).error().reason,
              "case_locked")
        << "what the city reads is changed by an action that checks it";
    mustDo(anna.actor(), id, "amend", {{{"phone", "13911112222"}}});
    EXPECT_EQ(view(anna.actor(), id).record.fields["phone"], "13911112222");
    EXPECT_THAT(queueOf(wuhu), ElementsAre(id)) << "it still waits for the city";
    mustDo(wuhu, id, "fail", {nullptr, nullptr, "简历填写不规范"});
    EXPECT_THAT(refusals(anna.actor(), id, "reapply", {{{"major", "050101"}}}),
                ElementsAre("field_fixed@major"));
    mustDo(anna.actor(), id, "reapply");
    confirm(id);
    EXPECT_THAT(refusals(anna.actor(), id, "amend", {{{"phone", "13911112222"}}}),
                ElementsAre("action_not_offered"));
}

TEST_P(AnhuiGraduation, AH_REV_01_WhoNamesAnotherCityWaitsInItsQueueAndInNoOther)
{
    const auto anna = ready();
    const std::string id = applied(anna);
    EXPECT_THAT(refusals(anna.actor(), id, "amend", {{{"prefecture", "340100"}}}),
                ElementsAre("external_process@prefecture"));
    mustDo(anna.actor(), id, "amend", {{{"prefecture", "340300"}}});
    EXPECT_THAT(queueOf(wuhu), IsEmpty());
    EXPECT_THAT(queueOf(bengbu), ElementsAre(id));
    EXPECT_THAT(refusals(wuhu, id, "conduct_passed", {}), ElementsAre("not_found"));
    mustDo(bengbu, id, "conduct_passed");
    mustDo(bengbu, id, "pass");
    EXPECT_THAT(queueOf(school), ElementsAre(id));
}

TEST_P(AnhuiGraduation, AH_GRA_16_TheStampIsForWhatItStandsUnder)
{
    const auto anna = ready();
    const std::string id = applied(anna);
    mustDo(wuhu, id, "conduct_passed");
    EXPECT_THAT(newestMessage(anna), HasSubstr("已登记为合格"));
    for (const auto& [field, value] : std::map<std::string, Json>{
             {"appraisal", appraisal() + "。"}, {"employer", "某厂"}, {"prefecture", "340300"}})
        EXPECT_THAT(refusals(anna.actor(), id, "amend", {{{field, value}}}),
                    ElementsAre("conduct_fixes@" + field));
    mustDo(anna.actor(), id, "amend", {{{"phone", "13911112222"}, {"appraisal", appraisal()}}});
    mustDo(wuhu, id, "conduct_withdrawn", {nullptr, nullptr, "考生更换单位"});
    EXPECT_THAT(newestMessage(anna), HasSubstr("考生更换单位"));
    mustDo(anna.actor(), id, "amend", {{{"employer", "某厂"}}});
    mustDo(wuhu, id, "conduct_passed");
    mustDo(wuhu, id, "fail", {nullptr, nullptr, "思想品德鉴定不合格。"});
    mustDo(anna.actor(), id, "reapply");
    EXPECT_THAT(refusals(wuhu, id, "pass", {}), ElementsAre("conduct_missing")) << "it was stamped before";
    confirm(id);
}

TEST_P(AnhuiGraduation, AH_CER_02_TheCityWritesToItsGraduatesWhenAndWhereTheyCollect)
{
    std::vector<Student> graduates{ready(1), ready(2)};
    std::vector<std::string> ids;
    for (const Student& one : graduates) {
        ids.push_back(joint(one));
        mustDo(school, ids.back(), "agree");
        mustDo(province, ids.back(), "agree");
        mustDo(province, ids.back(), "ministry_agrees");
        EXPECT_THAT(refusals(wuhu, ids.back(), "call_to_collect", {nullptr, nullptr, "明天"}),
                    ElementsAre("action_not_offered"));
        mustDo(province, ids.back(), "register");
    }
    EXPECT_THAT(queueOf(wuhu), testing::UnorderedElementsAreArray(ids)) << "its graduates, in one list";
    EXPECT_THAT(queueOf(bengbu), IsEmpty());
    const auto counts = engine.queueCounts(wuhu);
    const auto list = std::ranges::find(*counts, "registered", &cases::QueueCount::state);
    ASSERT_NE(list, counts->end());
    EXPECT_EQ(list->count, 2);
    ASSERT_EQ(list->bulk.size(), 1u);
    EXPECT_EQ(list->bulk[0].title, "通知领取证书");
    EXPECT_THAT(refusals(wuhu, ids[0], "call_to_collect", {}), ElementsAre("reason_required"));
    EXPECT_THAT(refusals(bengbu, ids[0], "call_to_collect", {nullptr, nullptr, "明天"}),
                ElementsAre("not_found"));
    for (const std::string& id : ids) {
        cases::Input all =
            input(wuhu, id, {nullptr, nullptr, "7月10日起，芜湖市教育招生考试院一楼，带身份证"});
        all.bulk = true;
        EXPECT_THAT(said(engine.perform(wuhu, id, "call_to_collect", all)), ElementsAre("<done>"));
        EXPECT_EQ(state(id), "registered");
    }
    for (const Student& one : graduates)
        EXPECT_THAT(newestMessage(one), HasSubstr("7月10日起，芜湖市教育招生考试院一楼"));
    mustDo(wuhu, ids[0], "collect");
    EXPECT_THAT(newestMessage(graduates[0]), HasSubstr("已经领取"));
    EXPECT_THAT(queueOf(wuhu), ElementsAre(ids[1]));
}

TEST_P(AnhuiGraduation, AH_REV_02_WhoFailedIsRemindedBeforeTheWindowShuts)
{
    const auto anna = ready();
    const std::string id = applied(anna);
    mustDo(wuhu, id, "fail", {nullptr, nullptr, "简历填写不规范"});
    clock.set({at(6, 3, 17h).ms - 1});
    deliver();
    EXPECT_THAT(newestMessage(anna), HasSubstr("简历填写不规范"));
    clock.set(at(6, 3, 17h));
    deliver();
    EXPECT_THAT(newestMessage(anna), HasSubstr("请在 2026-06-10 17:00 前修改并重新提交"));
}

TEST_P(AnhuiGraduation, AH_FRM_02_TheResumeHasAtMostFiveRowsInOrderUpToNow)
{
    const auto anna = ready();
    const auto row = [](const std::string& from, const std::string& to) {
        return Json{{"from", from}, {"to", to}, {"where", "待业"}};
    };
    EXPECT_THAT(applyRefused(anna, {{"history",
                                     Json::array({row("2015-09-01", "2018-06-30"), row("2018-07-02", "")})}}),
                ElementsAre("row_gap@history"));
    EXPECT_THAT(applyRefused(anna, {{"history",
                                     Json::array({row("2015-09-01", "2018-06-30"), row("2018-06-29", "")})}}),
                ElementsAre("row_overlap@history"));
    EXPECT_THAT(applyRefused(anna, {{"history", Json::array({row("2015-09-01", "2018-06-30")})}}),
                ElementsAre("row_not_up_to_now@history"));
    EXPECT_THAT(
        applyRefused(
            anna, {{"history", Json::array({row("2010-01-01", "2011-01-01"), row("2011-01-01", "2012-01-01"),
                                            row("2012-01-01", "2013-01-01"), row("2013-01-01", "2014-01-01"),
                                            row("2014-01-01", "2015-01-01"), row("2015-01-01", "")})}}),
        ElementsAre("rows_many@history"));
}

TEST_P(AnhuiGraduation, AH_FRM_01_TheRegisterFormIsAnA3SheetWithTheCandidatesPart)
{
    const auto anna = ready();
    const std::string id = begin(anna, "graduation");
    Json filled = application();
    filled["employer"] = "芜湖某厂";
    const OutputFolder out;
    const auto print = [&](const identity::Actor& actor, const std::string& name) {
        const auto made = engine.print(actor, id, "register_form");
        need(made, name);
        const std::string file = out.write(name + ".pdf", made->pdf);
        run("pdftoppm -r 80 -png " + file + " " + out.path(name));
        EXPECT_THAT(run("pdfinfo " + file), HasSubstr("1190.55 x 841.89")) << "A3 across";
        return run("pdftotext -layout " + file + " -");
    };
    need(engine.saveDraft(anna.actor(), id, {view(anna.actor(), id).record.revision, "", filled, "", {}}),
         "draft");
    EXPECT_THAT(print(anna.actor(), "draft"), HasSubstr("稿"));
    mustDo(anna.actor(), id, "apply", {filled});
    const auto person = identity.person(anna.actor().id);
    const std::string own = print(anna.actor(), "own");
    for (const std::string& part :
         {std::string("安徽省高等教育自学考试毕业生登记表"), person->name, person->id_number, anna.number,
          std::string("530601"), std::string("2015-09-01 至 2018-06-30"), std::string("至今"),
          std::string("待业"), std::string("芜湖某厂"), std::string("单位盖章"), std::string("主考院校盖章"),
          std::string("本人签名")})
        EXPECT_THAT(own, HasSubstr(part));
    EXPECT_THAT(own, testing::Not(HasSubstr("稿")));
    EXPECT_THAT(own, testing::Not(HasSubstr("思想品德鉴定合格"))) << "AH-FRM-04: only once it is recorded";
    mustDo(wuhu, id, "conduct_passed");
    EXPECT_THAT(print(wuhu, "office"), testing::AllOf(HasSubstr("思想品德鉴定合格，已于 2026-05-20 登记"),
                                                      testing::Not(HasSubstr(person->id_number))));
}

TEST_P(AnhuiGraduation, AH_FRM_03_TheSelfAppraisalHasAtLeast400Characters)
{
    EXPECT_THAT(applyRefused(ready(), {{"appraisal", "本人学习认真。"}}),
                ElementsAre("text_short@appraisal"));
}

TEST_P(AnhuiGraduation, AH_GRA_05_NursingHandsInTheInternshipAppraisal)
{
    const auto anna = photographed();
    passAll(anna, catalog.major("101101").value()->plan_id);
    need(degrees.newCode(anna.actor(), "op"), "code");
    degree_checker.authorize({degree_checker.record("r1", "专科", 2018)});
    need(degrees.refresh(anna.actor().id), "refresh");
    const std::string id = begin(anna, "graduation");
    const Json filled = application("101101");
    EXPECT_THAT(refusals(anna.actor(), id, "apply", {filled}), ElementsAre("required_upload@internship"));
    prove(anna, id, "internship");
    EXPECT_THAT(refusals(anna.actor(), id, "apply", {filled}), ElementsAre("<done>"));
}

TEST_P(AnhuiGraduation, AH_GRA_12_FilesAreJpgOrPdfOfAtMost4M)
{
    const auto anna = photographed();
    const std::string id = begin(anna, "graduation");
    std::string pdf = "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";
    const auto sized = [&](std::size_t bytes) {
        std::string file = pdf.substr(0, 9);
        file.append(bytes - pdf.size(), ' ');
        return file + pdf.substr(9);
    };
    EXPECT_TRUE(engine.attach(anna.actor(), id, "internship", sized(4194304), "pdf"));
    EXPECT_FALSE(engine.attach(anna.actor(), id, "internship", sized(4194305), "pdf"));
    EXPECT_FALSE(engine.attach(anna.actor(), id, "internship", files::png(8, 8), "png"));
    const auto page = engine.attach(anna.actor(), id, "internship", "<html><body>jpg</body></html>", "jpg");
    EXPECT_EQ(page.error().reason, "file_type") << "whatever it is called";
    const std::string script = "%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n"
                               "trailer<<>>\n%%EOF\n";
    EXPECT_EQ(engine.attach(anna.actor(), id, "internship", script, "pdf").error().reason, "file_active");
    EXPECT_EQ(files.ofCase(id)->size(), 1u) << "what lay there before is kept";
}
