#include "kernel/exams/records.hpp"
#include "kernel/exams/windows.hpp"
#include "tests/kernel/cases/stage.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

/// The diploma's window is open from 1 April to 1 May 2026. Anna's number is N1; she passed 00001 and 00004, and the
/// plan of L01 asks for 00001, 00002 and 00003.
class EngineLedger : public Stage
{
protected:
    EngineLedger()
    {
        saveWindow({"diploma", "证书申请时间", at(4, 1), at(5, 1), ""});
        need(records.import("admission_number,course_code,score,passed_on,source\n"
                            "N1,00001,71,2025-04-12,exam\nN1,00004,65,2025-04-12,exam\n"
                            "N2,00002,80,2014-04-12,exam\n",
                            "test"),
             "passes");
    }
    static Instant at(unsigned month, unsigned day) { return beijingInstant(Date{2026, month, day}); }
    Result<void> tryWindow(const exams::Window& window)
    {
        return tenant->database->transaction(
            [&](storage::Transaction& tx) { return exams::Windows(*tenant).save(tx, window); });
    }
    void saveWindow(const exams::Window& window) { need(tryWindow(window), window.name); }
    test::Person numbered(int person = 1, const std::string& number = "N1")
    {
        test::Person one = passed(person);
        auto known = identity.person(one.actor().id);
        need(known, "person");
        known->admission_number = number;
        need(tenant->database->transaction(
                 [&](storage::Transaction& tx) { return identity.updatePerson(tx, *known); }),
             "number");
        return one;
    }
    static Json wishes()
    {
        return {{{"course", "00002"}, {"kind", "waiver"}, {"rule", "W1"}},
                {{"course", "00003"}, {"kind", "substitution"}, {"rule", "S1"}, {"with", {"00004"}}}};
    }
    static Json form(const Json& courses = Json::array())
    {
        return {{"prefecture", "9001"}, {"major", "L01"}, {"courses", courses}};
    }
    void prove(const test::Person& anna, const std::string& id, const std::string& course)
    {
        need(engine.attach(anna.actor(), id, "courses." + course, picture(), ""), "proof");
    }
    /// Applied with both wishes and the proof.
    std::string asked(const test::Person& anna)
    {
        const std::string id = begin(anna, "diploma");
        prove(anna, id, "00002");
        mustDo(anna.actor(), id, "apply", {form(wishes())});
        return id;
    }
    std::vector<std::string> standings(const identity::Actor& actor, const std::string& id)
    {
        std::vector<std::string> all;
        const Json ledger = view(actor, id).ledger;
        for (const Json& line : ledger["lines"])
            all.push_back(line["code"].get<std::string>() + " " + line["standing"].get<std::string>() +
                          (line.value("granted", false) ? " granted" : ""));
        return all;
    }

