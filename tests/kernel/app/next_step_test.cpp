#include "kernel/app/api/next_step.hpp"

#include <gtest/gtest.h>

namespace zikao::app {
namespace {

using cases::Phase;

constexpr Instant kNow{1'000'000};

/// A procedure of one state, which offers `finish` to the candidate and `give_up` to whoever is asked.
class NextStep : public testing::Test
{
protected:
    cases::View view(const std::string& title, Phase phase, const std::string& waits_for = {})
    {
        auto definition = std::make_shared<cases::Definition>();
        definition->title = "毕业申请";
        definition->states["here"] = {.id = "here",
                                      .title = title,
                                      .phase = phase,
                                      .editable = false,
                                      .reviewers = {},
                                      .waits_for = waits_for};
        definition->states["over"] = {.id = "over",
                                      .title = "放弃",
                                      .phase = Phase::closed,
                                      .editable = false,
                                      .reviewers = {},
                                      .waits_for = {}};
        for (const auto& [id, to] : {std::pair{"finish", "here"}, {"give_up", "over"}}) {
            cases::Action action;
            action.id = id;
            action.title = id;
            action.by = "candidate";
            action.to = to;
            action.from = {"here"};
            definition->actions.push_back(action);
        }
        auto package = std::make_shared<rules::Package>();
        package->texts = {{"waits_for_form", "请填写登记表。"}};
        cases::View out;
        out.record.id = "case-" + title;
        out.record.state = "here";
        out.record.phase = phase;
        out.definition = definition;
        out.package = package;
        return out;
    }
    static cases::View offering(cases::View view, const std::string& action)
    {
        view.offers.push_back(
            {.id = action, .title = action, .enabled = false, .needs_reason = false, .reasons = {}});
        return view;
    }
    static cases::View sentBack(cases::View view, const std::string& reason)
    {
        view.editable = true;
        cases::Event event;
        event.reason = reason;
        view.history = {event, cases::Event{}};
        return view;
    }
    static Json next(const std::vector<cases::View>& running,
                     const std::vector<cases::Engine::Tile>& tiles = {})
    {
        return nextStep(running, tiles, kNow);
    }
};

TEST_F(NextStep, WhatWasSentBackGoesBeforeWhatIsUnpaidAndThatBeforeADraft)
{
    const cases::View draft = view("填写中", Phase::draft), unpaid = view("未缴费", Phase::submitted);
    const cases::View returned = sentBack(view("被退回", Phase::returned), "照片不清晰");
    EXPECT_EQ(next({draft, unpaid, returned})["path"], "/cases/case-被退回");
    EXPECT_EQ(next({draft, unpaid})["path"], "/cases/case-未缴费/payment");
    EXPECT_EQ(next({draft})["button"], "继续填写");
    EXPECT_EQ(next({}), nullptr);
}

TEST_F(NextStep, AReasonIsOneSentenceWhetherOrNotTheOfficeEndedIt)
{
    for (const char* reason : {"照片不清晰", "照片不清晰。"}) {
        const Json card = next({sentBack(view("被退回", Phase::returned), reason)});
        EXPECT_EQ(card["title"], "毕业申请：被退回");
        EXPECT_EQ(card["text"], "原因：照片不清晰。请修改后重新提交。");
    }
}

TEST_F(NextStep, WhatOneOfficeSentBackToAnotherAsksNothingOfTheCandidate)
{
    EXPECT_EQ(next({view("退回市级复核", Phase::returned)}), nullptr);
}

TEST_F(NextStep, WhatAnOfficePassedOnToTheCandidateIsSaidInTheStatesWords)
{
    const cases::View passed = view("预审通过", Phase::approved, "waits_for_form");
    const Json card = next({view("填写中", Phase::draft), offering(passed, "finish")});
    EXPECT_EQ(card["title"], "毕业申请：预审通过");
    EXPECT_EQ(card["text"], "请填写登记表。");
    EXPECT_EQ(card["path"], "/cases/case-预审通过");
    EXPECT_EQ(next({offering(passed, "give_up")}), nullptr) << "who could only give up is asked for nothing";
    EXPECT_EQ(next({offering(view("已注册", Phase::approved), "finish")}), nullptr)
        << "the state waits for nobody";
}

TEST_F(NextStep, OnlyWhatWasNotBegunAndHasAnEndIsOfferedToBeBegun)
{
    cases::Engine::Tile tile;
    tile.type = "sign_up";
    tile.title = "报考";
    tile.open = true;
    EXPECT_EQ(next({}, {tile}), nullptr) << "may be done at any time";
    tile.closes_at = Instant{kNow.ms + 1};
    EXPECT_EQ(next({}, {tile})["path"], "/start/sign_up");
    EXPECT_EQ(next({}, {tile})["deadline_ms"], kNow.ms + 1);
    tile.had = true;
    EXPECT_EQ(next({}, {tile}), nullptr) << "who has graduated is not asked to graduate";
    tile.had = false;
    tile.open_case = "case-1";
    EXPECT_EQ(next({}, {tile}), nullptr);
}

TEST_F(NextStep, ADeadlineIsSaidWhileItsActionCouldStillHappen)
{
    cases::View returned = sentBack(view("被退回", Phase::returned), "照片不清晰。");
    returned.deadlines = {{"give_up", Instant{kNow.ms - 1}}, {"unknown", Instant{kNow.ms + 5}}};
    EXPECT_EQ(next({returned})["deadline_ms"], nullptr);
    returned.deadlines.push_back({"give_up", Instant{kNow.ms + 9}});
    EXPECT_EQ(next({returned})["deadline_ms"], kNow.ms + 9);
    EXPECT_EQ(deadlinesJson(returned, kNow), Json::array({{{"title", "give_up"}, {"at_ms", kNow.ms + 9}}}));
}

} // namespace
} // namespace zikao::app
