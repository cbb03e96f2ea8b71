#include "kernel/exams/records.hpp"
#include "kernel/exams/windows.hpp"
#include "tests/provinces/tibet/journey.hpp"
#include "tests/support/outside_program.hpp"

using namespace zikao;
using namespace zikao::test;
using namespace zikao::test::tibet;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

const std::string kPlan = "XZ-030301-SAMPLE", kBachelorPlan = "REF-120402-2024";

/// 非统考申请 and 毕业申请: what is asked for beside the exams, from the passes on file to the diploma.
class TibetDiploma : public tibet::Journey
{
protected:
    TibetDiploma()
    {
        const exams::Window window{"graduation", "毕业申请时间", clock.now(), clock.now() + 24h * 30, ""};
        need(tenant->database->transaction(
                 [&](storage::Transaction& tx) { return exams::Windows(*tenant).save(tx, window); }),
             "window");
    }

    std::string begin(const Candidate& one, const std::string& type)
    {
        auto opened = engine.begin(one.actor(), type, "");
        need(opened, type);
        return opened->record.id;
    }
    void mustDo(const identity::Actor& actor, const std::string& case_id, const std::string& action,
                const Sent& sent = {})
    {
        const auto done = refusals(actor, case_id, action, sent);
        if (done != std::vector<std::string>{"<done>"})
            throw std::runtime_error(action + ": " + testing::PrintToString(done));
    }
    std::string rowOf(const Candidate& one, const std::string& course, const std::string& rest)
    {
        return personOf(one).admission_number + "," + course + "," + rest + "\n";
    }
    void record(const std::string& rows)
    {
        need(records.import("admission_number,course_code,score,passed_on,source,origin,moved_on\n" + rows,
                            "test"),
             "passes");
    }
    /// Passes of a whole plan with 70, but for these courses.
    void passAll(const Candidate& one, const std::string& plan, const std::vector<std::string>& without = {})
    {
        std::string rows;
        const auto courses = catalog.plan(plan);
        for (const catalog::PlanCourse& course : *courses)
            if (std::ranges::count(without, course.code) == 0)
                rows += rowOf(one, course.code, "70,2022-04-16,exam,,");
        record(rows);
    }
    static Json wishes(const std::string& course, const std::string& kind, const std::string& rule,
                       const std::vector<std::string>& with = {})
    {
        return Json::array({Json{{"course", course}, {"kind", kind}, {"rule", rule}, {"with", with}}});
    }
    static Json certificate(const Json& chosen)
    {
        return {{"certificate_kind", "computer"},
                {"certificate_number", "NCRE-1"},
                {"certificate_date", "2021-06-01"},
                {"courses", chosen},
                {"declaration", true}};
    }
    /// The province's first rule that frees from a course.
    std::string ruleFor(const std::string& course) { return catalog.waivers(course).value().at(0).rule_id; }
    std::string waiving(const Candidate& one)
    {
        const std::string id = begin(one, "waiver");
        attach(one, id, "courses.00018", card());
        mustDo(one.actor(), id, "submit", {certificate(wishes("00018", "waiver", ruleFor("00018")))});
        return id;
    }
    static Json transferOf(const std::vector<std::string>& codes, const std::string& province = "510000")
    {
        Json rows = Json::array();
        for (const std::string& code : codes)
            rows.push_back({{"code", code}, {"name", ""}});
        return {{"target_province", province}, {"target_number", "510126200123"},
                {"target_level", "associate"}, {"target_major", "行政管理"},
                {"reason", "工作调动"},        {"courses", rows},
                {"declaration", true}};
    }
    std::vector<std::string> leaving(const Candidate& one, const Json& fields, std::string* id = nullptr)
    {
        const std::string opened = begin(one, "transfer_out");
        attach(one, opened, "proof", card());
        if (id)
            *id = opened;
        return did(one, opened, "submit", {fields});
    }
    static Json application(const std::string& major = "030301")
    {
        return {{"major", major}, {"phone", "13900000001"}, {"address", "拉萨市城关区示例路1号"}};
    }
    std::string applied(const Candidate& one, const Json& fields = application())
    {
        const std::string id = begin(one, "graduation");
        mustDo(one.actor(), id, "apply", {fields});
        return id;
    }
    static Json registerForm()
    {
        return {{"health", "1"},
                {"kin_abroad", "0"},
                {"native_place", "西藏拉萨市"},
                {"history",
                 Json::array({Json{{"from", "2015-09-01"}, {"to", "2018-06-30"}, {"where", "某中学"}}})},
                {"family", Json::array({Json{{"name", "演示家人"}, {"workplace", "务农"}, {"post", "无"}}})},
                {"awards", "无"},
                {"penalties", "无"}};
    }
    void photograph(const Candidate& one)
    {
        const std::string id = begin(one, "graduation_photo");
        attach(one, id, "photo", portrait());
        mustDo(one.actor(), id, "submit", {{{"declaration", true}}});
        mustDo(lhasa, id, "pass");
    }
    Json ledgerOf(const Candidate& one) { return view(one.actor(), begin(one, "waiver")).ledger; }