    exams::Records records{*tenant};
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(EngineLedger);

TEST_P(EngineLedger, AH_GRA_06_TheCaseShowsThePlanAndThePassesToTheCandidateAndTheClerkAlike)
{
    const auto anna = numbered();
    const std::string id = begin(anna, "diploma");
    EXPECT_TRUE(view(anna.actor(), id).ledger.is_null()) << "no major yet";
    mustDo(anna.actor(), id, "apply", {form()});
    EXPECT_THAT(standings(anna.actor(), id), ElementsAre("00001 passed", "00002 missing", "00003 missing"));
    EXPECT_EQ(view(anna.actor(), id).ledger, view(east, id).ledger);
}

TEST_P(EngineLedger, AH_GRA_16_AnUnfinishedPlanIsRefusedWithEachCourseItsRuleAndTheFigures)
{
    const auto anna = numbered();
    const std::string id = begin(anna, "diploma");
    mustDo(anna.actor(), id, "apply", {form()});
    mustDo(east, id, "grant");
    const auto why = engine.explain(east, id, "finish");
    need(why, "explain");
    ASSERT_EQ(why->reasons.size(), 3u);
    EXPECT_EQ(why->reasons[0].code, "course_missing");
    EXPECT_EQ(why->reasons[0].args.at("course"), "00002 灯具史");
    EXPECT_EQ(why->reasons[0].args.at("ways"), "参加考试；凭灯具证书免考（规则 W1）");
    EXPECT_EQ(why->reasons[1].args.at("ways"), "参加考试；用 00004 灯油化学 替代（规则 S1），您已合格");
    EXPECT_EQ(why->reasons[2].code, "credits_short");
    EXPECT_EQ(why->reasons[2].args, (Json{{"have", 4}, {"need", 70}}));
    EXPECT_EQ(toJson(*engine.explain(anna.actor(), id, "finish")), toJson(*why));
    EXPECT_EQ(refusals(east, id, "finish", {}).size(), 3u);
}

TEST_P(EngineLedger, AH_GRA_08_AWaiverNeedsItsProofAndARule)
{
    const auto anna = numbered();
    const std::string id = begin(anna, "diploma");
    EXPECT_THAT(refusals(anna.actor(), id, "apply", {form(wishes())}),
                ElementsAre("treatment_unproven@courses"));
    prove(anna, id, "00002");
    Json wrong = wishes();
    wrong[0]["rule"] = "W9";
    EXPECT_THAT(refusals(anna.actor(), id, "apply", {form(wrong)}),
                ElementsAre("treatment_rule_unknown@courses"));
    mustDo(anna.actor(), id, "apply", {form(wishes())});
    EXPECT_THAT(standings(anna.actor(), id),
                ElementsAre("00001 passed", "00002 waived", "00003 substituted"));
    EXPECT_EQ(engine.attach(anna.actor(), id, "courses.", picture(), "").error().code, ErrorCode::conflict);
}

TEST_P(EngineLedger, APassThatWasChangedByHandLeavesItsCourseMissingAndTheClerkReadsWhy)
{
    const auto anna = numbered();
    const std::string id = begin(anna, "diploma");
    mustDo(anna.actor(), id, "apply", {form()});
    EXPECT_TRUE(view(east, id).ledger["altered"].empty());
    need(tenant->database->execute("UPDATE pass_record SET score = 95 WHERE course_code = '00001'"), "score");
    EXPECT_THAT(standings(east, id), ElementsAre("00001 missing", "00002 missing", "00003 missing"));
    EXPECT_EQ(view(east, id).ledger["altered"], (Json{{{"kind", "pass"}, {"of", "00001"}}}));
}

TEST_P(EngineLedger, AProofIsForACourseAndNothingElse)
{
    const auto anna = numbered();
    const std::string id = begin(anna, "diploma");
    for (const char* field : {"courses", "courses.", "courses.00002.x", "courses.../x", "major.00002"})
        EXPECT_EQ(engine.attach(anna.actor(), id, field, picture(), "").error().code, ErrorCode::not_found)
            << field;
}

TEST_P(EngineLedger, WhatAnOfficeGrantsHoldsAndIsTakenBackWithTheDecision)
{
    const auto anna = numbered();
    const std::string id = asked(anna);
    mustDo(east, id, "grant");
    EXPECT_THAT(standings(east, id),
                ElementsAre("00001 passed", "00002 waived granted", "00003 substituted granted"));
    EXPECT_EQ(count("credit_use"), 1);
    mustDo(east, id, "send_back", {nullptr, nullptr, "证书不清楚"});
    EXPECT_EQ(count("course_grant"), 0);
    EXPECT_EQ(count("credit_use"), 0);
}

TEST_P(EngineLedger, AH_PRE_02_AnOfficerFilesATransferredPassFromTheCase)
{
    const auto anna = numbered();
    const std::string id = begin(anna, "diploma");
    Json filled = form();
    filled["old_course"] = "00003";
    filled["old_score"] = "59";
    filled["old_day"] = "2011-04-16";
    filled["old_place"] = "江苏";
    mustDo(anna.actor(), id, "apply", {filled});
    EXPECT_THAT(refusals(east, id, "file", {}), ElementsAre("pass_score"));
    mustDo(east, id, "send_back", {nullptr, nullptr, "成绩有误"});
    mustDo(anna.actor(), id, "apply", {{{"old_score", "77"}}});
    mustDo(east, id, "file");
    EXPECT_THAT(standings(east, id), ElementsAre("00001 passed", "00002 missing", "00003 passed"));
    EXPECT_THAT(refusals(east, id, "file", {}), ElementsAre("pass_on_file"));
    EXPECT_EQ(count("pass_record WHERE source = 'filed' AND evidence = 'case:" + id + "'"), 1);
}

TEST_P(EngineLedger, AH_GRA_13_TheCityMergesNumbersAndMayTakeItBackUntilItDecides)
{
    const auto anna = numbered();
    const std::string id = begin(anna, "diploma");
    Json filled = form();
    filled["numbers"] = {{{"kind", "old"}, {"number", "N2"}}};
    mustDo(anna.actor(), id, "apply", {filled});
    mustDo(east, id, "merge");
    EXPECT_THAT(standings(east, id), ElementsAre("00001 passed", "00002 passed", "00003 missing"));
    mustDo(east, id, "unmerge", {nullptr, nullptr, "号码有误"});
    EXPECT_THAT(standings(east, id), ElementsAre("00001 passed", "00002 missing", "00003 missing"));
    mustDo(east, id, "merge");
    mustDo(east, id, "grant");
    EXPECT_THAT(refusals(east, id, "unmerge", {}), ElementsAre("action_not_offered"));
    const auto bert = numbered(2, "N2");
    EXPECT_THAT(reasonsNotToBegin(bert.actor(), "diploma"), ElementsAre("number_merged"));
}

TEST_P(EngineLedger, AH_GRA_13_ADraftThatIsOlderThanTheMergeIsNotHandedIn)
{
    const auto bert = numbered(2, "N2"), anna = numbered();
    const std::string draft = begin(bert, "diploma"), id = begin(anna, "diploma");
    Json filled = form();
    filled["numbers"] = {{{"kind", "old"}, {"number", "N2"}}};
    mustDo(anna.actor(), id, "apply", {filled});
    mustDo(east, id, "merge");
    EXPECT_THAT(refusals(bert.actor(), draft, "apply", {form()}), ElementsAre("number_merged"));
    mustDo(east, id, "unmerge", {nullptr, nullptr, "号码有误"});
    EXPECT_THAT(refusals(bert.actor(), draft, "apply", {form()}), ElementsAre("<done>"));
}

TEST_P(EngineLedger, RulesMayAskForTheHourInBeijing)
{
    const auto anna = numbered();
    const std::string id = asked(anna);
    mustDo(east, id, "grant");
    const auto why = engine.explain(east, id, "finish");
    need(why, "explain");
    EXPECT_EQ(evaluator.lastFacts("diploma.may_finish").at("now"), "2026-04-11 09:00:00");
    EXPECT_TRUE(evaluator.lastFacts("diploma.may_finish").at("windows").at("diploma").at("open"));
}

TEST_P(EngineLedger, XZ_PAY_20_RulesKnowTheFeesOfTheDay)
{
    need(catalog.import("fees", "id,name,amount_fen,effective_from,effective_to\n"
                                "diploma,证书费,900,,2026-04-11\ndiploma,证书费,1100,2026-04-12,\n"),
         "fees");
    const auto anna = numbered();
    const std::string id = asked(anna);
    mustDo(east, id, "grant");
    need(engine.explain(east, id, "finish"), "explain");
    EXPECT_EQ(evaluator.lastFacts("diploma.may_finish").at("fees"),
              (Json{{"diploma", {{"name", "证书费"}, {"amount_fen", 900}, {"from", ""}}}}));
    clock.advance(24h);
    need(engine.explain(east, id, "finish"), "explain");
    EXPECT_EQ(evaluator.lastFacts("diploma.may_finish").at("fees").at("diploma").at("amount_fen"), 1100);
}

TEST_P(EngineLedger, AH_FRM_04_RulesKnowWhatAnOfficerRecordedWithoutMovingTheCase)
{
    const auto anna = numbered();
    const std::string id = begin(anna, "diploma");
    Json filled = form();
    filled.update(
        Json{{"old_course", "00003"}, {"old_score", "77"}, {"old_day", "2011-04-16"}, {"old_place", "江苏"}});
    mustDo(anna.actor(), id, "apply", {filled});
    mustDo(east, id, "file");
    clock.advance(1min);
    mustDo(east, id, "grant");
    need(engine.explain(east, id, "finish"), "explain");
    const Json taken = evaluator.lastFacts("diploma.may_finish").at("actions_taken");
    EXPECT_EQ(taken.size(), 3u) << taken.dump();
    EXPECT_EQ(taken.at("file").at("at"), "2026-04-11 09:00:00");
    EXPECT_EQ(taken.at("grant").at("at"), "2026-04-11 09:01:00");
    EXPECT_LT(taken.at("file").at("seq"), taken.at("grant").at("seq"));
}

TEST_P(EngineLedger, AH_GRA_14_AMajorIsAppliedForOnceAndAnotherMajorBesideIt)
{
    const auto anna = numbered();
    const std::string first = asked(anna);
    const std::string second = begin(anna, "diploma");
    EXPECT_NE(first, second);
    EXPECT_EQ(begin(anna, "diploma"), second) << "one without a major at a time";
    EXPECT_THAT(refusals(anna.actor(), second, "apply", {form()}), ElementsAre("already_open"));
    Json other = form();
    other["major"] = "L02";
    mustDo(anna.actor(), second, "apply", {other});
    EXPECT_EQ(state(second), "city");
}

TEST_P(EngineLedger, AH_GRA_02_IsBegunAndHandedInWithinItsWindowOnly)
{
    const auto anna = numbered();
    const std::string id = begin(anna, "diploma");
    clock.set({at(5, 1).ms - 1});
    EXPECT_THAT(reasonsNotToBegin(anna.actor(), "diploma"), IsEmpty());
    clock.set(at(5, 1));
    EXPECT_THAT(reasonsNotToBegin(anna.actor(), "diploma"), ElementsAre("window_closed"));
    EXPECT_THAT(refusals(anna.actor(), id, "apply", {form()}), ElementsAre("window_closed"));
    clock.set({at(4, 1).ms - 1});
    EXPECT_THAT(reasonsNotToBegin(anna.actor(), "diploma"), ElementsAre("window_not_open"));
}

TEST_P(EngineLedger, AWindowsEndIsADeadlineOnTheMinute)
{
    const auto anna = numbered();
    const std::string id = asked(anna);
    EXPECT_EQ(view(anna.actor(), id).deadlines.at(0).due_at, at(5, 1));
    clock.set({at(5, 1).ms - 1});
    deliver();
    EXPECT_EQ(state(id), "city");
    clock.set(at(5, 1));
    deliver();
    EXPECT_EQ(state(id), "given_up");
}

TEST_P(EngineLedger, AH_PHO_03_AWindowDoesNotOutlastTheOneItLiesWithin)
{
    const auto refused = [&](const exams::Window& window) {
        const auto done = tryWindow(window);
        return done ? std::string{} : done.error().reason;
    };
    EXPECT_EQ(refused({"photo", "照片上传时间", at(4, 1), at(5, 2), "diploma"}), "window_outlasts");
    EXPECT_EQ(refused({"photo", "照片上传时间", at(4, 1), at(4, 20), "diploma"}), "");
    EXPECT_EQ(refused({"diploma", "证书申请时间", at(4, 1), at(4, 19), ""}), "window_outlasts");
    EXPECT_EQ(refused({"photo", "照片上传时间", at(4, 20), at(4, 20), "diploma"}), "window_order");
    EXPECT_EQ(refused({"photo", "照片上传时间", at(4, 1), at(4, 2), "nothing"}), "window_unknown");
    EXPECT_EQ(refused({"Photo", "照片上传时间", at(4, 1), at(4, 2), ""}), "window_name");
    EXPECT_EQ(exams::Windows(*tenant).all()->size(), 2u);
}

TEST_P(EngineLedger, AH_FRM_02_ATableOfYearsIsInOrderWithoutAGapUpToNow)
{
    const auto anna = numbered();
    const std::string id = begin(anna, "diploma");
    const auto row = [](const std::string& from, const std::string& to, const std::string& what = "学灯") {
        return Json{{"from", from}, {"to", to}, {"what", what}};
    };
    const auto said = [&](const Json& rows) {
        Json filled = form();
        filled["years"] = rows;
        return refusals(anna.actor(), id, "apply", {filled});
    };
    EXPECT_THAT(said({row("2010-09-01", "2013-06-30"), row("2013-07-02", "")}), ElementsAre("row_gap@years"));
    EXPECT_THAT(said({row("2010-09-01", "2013-06-30"), row("2013-06-29", "")}),
                ElementsAre("row_overlap@years"));
    EXPECT_THAT(said(Json::array({row("2010-09-01", "2026-04-10")})), ElementsAre("row_not_up_to_now@years"));
    EXPECT_THAT(said(Json::array({row("2010-09-01", "2026-04-12")})), ElementsAre("row_order@years"));
    EXPECT_THAT(said({row("2010-09-01", ""), row("2013-07-01", "")}), ElementsAre("row_empty@years"));
    EXPECT_THAT(said(Json::array({row("2010-09-31", "", "")})),
                ElementsAre("row_date@years", "row_empty@years"));
    EXPECT_THAT(said({row("2001-01-01", "2002-01-01"), row("2002-01-01", "2003-01-01"),
                      row("2003-01-01", "2004-01-01"), row("2004-01-01", "2005-01-01"),
                      row("2005-01-01", "2006-01-01"), row("2006-01-01", "")}),
                ElementsAre("rows_many@years"));
    EXPECT_THAT(said(Json::array({Json{{"from", 1}}})), ElementsAre("field_type"));
    EXPECT_THAT(said({row("2010-09-01", "2013-06-30"), row("2013-07-01", "", "待业")}),
                ElementsAre("<done>"));
}

TEST_P(EngineLedger, AH_REV_01_QueuesSayHowLongACaseWaits)
{
    const auto anna = numbered();
    const std::string id = asked(anna);
    const Instant since = clock.now();
    clock.advance(48h);
    cases::QueueFilter filter;
    filter.type = "diploma";
    filter.state = "city";
    const auto queue = engine.queue(east, filter);
    need(queue, "queue");
    ASSERT_EQ(queue->rows.size(), 1u);
    EXPECT_EQ(queue->rows[0].since, since);
    filter.text = "灯芯";
    EXPECT_EQ(engine.queue(east, filter)->total, 1);
    filter.text = "别人";
    EXPECT_EQ(engine.queue(east, filter)->total, 0);
    EXPECT_EQ(engine.queue(west, {})->total, 0);
    const auto both =
        officer("两职", "9001", {identity::Role::prefecture_office, identity::Role::province_office});
    EXPECT_EQ(engine.queue(both, {})->total, 1) << "two duties do not make two rows";
}

TEST_P(EngineLedger, WhileAnOfficerHoldsACaseNoOtherDecidesItUntilItIsTakenOver)
{
    const auto anna = numbered();
    const std::string id = asked(anna);
    identity::Actor other = east;
    other.id = "staff-other";
    other.name = "另一位";
    ASSERT_TRUE(engine.hold(east, id, false));
    EXPECT_EQ(view(other, id).hold->holder_name, east.name);
    EXPECT_FALSE(view(anna.actor(), id).hold) << "not the candidate's business";
    EXPECT_THAT(refusals(other, id, "grant", {}), ElementsAre("case_held"));
    EXPECT_EQ(engine.hold(other, id, false).error().reason, "case_held");
    EXPECT_EQ(engine.hold(west, id, true).error().code, ErrorCode::not_found);
    ASSERT_TRUE(engine.hold(other, id, true));
    EXPECT_EQ(count("audit_entry WHERE act = 'case.take_over'"), 1);
    EXPECT_THAT(refusals(east, id, "grant", {}), ElementsAre("case_held"));
    ASSERT_TRUE(engine.release(east, id)) << "of what is not held nothing is let go";
    EXPECT_THAT(refusals(east, id, "grant", {}), ElementsAre("case_held"));
    clock.advance(15min);
    EXPECT_THAT(refusals(east, id, "grant", {}), ElementsAre("<done>")) << "it lasts 15 minutes";
}

TEST_P(EngineLedger, ADecisionLetsGoOfTheCaseForTheNextOfficer)
{
    const auto anna = numbered();
    const std::string id = asked(anna);
    ASSERT_TRUE(engine.hold(east, id, false));
    mustDo(east, id, "grant");
    EXPECT_EQ(count("case_hold"), 0);
}

TEST_P(EngineLedger, AH_REV_01_ManyCasesAreDecidedAtOnceOnlyWhereTheDefinitionSaysSo)
{
    const auto anna = numbered();
    const std::string id = asked(anna);
    cases::Input input;
    input.revision = view(east, id).record.revision;
    input.request_key = "bulk-1";
    input.bulk = true;
    const auto done = engine.perform(east, id, "grant", input);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().reason, "action_not_bulk");
    const auto waiting = registered(2);
    input.revision = view(east, waiting.registration).record.revision;
    input.request_key = "bulk-2";
    const auto passed = engine.perform(east, waiting.registration, "pass", input);
    ASSERT_TRUE(passed);
    EXPECT_TRUE(passed->decision.allowed);
}

