#include <algorithm>

#include "tests/kernel/cases/stage.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

/// Applications that need a previous degree, and the papers that stand in for the register.
class EngineDegree : public Stage
{
protected:
    /// Has scanned a code and agreed: the register holds these.
    void scan(const Person& person, const std::vector<std::pair<std::string, int>>& held)
    {
        need(degrees.newCode(person.actor(), "op-" + std::to_string(++scans_)), "code");
        std::vector<api::DegreeRecord> records;
        for (const auto& [level, year] : held)
            records.push_back(degree_checker.record("r" + std::to_string(records.size() + 1), level, year));
        if (records.empty())
            degree_checker.newest().state = api::DegreeState::no_record;
        else
            degree_checker.authorize(std::move(records));
        need(degrees.refresh(person.actor().id), "refresh");
    }
    static Json application(const std::string& target = "upper", const std::string& day = {})
    {
        Json fields{{"prefecture", "9001"}, {"target", target}};
        if (!day.empty())
            fields["diploma_date"] = day;
        return fields;
    }
    std::string applying(const Person& person, bool with_scan = true)
    {
        const std::string id = begin(person, "upgrade");
        if (with_scan)
            need(engine.attach(person.actor(), id, "diploma_scan", picture(), ""), "scan");
        return id;
    }
    std::string applied(const Person& person)
    {
        const std::string id = applying(person);
        mustDo(person.actor(), id, "apply", {application()});
        return id;
    }
    static Json papers(const std::string& kind, const std::string& day)
    {
        return {{"prefecture", "9001"}, {"document_kind", kind},       {"document_number", "R-2026-1"},
                {"degree_level", "2"},  {"degree_school", "灯笼学院"}, {"diploma_date", day}};
    }
    std::string handedIn(const Person& person, const std::string& kind, const std::string& day)
    {
        const std::string id = begin(person, "degree_papers");
        need(engine.attach(person.actor(), id, "document_scan", picture(), ""), "scan");
        mustDo(person.actor(), id, "hand_in", {papers(kind, day)});
        return id;
    }
    void at(Date day, std::chrono::milliseconds time = {})
    {
        clock.set(beijingInstant(day) + time);
        deliver();
    }
    Json factsOf(const std::string& rule) { return evaluator.lastFacts(rule); }

private:
    int scans_ = 0;
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(EngineDegree);

TEST_P(EngineDegree, AH_DEG_01_WithoutAVerifiedDegreeTheHigherApplicationIsRefused)
{
    const Person person = passed();
    const std::string id = applying(person);
    EXPECT_THAT(refusals(person.actor(), id, "apply", {application()}), ElementsAre("degree_missing"));
    scan(person, {});
    EXPECT_THAT(refusals(person.actor(), id, "apply", {application()}), ElementsAre("degree_missing"));
    EXPECT_EQ(factsOf("degrees.may_apply")["previous_degree"], (Json{{"state", "no_record"}}));
    scan(person, {{"专科", 2021}});
    EXPECT_THAT(refusals(person.actor(), id, "apply", {application()}), ElementsAre("<done>"));
    const Json fact = factsOf("degrees.may_apply")["previous_degree"];
    EXPECT_EQ(fact["state"], "verified");
    EXPECT_EQ(fact["basis"], "online");
    EXPECT_EQ(fact["level"], "专科");
    EXPECT_EQ(fact["graduation_year"], 2021);
    EXPECT_EQ(fact["verified_at"], "2026-04-11 09:00:00");
    EXPECT_FALSE(fact.contains("printed_on")) << "the register does not tell the day";
    EXPECT_FALSE(fact.contains("certificate_no"));
}

TEST_P(EngineDegree, AH_DEG_01_ALevelThatDoesNotCountIsRefused)
{
    const Person person = passed();
    const std::string id = applying(person);
    scan(person, {{"高中", 2021}});
    EXPECT_THAT(refusals(person.actor(), id, "apply", {application()}), ElementsAre("degree_level_low"));
}

TEST_P(EngineDegree, AH_DEG_02_TheLastDayOfTheHalfIsInTimeAndTheNextIsNot)
{
    const Person person = passed();
    const std::string id = applying(person);
    scan(person, {{"专科", 2026}});
    const auto tried = [&](const std::string& day) {
        return refusals(person.actor(), id, "apply", {application("upper", day)});
    };
    EXPECT_THAT(tried({}), ElementsAre("degree_date_needed@diploma_date"));
    EXPECT_THAT(tried("2025-06-30"), ElementsAre("degree_date_other_year@diploma_date"));
    EXPECT_THAT(tried("2026-07-01"), ElementsAre("degree_too_late@diploma_date"));
    EXPECT_THAT(tried("2026-06-30"), ElementsAre("<done>"));

    const Person late = passed(2);
    const std::string second = applying(late);
    at({2026, 11, 1});
    scan(late, {{"专科", 2026}});
    EXPECT_THAT(refusals(late.actor(), second, "apply", {application("upper", "2026-12-31")}),
                ElementsAre("degree_too_late@diploma_date"));
    EXPECT_THAT(refusals(late.actor(), second, "apply", {application("upper", "2026-12-30")}),
                ElementsAre("<done>"));
}

TEST_P(EngineDegree, AH_DEG_02_TheStatedDayIsProvedByAScan)
{
    const Person person = passed();
    const std::string id = applying(person, false);
    scan(person, {{"专科", 2026}});
    EXPECT_THAT(refusals(person.actor(), id, "apply", {application("upper", "2026-06-30")}),
                ElementsAre("degree_scan_needed@diploma_scan"));
}

TEST_P(EngineDegree, AH_DEG_04_TheChosenRecordIsTheOneThatIsJudged)
{
    const Person person = passed();
    const std::string id = applying(person);
    scan(person, {{"高中", 2015}, {"专科", 2021}});
    EXPECT_THAT(refusals(person.actor(), id, "apply", {application()}), ElementsAre("degree_missing"));
    EXPECT_EQ(factsOf("degrees.may_apply")["previous_degree"], (Json{{"state", "choosing"}}));
    need(degrees.choose(person.actor(), "r2"), "choice");
    EXPECT_THAT(refusals(person.actor(), id, "apply", {application()}), ElementsAre("<done>"));
}

TEST_P(EngineDegree, AH_DEG_07_AnOfficerAcceptsPapersWithKindNumberAndScan)
{
    const Person person = passed();
    const std::string papers_id = handedIn(person, "report", "2021-06-20");
    EXPECT_THAT(refusals(person.actor(), papers_id, "accept", {}), ElementsAre("action_not_offered"));
    EXPECT_THAT(refusals(west, papers_id, "accept", {}), ElementsAre("not_found"));
    EXPECT_THAT(refusals(east, papers_id, "expect", {}), ElementsAre("degree_paper_proves@document_kind"));
    mustDo(east, papers_id, "accept");
    const auto check = degrees.check(person.actor().id);
    ASSERT_TRUE(check && check->held);
    EXPECT_EQ(check->state(), "verified");
    EXPECT_EQ(check->held->basis, degrees::Basis::papers);
    EXPECT_EQ(check->held->level, "专科") << "the words of the choice, not its code";
    EXPECT_EQ(check->held->document, "学历认证报告");
    EXPECT_EQ(check->held->document_number, "R-2026-1");
    EXPECT_EQ(check->held->school, "灯笼学院");
    EXPECT_EQ(check->held->printed_on, (Date{2021, 6, 20}));
    EXPECT_EQ(check->held->case_id, papers_id);
    EXPECT_EQ(check->held->verified_by, east.id);
    const std::string id = applying(person, false);
    EXPECT_THAT(refusals(person.actor(), id, "apply", {application()}), ElementsAre("<done>"));
}

TEST_P(EngineDegree, AH_DEG_07_PapersOfADayTooLateAreNoDegreeInTime)
{
    const Person person = passed();
    mustDo(east, handedIn(person, "report", "2026-07-01"), "accept");
    const std::string id = applying(person, false);
    EXPECT_THAT(refusals(person.actor(), id, "apply", {application()}),
                ElementsAre("degree_too_late@diploma_date"));
}

TEST_P(EngineDegree, AH_DEG_08_ASchoolsWordOpensTheApplicationInTheFirstHalfOnly)
{
    const Person person = passed();
    const std::string papers_id = handedIn(person, "school", "2026-06-30");
    EXPECT_THAT(refusals(east, papers_id, "accept", {}), ElementsAre("degree_paper_announces@document_kind"));
    mustDo(east, papers_id, "expect");
    const std::string id = applying(person, false);
    at({2026, 11, 1});
    EXPECT_THAT(refusals(person.actor(), id, "apply", {application()}), ElementsAre("degree_missing"));
    at({2026, 4, 11});
    EXPECT_THAT(refusals(person.actor(), id, "apply", {application()}), ElementsAre("<done>"));
}

TEST_P(EngineDegree, AH_DEG_08_WithoutTheCheckTheApplicationIsGivenUpOnFirstJuly)
{
    const Person person = passed(), finished = passed(2);
    for (const Person* one : {&person, &finished})
        mustDo(east, handedIn(*one, "school", "2026-06-30"), "expect");
    const std::string id = applied(person), finished_id = applied(finished);
    mustDo(east, finished_id, "confirm");
    scan(finished, {{"专科", 2026}});
    at({2026, 7, 1}, -1ms);
    EXPECT_EQ(state(id), "city");
    at({2026, 7, 1});
    EXPECT_EQ(state(id), "abandoned");
    EXPECT_EQ(state(finished_id), "confirmed") << "who finished the check keeps the application";
    EXPECT_THAT(view(finished.actor(), finished_id).deadlines, IsEmpty());
    EXPECT_EQ(count("outbox WHERE kind = 'case_deadline' AND state <> 'done'"), 0);
}

TEST_P(EngineDegree, AH_DEG_09_WhoAppliesForBothLevelsIsAskedForNoDegree)
{
    const Person person = passed();
    const std::string upper = applying(person, false);
    EXPECT_THAT(refusals(person.actor(), upper, "apply", {application()}), ElementsAre("degree_missing"));
    const std::string lower = begin(person, "upgrade");
    mustDo(person.actor(), lower, "apply", {application("lower")});
    EXPECT_THAT(refusals(person.actor(), upper, "apply", {application()}), ElementsAre("degree_missing"))
        << "the lower one is not confirmed yet";
    mustDo(east, lower, "confirm");
    EXPECT_THAT(refusals(person.actor(), upper, "apply", {application()}), ElementsAre("<done>"));
    const Json own = factsOf("degrees.may_apply")["own_cases"];
    ASSERT_EQ(own.size(), 2u)
        << "the registration and the lower one; drafts and the case itself are left out";
    EXPECT_EQ(own[0]["type"], "upgrade");
    EXPECT_EQ(own[0]["state"], "confirmed");
    EXPECT_EQ(own[0]["phase"], "approved");
    EXPECT_EQ(own[0]["fields"]["target"], "lower");
    EXPECT_EQ(own[1]["type"], "registration");
    at({2026, 7, 1});
    EXPECT_EQ(state(upper), "city");
}

TEST_P(EngineDegree, AH_DEG_09_ADeadlineIsAskedAgainForAsLongAsItsGuardSaysSo)
{
    const Person person = passed();
    const std::string lower = begin(person, "upgrade"), upper = applying(person, false);
    mustDo(person.actor(), lower, "apply", {application("lower")});
    mustDo(east, lower, "confirm");
    mustDo(person.actor(), upper, "apply", {application()});
    EXPECT_THAT(view(person.actor(), lower).deadlines, IsEmpty()) << "its rule says nil: none is set";
    at({2026, 7, 1});
    EXPECT_EQ(state(upper), "city");
    ASSERT_EQ(view(person.actor(), upper).deadlines.size(), 1u);
    EXPECT_EQ(beijingText(view(person.actor(), upper).deadlines[0].due_at), "2026-07-02 00:00:00");
    at({2026, 7, 2});
    mustDo(east, lower, "revoke", {nullptr, nullptr, "学分不足"});
    EXPECT_EQ(state(upper), "city");
    at({2026, 7, 3}, -1ms);
    EXPECT_EQ(state(upper), "city");
    at({2026, 7, 3});
    EXPECT_EQ(state(upper), "abandoned") << "what it rested on is gone";
    EXPECT_EQ(count("outbox WHERE kind = 'case_deadline' AND state <> 'done'"), 0);
}

TEST_P(EngineDegree, DEF_GEN_18_AMessageGoesByPhoneWhereTheProvincesSwitchIsOn)
{
    tenant->profile.raw["settings"]["sms_upgrade"] = true;
    const Person person = passed();
    mustDo(east, handedIn(person, "school", "2026-06-30"), "expect");
    applied(person);
    const auto before = count("outbox WHERE kind = 'message'");
    at({2026, 7, 1});
    EXPECT_EQ(count("outbox WHERE kind = 'message'"), before + 1);
}

TEST_P(EngineDegree, DEF_GEN_18_NoMessageGoesByPhoneWhileTheSwitchIsOff)
{
    const Person person = passed();
    mustDo(east, handedIn(person, "school", "2026-06-30"), "expect");
    applied(person);
    const auto before = count("outbox WHERE kind = 'message'");
    at({2026, 7, 1});
    EXPECT_EQ(count("outbox WHERE kind = 'message'"), before);
}

TEST_P(EngineDegree, AH_GRA_01_ARuleKnowsTheOfficesOfThePersonAndOfTheCaseWithWhatIsSpecialAboutThem)
{
    const Person here = passed(), there = passed(2, "9002");
    EXPECT_EQ(engine.begin(there.actor(), "upgrade", "").error().reason, "own_notice");
    const std::string id = begin(here, "upgrade");
    EXPECT_EQ(factsOf("degrees.may_begin")["offices"]["case"], Json::array()) << "there is no case yet";
    mustDo(here.actor(), id, "apply", {application("lower")});
    mustDo(here.actor(), id, "amend", {{{"prefecture", "9002"}}});
    const Json offices = factsOf("degrees.may_amend")["offices"];
    const auto office = [](const char* code, const char* name, const char* level, const Json& traits) {
        return Json{{"code", code}, {"name", name}, {"level", level}, {"traits", traits}};
    };
    const Json top = office("90", "灯笼省考试院", "province", Json::array());
    EXPECT_EQ(offices["person"], Json({office("9001", "东灯市考试办", "prefecture", Json::array()), top}));
    EXPECT_EQ(offices["case"], Json({office("9002", "西灯市考试办", "prefecture", {"own_notice"}), top}))
        << "of what the form names now";
}

TEST_P(EngineDegree, AReminderComesOnceAndOnlyToWhomTheDeadlineWillStrike)
{
    const Person person = passed(), finished = passed(2);
    for (const Person* one : {&person, &finished})
        mustDo(east, handedIn(*one, "school", "2026-06-30"), "expect");
    const std::string id = applied(person);
    applied(finished);
    scan(finished, {{"专科", 2026}});
    const auto newest = [&](const Person& one) { return notify.box(one.actor().id)->front(); };
    const std::string before = newest(person).id, others = newest(finished).id;
    at({2026, 6, 24}, -1ms);
    EXPECT_EQ(newest(person).id, before);
    at({2026, 6, 24});
    EXPECT_EQ(newest(person).text, "请在 2026-06-30 前完成前置学历核验。") << "a whole day by its own name";
    EXPECT_EQ(newest(person).case_id, id);
    EXPECT_EQ(newest(finished).id, others) << "the guard would refuse";
    const Snapshot told = everything();
    const auto due = view(person.actor(), id).deadlines.front();
    need(engine.remind(id, due, "upgrade_reminder", newest(person).id), "the same news again");
    need(engine.remind(id, {due.action, due.due_at + 1h}, "upgrade_reminder", "moved"),
         "of a deadline that was moved");
    need(engine.remind("no-such-case", due, "upgrade_reminder", "gone"), "of a case that is gone");
    EXPECT_EQ(everything(), told);
}

TEST_P(EngineDegree, AH_REV_01_ACaseThatNamesAnotherOfficeLeavesTheQueueOfTheFirst)
{
    const Person person = passed();
    const std::string id = begin(person, "upgrade");
    mustDo(person.actor(), id, "apply", {application("lower")});
    need(engine.hold(east, id, false), "hold");
    clock.advance(1h);
    EXPECT_THAT(refusals(person.actor(), id, "amend", {{{"target", "upper"}}}),
                ElementsAre("target_settled@target"));
    EXPECT_EQ(factsOf("degrees.may_amend")["changed"], Json({"target"}));
    mustDo(person.actor(), id, "amend", {{{"prefecture", "9001"}}});
    EXPECT_EQ(factsOf("degrees.may_amend")["changed"], Json::array()) << "filled in with the same";
    EXPECT_THAT(queueOf(east), ElementsAre(id));
    mustDo(person.actor(), id, "amend", {{{"prefecture", "9002"}}});
    EXPECT_THAT(queueOf(east), IsEmpty());
    EXPECT_THAT(queueOf(west), ElementsAre(id));
    EXPECT_THAT(refusals(east, id, "confirm", {}), ElementsAre("not_found"));
    EXPECT_EQ(view(west, id).reviews.front().since, clock.now()) << "there it waits from now on";
    mustDo(west, id, "confirm");
}

TEST_P(EngineDegree, AH_DEG_10_TheDeadlineOfTheSecondHalfComesWithTheThirtyFirst)
{
    const Person person = passed();
    const std::string id = applying(person);
    at({2026, 11, 1});
    scan(person, {{"专科", 2021}});
    mustDo(person.actor(), id, "apply", {application()});
    const auto by_phone = [&] { return count("outbox WHERE kind = 'message'"); };
    const auto before = by_phone();
    // The degree is taken back: what the deadline asks is what holds then.
    need(tenant->database->execute("DELETE FROM degree WHERE account_id = ?", {person.actor().id}), "delete");
    at({2026, 12, 31}, -1ms);
    EXPECT_EQ(state(id), "city");
    at({2026, 12, 31});
    EXPECT_EQ(state(id), "abandoned");
    const auto messages = notify.box(person.actor().id);
    ASSERT_TRUE(messages);
    EXPECT_EQ(messages->front().text, "逾期未完成前置学历核验，本次申请视为放弃。");
    EXPECT_EQ(by_phone(), before) << "DEF-GEN-18: the province's switch is off";
}

TEST_P(EngineDegree, AH_PHO_13_TheStandardOfAFieldReachesTheInspectorWhole)
{
    const Person person = passed();
    const std::string id = begin(person, "upgrade");
    need(engine.attach(person.actor(), id, "portrait", picture(), ""), "portrait");
    const api::PhotoStandard& asked = inspector.last_standard;
    EXPECT_EQ(asked.min_bytes, 20480);
    EXPECT_EQ(asked.max_bytes, 40960);
    EXPECT_EQ(asked.width, 480);
    EXPECT_EQ(asked.height, 640);
    EXPECT_EQ(asked.dpi, 300);
    EXPECT_EQ(asked.min_quality, 60);
    EXPECT_TRUE(asked.true_colour && asked.plain_file && asked.face);
    EXPECT_EQ(asked.hairline.least, 50);
    EXPECT_EQ(asked.hairline.most, 110);
    EXPECT_EQ(asked.eye_line.least, 200);
    EXPECT_EQ(asked.eye_line.most, 300);
    EXPECT_EQ(asked.face_width.least, 180);
    EXPECT_EQ(asked.face_width.most, 300);
    EXPECT_EQ(asked.max_tilt, 5);
    EXPECT_EQ(asked.max_off_centre, 30);
    EXPECT_EQ(asked.borderline, 8);
}

TEST_P(EngineDegree, AH_PHO_14_ABorderlinePortraitIsHandedInAndMarkedForTheReviewer)
{
    const Person person = passed();
    const std::string id = applying(person);
    inspector.inspection = [](const std::string&) {
        api::Inspection found;
        found.checks = {{"eye_line", true, "201", "200～300", api::PhotoVerdict::borderline}};
        found.points = {{"left_eye", 200, 201}};
        return Result<api::Inspection>(found);
    };
    need(engine.attach(person.actor(), id, "portrait", picture(), ""), "portrait");
    mustDo(person.actor(), id, "apply", {application("lower")});
    const cases::View seen = view(east, id);
    EXPECT_THAT(seen.record.marks, testing::Contains("photo_borderline"));
    const auto kept = files.ofCase(id);
    ASSERT_TRUE(kept);
    // Two uploads of one instant lie in no order.
    const auto portrait = std::ranges::find(*kept, "portrait", &files::File::field);
    ASSERT_NE(portrait, kept->end());
    const Json& inspection = portrait->inspection;
    EXPECT_EQ(inspection["checks"][0]["verdict"], "borderline");
    EXPECT_EQ(inspection["points"][0], (Json{{"name", "left_eye"}, {"x", 200}, {"y", 201}}));
}
