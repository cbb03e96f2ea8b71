#include "tests/kernel/cases/stage.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::IsEmpty;

namespace {

using Verdict = api::ExchangeVerdict;

/// The guild's roll: registrations that wait for their office.
class EngineExchanges : public Stage
{
protected:
    cases::ExchangeExport rows(const identity::Actor& actor, int limit = 10, int offset = 0)
    {
        auto made = engine.exchangeRows(actor, "registration", "guild", limit, offset);
        need(made, "rows");
        return std::move(*made);
    }
    std::string keyOf(const identity::Actor& actor, const std::string& case_id)
    {
        for (const api::ExchangeRow& row : rows(actor).batch.rows)
            if (row.key.starts_with(case_id))
                return row.key;
        return "none";
    }
    std::string answered(const identity::Actor& actor, const std::string& key,
                         Verdict verdict = Verdict::pass, const std::string& number = "",
                         const std::string& exchange = "guild")
    {
        auto outcome =
            engine.exchangeAnswer(actor, "registration", exchange,
                                  {2, key, number, verdict, verdict == Verdict::pass ? "" : "照片不清"});
        need(outcome, "answer");
        return outcome->decision.allowed ? outcome->state_title : outcome->decision.reasons.front().code;
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(EngineExchanges);

TEST_P(EngineExchanges, AH_REV_04_WhatWaitsIsHandedOverWithItsPortraitByTheOfficeThatDecidesIt)
{
    const auto anna = registered(1), bert = registered(2);
    const auto all = engine.exchanges(east);
    need(all, "exchanges");
    ASSERT_EQ(all->size(), 1u);
    EXPECT_EQ((*all)[0].title, "行会名册");
    EXPECT_EQ((*all)[0].waiting, 2);
    const auto made = rows(east);
    ASSERT_EQ(made.batch.rows.size(), 2u);
    const api::ExchangeRow& row = made.batch.rows[0];
    EXPECT_TRUE(row.key.starts_with(anna.registration + "-"));
    EXPECT_EQ(row.number, fields(1)["id_number"]) << "the authority needs it whole";
    EXPECT_EQ(row.values[0].second, fields(1)["name"]);
    EXPECT_EQ(row.values[1].second, "男") << "codes go by their names";
    EXPECT_EQ(row.picture, "photos/" + row.key + ".jpg");
    ASSERT_EQ(made.pictures.size(), 2u);
    EXPECT_EQ(made.pictures[0].name, row.picture);
    EXPECT_THAT(rows(west).batch.rows, IsEmpty());
    EXPECT_EQ(rows(east, 1, 1).batch.rows.at(0).key.substr(0, bert.registration.size()), bert.registration);
    EXPECT_EQ(rows(east, 1, 1).total, 2);
}

TEST_P(EngineExchanges, AH_REV_04_AnAnswerTakesItsActionAndASecondUploadChangesNothing)
{
    const auto anna = registered(1), bert = registered(2);
    const std::string yes = keyOf(east, anna.registration), no = keyOf(east, bert.registration);
    EXPECT_EQ(answered(east, yes, Verdict::pass, fields(1)["id_number"]), "审核通过");
    EXPECT_EQ(answered(east, no, Verdict::fail), "审核未通过");
    EXPECT_EQ(view(east, bert.registration).history.back().reason, "照片不清");
    for (const std::string& key : {yes, no})
        EXPECT_EQ(answered(east, key), "exchange_decided");
    EXPECT_EQ(state(anna.registration), "passed");
    EXPECT_EQ(state(bert.registration), "refused");
}

TEST_P(EngineExchanges, AnAnswerToAnEarlierRoundIsRefusedOnceTheCaseWasHandedOverAgain)
{
    const auto anna = registered(1);
    const std::string first = keyOf(east, anna.registration);
    EXPECT_EQ(answered(east, first, Verdict::fail), "审核未通过");
    mustDo(anna.actor(), anna.registration, "resubmit");
    EXPECT_EQ(answered(east, first, Verdict::pass), "exchange_old_round");
    const std::string second = keyOf(east, anna.registration);
    EXPECT_NE(first, second);
    EXPECT_EQ(answered(east, second), "审核通过");
}

TEST_P(EngineExchanges, WhatIsNobodysOrAnothersIsUnknown)
{
    const auto anna = registered(1);
    const std::string key = keyOf(east, anna.registration);
    for (const std::string& wrong : {std::string("none-1"), std::string("nonsense"), std::string("-"),
                                     std::string(), std::string(500, 'x') + "-1"})
        EXPECT_EQ(answered(east, wrong), "exchange_unknown") << wrong;
    EXPECT_EQ(answered(west, key), "exchange_unknown") << "another office's case";
    EXPECT_EQ(answered(east, key, Verdict::pass, "990101200001010000"), "exchange_number_differs");
    EXPECT_EQ(answered(east, key, Verdict::pass, "", "nothing"), "exchange_unknown");
    EXPECT_EQ(engine.exchangeRows(east, "registration", "nothing", 1, 0).error().code, ErrorCode::not_found);
    EXPECT_EQ(engine.exchangeRows(anna.actor(), "registration", "guild", 1, 0).error().code,
              ErrorCode::forbidden);
    EXPECT_EQ(state(anna.registration), "pending");
}
