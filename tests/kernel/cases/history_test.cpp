#include "kernel/cases/check.hpp"
#include "tests/kernel/cases/stage.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace {

/// Who has write access to the database alone: what was decided cannot be changed unnoticed (threats.md, section 3).
class EngineHistory : public Stage
{
protected:
    void byHand(const std::string& sql)
    {
        const auto done = tenant->database->execute(sql);
        ASSERT_TRUE(done) << done.error().message;
        ASSERT_GT(*done, 0) << sql;
    }
    std::vector<std::string> violations() { return cases::check(*tenant).value(); }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(EngineHistory);

TEST_P(EngineHistory, AStepThatWasChangedByHandIsNamedAndNoOfficerDecidesOnIt)
{
    const std::string id = applied(passed());
    ASSERT_THAT(violations(), Not(Contains(HasSubstr("case_event"))));
    const std::string of_case = " WHERE case_id = '" + id + "'";
    const struct
    {
        std::string column, other;
    } kColumns[] = {{"request_key", "'another'"},
                    {"input_digest", "'00'"},
                    {"actor_id", "'anna'"},
                    {"actor_name", "'别人'"},
                    {"actor_office", "'9002'"},
                    {"action", "'forward'"},
                    {"from_state", "'at_school'"},
                    {"to_state", "'at_school'"},
                    {"reason", "'补'"},
                    {"rules_hash", "'00'"},
                    {"rules_version", "'9'"},
                    {"decision", "'{}'"},
                    {"facts_digest", "'00'"},
                    {"opened_account", "'x'"},
                    {"happened_at", "1"},
                    {"seq", "(SELECT 999999)"},
                    {"mac", "''"}};
    for (const auto& [column, other] : kColumns) {
        const auto kept = tenant->database->query("SELECT " + column + " FROM case_event" + of_case);
        ASSERT_EQ(kept->size(), 1u);
        const bool is_number = column == "happened_at" || column == "seq";
        byHand("UPDATE case_event SET " + column + " = " + other + of_case);
        EXPECT_THAT(violations(), Contains(HasSubstr("case_event " + id))) << column;
        EXPECT_THAT(refusals(east, id, "forward", {}), ElementsAre("history_altered")) << column;
        const storage::Value before =
            is_number ? storage::Value{kept->front().integer(0)} : storage::Value{kept->front().text(0)};
        ASSERT_TRUE(
            tenant->database->execute("UPDATE case_event SET " + column + " = ?" + of_case, {before}));
    }
    EXPECT_THAT(violations(), Not(Contains(HasSubstr("case_event"))));
    mustDo(east, id, "forward");
}

TEST_P(EngineHistory, AStepWithTheMacOfAnotherCaseIsRefused)
{
    const Person anna = passed(1), bert = passed(2);
    const std::string hers = applied(anna), his = applied(bert);
    byHand("UPDATE case_event SET mac = (SELECT m FROM (SELECT mac AS m FROM case_event WHERE case_id = '" +
           hers + "') x) WHERE case_id = '" + his + "'");
    EXPECT_THAT(refusals(east, his, "forward", {}), ElementsAre("history_altered"));
    mustDo(east, hers, "forward");
}

TEST_P(EngineHistory, ACaseThatWasMovedOnByHandWaitsForNobodysDecision)
{
    const std::string id = applied(passed());
    const std::string before = state(id);
    mustDo(east, id, "forward");
    byHand("UPDATE case_record SET state = '" + before + "' WHERE id = '" + id + "'");
    byHand("UPDATE case_review SET case_state = '" + before +
           "', reviewer = 'prefecture_office', office_code = '9001' WHERE case_id = '" + id +
           "' AND reviewer = 'host_school'");
    EXPECT_THAT(refusals(east, id, "forward", {}), ElementsAre("history_altered"));
}

TEST_P(EngineHistory, ADecisionWrittenByHandIsNobodysAndTheOtherOfficeDecidesNothingOnIt)
{
    const std::string id = forwarded(passed());
    const std::string hers = " WHERE case_id = '" + id + "' AND reviewer = 'host_school'";
    byHand("UPDATE case_review SET is_open = 0, decision = 'agree', decided_at = since" + hers);
    EXPECT_THAT(refusals(province, id, "agree", {}), ElementsAre("history_altered"));
    EXPECT_THAT(violations(), Contains(HasSubstr("case_review " + id + "/host_school")));
    EXPECT_EQ(view(province, id).offers.front().reasons.at(0).code, "history_altered");
    byHand("UPDATE case_review SET is_open = 1, decision = '', decided_at = NULL" + hers);
    mustDo(province, id, "agree");
    EXPECT_THAT(violations(), Not(Contains(HasSubstr("case_review")))) << "one of two has decided";
    // The hour of the other office's decision, which is in the history, is not hers.
    byHand("UPDATE case_review SET is_open = 0, decision = 'agree', decided_at = (SELECT t FROM (SELECT "
           "decided_at AS t FROM case_review WHERE case_id = '" +
           id + "' AND reviewer = 'province_office') x)" + hers);
    byHand("UPDATE case_review SET is_open = 1, decision = '', decided_at = NULL WHERE case_id = '" + id +
           "' AND reviewer = 'province_office'");
    EXPECT_THAT(refusals(province, id, "agree", {}), ElementsAre("history_altered"));
    EXPECT_EQ(state(id), "joint");
}

TEST_P(EngineHistory, AnOfficeThatWasTakenOutByHandIsMissed)
{
    const std::string id = forwarded(passed());
    byHand("DELETE FROM case_review WHERE case_id = '" + id + "' AND reviewer = 'host_school'");
    EXPECT_THAT(refusals(province, id, "agree", {}), ElementsAre("history_altered"));
    EXPECT_THAT(violations(), Contains(HasSubstr("case_review " + id + "/host_school")));
}

TEST_P(EngineHistory, AnOfficerReadsWhyNothingIsOfferedAndTheCandidateStillReadsTheCase)
{
    const Person anna = passed();
    const std::string id = applied(anna);
    byHand("UPDATE case_event SET reason = '补' WHERE case_id = '" + id + "'");
    const cases::View seen = view(east, id);
    ASSERT_THAT(seen.offers, Not(IsEmpty()));
    for (const cases::Offer& offer : seen.offers) {
        EXPECT_FALSE(offer.enabled) << offer.id;
        ASSERT_THAT(offer.reasons, Not(IsEmpty())) << offer.id;
        EXPECT_EQ(offer.reasons[0].code, "history_altered");
    }
    EXPECT_EQ(view(anna.actor(), id).history.size(), 1u);
}
