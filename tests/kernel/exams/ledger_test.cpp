#include "kernel/exams/ledger.hpp"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace zikao::exams {
namespace {

using catalog::Substitution;
using Mode = Substitution::Mode;
using testing::ElementsAre;
using testing::IsEmpty;

catalog::PlanCourse course(const std::string& code, int credits, const std::string& group = "",
                           const std::string& theory = "")
{
    catalog::PlanCourse one;
    one.code = code;
    one.name = "课程" + code;
    one.credits = credits;
    one.option_group = group;
    one.theory_code = theory;
    return one;
}

PassRecord pass(const std::string& code, int score = 60, const std::string& day = "2024-04-13")
{
    return {"", "340100001", code, score, "", day, "exam", "", "", ""};
}

/// A plan of three courses with 4, 6 and 10 credits; A1 and A2 lie outside it.
LedgerInput plan()
{
    LedgerInput input;
    input.plan_id = "P1";
    input.study_level = "专升本";
    input.courses = {course("00001", 4), course("00002", 6), course("00023", 10)};
    input.known = {{"A1", course("A1", 5)}, {"A2", course("A2", 6)}};
    input.today = "2026-05-01";
    return input;
}

const Line& line(const Ledger& ledger, const std::string& code)
{
    for (const Line& one : ledger.lines)
        if (one.course.code == code)
            return one;
    throw std::out_of_range(code);
}

std::vector<std::string> faults(const Ledger& ledger)
{
    std::vector<std::string> all;
    for (const TreatmentFault& fault : ledger.faults)
        all.push_back(fault.course + " " + fault.code);
    return all;
}

std::vector<std::string> readyWays(const Line& line)
{
    std::vector<std::string> all;
    for (const Way& way : line.ways)
        if (way.ready)
            all.push_back(way.kind + (way.rule_id.empty() ? "" : " " + way.rule_id));
    return all;
}

TEST(Ledger, AH_GRA_06_NamesEachCourseOfThePlanWithWhatItRestsOn)
{
    LedgerInput input = plan();
    input.passes = {pass("00001", 71), pass("A1")};
    const Ledger ledger = settle(input);
    EXPECT_EQ(line(ledger, "00001").standing, Standing::passed);
    EXPECT_EQ(line(ledger, "00001").record->score, 71);
    EXPECT_EQ(line(ledger, "00002").standing, Standing::missing);
    EXPECT_THAT(ledger.missing, ElementsAre("00002", "00023"));
    EXPECT_EQ(ledger.courses, 1);
    EXPECT_EQ(ledger.credits, 4);
    ASSERT_EQ(ledger.spare.size(), 1u);
    EXPECT_EQ(ledger.spare[0].course_code, "A1");
    EXPECT_FALSE(ledger.complete);
}

TEST(Ledger, DEF_GEN_14_CountsTheBestPassAndThenTheEarliest)
{
    LedgerInput input = plan();
    input.passes = {pass("00001", 60, "2012-04-14"), pass("00001", 88, "2020-10-17"),
                    pass("00001", 88, "2019-04-13")};
    EXPECT_EQ(line(settle(input), "00001").record->passed_on, "2019-04-13");
    input.passes = {pass("00001", 75), pass("00001")};
    input.passes[1].score.reset();
    input.passes[1].grade = "良好";
    EXPECT_EQ(line(settle(input), "00001").record->grade, "良好") << "a grade counts with its lowest score";
}

TEST(Ledger, IsCompleteWhenEveryCourseAndTheSumsAreReached)
{
    LedgerInput input = plan();
    input.min_courses = 3;
    input.min_credits = 20;
    input.passes = {pass("00001"), pass("00002"), pass("00023")};
    EXPECT_TRUE(settle(input).complete);
    input.min_credits = 21;
    EXPECT_FALSE(settle(input).complete);
    input.min_credits = 20;
    input.min_courses = 4;
    EXPECT_FALSE(settle(input).complete);
}

TEST(Ledger, OneForOneFillsACourseWithThePlansCreditsAndUsesThePassUp)
{
    LedgerInput input = plan();
    input.substitutions = {{"S1", "00023", "A1"}, {"S1", "00023", "A2"}, {"S2", "00002", "A1"}};
    input.passes = {pass("A1")};
    input.treatments = {{"00023", "substitution", "S1", {"A1"}}, {"00002", "substitution", "S2", {"A1"}}};
    const Ledger ledger = settle(input);
    EXPECT_EQ(line(ledger, "00023").standing, Standing::substituted);
    EXPECT_EQ(line(ledger, "00023").credits, 10);
    EXPECT_THAT(line(ledger, "00023").with, ElementsAre("A1"));
    EXPECT_THAT(faults(ledger), ElementsAre("00002 treatment_pass_used"));
    EXPECT_THAT(ledger.spare, IsEmpty());
}

TEST(Ledger, AH_GRA_09_TakesOnlyCoursesOfTheRulesListThatArePassed)
{
    LedgerInput input = plan();
    input.substitutions = {{"S1", "00023", "A1"}};
    input.passes = {pass("A2")};
    input.treatments = {{"00023", "substitution", "S1", {"A2"}}};
    EXPECT_THAT(faults(settle(input)), ElementsAre("00023 treatment_not_listed"));
    input.treatments[0].with = {"A1"};
    EXPECT_THAT(faults(settle(input)), ElementsAre("00023 treatment_not_passed"));
    input.treatments[0].rule_id = "S9";
    EXPECT_THAT(faults(settle(input)), ElementsAre("00023 treatment_rule_unknown"));
    input.treatments[0] = {"00023", "substitution", "S1", {}};
    EXPECT_THAT(faults(settle(input)), ElementsAre("00023 treatment_incomplete"));
}

TEST(Ledger, ManyForOneNeedsAllOfTheRulesCourses)
{
    LedgerInput input = plan();
    input.substitutions = {{"S1", "00023", "A1", Mode::together}, {"S1", "00023", "A2", Mode::together}};
    input.passes = {pass("A1"), pass("A2")};
    input.treatments = {{"00023", "substitution", "S1", {"A1"}}};
    const Ledger short_of = settle(input);
    EXPECT_THAT(faults(short_of), ElementsAre("00023 treatment_incomplete"));
    EXPECT_EQ(short_of.faults[0].args, (Json{{"have", 1}, {"need", 2}}));
    EXPECT_THAT(readyWays(line(short_of, "00023")), ElementsAre("exam", "substitution S1"));
    input.treatments[0].with = {"A1", "A2"};
    const Ledger whole = settle(input);
    EXPECT_EQ(line(whole, "00023").standing, Standing::substituted);
    EXPECT_EQ(whole.credits, 10) << "the plan's course counts, not the sum of what stands in";
    input.treatments[0].with = {"A1", "A1"};
    EXPECT_THAT(faults(settle(input)), ElementsAre("00023 treatment_pass_used"));
}

TEST(Ledger, ASharedRuleLetsOnePassServeSeveralCourses)
{
    LedgerInput input = plan();
    input.substitutions = {{"S1", "00002", "A1", Mode::shared}, {"S1", "00023", "A1", Mode::shared}};
    input.passes = {pass("A1")};
    input.treatments = {{"00002", "substitution", "S1", {"A1"}}, {"00023", "substitution", "S1", {"A1"}}};
    const Ledger ledger = settle(input);
    EXPECT_THAT(faults(ledger), IsEmpty());
    EXPECT_EQ(ledger.courses, 2);
}

TEST(Ledger, APoolNeedsItsSumOfUnusedCredits)
{
    LedgerInput input = plan();
    input.substitutions = {{"S1", "00023", "", Mode::pool, false, 11}};
    input.passes = {pass("A1"), pass("A2"), pass("00001")};
    input.treatments = {{"00023", "substitution", "S1", {"A2"}}};
    const Ledger short_of = settle(input);
    EXPECT_EQ(short_of.faults.at(0).args, (Json{{"have", 6}, {"need", 11}}));
    EXPECT_THAT(readyWays(line(short_of, "00023")), ElementsAre("exam", "substitution S1"));
    input.treatments[0].with = {"A1", "A2"};
    EXPECT_EQ(line(settle(input), "00023").standing, Standing::substituted);
    input.known["00001"] = course("00001", 20);
    input.treatments[0].with = {"00001"};
    EXPECT_THAT(faults(settle(input)), ElementsAre("00023 treatment_pass_used"))
        << "a pass that fills its own course is used";
}

TEST(Ledger, AutomaticRulesFillAsManyCoursesAsTheyCan)
{
    LedgerInput input = plan();
    // Given greedily, A1 would go to 00002 and leave 00023 empty.
    input.substitutions = {{"S1", "00002", "A1", Mode::each, true},
                           {"S2", "00002", "A2", Mode::each, true},
                           {"S3", "00023", "A1", Mode::each, true}};
    input.passes = {pass("A1"), pass("A2")};
    const Ledger ledger = settle(input);
    EXPECT_THAT(line(ledger, "00002").with, ElementsAre("A2"));
    EXPECT_THAT(line(ledger, "00023").with, ElementsAre("A1"));
    EXPECT_EQ(line(ledger, "00023").rule_id, "S3");
}

TEST(Ledger, OldPassesServeTheNewPlanAndNewOnesTheOld)
{
    const std::vector<Substitution> rules = {
        {"OLD", "13000", "00015", Mode::each, true},
        {"NEW", "00015", "13000", Mode::each, true, 0, "2024-01-01", "2025-12-31"}};
    LedgerInput fresh, old;
    fresh.courses = {course("13000", 7)};
    old.courses = {course("00015", 14)};
    fresh.substitutions = old.substitutions = rules;
    fresh.passes = {pass("00015")};
    old.passes = {pass("13000")};
    fresh.today = old.today = "2025-12-31";
    EXPECT_EQ(settle(fresh).credits, 7);
    EXPECT_EQ(settle(old).credits, 14);
    fresh.today = old.today = "2026-01-01";
    EXPECT_TRUE(settle(fresh).complete);
    EXPECT_THAT(settle(old).missing, ElementsAre("00015")) << "the transition is over";
}

TEST(Ledger, AH_GRA_08_AWaiverNeedsARuleForTheCourseAndTheLevel)
{
    LedgerInput input = plan();
    input.waivers = {{"W1", "00001", "证书", "大学英语四级", "专升本", "证书图片"},
                     {"W2", "00002", "证书", "三级", "专科", ""},
                     {"W3", "00023", "学历", "理工类本科", "", "", "", "2025-06-30"}};
    input.treatments = {
        {"00001", "waiver", "W1", {}}, {"00002", "waiver", "W2", {}}, {"00023", "waiver", "W3", {}}};
    const Ledger ledger = settle(input);
    EXPECT_EQ(line(ledger, "00001").standing, Standing::waived);
    EXPECT_EQ(line(ledger, "00001").credits, 4);
    EXPECT_EQ(toJson(ledger)["lines"][0]["basis"], "大学英语四级")
        << "a person reads the certificate, not W1";
    EXPECT_FALSE(toJson(ledger)["lines"][1].contains("basis")) << "what does not hold rests on nothing";
    EXPECT_THAT(faults(ledger), ElementsAre("00002 treatment_rule_unknown", "00023 treatment_rule_over"));
}

TEST(Ledger, WhatWasGrantedHoldsWhenItsRuleEnds)
{
    LedgerInput input = plan();
    input.treatments = {{"00001", "waiver", "W1", {}, true}, {"00023", "substitution", "S1", {"A1"}, true}};
    input.passes = {pass("A1")};
    const Ledger ledger = settle(input);
    EXPECT_TRUE(line(ledger, "00001").granted);
    EXPECT_TRUE(line(ledger, "00023").granted);
    EXPECT_TRUE(line(ledger, "00001").basis.empty()) << "no catalogue names it any more";
    input.waivers = {{"W1", "00001", "证书", "大学英语四级", "", "", "", "2025-06-30"}};
    EXPECT_EQ(line(settle(input), "00001").basis, "大学英语四级") << "its rule is over and still named";
    input.passes = {pass("A1"), pass("00001", 90)};
    const Ledger passed = settle(input);
    EXPECT_EQ(line(passed, "00001").standing, Standing::passed) << "an own pass goes before a waiver";
    EXPECT_THAT(faults(passed), IsEmpty());
}

TEST(Ledger, WhatWasGrantedMayStillStandInTheForm)
{
    LedgerInput input = plan();
    input.treatments = {{"00001", "waiver", "W1", {}, true}, {"00001", "waiver", "W1", {}}};
    EXPECT_THAT(faults(settle(input)), IsEmpty()) << "whoever hands in again asks for the same";
    input.treatments[1].rule_id = "W2";
    EXPECT_THAT(faults(settle(input)), ElementsAre("00001 treatment_not_needed"));
}

TEST(Ledger, AsksNothingForACourseThatIsPassed)
{
    LedgerInput input = plan();
    input.passes = {pass("00001")};
    input.waivers = {{"W1", "00001", "证书", "", "", ""}};
    input.treatments = {{"00001", "waiver", "W1", {}}};
    EXPECT_THAT(faults(settle(input)), ElementsAre("00001 treatment_not_needed"));
}

TEST(Ledger, TheoryAndPracticalPartAreTwoCoursesAndTheTheoryComesFirst)
{
    LedgerInput input = plan();
    input.courses = {course("02333", 3), course("02334", 1, "", "02333")};
    const Ledger none = settle(input);
    EXPECT_THAT(readyWays(line(none, "02334")), IsEmpty());
    input.passes = {pass("02333")};
    const Ledger theory = settle(input);
    EXPECT_THAT(theory.missing, ElementsAre("02334"));
    EXPECT_EQ(theory.credits, 3);
    EXPECT_THAT(readyWays(line(theory, "02334")), ElementsAre("exam"));
}

TEST(Ledger, AnElectiveGroupAsksForItsCoursesAndCreditsTogether)
{
    LedgerInput input = plan();
    input.courses = {course("1", 3, "选"), course("2", 4, "选"), course("3", 5, "选")};
    input.groups = {{"选", 2, 8, ""}};
    input.passes = {pass("1"), pass("2")};
    EXPECT_FALSE(settle(input).complete) << "7 of 8 credits";
    input.passes = {pass("1"), pass("3")};
    const Ledger ledger = settle(input);
    EXPECT_TRUE(ledger.complete);
    EXPECT_FALSE(line(ledger, "2").needed);
    EXPECT_THAT(ledger.missing, IsEmpty());
}

TEST(Ledger, WhoTakesNoForeignLanguageTakesTheOtherGroupWhole)
{
    LedgerInput input = plan();
    input.courses = {course("E", 7, "外语"), course("1", 3, "选"), course("2", 4, "选")};
    input.groups = {{"外语", 0, 0, ""}, {"选", 1, 0, "外语"}};
    input.passes = {pass("1")};
    EXPECT_THAT(settle(input).missing, ElementsAre("2"));
    input.passes = {pass("1"), pass("E")};
    EXPECT_TRUE(settle(input).complete);
    input.passes = {pass("1"), pass("2")};
    EXPECT_TRUE(settle(input).complete);
}

TEST(Ledger, AH_PRE_02_APassMovedInLongAgoCountsOnceItsPapersAreFiled)
{
    LedgerInput input = plan();
    input.passes = {pass("00001"), pass("00002")};
    for (PassRecord& each : input.passes) {
        each.source = "transfer";
        each.moved_on = "2015-12-31";
    }
    input.passes[1].moved_on = "2016-01-01";
    input.transfers_from = "2016-01-01";
    const Ledger ledger = settle(input);
    EXPECT_EQ(line(ledger, "00002").standing, Standing::passed) << "AH-PRE-01";
    EXPECT_EQ(line(ledger, "00001").standing, Standing::missing);
    EXPECT_EQ(line(ledger, "00001").ways.at(1).kind, "filing");
    input.passes[0].source = "filed";
    EXPECT_EQ(line(settle(input), "00001").standing, Standing::passed);
}

TEST(Ledger, SaysInPlainValuesWhatCouldStillFillACourse)
{
    LedgerInput input = plan();
    input.waivers = {{"W1", "00023", "学历", "理工类本科毕业证书", "", "毕业证书"}};
    input.substitutions = {{"S1", "00023", "A1"}, {"S1", "00023", "A2"}};
    input.passes = {pass("A2")};
    const Json json = toJson(settle(input));
    EXPECT_EQ(json["missing"][0]["code"], "00001");
    const Json& ways = json["lines"][2]["ways"];
    ASSERT_EQ(ways.size(), 4u);
    EXPECT_EQ(ways[1], (Json{{"kind", "waiver"},
                             {"ready", true},
                             {"rule", "W1"},
                             {"text", "理工类本科毕业证书"},
                             {"evidence", "毕业证书"}}));
    EXPECT_EQ(ways[2]["with"][0], (Json{{"code", "A1"}, {"name", "课程A1"}}));
    EXPECT_FALSE(ways[2]["ready"]);
    EXPECT_TRUE(ways[3]["ready"]);
}

TEST(Ledger, DEF_GEN_16_SaysWhatDecidesWhetherAPassMayMove)
{
    LedgerInput input = plan();
    input.courses.push_back(course("00003", 2, "", "00002"));
    input.passes = {pass("00003"), pass("A1")};
    input.passes[1].source = "transfer";
    input.passes[1].moved_on = "2025-03-02";
    const Json json = toJson(settle(input));
    EXPECT_EQ(json["lines"][3]["theory_code"], "00002") << "the theory course of a practical part";
    EXPECT_FALSE(json["lines"][0].contains("theory_code"));
    EXPECT_EQ(json["spare"][0]["moved_on"], "2025-03-02") << "since when it is here";
    EXPECT_FALSE(json["lines"][3].contains("moved_on"));
}

} // namespace
} // namespace zikao::exams
