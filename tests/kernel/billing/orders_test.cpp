#include <thread>

#include "tests/kernel/billing/fixture.hpp"

namespace zikao::billing {
namespace {

class Orders : public BillingTest
{};
INSTANTIATE_ON_BOTH_ENGINES(Orders);

TEST_P(Orders, XJ_PAY_03_FourCoursesMakeOneHundredAndFortyYuan)
{
    const Order order = open();
    EXPECT_EQ(order.total, Money::fen(14000));
    EXPECT_EQ(order.state, OrderState::unpaid);
    EXPECT_EQ(order.no.size(), 20u);
    EXPECT_TRUE(std::all_of(order.no.begin(), order.no.end(), [](char c) { return c >= '0' && c <= '9'; }));
    const Order stored = now(order);
    ASSERT_EQ(stored.lines.size(), 4u);
    EXPECT_EQ(stored.lines[1].code, "00024");
    EXPECT_EQ(stored.lines[1].amount, Money::fen(3500));
}

TEST_P(Orders, C29_TheSameOperationGivesTheSameOrderAndAnotherContentIsRefused)
{
    const Order first = open();
    const Order again = open();
    EXPECT_EQ(again.no, first.no);
    NewOrder other = fourCourses("case-1");
    other.lines.pop_back();
    EXPECT_EQ(tryOpen(other).error().reason, "operation_reused");
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_order"), 1);
}

TEST_P(Orders, C18_AnOrderThatWasChangedByHandTakesNoMoneyAndGivesNoneBack)
{
    const Order order = open(), other = open("case-2");
    const auto change = [&](const std::string& sql) {
        const auto done = database().execute(sql);
        ASSERT_TRUE(done) << done.error().message;
        ASSERT_GT(*done, 0) << sql;
    };
    const std::string head = "UPDATE pay_order SET ", line = "UPDATE order_line SET ";
    const std::string of = " WHERE no = '" + order.no + "'";
    const std::string first = " WHERE line_no = 1 AND order_no = '" + order.no + "'";
    const std::string created = std::to_string(order.created_at.ms);
    const std::string mac = database().query("SELECT mac FROM pay_order" + of)->front().text(0);
    const std::string others =
        database().query("SELECT mac FROM pay_order WHERE no = '" + other.no + "'")->front().text(0);
    const struct
    {
        std::string changed, back;
    } kChanges[] = {
        {head + "total_fen = 1" + of, head + "total_fen = 14000" + of},
        {head + "case_id = 'case-9'" + of, head + "case_id = 'case-1'" + of},
        {head + "candidate_id = 'bert'" + of, head + "candidate_id = 'candidate-case-1'" + of},
        {head + "business = 'other'" + of, head + "business = 'sign_up'" + of},
        {head + "subject = 'other'" + of, head + "subject = '灯笼省自学考试报名费'" + of},
        {head + "created_at_ms = 1" + of, head + "created_at_ms = " + created + of},
        {line + "amount_fen = 1" + first, line + "amount_fen = 3500" + first},
        {line + "code = '00099'" + first, line + "code = '00023'" + first},
        {line + "name = '别的'" + first, line + "name = '课程00023'" + first},
        {head + "mac = '" + others + "'" + of, head + "mac = '" + mac + "'" + of},
        {head + "mac = ''" + of, head + "mac = '" + mac + "'" + of},
    };
    const auto named = testing::Contains("an order was altered: " + order.no);
    for (const auto& [changed, back] : kChanges) {
        change(changed);
        EXPECT_EQ(codesRefusal(order, "codes-1"), "order_altered") << changed;
        EXPECT_THAT(check(database(), tenant->vault.get()).value(), named) << changed;
        change(back);
    }
    change("DELETE FROM order_line" + first);
    EXPECT_EQ(codesRefusal(order, "codes-1"), "order_altered") << "a line was taken away";
    change("INSERT INTO order_line (order_no, line_no, code, name, amount_fen) VALUES ('" + order.no +
           "', 1, '00023', '课程00023', 3500)");
    const auto made = codes(order);
    ASSERT_TRUE(alpha.pay(made[0].no));
    EXPECT_EQ(reply("alpha", alpha.paymentNotice(made[0].no)), 200);
    change(head + "candidate_id = 'bert'" + of);
    EXPECT_EQ(
        billing.requestRefund({order.no, Money::fen(3500), "重复缴费", "clerk", newId()}).error().reason,
        "order_altered");
    change(head + "candidate_id = 'candidate-case-1'" + of);
    EXPECT_TRUE(billing.requestRefund({order.no, Money::fen(3500), "重复缴费", "clerk", newId()}));
}

TEST_P(Orders, ACaseHasOneLiveOrder)
{
    const Order order = open();
    NewOrder second = fourCourses("case-1");
    second.operation_id = "other";
    EXPECT_EQ(tryOpen(second).error().reason, "order_open");
    const auto made = codes(order);
    ASSERT_TRUE(alpha.pay(made[0].no));
    EXPECT_EQ(reply("alpha", alpha.paymentNotice(made[0].no)), 200);
    EXPECT_EQ(tryOpen(second).error().reason, "order_paid");
}

TEST_P(Orders, AnExpiredOrderMakesRoomForANewOne)
{
    const Order order = open();
    pass(185s);
    EXPECT_EQ(stateOf(order), OrderState::expired);
    EXPECT_FALSE(billing.liveOrderOfCase("case-1").value());
    NewOrder second = fourCourses("case-1");
    second.operation_id = "other";
    const auto opened = tryOpen(second);
    ASSERT_TRUE(opened);
    EXPECT_EQ(billing.liveOrderOfCase("case-1").value()->no, opened->no);
    clock.advance(1s);
    EXPECT_EQ(billing.newestOrderOfCase("case-1").value()->case_id, "case-1");
}

TEST_P(Orders, OfManyOpenedAtOnceForOneCaseOneIsLive)
{
    std::atomic<int> opened = 0, refused = 0;
    {
        std::vector<std::jthread> clients;
        for (int i = 0; i < 8; ++i)
            clients.emplace_back([&, i] {
                NewOrder order = fourCourses("case-1");
                order.operation_id = "operation-" + std::to_string(i);
                const auto answer = tryOpen(order);
                opened += answer.has_value();
                refused += !answer && answer.error().reason == "order_open";
            });
    }
    EXPECT_EQ(opened, 1);
    EXPECT_EQ(refused, 7);
}

TEST_P(Orders, ManyOfOneSecondHaveEachTheirOwnNumber)
{
    // Six digits are drawn for a second: of 3,000 orders, about four pairs draw the same.
    constexpr std::size_t kMany = 3000;
    std::set<std::string> numbers;
    ASSERT_TRUE(database().transaction([&](storage::Transaction& tx) -> Result<void> {
        numbers.clear();
        for (std::size_t i = 0; i < kMany; ++i) {
            const auto order = billing.open(tx, fourCourses("case-" + std::to_string(i)));
            if (!order)
                return fail(order.error());
            numbers.insert(order->no);
        }
        return ok();
    }));
    EXPECT_EQ(numbers.size(), kMany);
}

TEST_P(Orders, NothingIsChargedForNothing)
{
    NewOrder order = fourCourses("case-1");
    order.lines[0].amount = Money::zero();
    EXPECT_EQ(tryOpen(order).error().code, ErrorCode::invalid_argument);
    order.lines.clear();
    EXPECT_EQ(tryOpen(order).error().code, ErrorCode::invalid_argument);
    order = fourCourses("case-1");
    order.operation_id.clear();
    EXPECT_EQ(tryOpen(order).error().code, ErrorCode::invalid_argument);
}

TEST_P(Orders, AnOrderRolledBackLeavesNothing)
{
    const auto rolled_back = database().transaction([&](storage::Transaction& tx) -> Result<void> {
        if (const auto order = billing.open(tx, fourCourses("case-1")); !order)
            return fail(order.error());
        return fail(ErrorCode::refused, "the case said no");
    });
    EXPECT_FALSE(rolled_back);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_order"), 0);
    EXPECT_EQ(count("SELECT COUNT(*) FROM order_line"), 0);
}

TEST_P(Orders, AreFoundByWholeNumbersAndCandidates)
{
    const Order one = open("case-1");
    const Order two = open("case-2");
    const auto made = codes(two);
    const auto found = [&](const OrderSearch& search) {
        const OrderPage page = billing.search(search).value();
        EXPECT_EQ(page.total, static_cast<std::int64_t>(page.orders.size()));
        return page.orders.size() == 1 ? page.orders.front().no : std::to_string(page.orders.size());
    };
    EXPECT_EQ(found({}), "2");
    EXPECT_EQ(found({one.no, {}, {}}), one.no);
    EXPECT_EQ(found({made[0].no, {}, {}}), two.no);
    EXPECT_EQ(found({"", {"candidate-case-1"}, {}}), one.no);
    EXPECT_EQ(found({"", {}, "paying"}), two.no);
    EXPECT_EQ(found({one.no.substr(0, 19), {}, {}}), "0");
    EXPECT_EQ(billing.search({"", {}, {}, 1, 1}).value().orders.size(), 1u);
    EXPECT_EQ(billing.search({"", {}, {}, 1, 1}).value().total, 2);
    EXPECT_EQ(billing.ofCandidate("candidate-case-2").value().front().no, two.no);
}

} // namespace
} // namespace zikao::billing
