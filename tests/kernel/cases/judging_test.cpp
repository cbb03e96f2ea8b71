#include "kernel/base/crypto.hpp"
#include "kernel/base/encoding.hpp"
#include "tests/kernel/cases/lantern.hpp"
#include "tests/kernel/cases/stage.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

namespace {

class EngineJudging : public Stage
{
protected:
    static std::vector<std::string> namesOf(const Json& facts)
    {
        std::vector<std::string> names;
        for (const auto& [name, value] : facts.items())
            names.push_back(name);
        return names;
    }
    static const cases::Offer& offer(const cases::View& view, const std::string& action)
    {
        for (const cases::Offer& one : view.offers)
            if (one.id == action)
                return one;
        throw std::runtime_error(action + " is not offered");
    }
    /// An application whose statement is still a dummy, before its city.
    std::string unfinished()
    {
        const Person person = passed();
        const std::string id = begin(person, "mastership");
        Json fields = application();
        fields["statement"] = "待补充。";
        mustDo(person.actor(), id, "apply", {fields});
        return id;
    }
    /// The lantern package with a change in one file, as its next version.
    static rules::Source changed(const std::string& file, const std::string& from, const std::string& to)
    {
        rules::Source source = cases::lanternSource();
        replace(source.files.at("package.lua"), "1.0.0", "2.0.0");
        replace(source.files.at(file), from, to);
        return source;
    }
    static void replace(std::string& text, const std::string& from, const std::string& to)
    {
        const std::size_t at = text.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(EngineJudging);

TEST_P(EngineJudging, ExplainSaysWhyAnActionIsShutAndChangesNothing)
{
    const std::string id = unfinished();
    const Snapshot before = everything();
    const auto shut = engine.explain(east, id, "forward");
    ASSERT_TRUE(shut);
    EXPECT_FALSE(shut->allowed);
    ASSERT_EQ(shut->reasons.size(), 1u);
    EXPECT_EQ(shut->reasons[0].code, "statement_unfinished");
    EXPECT_EQ(shut->reasons[0].args, Json({{"have", "待补充。"}}));
    EXPECT_EQ(shut->reasons[0].field, "statement");
    EXPECT_EQ(shut->reasons[0].rule, "mastership.may_forward");
    EXPECT_EQ(everything(), before);
}

TEST_P(EngineJudging, WhatIsShutIsShownShutWithItsReasonAndRefusedAlike)
{
    const std::string id = unfinished();
    const cases::Offer shown = offer(view(east, id), "forward");
    EXPECT_FALSE(shown.enabled);
    ASSERT_EQ(shown.reasons.size(), 1u);
    EXPECT_EQ(shown.reasons[0].code, "statement_unfinished");
    EXPECT_THAT(refusals(east, id, "forward", {}), ElementsAre("statement_unfinished@statement"));
    EXPECT_EQ(state(id), "city");
}

TEST_P(EngineJudging, ExplainFollowsTheFactsOfTheMoment)
{
    const Person person = passed();
    const std::string id = signedUp(person);
    EXPECT_TRUE(engine.explain(person.actor(), id, "pay")->allowed);
    clock.set(sitting.pay_until);
    const auto late = engine.explain(person.actor(), id, "pay");
    ASSERT_EQ(late->reasons.size(), 1u);
    EXPECT_EQ(late->reasons[0].code, "payment_time_over");
    EXPECT_EQ(late->reasons[0].args, Json({{"until", beijingText(sitting.pay_until)}}));
    EXPECT_EQ(engine.explain(person.actor(), id, "no_such").error().code, ErrorCode::not_found);
}

TEST_P(EngineJudging, AGuardSeesTheFactsItDeclaresAndNoOthers)
{
    const Person person = passed();
    const std::string id = ordered(person);
    EXPECT_THAT(namesOf(evaluator.lastFacts("registration.may_submit")),
                UnorderedElementsAre("today", "fields", "files"));
    EXPECT_THAT(namesOf(evaluator.lastFacts("sign_up.may_submit")),
                UnorderedElementsAre("fields", "plan", "registration"));
    // The order did not exist yet: a fact that is not there is absent, not null.
    EXPECT_THAT(namesOf(evaluator.lastFacts("sign_up.may_pay")),
                UnorderedElementsAre("fields", "plan", "sitting"));
}

TEST_P(EngineJudging, AGuardSeesWhatThisRequestSends)
{
    const Person person = passed();
    const std::string id = choosing(person);
    Json unknown = choice();
    unknown["courses"] = {{{"slot_no", 1}, {"code", "00003"}}};
    ASSERT_THAT(refusals(person.actor(), id, "submit", {unknown}), ElementsAre("<done>"));
    EXPECT_EQ(evaluator.lastFacts("sign_up.may_submit")["fields"]["courses"], unknown["courses"]);
    EXPECT_EQ(evaluator.lastFacts("sign_up.may_submit")["plan"]["major"]["code"], "L01");
    EXPECT_EQ(evaluator.lastFacts("sign_up.may_submit")["registration"]["name"], "灯芯人");
}

TEST_P(EngineJudging, AGuardSeesNoSecretAndNoFileOfAHiddenField)
{
    const Person person = begun();
    const auto oil = input(person.actor(), person.registration, {{{"crafts", {"L02"}}}});
    need(engine.saveDraft(person.actor(), person.registration, oil), "crafts");
    need(engine.attach(person.actor(), person.registration, "oil_papers", picture(), ""), "papers");
    Json all = fields();
    all["crafts"] = Json::array();
    mustDo(person.actor(), person.registration, "submit", {all, secrets()});
    const Json seen = evaluator.lastFacts("registration.may_submit");
    EXPECT_THAT(namesOf(seen["files"]), UnorderedElementsAre("portrait", "id_card_front"));
    EXPECT_EQ(seen.dump().find("deng2026Ren"), std::string::npos);
}

TEST_P(EngineJudging, DEF_GEN_08_AnEventKeepsWhoDidWhatAndTheDigestOfTheFactsThatTheGuardSaw)
{
    const std::string id = applied(passed());
    clock.advance(1h);
    const Instant decided_at = clock.now();
    mustDo(east, id, "forward", {nullptr, nullptr, "材料齐全"});
    const auto seen = view(province, id);
    const cases::Event& event = seen.history.back();
    EXPECT_EQ(event.actor_id, east.id);
    EXPECT_EQ(event.actor_name, "东灯审核员");
    EXPECT_EQ(event.actor_office, "9001");
    EXPECT_EQ(event.action + ": " + event.from + " - " + event.to, "forward: city - joint");
    EXPECT_EQ(event.reason, "材料齐全");
    EXPECT_EQ(event.at.ms, decided_at.ms);
    EXPECT_EQ(event.seq, seen.record.revision);
    EXPECT_EQ(event.rules_hash, cases::lanternSource().hash());
    EXPECT_EQ(event.rules_version, "1.0.0");
    EXPECT_EQ(event.decision,
              Json({{"allowed", true}, {"as", {"prefecture_office"}}, {"reasons", Json::array()}}));
    const Json facts{{"today", "2026-04-11"}, {"fields", application()}};
    EXPECT_EQ(event.facts_digest, hex(sm3(dumpJson(facts))));
}

TEST_P(EngineJudging, DEF_GEN_08_ARefusedAttemptLeavesNoEvent)
{
    const std::string id = unfinished();
    const auto before = view(east, id).history.size();
    EXPECT_THAT(refusals(east, id, "forward", {}), testing::Not(Contains("<done>")));
    EXPECT_EQ(view(east, id).history.size(), before);
}

TEST_P(EngineJudging, ACaseKeepsTheRulesItBeganUnderWhenNewOnesArePublished)
{
    const Person person = passed(), later = passed(2);
    const std::string under_one = choosing(person);
    publish(changed("rules/sign_up.lua", "MOST_COURSES = 2", "MOST_COURSES = 1"));
    const std::string under_two = choosing(later);
    EXPECT_EQ(view(person.actor(), under_one).record.rules_version, "1.0.0");
    EXPECT_EQ(view(later.actor(), under_two).record.rules_version, "2.0.0");
    EXPECT_THAT(refusals(person.actor(), under_one, "submit", {choice()}), ElementsAre("<done>"));
    EXPECT_THAT(refusals(later.actor(), under_two, "submit", {choice()}),
                ElementsAre("too_many_courses@courses"));
    EXPECT_EQ(view(person.actor(), under_one).history.back().rules_version, "1.0.0");
}

TEST_P(EngineJudging, ACaseKeepsItsTextsAndStatesWhenNewRulesRenameThem)
{
    const Person person = passed();
    const std::string id = choosing(person);
    publish(changed("texts/zh-CN.json", "请在缴费截止时间前缴费。", "新的提示。"));
    EXPECT_EQ(view(person.actor(), id).package->texts["waits_for_payment"], "请在缴费截止时间前缴费。");
}

TEST_P(EngineJudging, ACaseKeepsItsRulesAcrossARestart)
{
    const Person person = passed();
    const std::string id = choosing(person);
    publish(changed("rules/sign_up.lua", "MOST_COURSES = 2", "MOST_COURSES = 1"));
    // A new registry and a new engine know of nothing but the database.
    tenant->rules = std::make_unique<rules::Registry>(*tenant->database, tenant->evaluator, clock);
    cases::Engine fresh(services);
    EXPECT_THAT(said(fresh.perform(person.actor(), id, "submit", input(person.actor(), id, {choice()}))),
                ElementsAre("<done>"));
}

TEST_P(EngineJudging, ARuleThatFailsIsAFaultAndLetsNothingPass)
{
    publish(changed("rules/sign_up.lua", "if not facts.sitting.payment_open then",
                    "if facts.nothing.at_all then"));
    const Person person = passed();
    const std::string id = signedUp(person);
    const cases::Input on_the_page = [&] {
        cases::Input sent;
        sent.revision = 2;
        sent.request_key = "pay";
        return sent;
    }();
    const Snapshot before = everything();
    EXPECT_THAT(said(engine.perform(person.actor(), id, "pay", on_the_page)), ElementsAre("rule_error"));
    EXPECT_EQ(everything(), before);
}

TEST_P(EngineJudging, TheCentreShowsEachProcedureWithWhyItCannotBeBegun)
{
    const Person person = registered();
    const auto tiles = [&] {
        std::map<std::string, std::vector<std::string>> shown;
        const auto all = engine.tiles(person.actor());
        for (const cases::Engine::Tile& tile : *all) {
            shown[tile.type] =
                tile.open_case.empty() ? std::vector<std::string>{} : std::vector{tile.open_case};
            for (const Reason& reason : tile.reasons)
                shown[tile.type].push_back(reason.code);
            EXPECT_EQ(tile.open, tile.reasons.empty());
        }
        return shown;
    };
    EXPECT_THAT(tiles()["sign_up"], ElementsAre("earlier_stage_open"));
    EXPECT_THAT(tiles()["mastership"], ElementsAre("earlier_stage_open"));
    mustDo(east, person.registration, "pass");
    EXPECT_THAT(tiles()["sign_up"], IsEmpty());
    const std::string id = choosing(person);
    EXPECT_THAT(tiles()["sign_up"], ElementsAre(id));
    EXPECT_THAT(tiles()["registration"], ElementsAre(person.registration));
    mustDo(person.actor(), id, "submit", {choice()});
    mustDo(person.actor(), id, "pay");
    ASSERT_TRUE(engine.systemAction(id, "paid", "news"));
    EXPECT_THAT(tiles()["sign_up"], ElementsAre(id)) << "what was paid is not asked for once more";
}

TEST_P(EngineJudging, WhatAFeeWillBeIsSaidByTheRulesBeforeItIsCharged)
{
    const Person person = passed();
    const std::string id = signedUp(person);
    const auto lines = engine.quote(person.actor(), id);
    ASSERT_TRUE(lines);
    ASSERT_EQ(lines->size(), 2u);
    EXPECT_EQ((*lines)[0].name, "灯学概论");
    EXPECT_EQ((*lines)[1].amount, Money::fen(1200));
    EXPECT_EQ(count("pay_order"), 0);
    mustDo(person.actor(), id, "pay");
    EXPECT_EQ(billing.newestOrderOfCase(id).value()->total, Money::fen(2400));
    EXPECT_EQ(engine.quote(person.actor(), person.registration).error().code, ErrorCode::not_found);
}
