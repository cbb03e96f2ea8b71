#include "kernel/exams/records.hpp"

#include <gmock/gmock.h>

#include "kernel/exams/check.hpp"
#include "kernel/exams/ledger.hpp"
#include "tests/kernel/exams/exams_suite.hpp"

namespace zikao::exams {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kHeader = "admission_number,course_code,score,grade,passed_on,source,origin,moved_on\n";

/// The four courses of the suite, and it is 1 May 2026.
class RecordsTest : public ExamsSuite
{
protected:
    void SetUp() override
    {
        ExamsSuite::SetUp();
        clock.set(beijingInstant(Date{2026, 5, 1}, std::chrono::hours{9}));
    }
    Records::Imported take(const std::string& rows)
    {
        const auto done = records.import(kHeader + rows, "test");
        EXPECT_TRUE(done) << done.error().message;
        return done.value_or(Records::Imported{});
    }
    std::string refused(const std::string& rows)
    {
        const auto done = records.import(kHeader + rows, "test");
        EXPECT_FALSE(done) << rows;
        return done ? "" : done.error().message;
    }
    std::vector<std::string> passes(const std::string& account, const std::string& number)
    {
        std::vector<std::string> all;
        const auto found = records.of(account, number);
        for (const PassRecord& one : *found)
            all.push_back(one.course_code + (one.score ? " " + std::to_string(*one.score) : one.grade));
        return all;
    }
    Result<void> link(const std::string& number, const std::string& account, const std::string& own)
    {
        return tenant->database->transaction([&](storage::Transaction& tx) {
            return records.link(tx, {number, account, "旧准考证号", "case-" + number, "staff", {}}, own);
        });
    }
    std::string grant(const Grant& wanted, const std::string& plan = "P1")
    {
        const auto done = tenant->database->transaction(
            [&](storage::Transaction& tx) { return records.grant(tx, "anna", plan, wanted, "staff"); });
        return done ? "" : done.error().reason;
    }