    exams::Records records{*tenant};
    const identity::Actor authority = officer("教育考试院", "540000", {identity::Role::province_office});
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(TibetDiploma);

TEST_P(TibetDiploma, DEF_XZ_01_AWaiverIsGrantedIntoTheLedgerByThePrefecture)
{
    const Candidate anna = registered();
    const std::string id = begin(anna, "waiver");
    EXPECT_THAT(did(anna, id, "submit", {certificate(wishes("00018", "waiver", ruleFor("00018")))}),
                ElementsAre("treatment_unproven@courses"));
    attach(anna, id, "courses.00018", card());
    EXPECT_THAT(did(anna, id, "submit", {certificate(wishes("00018", "waiver", ruleFor("00012")))}),
                Contains("treatment_rule_unknown@courses"))
        << "that certificate frees from English";
    mustDo(anna.actor(), id, "submit", {certificate(wishes("00018", "waiver", ruleFor("00018")))});
    EXPECT_EQ(shownState(anna, id), "审核中");
    EXPECT_THAT(queueOf(lhasa), Contains(id));
    EXPECT_THAT(queueOf(shigatse), testing::Not(Contains(id)));
    EXPECT_THAT(refusals(lhasa, id, "send_back", {}), ElementsAre("reason_required"));
    mustDo(lhasa, id, "send_back", {nullptr, nullptr, "证书不清晰，请重新上传。"});
    EXPECT_THAT(newestMessage(anna), HasSubstr("证书不清晰"));
    attach(anna, id, "courses.00018", card());
    mustDo(anna.actor(), id, "resubmit", {});
    mustDo(lhasa, id, "grant");
    EXPECT_EQ(shownState(anna, id), "审核通过");
    EXPECT_THAT(newestMessage(anna), HasSubstr("免考课程已记入考籍"));
    const auto grants = records.grants(anna.actor().id, kPlan).value();
    ASSERT_EQ(grants.size(), 1u);
    EXPECT_EQ(grants[0].course_code + grants[0].kind, "00018waiver");
}

TEST_P(TibetDiploma, DEF_XZ_01_AWaiverWhoseCertificateProvesFalseIsTakenBack)
{
    const Candidate anna = registered();
    const std::string id = waiving(anna);
    mustDo(lhasa, id, "grant");
    EXPECT_THAT(refusals(shigatse, id, "revoke", {nullptr, nullptr, "证书系伪造"}), ElementsAre("not_found"))
        << "another prefecture knows nothing of it";
    mustDo(lhasa, id, "revoke", {nullptr, nullptr, "证书系伪造"});
    EXPECT_THAT(records.grants(anna.actor().id, kPlan).value(), IsEmpty());
    EXPECT_THAT(newestMessage(anna), HasSubstr("证书系伪造"));
}

TEST_P(TibetDiploma, DEF_GEN_16_APassMovesOutByPrefectureCandidateAndExchange)
{
    const Candidate anna = registered();
    record(rowOf(anna, "00018", "70,2022-04-16,exam,,") + rowOf(anna, "00019", "70,2022-04-16,practice,,") +
           rowOf(anna, "00107", "70,2022-04-16,exam,,"));
    std::string id;
    EXPECT_THAT(leaving(anna, transferOf({"00018", "00019"}), &id), ElementsAre("<done>"));
    mustDo(lhasa, id, "pass");
    EXPECT_THAT(refusals(authority, id, "exchange", {}), ElementsAre("action_not_offered"))
        << "not before the candidate confirmed";
    mustDo(anna.actor(), id, "confirm");
    EXPECT_THAT(did(anna, id, "withdraw", {}), ElementsAre("action_not_offered")) << "confirmed for good";
    EXPECT_THAT(queueOf(authority), ElementsAre(id));
    mustDo(authority, id, "exchange");
    EXPECT_EQ(shownState(anna, id), "已转出");
    EXPECT_THAT(newestMessage(anna), HasSubstr("全国省际转考数据交换平台"));
    EXPECT_THAT(leaving(anna, transferOf({"00107"}, "340000")),
                ElementsAre("transfer_other_province@target_province"))
        << "one 准考证号 to one province";
}

TEST_P(TibetDiploma, DEF_GEN_16_WaivedThesisAndLonePracticeStayAndSoDoesWhoHasNothingOrEverything)
{
    const Candidate anna = registered();
    EXPECT_THAT(leaving(anna, transferOf({"00018"})), Contains("transfer_no_pass"));
    const std::string waiver = waiving(anna);
    mustDo(lhasa, waiver, "grant");
    record(rowOf(anna, "00019", "70,2022-04-16,practice,,") + rowOf(anna, "00107", "70,2022-04-16,exam,,"));
    const std::string open = view(anna.actor(), begin(anna, "transfer_out")).record.id;
    EXPECT_THAT(did(anna, open, "submit", {transferOf({"00018", "00019"})}),
                ElementsAre("transfer_waived@courses", "transfer_practice_alone@courses"));
    passAll(anna, kPlan, {"00018", "00019", "00107"});
    EXPECT_THAT(did(anna, open, "submit", {transferOf({"00107"})}), ElementsAre("transfer_all_passed"));
}

TEST_P(TibetDiploma, DEF_GEN_16_NobodyMovesOnWithinAYearOfMovingIn)
{
    const Candidate anna = registered();
    record(rowOf(anna, "00018", "70,2020-04-16,transfer,四川,2023-03-01") +
           rowOf(anna, "00107", "70,2022-04-16,exam,,"));
    EXPECT_THAT(leaving(anna, transferOf({"00107"})), ElementsAre("transfer_too_soon"));
}

TEST_P(TibetDiploma, DEF_GEN_17_WhoMovedInPassesFiveCoursesHereBeforeGraduating)
{
    const Candidate anna = registered();
    std::string moved;
    const auto courses = catalog.plan(kPlan).value();
    for (std::size_t i = 0; i < courses.size(); ++i)
        moved += rowOf(anna, courses[i].code,
                       i < 4 ? "70,2022-04-16,exam,," : "70,2020-04-16,transfer,四川,2021-03-01");
    record(moved);
    const std::string id = begin(anna, "graduation");
    EXPECT_THAT(did(anna, id, "apply", {application()}), ElementsAre("own_passes_short@courses"));
    record(rowOf(anna, courses[4].code, "80,2023-04-16,exam,,"));
    EXPECT_THAT(did(anna, id, "apply", {application()}), ElementsAre("<done>"));
}

TEST_P(TibetDiploma, DEF_XZ_02_WhatTheRecordsFulfilPassesByItselfAndGoesOnToTheBoardWithoutAFee)
{
    const Candidate anna = registered();
    passAll(anna, kPlan);
    const std::string id = applied(anna);
    EXPECT_EQ(shownState(anna, id), "未审批");
    deliver();
    EXPECT_EQ(shownState(anna, id), "系统审核通过");
    EXPECT_THAT(queueOf(lhasa), testing::Not(Contains(id)));
    EXPECT_THAT(did(anna, id, "hand_in_form", {registerForm()}), ElementsAre("photo_not_passed"));
    photograph(anna);
    mustDo(anna.actor(), id, "hand_in_form", {registerForm()});
    mustDo(anna.actor(), id, "mend_form", {{{"native_place", "西藏日喀则市"}}});
    mustDo(lhasa, id, "take_papers");
    EXPECT_THAT(did(anna, id, "mend_form", {{{"native_place", "西藏拉萨市"}}}),
                ElementsAre("action_not_offered"))
        << "what was handed in on paper stays";
    EXPECT_THAT(queueOf(authority), ElementsAre(id));
    mustDo(authority, id, "graduate");
    EXPECT_EQ(shownState(anna, id), "准予毕业");
    EXPECT_FALSE(billing.newestOrderOfCase(id).value()) << "no fee";
    EXPECT_THAT(reasonsNotToBegin(anna.actor(), "graduation"), IsEmpty()) << "another major may follow";
    EXPECT_THAT(did(anna, begin(anna, "graduation"), "apply", {application()}), ElementsAre("already_open"));
}

TEST_P(TibetDiploma, DEF_XZ_02_TheRegisterFormIsPrintedWithWhatWasFilledInAndRoomForWhatIsWrittenByHand)
{
    const Candidate anna = registered();
    passAll(anna, kPlan);
    const std::string id = applied(anna);
    EXPECT_EQ(engine.print(anna.actor(), id, "register_form").error().code, ErrorCode::not_found)
        << "nothing of it can be filled in yet";
    deliver();
    const OutputFolder out;
    const auto printed = [&](const std::string& name) {
        const auto made = engine.print(anna.actor(), id, "register_form");
        need(made, name);
        const std::string file = out.write(name + ".pdf", made->pdf);
        run("pdftoppm -r 80 -png " + file + " " + out.path(name));
        EXPECT_THAT(run("pdfinfo " + file), HasSubstr("Pages:           1")) << "one sheet, folded";
        return run("pdftotext -layout " + file + " -");
    };
    EXPECT_THAT(printed("draft"), HasSubstr("稿"));
    photograph(anna);
    mustDo(anna.actor(), id, "hand_in_form", {registerForm()});
    const std::string text = printed("handed_in");
    for (const std::string& part :
         {std::string("西藏自治区高等教育自学考试毕业生登记表"), personOf(anna).name,
          personOf(anna).id_number, std::string("西藏拉萨市"), std::string("某中学"), std::string("演示家人"),
          std::string("健康或良好"), std::string("本人签名"), std::string("00018"),
          std::string("地市教育局盖章"), std::string("西藏自治区教育考试院盖章")})
        EXPECT_THAT(text, HasSubstr(part));
    EXPECT_THAT(text, testing::Not(HasSubstr("稿")));
}

TEST_P(TibetDiploma, DEF_XZ_02_APreReviewThatFailedMayBeAskedForOnceMore)
{
    const Candidate anna = registered();
    passAll(anna, kPlan, {"12656"});
    const std::string id = begin(anna, "graduation");
    EXPECT_THAT(did(anna, id, "apply", {application()}), Contains("course_missing@courses"));
    record(rowOf(anna, "12656", "70,2022-04-16,exam,,"));
    mustDo(anna.actor(), id, "apply", {application()});
    for (const int round : {1, 2}) {
        // The prefecture is faster than the clock that looks at the records.
        mustDo(lhasa, id, "pre_fail", {nullptr, nullptr, "思想品德鉴定不合格。"});
        EXPECT_THAT(newestMessage(anna), HasSubstr("思想品德鉴定不合格"));
        if (round == 1)
            mustDo(anna.actor(), id, "reapply", {});
    }
    EXPECT_THAT(offered(anna.actor(), id), ElementsAre("withdraw")) << "once, and not a third time";
}

TEST_P(TibetDiploma, DEF_XZ_02_OutsideItsTimeNothingIsAskedForAndMissingPapersVoidIt)
{
    const Candidate anna = registered(), bert = registered(2);
    passAll(anna, kPlan);
    const std::string id = applied(anna);
    deliver();
    mustDo(lhasa, id, "void", {nullptr, nullptr, "未在规定时间内交齐纸质材料。"});
    EXPECT_EQ(shownState(anna, id), "无效");
    clock.advance(24h * 30);
    EXPECT_THAT(reasonsNotToBegin(bert.actor(), "graduation"), ElementsAre("window_closed"));
}

TEST_P(TibetDiploma, DEF_GEN_19_ABachelorsDiplomaNeedsTheDegreeBefore)
{
    const Candidate anna = registered(1, {{"major", "120402"}});
    passAll(anna, kBachelorPlan);
    const std::string id = begin(anna, "graduation");
    EXPECT_THAT(did(anna, id, "apply", {application("120402")}), ElementsAre("degree_missing"));
    const std::string papers = begin(anna, "degree_papers");
    attach(anna, papers, "document_scan", card());
    mustDo(anna.actor(), papers, "submit",
           {{{"reason", "offline"},
             {"document_kind", "record"},
             {"document_number", "B-1"},
             {"degree_level", "associate"},
             {"degree_school", "某职业技术学院"},
             {"diploma_date", "2018-07-01"}}});
    mustDo(lhasa, papers, "accept");
    mustDo(anna.actor(), id, "apply", {application("120402")});
    deliver();
    EXPECT_EQ(shownState(anna, id), "未审批") << "papers are the prefecture's to see";
    mustDo(lhasa, id, "pre_pass");
    EXPECT_EQ(shownState(anna, id), "地市教育局已预审通过");
}
