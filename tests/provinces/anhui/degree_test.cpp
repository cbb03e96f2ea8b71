#include "tests/provinces/anhui/province.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

const std::string kBachelor = "080901", kBachelorPlan = "REF-080901-2024", kAssociatePlan = "REF-530601-2024";

/// The degree before a 本科 application: told by the register, proved by papers, announced by a school, or not needed.
class AnhuiDegree : public Anhui
{
protected:
    Student bachelor(int number = 1)
    {
        Student one = photographed(number);
        passAll(one, kBachelorPlan);
        return one;
    }
    /// Whose passes fill both plans.
    Student both(int number = 1)
    {
        Student one = bachelor(number);
        std::vector<std::string> there;
        const auto courses = catalog.plan(kBachelorPlan);
        for (const catalog::PlanCourse& course : *courses)
            there.push_back(course.code);
        passAll(one, kAssociatePlan, there);
        return one;
    }
    /// Has scanned a code and agreed: the register holds these levels and years.
    void scan(const Student& student, const std::vector<std::pair<std::string, int>>& held)
    {
        need(degrees.newCode(student.actor(), "op-" + std::to_string(++scans_)), "code");
        std::vector<api::DegreeRecord> records;
        for (const auto& [level, year] : held)
            records.push_back(degree_checker.record("r" + std::to_string(records.size() + 1), level, year));
        if (records.empty())
            degree_checker.newest().state = api::DegreeState::no_record;
        else
            degree_checker.authorize(std::move(records));
        need(degrees.refresh(student.actor().id), "refresh");
    }
    static Json paperFields(const std::string& kind, const std::string& day, const std::string& why)
    {
        return {{"prefecture", "340200"},      {"reason", why},
                {"document_kind", kind},       {"document_number", "B-2026-1"},
                {"degree_level", "associate"}, {"degree_school", "某职业技术学院"},
                {"diploma_date", day}};
    }
    std::string papers(const Student& student, const std::string& kind, const std::string& day,
                       const std::string& why = "offline")
    {
        const std::string id = begin(student, "degree_papers");
        prove(student, id, "document_scan");
        mustDo(student.actor(), id, "submit", {paperFields(kind, day, why)});
        return id;
    }
    void announced(const Student& student)
    {
        mustDo(wuhu, papers(student, "school", "2026-06-30", "fresh"), "expect");
    }
    std::vector<std::string> tried(const Student& student, const std::string& id,
                                   const Json& changed = Json::object())
    {
        Json filled = application(kBachelor);
        filled.update(changed);
        return refusals(student.actor(), id, "apply", {filled});
    }
    std::string stateTitle(const std::string& id)
    {
        return view(identity::Actor::system("test"), id).definition->states.at(state(id)).title;
    }
    void later(unsigned month, unsigned day, std::chrono::milliseconds shift = {})
    {
        clock.set({at(month, day).ms + shift.count()});
        deliver();
    }

private:
    int scans_ = 0;
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(AnhuiDegree);

TEST_P(AnhuiDegree, AH_DEG_01_ABachelorNeedsACompletedDegreeOfTheLowerLevelOrHigher)
{
    const auto anna = bachelor();
    const std::string id = begin(anna, "graduation");
    EXPECT_THAT(tried(anna, id), ElementsAre("degree_missing"));
    scan(anna, {{"高中", 2015}});
    EXPECT_THAT(tried(anna, id), ElementsAre("degree_level_low"));
    scan(anna, {{"专科", 2018}});
    EXPECT_THAT(tried(anna, id), ElementsAre("<done>"));
    confirm(id);
}

TEST_P(AnhuiDegree, AH_DEG_02_InTheFirstHalf30JuneIsInTimeAnd1JulyIsNot)
{
    const auto anna = bachelor();
    scan(anna, {{"专科", 2026}});
    const std::string id = begin(anna, "graduation");
    EXPECT_THAT(tried(anna, id), ElementsAre("degree_date_needed@diploma_date"));
    EXPECT_THAT(tried(anna, id, {{"diploma_date", "2026-06-30"}}),
                ElementsAre("degree_scan_needed@diploma_scan"));
    prove(anna, id, "diploma_scan");
    EXPECT_THAT(tried(anna, id, {{"diploma_date", "2025-06-30"}}),
                ElementsAre("degree_date_other_year@diploma_date"));
    EXPECT_THAT(tried(anna, id, {{"diploma_date", "2026-07-01"}}),
                ElementsAre("degree_too_late@diploma_date"));
    EXPECT_THAT(tried(anna, id, {{"diploma_date", "2026-06-30"}}), ElementsAre("<done>"));
}

TEST_P(AnhuiDegree, AH_DEG_02_InTheSecondHalf30DecemberIsInTimeAndThe31stIsNot)
{
    const auto anna = bachelor();
    scan(anna, {{"专科", 2026}});
    secondHalf();
    const std::string id = begin(anna, "graduation");
    prove(anna, id, "diploma_scan");
    EXPECT_THAT(tried(anna, id, {{"diploma_date", "2026-12-31"}}),
                ElementsAre("degree_too_late@diploma_date"));
    EXPECT_THAT(tried(anna, id, {{"diploma_date", "2026-12-30"}}), ElementsAre("<done>"));
}

TEST_P(AnhuiDegree, AH_DEG_04_OfSeveralRecordsTheChosenOneIsJudged)
{
    const auto anna = bachelor();
    scan(anna, {{"高中", 2015}, {"专科", 2018}});
    const std::string id = begin(anna, "graduation");
    EXPECT_THAT(tried(anna, id), ElementsAre("degree_missing"));
    need(degrees.choose(anna.actor(), "r2"), "choice");
    EXPECT_THAT(tried(anna, id), ElementsAre("<done>"));
}

TEST_P(AnhuiDegree, AH_DEG_07_TheCityAcceptsPapersWithKindNumberAndScan)
{
    const auto anna = bachelor();
    const std::string papers_id = papers(anna, "report", "2018-06-20");
    EXPECT_THAT(queueOf(wuhu), ElementsAre(papers_id));
    EXPECT_THAT(queueOf(bengbu), IsEmpty());
    EXPECT_THAT(refusals(wuhu, papers_id, "expect", {}), ElementsAre("degree_paper_proves@document_kind"));
    EXPECT_THAT(refusals(wuhu, papers_id, "refuse", {}), ElementsAre("reason_required"));
    mustDo(wuhu, papers_id, "accept");
    EXPECT_THAT(newestMessage(anna), HasSubstr("前置学历材料已审核通过"));
    const auto check = degrees.check(anna.actor().id);
    ASSERT_TRUE(check && check->held);
    EXPECT_EQ(check->held->basis, degrees::Basis::papers);
    EXPECT_EQ(check->held->document, "中国高等教育学历认证报告");
    EXPECT_EQ(check->held->document_number, "B-2026-1");
    EXPECT_EQ(check->held->verified_by, wuhu.id);
    EXPECT_THAT(tried(anna, begin(anna, "graduation")), ElementsAre("<done>"));
}

TEST_P(AnhuiDegree, AH_DEG_07_AChangedNameOrNumberIsProvedByThePolice)
{
    const auto anna = student();
    const std::string id = begin(anna, "degree_papers");
    prove(anna, id, "document_scan");
    const Json filled = paperFields("record", "2018-06-20", "identity");
    EXPECT_THAT(refusals(anna.actor(), id, "submit", {filled}), ElementsAre("required_upload@police_proof"));
    prove(anna, id, "police_proof");
    mustDo(anna.actor(), id, "submit", {filled});
    mustDo(wuhu, id, "refuse", {nullptr, nullptr, "材料已过有效期"});
    EXPECT_THAT(newestMessage(anna), HasSubstr("材料已过有效期"));
    mustDo(anna.actor(), id, "submit");
    mustDo(wuhu, id, "accept");
}

TEST_P(AnhuiDegree, AH_DEG_07_PapersOfADiplomaPrintedTooLateAreNoDegreeInTime)
{
    const auto anna = bachelor();
    mustDo(wuhu, papers(anna, "record", "2026-07-01"), "accept");
    EXPECT_THAT(tried(anna, begin(anna, "graduation")), ElementsAre("degree_too_late@diploma_date"));
}

TEST_P(AnhuiDegree, AH_DEG_08_ASchoolsWordOpensTheApplicationAndTheCityWaitsForTheCheck)
{
    const auto anna = bachelor();
    const std::string word = papers(anna, "school", "2026-06-30", "fresh");
    EXPECT_THAT(refusals(wuhu, word, "accept", {}), ElementsAre("degree_paper_announces@document_kind"));
    mustDo(wuhu, word, "expect");
    const std::string id = begin(anna, "graduation");
    EXPECT_THAT(tried(anna, id), ElementsAre("<done>"));
    mustDo(wuhu, id, "conduct_passed");
    EXPECT_THAT(refusals(wuhu, id, "pass", {}), ElementsAre("degree_missing"));
    later(6, 29);
    scan(anna, {{"专科", 2026}});
    EXPECT_THAT(refusals(wuhu, id, "pass", {}), ElementsAre("degree_date_needed@diploma_date"));
    prove(anna, id, "diploma_scan");
    mustDo(anna.actor(), id, "amend", {{{"diploma_date", "2026-06-28"}}});
    later(7, 1);
    EXPECT_EQ(stateTitle(id), "已受理") << "who finished the check keeps the application";
    EXPECT_THAT(view(anna.actor(), id).deadlines, IsEmpty());
    mustDo(wuhu, id, "pass");
}

TEST_P(AnhuiDegree, AH_DEG_08_ASchoolsWordIsTakenInTheFirstHalfOnly)
{
    const auto anna = bachelor();
    const std::string late = papers(anna, "school", "2026-07-01", "fresh");
    EXPECT_THAT(refusals(wuhu, late, "expect", {}), ElementsAre("degree_too_late@diploma_date"));
    mustDo(wuhu, late, "refuse", {nullptr, nullptr, "落款日期太晚"});
    secondHalf();
    mustDo(anna.actor(), late, "submit", {{{"diploma_date", "2026-12-01"}}});
    EXPECT_THAT(refusals(wuhu, late, "expect", {}), ElementsAre("degree_first_half_only@document_kind"));
}

TEST_P(AnhuiDegree, AH_DEG_08_WithoutTheCheckTheApplicationIsGivenUpOn1July)
{
    const auto anna = bachelor();
    announced(anna);
    const std::string id = begin(anna, "graduation");
    EXPECT_THAT(tried(anna, id), ElementsAre("<done>"));
    later(7, 1, -1ms);
    EXPECT_EQ(stateTitle(id), "已受理");
    later(7, 1);
    EXPECT_EQ(stateTitle(id), "放弃");
    EXPECT_THAT(newestMessage(anna), HasSubstr("视为放弃此次毕业申请"));
}

TEST_P(AnhuiDegree, AH_DEG_10_InTheSecondHalfTheApplicationIsGivenUpOn31December)
{
    const auto anna = both();
    secondHalf();
    const std::string associate = joint(anna);
    const std::string id = begin(anna, "graduation");
    EXPECT_THAT(tried(anna, id), ElementsAre("<done>"));
    mustDo(province, associate, "refuse", {nullptr, nullptr, "思想品德鉴定不合格"});
    later(12, 31, -1ms);
    EXPECT_EQ(stateTitle(id), "已受理");
    later(12, 31);
    EXPECT_EQ(stateTitle(id), "放弃");
}

TEST_P(AnhuiDegree, AH_DEG_10_WhereverItHasComeTheApplicationIsGivenUpInTime)
{
    const identity::Actor host = officer("合肥工业大学", "10359", {identity::Role::host_school});
    using Step = std::pair<const identity::Actor*, const char*>;
    const Step passed{&wuhu, "pass"}, school_agrees{&host, "agree"}, province_agrees{&province, "agree"},
        ministry_agrees{&province, "ministry_agrees"};
    const std::map<std::string, std::vector<Step>> ways{
        {"accepted", {}},
        {"failed", {{&wuhu, "fail"}}},
        {"joint", {passed, school_agrees}},
        {"sent_back", {passed, {&province, "send_back"}}},
        {"ministry", {passed, school_agrees, province_agrees}},
        {"checking", {passed, school_agrees, province_agrees, ministry_agrees}}};
    std::map<std::string, std::string> ids;
    for (const auto& [there, way] : ways) {
        const auto one = both(static_cast<int>(ids.size()) + 1);
        const std::string associate = joint(one), id = begin(one, "graduation");
        ASSERT_THAT(tried(one, id), ElementsAre("<done>"));
        mustDo(wuhu, id, "conduct_passed");
        for (const auto& [actor, step] : way)
            mustDo(*actor, id, step, {nullptr, nullptr, "材料不全"});
        ids[there] = id;
        mustDo(province, associate, "refuse", {nullptr, nullptr, "思想品德鉴定不合格"});
    }
    EXPECT_THAT(refusals(host, ids["joint"], "agree", {}), ElementsAre("action_not_offered"));
    EXPECT_THAT(refusals(province, ids["joint"], "agree", {}), ElementsAre("degree_missing"));
    EXPECT_THAT(refusals(province, ids["ministry"], "ministry_agrees", {}), ElementsAre("degree_missing"));
    EXPECT_THAT(refusals(province, ids["checking"], "register", {}), ElementsAre("degree_missing"));
    later(7, 1, -1ms);
    for (const auto& [there, id] : ids)
        EXPECT_EQ(state(id), there);
    later(7, 1);
    for (const auto& [there, id] : ids)
        EXPECT_EQ(stateTitle(id), "放弃") << "from " << there;
}

TEST_P(AnhuiDegree, AH_DEG_09_ARefusalOfTheAssociateApplicationInJulyEndsTheOtherToo)
{
    const auto anna = both();
    const std::string associate = joint(anna), id = begin(anna, "graduation");
    EXPECT_THAT(tried(anna, id), ElementsAre("<done>"));
    confirm(id);
    later(7, 1);
    EXPECT_EQ(state(id), "joint") << "the one for 专科 is under way";
    later(7, 14, 9h);
    mustDo(province, associate, "refuse", {nullptr, nullptr, "学分不足"});
    EXPECT_EQ(state(id), "joint");
    later(7, 15);
    EXPECT_EQ(stateTitle(id), "放弃");
    EXPECT_THAT(newestMessage(anna), HasSubstr("视为放弃此次毕业申请"));
}

TEST_P(AnhuiDegree, AH_DEG_10_WhoHasNoDegreeYetIsRemindedAWeekBefore)
{
    const auto anna = bachelor(1), bert = bachelor(2), carl = both(3);
    EXPECT_THAT(view(carl.actor(), applied(carl)).deadlines, IsEmpty()) << "专科 needs no degree";
    for (const Student* one : {&anna, &bert}) {
        announced(*one);
        ASSERT_THAT(tried(*one, begin(*one, "graduation")), ElementsAre("<done>"));
    }
    scan(bert, {{"专科", 2026}});
    later(6, 24, -1ms);
    EXPECT_THAT(newestMessage(anna), HasSubstr("已受理"));
    later(6, 24);
    EXPECT_THAT(newestMessage(anna), HasSubstr("请在 2026-06-30 前（含当日）"));
    EXPECT_THAT(newestMessage(bert), HasSubstr("已受理")) << "the check is done";
}

TEST_P(AnhuiDegree, AH_DEG_10_AnAssociatesApplicationIsNeverGivenUpForADegree)
{
    const auto anna = both();
    const std::string id = applied(anna);
    later(7, 1);
    EXPECT_EQ(stateTitle(id), "已受理");
}

TEST_P(AnhuiDegree, AH_DEG_09_WithAConfirmedAssociateApplicationTheCheckIsSkippedToTheEnd)
{
    const auto anna = both();
    const std::string associate = joint(anna), id = begin(anna, "graduation");
    EXPECT_THAT(tried(anna, id), ElementsAre("<done>"));
    confirm(id);
    for (const identity::Actor* officer : {&school, &province})
        mustDo(*officer, associate, "agree");
    mustDo(province, associate, "ministry_agrees");
    mustDo(province, associate, "register");
    later(7, 1);
    EXPECT_EQ(state(id), "joint");
}

TEST_P(AnhuiDegree, AH_GRA_15_BeforeTheCityConfirmedTheAssociateApplicationThereIsNone)
{
    const auto anna = both();
    const std::string associate = applied(anna), id = begin(anna, "graduation");
    EXPECT_THAT(tried(anna, id), ElementsAre("degree_missing"));
    confirm(associate);
    EXPECT_THAT(tried(anna, id), ElementsAre("<done>"));
}

TEST_P(AnhuiDegree, AH_DEG_11_ThePageLinksToTheAppAndItsHelp)
{
    const Json page = tenant->profile.raw["degree_page"];
    EXPECT_EQ(page["app_url"], "https://www.chsi.com.cn/wap/download.jsp");
    EXPECT_EQ(page["help_url"], "https://account.chsi.com.cn/account/help/index.jsp");
    EXPECT_THAT(page["no_record_hint"].get<std::string>(), HasSubstr("学历查询")) << "AH-DEG-06";
    EXPECT_EQ(page["papers_case"], "degree_papers");
    EXPECT_EQ(tenant->profile.degree_purpose, api::DegreePurpose::graduation);
}