    Records records{*tenant};
};
INSTANTIATE_ON_BOTH_ENGINES(RecordsTest);

TEST_P(RecordsTest, TakesAFileTwiceAndAddsNothing)
{
    const std::string rows = "N1,00001,71,,2024-04-13,exam,,\n"
                             "N1,00002,,良好,2024-04-13,practice,,\n"
                             "N2,00001,60,,2014-10-18,transfer,江苏,2016-01-01\n";
    EXPECT_EQ(take(rows).fresh, 3);
    const auto again = take(rows + "N2,00003,99,,2026-05-01,exam,,\n");
    EXPECT_EQ(again.rows, 4);
    EXPECT_EQ(again.fresh, 1);
    EXPECT_THAT(passes("anna", "N1"), ElementsAre("00001 71", "00002良好"));
    EXPECT_THAT(passes("bert", "N2"), ElementsAre("00001 60", "00003 99"));
}

TEST_P(RecordsTest, NamesEveryFaultByItsLineAndTakesNothing)
{
    const std::string said = refused("N1,00001,59,,2024-04-13,exam,,\n"
                                     "N1,00002,80,,2026-05-02,exam,,\n"
                                     "N1,09999,80,,2024-04-13,exam,,\n"
                                     "N1,00003,80,,2024-04-13,exam,,\n"
                                     "N1,00003,81,,2025-04-13,exam,,\n"
                                     "N1,00004,,不合格,2024-04-13,practice,,\n"
                                     "N2,00004,,,2024-02-30,elsewhere,,\n"
                                     "N3,00001,80,,2024-04-13,transfer,,2015-01-01\n");
    EXPECT_THAT(said, HasSubstr("line 2, column score: 59 is no pass"));
    EXPECT_THAT(said, HasSubstr("line 3, column passed_on: 2026-05-02 is still to come"));
    EXPECT_THAT(said, HasSubstr("line 4, column course_code: the course 09999 is unknown"));
    EXPECT_THAT(said, HasSubstr("line 6, column course_code: the number has this course in line 5 already"));
    EXPECT_THAT(said, HasSubstr("line 7, column grade: \"不合格\" is none of"));
    EXPECT_THAT(said, HasSubstr("line 8, column score: neither a score nor a grade"));
    EXPECT_THAT(said, HasSubstr("line 8, column passed_on: is not a date"));
    EXPECT_THAT(said, HasSubstr("line 8, column source: \"elsewhere\" is none of"));
    EXPECT_THAT(said, HasSubstr("line 9, column origin: is empty"));
    EXPECT_THAT(passes("anna", "N1"), IsEmpty());
}

TEST_P(RecordsTest, RefusesAPassThatIsOnFileWithAnotherResult)
{
    take("N1,00001,71,,2024-04-13,exam,,\n");
    EXPECT_THAT(refused("N1,00001,72,,2024-04-13,exam,,\n"),
                HasSubstr("line 2, column score: the pass of this day is on file with another result"));
    EXPECT_THAT(refused("N1,00002,72,,2024-04-13,filed,,\n"), HasSubstr("only an office files papers"));
    EXPECT_EQ(take("N1,00001,88,,2025-04-12,exam,,\n").fresh, 1);
    EXPECT_THAT(passes("anna", "N1"), ElementsAre("00001 88", "00001 71")) << "best first";
}

TEST_P(RecordsTest, TellsWhatStandsBesideTheImportInTheSameTransaction)
{
    const auto done = records.import(kHeader + "N1,00001,71,,2024-04-13,exam,,\n", "test",
                                     [](storage::Transaction&, const Records::Imported&) -> Result<void> {
                                         return fail(ErrorCode::unavailable, "the audit is full");
                                     });
    EXPECT_FALSE(done);
    EXPECT_THAT(passes("anna", "N1"), IsEmpty());
}

TEST_P(RecordsTest, AH_PRE_02_AnOfficeFilesAPassWithItsProof)
{
    const auto file = [&](const PassRecord& record) {
        const auto done = tenant->database->transaction(
            [&](storage::Transaction& tx) { return records.file(tx, record, "staff"); });
        return done ? std::string{} : done.error().reason;
    };
    const PassRecord paper{"", "N1", "00001", 66, "", "2011-04-16", "filed", "江苏", "", "case-1"};
    EXPECT_EQ(file(paper), "");
    EXPECT_EQ(file(paper), "pass_on_file");
    PassRecord wrong = paper;
    wrong.score = 59;
    EXPECT_EQ(file(wrong), "pass_score");
    wrong = paper;
    wrong.passed_on = "2026-05-02";
    EXPECT_EQ(file(wrong), "pass_date");
    wrong.course_code = "09999";
    EXPECT_EQ(file(wrong), "course_unknown");
    EXPECT_THAT(passes("anna", "N1"), ElementsAre("00001 66"));
}

TEST_P(RecordsTest, AH_PRE_02_PapersProveAPassThatWasMovedInWithoutThem)
{
    const std::string list = "N1,00001,66,,2011-04-16,transfer,江苏,2013-06-01\n";
    take(list);
    const auto file = [&](int score) {
        const PassRecord paper{"", "N1", "00001", score, "", "2011-04-16", "filed", "江苏", "", "case-1"};
        const auto done = tenant->database->transaction(
            [&](storage::Transaction& tx) { return records.file(tx, paper, "staff"); });
        return done ? std::string{} : done.error().reason;
    };
    EXPECT_EQ(file(67), "pass_differs");
    EXPECT_EQ(file(66), "");
    const auto filed = records.of("anna", "N1").value();
    ASSERT_EQ(filed.size(), 1u) << "it is the same pass";
    EXPECT_EQ(filed[0].source, "filed");
    EXPECT_EQ(filed[0].moved_on, "2013-06-01");
    EXPECT_EQ(filed[0].evidence, "case-1");
    EXPECT_EQ(file(66), "pass_on_file");
    EXPECT_EQ(take(list).fresh, 0) << "the list may be taken again";
}

TEST_P(RecordsTest, AH_GRA_13_AMergeMovesThePassesAndCanBeTakenBack)
{
    take("N1,00001,71,,2024-04-13,exam,,\nN2,00001,85,,2014-04-13,exam,,\nN2,00003,60,,2014-04-13,exam,,\n");
    ASSERT_TRUE(link("N2", "anna", "N1"));
    EXPECT_THAT(passes("anna", "N1"), ElementsAre("00001 85", "00001 71", "00003 60"));
    EXPECT_THAT(passes("bert", "N2"), IsEmpty()) << "the number is somebody else's now";
    EXPECT_TRUE(*records.mergedAway("N2"));
    EXPECT_EQ(link("N2", "bert", "N5").error().reason, "number_linked");
    EXPECT_EQ(link("N1", "anna", "N1").error().reason, "number_own");
    EXPECT_EQ(records.linked("anna")->at(0).kind, "旧准考证号");
    EXPECT_EQ(*tenant->database->transaction(
                  [&](storage::Transaction& tx) { return records.unlink(tx, "case-N2"); }),
              1);
    EXPECT_THAT(passes("anna", "N1"), ElementsAre("00001 71"));
    EXPECT_FALSE(*records.mergedAway("N2"));
}

TEST_P(RecordsTest, APassStandsInOnceInAPlan)
{
    const Grant first{"00001", "substitution", "S1", {"A1", "A2"}, false, "case-1"};
    EXPECT_EQ(grant(first), "");
    EXPECT_EQ(grant(first), "") << "the same again";
    EXPECT_EQ(grant({"00002", "substitution", "S2", {"A2"}, false, "case-2"}), "credit_used");
    EXPECT_EQ(grant({"00001", "waiver", "W1", {}, false, "case-2"}), "course_granted");
    EXPECT_EQ(grant({"00002", "substitution", "S2", {"A2"}, false, "case-2"}, "P2"), "")
        << "another plan counts its own";
    EXPECT_EQ(*tenant->database->transaction(
                  [&](storage::Transaction& tx) { return records.revoke(tx, "case-1"); }),
              1);
    EXPECT_EQ(grant({"00002", "substitution", "S2", {"A2"}, false, "case-2"}), "");
    EXPECT_EQ(records.grants("anna", "P1")->at(0).course_code, "00002");
}

TEST_P(RecordsTest, ASharedRuleMayUseThePassAgainAndAnotherRuleMayNot)
{
    EXPECT_EQ(grant({"00001", "substitution", "S1", {"A1"}, true, "case-1"}), "");
    EXPECT_EQ(grant({"00002", "substitution", "S1", {"A1"}, true, "case-1"}), "");
    EXPECT_EQ(grant({"00003", "substitution", "S2", {"A1"}, false, "case-2"}), "credit_used");
    EXPECT_EQ(*tenant->database->transaction(
                  [&](storage::Transaction& tx) { return records.revoke(tx, "case-1"); }),
              2);
    EXPECT_EQ(grant({"00003", "substitution", "S2", {"A1"}, false, "case-2"}), "");
}

TEST_P(RecordsTest, MakesTheLedgerOfAPersonFromWhatIsOnFile)
{
    ASSERT_TRUE(
        catalog.import("plan_courses", "plan_id,seq,course_code\nP1,1,00001\nP1,2,00002\nP1,3,00003\n"));
    ASSERT_TRUE(catalog.import("majors", "code,name,level,plan_id,min_courses\nL01,灯学,专升本,P1,3\n"));
    ASSERT_TRUE(catalog.import("substitutions", "rule_id,for_course,by_course,mode\nS1,00003,00004,each\n"));
    ASSERT_TRUE(catalog.import("waivers", "rule_id,course_code,basis,certificate\nW1,00002,证书,灯具证书\n"));
    take("N1,00001,71,,2024-04-13,exam,,\nN1,00004,71,,2024-04-13,exam,,\n");
    EXPECT_EQ(grant({"00002", "waiver", "W1", {}, false, "case-1"}), "");
    const auto ledger = ledgerOf(records, catalog, **catalog.major("L01"), "anna", "N1",
                                 {{"00003", "substitution", "S1", {"00004"}}}, Date{2026, 5, 1});
    ASSERT_TRUE(ledger) << ledger.error().message;
    EXPECT_TRUE(ledger->complete);
    EXPECT_TRUE(ledger->lines.at(1).granted);
    EXPECT_FALSE(ledger->lines.at(2).granted);
    EXPECT_EQ(ledger->names.at("00004"), "灯油化学");
}

/// Who has write access to the database alone: no pass, merge or grant can be changed or made unnoticed.
class AlteredRecords : public RecordsTest
{
protected:
    void byHand(const std::string& sql, const storage::Params& params = {})
    {
        const auto done = tenant->database->execute(sql, params);
        ASSERT_TRUE(done) << done.error().message;
        ASSERT_EQ(*done, 1) << sql;
    }
    std::vector<std::string> violations() { return check(*tenant->database, tenant->vault.get()).value(); }
    /// As "kind of".
    std::vector<std::string> altered(const std::string& account, const std::string& number)
    {
        std::vector<AlteredRow> rows;
        EXPECT_TRUE(records.of(account, number, &rows));
        EXPECT_TRUE(records.grants(account, "P1", &rows));
        std::vector<std::string> all;
        for (const AlteredRow& row : rows)
            all.push_back(row.kind + " " + row.of);
        return all;
    }
};
INSTANTIATE_ON_BOTH_ENGINES(AlteredRecords);

TEST_P(AlteredRecords, APassThatWasChangedByHandCountsForNothingAndIsNamed)
{
    take("N1,00001,71,,2024-04-13,exam,,\nN1,00002,,良好,2024-04-13,practice,,\n");
    const std::string id = records.of("anna", "N1")->front().id;
    const struct
    {
        std::string column;
        storage::Value other;
    } kColumns[] = {{"score", std::int64_t{95}},
                    {"score", {}},
                    {"grade", "优秀"},
                    {"course_code", "00003"},
                    {"passed_on", "2023-04-13"},
                    {"source", "filed"},
                    {"origin", "江苏"},
                    {"moved_on", "2015-01-01"},
                    {"evidence", "case:1"},
                    {"recorded_by", "nobody"},
                    {"recorded_at", std::int64_t{5}},
                    {"mac", ""}};
    for (const auto& [column, other] : kColumns) {
        const bool is_number = column == "score" || column == "recorded_at";
        const auto kept =
            tenant->database->query("SELECT " + column + " FROM pass_record WHERE id = ?", {id});
        byHand("UPDATE pass_record SET " + column + " = ? WHERE id = ?", {other, id});
        EXPECT_THAT(passes("anna", "N1"), ElementsAre("00002良好")) << column;
        EXPECT_THAT(altered("anna", "N1"),
                    ElementsAre(column == "course_code" ? "pass 00003" : "pass 00001"));
        EXPECT_THAT(violations(), ElementsAre(HasSubstr("pass_record " + id))) << column;
        const storage::Value before =
            is_number ? storage::Value{kept->front().integer(0)} : storage::Value{kept->front().text(0)};
        byHand("UPDATE pass_record SET " + column + " = ? WHERE id = ?", {before, id});
    }
    byHand("UPDATE pass_record SET admission_number = 'N9' WHERE id = ?", {id});
    EXPECT_THAT(passes("anna", "N9"), IsEmpty()) << "given to another number";
    byHand("UPDATE pass_record SET admission_number = 'N1' WHERE id = ?", {id});
    EXPECT_THAT(passes("anna", "N1"), ElementsAre("00001 71", "00002良好"));
    EXPECT_THAT(violations(), IsEmpty());
}

TEST_P(AlteredRecords, TheMacOfAnotherPassOrTenantDoesNotFit)
{
    take("N1,00001,71,,2024-04-13,exam,,\nN1,00002,95,,2024-04-13,exam,,\n");
    const std::string mac =
        tenant->database->query("SELECT mac FROM pass_record WHERE score = 95")->front().text(0);
    byHand("UPDATE pass_record SET score = 95, mac = ? WHERE course_code = '00001'", {mac});
    EXPECT_THAT(passes("anna", "N1"), ElementsAre("00002 95"));
    tenant->vault = std::make_unique<Vault>(std::make_shared<const KeyRing>(KeyRing::generate()));
    EXPECT_THAT(passes("anna", "N1"), IsEmpty()) << "moved into the neighbour's database";
}

TEST_P(AlteredRecords, APassMovedInThatWasChangedByHandIsNotProvedByPapers)
{
    take("N1,00001,66,,2011-04-16,transfer,江苏,2013-06-01\n");
    byHand("UPDATE pass_record SET score = 88");
    const PassRecord paper{"", "N1", "00001", 88, "", "2011-04-16", "filed", "江苏", "", "case-1"};
    const auto done = tenant->database->transaction(
        [&](storage::Transaction& tx) { return records.file(tx, paper, "staff"); });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().reason, "pass_altered");
}

