#include "tests/kernel/cases/stage.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

class EngineReview : public Stage
{
protected:
    std::vector<std::string> decisions(const std::string& case_id)
    {
        std::vector<std::string> all;
        for (const cases::Review& review : view(identity::Actor::system("test"), case_id).reviews)
            all.push_back(review.reviewer + "@" + review.office_code + ":" + review.decision);
        return all;
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(EngineReview);

TEST_P(EngineReview, ACaseGoesToOneOfficeAfterTheOther)
{
    const std::string id = applied(passed());
    EXPECT_THAT(queueOf(east), ElementsAre(id));
    EXPECT_THAT(queueOf(school), IsEmpty()) << "its turn has not come";
    EXPECT_THAT(refusals(province, id, "agree", {}), ElementsAre("action_not_offered"));
    mustDo(east, id, "forward");
    EXPECT_THAT(queueOf(east), IsEmpty());
    EXPECT_THAT(queueOf(school), ElementsAre(id));
    EXPECT_THAT(queueOf(province), ElementsAre(id));
    EXPECT_THAT(decisions(id), ElementsAre("host_school@95001:", "province_office@9001:"));
}

TEST_P(EngineReview, AStepOfTwoOfficesEndsWhenBothAgreed)
{
    const std::string id = forwarded(passed());
    mustDo(school, id, "agree");
    EXPECT_EQ(state(id), "joint") << "the province has not answered";
    EXPECT_THAT(queueOf(school), IsEmpty());
    EXPECT_THAT(queueOf(province), ElementsAre(id));
    EXPECT_THAT(refusals(school, id, "agree", {}), ElementsAre("action_not_offered"));
    mustDo(province, id, "agree");
    EXPECT_EQ(state(id), "agreed");
    EXPECT_THAT(queueOf(province), IsEmpty());
    const auto history = view(province, id).history;
    ASSERT_EQ(history.size(), 4u);
    EXPECT_EQ(history[2].from + "-" + history[2].to, "joint-joint");
    EXPECT_EQ(history[3].from + "-" + history[3].to, "joint-agreed");
}

TEST_P(EngineReview, OneRefusalEndsAStepOfTwoOfficesAtOnce)
{
    const std::string id = forwarded(passed());
    mustDo(school, id, "agree");
    mustDo(province, id, "reject", {nullptr, nullptr, "学分不足"});
    EXPECT_EQ(state(id), "rejected");
    const std::string other = forwarded(passed(2));
    mustDo(school, other, "reject", {nullptr, nullptr, "论文未通过"});
    EXPECT_EQ(state(other), "rejected");
    EXPECT_THAT(queueOf(province), IsEmpty());
}

TEST_P(EngineReview, WhoHoldsBothDutiesDecidesBothWithOneAct)
{
    const std::string id = forwarded(passed());
    const identity::Actor both =
        officer("省级兼院校", "90", {identity::Role::province_office, identity::Role::host_school});
    mustDo(both, id, "agree");
    EXPECT_EQ(state(id), "agreed");
}

TEST_P(EngineReview, AH_REV_01_ACaseThatWaitsForBothDutiesOfAnOfficerIsListedAndCountedOnce)
{
    const std::string first = forwarded(passed());
    clock.advance(1h);
    const std::string second = forwarded(passed(2));
    const identity::Actor both =
        officer("省级兼院校", "90", {identity::Role::host_school, identity::Role::province_office});
    EXPECT_THAT(queueOf(both), ElementsAre(first, second));
    const auto page = engine.queue(both, {.state = "joint", .limit = 1, .offset = 1});
    need(page, "queue");
    EXPECT_EQ(page->total, 2);
    ASSERT_EQ(page->rows.size(), 1u);
    EXPECT_EQ(page->rows[0].record.id, second);
    EXPECT_EQ(engine.queue(both, {.text = "灯芯"})->total, 2);
    const auto queues = engine.queueCounts(both).value();
    for (const cases::QueueCount& queue : queues)
        if (queue.state == "joint")
            EXPECT_EQ(queue.count, 2);
    mustDo(school, first, "agree");
    EXPECT_THAT(queueOf(both), ElementsAre(first, second)) << "the province's answer is awaited";
}

TEST_P(EngineReview, AH_REV_01_AllCasesOfAnOfficeAreItsOwnAndThoseThatWaitForItEachOnce)
{
    const std::string id = forwarded(passed());
    const auto all = [&](const identity::Actor& actor) {
        const auto queue = engine.queue(actor, {.type = "mastership", .mine = false});
        need(queue, "queue");
        std::vector<std::string> ids;
        for (const cases::QueueRow& row : queue->rows)
            ids.push_back(row.record.id);
        EXPECT_EQ(queue->total, static_cast<std::int64_t>(ids.size()));
        return ids;
    };
    EXPECT_THAT(all(east), ElementsAre(id)) << "its own, though it waits for others";
    EXPECT_THAT(all(province), ElementsAre(id)) << "its own and waiting for it";
    EXPECT_THAT(all(school), ElementsAre(id)) << "another office's that waits for it";
    EXPECT_THAT(all(west), IsEmpty());
    mustDo(school, id, "agree");
    EXPECT_THAT(all(school), IsEmpty()) << "it has answered";
    EXPECT_EQ(engine.queue(province, {.text = "灯芯", .mine = false})->total, 2) << "with its registration";
}

TEST_P(EngineReview, AllCasesStandTheNewestChangeFirstAndArePagedInThatOrder)
{
    std::vector<std::string> ids;
    for (int number = 1; number <= 4; ++number) {
        ids.push_back(registered(number).registration);
        clock.advance(1h);
    }
    mustDo(east, ids[1], "pass");
    const auto listed = [&](const cases::QueueFilter& filter) {
        const auto queue = engine.queue(east, filter);
        need(queue, "queue");
        EXPECT_EQ(queue->total, 4);
        return queue->rows;
    };
    const auto idsOf = [](const std::vector<cases::QueueRow>& rows) {
        std::vector<std::string> all;
        for (const cases::QueueRow& row : rows)
            all.push_back(row.record.id);
        return all;
    };
    const auto all = listed({.mine = false});
    EXPECT_THAT(idsOf(all), ElementsAre(ids[1], ids[3], ids[2], ids[0]));
    EXPECT_THAT(idsOf(listed({.mine = false, .limit = 2, .offset = 1})), ElementsAre(ids[3], ids[2]));
    const auto place = [&](std::size_t at) {
        return cases::QueueFilter::Place{all[at].since, all[at].record.id};
    };
    EXPECT_THAT(idsOf(listed({.mine = false, .limit = 2, .after = place(0)})), ElementsAre(ids[3], ids[2]));
    EXPECT_THAT(idsOf(listed({.mine = false, .limit = 2, .before = place(3)})), ElementsAre(ids[3], ids[2]))
        << "the nearest ones before it, in the order of the list";
}

TEST_P(EngineReview, AReturnedCaseComesBackOnceAndIsReviewedFromTheBeginning)
{
    const Person person = passed();
    const std::string id = applied(person);
    mustDo(east, id, "forward");
    mustDo(school, id, "agree");
    mustDo(province, id, "send_back", {nullptr, nullptr, "请补充自我鉴定"});
    EXPECT_EQ(state(id), "returned");
    EXPECT_EQ(notify.box(person.actor().id)->front().text, "灯匠出师申请 被退回，原因：请补充自我鉴定");
    mustDo(person.actor(), id, "reapply", {{{"statement", "学灯四年，已能独立制灯。"}}});
    EXPECT_EQ(view(east, id).record.marks, std::vector<std::string>{"resubmitted"});
    mustDo(east, id, "forward");
    EXPECT_THAT(decisions(id), ElementsAre("host_school@95001:", "province_office@9001:"))
        << "what the school said of the first application does not count";
    mustDo(school, id, "send_back", {nullptr, nullptr, "仍不完整"});
    EXPECT_THAT(refusals(person.actor(), id, "reapply", {}), ElementsAre("action_not_offered"));
}

TEST_P(EngineReview, AFeeAndAHandOverFollowTheReviews)
{
    const Person person = passed();
    const std::string id = applied(person);
    mustDo(east, id, "forward");
    mustDo(school, id, "agree");
    mustDo(province, id, "agree");
    mustDo(person.actor(), id, "pay");
    const auto order = billing.newestOrderOfCase(id).value().value();
    const auto codes = billing.newCodes(order.no, "codes");
    ASSERT_TRUE(codes);
    EXPECT_EQ(order.expires_at.ms - order.created_at.ms, 1'800'000);
    EXPECT_EQ(codes->front().expires_at.ms - codes->front().created_at.ms, 180'000)
        << "code_seconds was not heard";
    ASSERT_TRUE(provider("lamp_pay").pay(codes->front().no));
    clock.advance(6s);
    deliver();
    EXPECT_EQ(state(id), "fee_paid");
    EXPECT_THAT(refusals(east, id, "hand_over", {}), ElementsAre("action_not_offered"));
    mustDo(province, id, "hand_over");
    EXPECT_EQ(state(id), "done");
}

TEST_P(EngineReview, AnOrderEndsByItsMomentWhateverCodesItHad)
{
    const Person person = passed(), late = passed(2);
    const std::string id = applied(person), late_id = applied(late);
    for (const std::string& one : {id, late_id}) {
        mustDo(east, one, "forward");
        mustDo(school, one, "agree");
        mustDo(province, one, "agree");
    }
    const auto evening = [](std::chrono::seconds time) { return beijingInstant(Date{2026, 4, 11}, time); };
    const Instant shuts = evening(20h);
    clock.set(evening(20h - 90s));
    mustDo(person.actor(), id, "pay");
    const auto order = billing.newestOrderOfCase(id).value().value();
    EXPECT_EQ(order.expires_at, shuts);
    EXPECT_EQ(billing.newCodes(order.no, "first").value().front().expires_at, shuts);
    clock.set(evening(20h - 1s));
    EXPECT_EQ(billing.newCodes(order.no, "second").value().front().expires_at, shuts);
    clock.set(shuts);
    EXPECT_EQ(billing.newCodes(order.no, "third").error().reason, "order_expired");
    EXPECT_THAT(refusals(late.actor(), late_id, "pay", {}), testing::ElementsAre("order_no_time"));
    clock.advance(1min);
    deliver();
    EXPECT_EQ(state(id), "agreed");
}