TEST_P(EngineLedger, AH_REV_01_AQueueIsPagedByWhereARowStandsNotByHowManyWentBefore)
{
    std::vector<std::string> ids;
    for (int number = 1; number <= 4; ++number) {
        // Two of them wait since the same instant.
        if (number != 3)
            clock.advance(1h);
        ids.push_back(registered(number).registration);
    }
    if (ids[2] < ids[1])
        std::swap(ids[1], ids[2]);
    cases::QueueFilter filter;
    filter.limit = 2;
    const auto page = [&](const identity::Actor& clerk) {
        std::vector<std::string> listed;
        const auto queue = engine.queue(clerk, filter);
        need(queue, "queue");
        EXPECT_EQ(queue->total, 4) << "the whole queue's";
        for (const cases::QueueRow& row : queue->rows)
            listed.push_back(row.record.id);
        return listed;
    };
    const auto place = [&](const std::string& id) {
        const auto all = engine.queue(east, {});
        for (const cases::QueueRow& row : all->rows)
            if (row.record.id == id)
                return cases::QueueFilter::Place{row.since, id};
        throw std::runtime_error("not in the queue");
    };
    const auto both =
        officer("两职", "9001", {identity::Role::prefecture_office, identity::Role::province_office});
    for (const identity::Actor& clerk : {east, both}) {
        filter.after.reset();
        filter.before.reset();
        EXPECT_THAT(page(clerk), ElementsAre(ids[0], ids[1]));
        filter.after = place(ids[1]);
        EXPECT_THAT(page(clerk), ElementsAre(ids[2], ids[3]));
        filter.after.reset();
        filter.before = place(ids[3]);
        EXPECT_THAT(page(clerk), ElementsAre(ids[1], ids[2]));
    }
}

TEST_P(EngineLedger, AH_GRA_10_AFilledRemarkIsMarkedForTheReviewerAndAnEmptyOneIsNot)
{
    const auto anna = numbered();
    const std::string id = asked(anna);
    EXPECT_THAT(view(east, id).record.marks, IsEmpty());
    mustDo(east, id, "send_back", {nullptr, nullptr, "请说明"});
    mustDo(anna.actor(), id, "apply", {{{"remark", "曾用名"}}});
    EXPECT_THAT(view(east, id).record.marks, ElementsAre("resubmitted", "flagged_field"));
}