TEST_P(AlteredRecords, AMergeThatWasMadeOrChangedByHandGivesAndTakesNoPasses)
{
    take("N1,00001,71,,2024-04-13,exam,,\nN2,00002,80,,2024-04-13,exam,,\nN3,00003,90,,2024-04-13,exam,,\n");
    ASSERT_TRUE(link("N2", "anna", "N1"));
    EXPECT_THAT(passes("anna", "N1"), ElementsAre("00001 71", "00002 80"));
    byHand("UPDATE linked_number SET account_id = 'bert'");
    EXPECT_THAT(passes("bert", "N9"), IsEmpty());
    EXPECT_THAT(altered("bert", "N9"), ElementsAre("number N2"));
    EXPECT_THAT(violations(), ElementsAre(HasSubstr("linked_number N2")));
    byHand("UPDATE linked_number SET account_id = 'anna'");
    byHand("INSERT INTO linked_number (admission_number, account_id, kind, case_id, linked_by, linked_at) "
           "VALUES ('N3', 'anna', '', 'case-1', 'staff', 5)");
    EXPECT_THAT(passes("anna", "N1"), ElementsAre("00001 71", "00002 80"));
    EXPECT_THAT(passes("carl", "N3"), ElementsAre("00003 90")) << "and takes none from whose they are";
    EXPECT_FALSE(*records.mergedAway("N3"));
    EXPECT_TRUE(*records.mergedAway("N2"));
}

TEST_P(AlteredRecords, AGrantThatWasMadeOrChangedByHandGrantsNothing)
{
    ASSERT_EQ(grant({"00002", "waiver", "W1", {}, false, "case-1"}), "");
    ASSERT_EQ(records.grants("anna", "P1")->size(), 1u);
    byHand("UPDATE course_grant SET course_code = '00003'");
    EXPECT_THAT(*records.grants("anna", "P1"), IsEmpty());
    EXPECT_THAT(altered("anna", "N1"), ElementsAre("grant 00003"));
    EXPECT_THAT(violations(), ElementsAre(HasSubstr("course_grant anna/P1/00003")));
    EXPECT_EQ(grant({"00003", "waiver", "W1", {}, false, "case-1"}), "course_granted");
    byHand("UPDATE course_grant SET course_code = '00002'");
    EXPECT_EQ(records.grants("anna", "P1")->size(), 1u);
}

} // namespace
} // namespace zikao::exams
