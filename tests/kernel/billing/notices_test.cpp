#include <thread>

#include "tests/kernel/billing/fixture.hpp"

namespace zikao::billing {
namespace {

class Notices : public BillingTest
{
protected:
    std::string verdict()
    {
        return database()
            .query("SELECT verdict FROM pay_notice ORDER BY received_at_ms DESC, id DESC")
            .value()
            .front()
            .text(0);
    }
};
INSTANTIATE_ON_BOTH_ENGINES(Notices);

TEST_P(Notices, DEF_GEN_10_MakeTheOrderPaidOnceHoweverOftenTheyCome)
{
    const Order order = open();
    const auto made = codes(order);
    ASSERT_TRUE(alpha.pay(made[0].no));
    const api::RawNotice raw = alpha.paymentNotice(made[0].no);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(reply("alpha", raw), 200) << i;
    const Order paid = now(order);
    EXPECT_EQ(paid.state, OrderState::paid);
    EXPECT_EQ(paid.received, paid.total);
    EXPECT_EQ(paid.paid_at->ms, clock.now().ms);
    EXPECT_EQ(paid.provider_trade_no, "alpha-T1");
    EXPECT_EQ(posted("order_paid"), 1);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_transaction"), 1);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_notice"), 3);
    EXPECT_EQ(count("SELECT COUNT(*) FROM audit_entry WHERE act = 'order.paid'"), 1);
    EXPECT_EQ(billing.attempts(order.no).value().front().state == "paid" ||
                  billing.attempts(order.no).value().back().state == "paid",
              true);
}

TEST_P(Notices, C30_ForgedOnesChangeNothingAndAreKept)
{
    const Order order = open();
    const auto made = codes(order);
    EXPECT_EQ(reply("alpha", alpha.forgedNotice(made[0].no, order.total)), 400);
    EXPECT_EQ(verdict(), "forged");
    EXPECT_EQ(reply("alpha", {{}, "not even JSON"}), 400);
    EXPECT_EQ(stateOf(order), OrderState::paying);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_transaction"), 0);
    EXPECT_EQ(billing.notice("gamma", {}).error().code, ErrorCode::not_found);
}

TEST_P(Notices, C30_OfOneChannelProveNothingForAnother)
{
    const Order order = open();
    const auto made = codes(order);
    ASSERT_TRUE(alpha.pay(made[0].no));
    EXPECT_EQ(reply("beta", alpha.paymentNotice(made[0].no)), 400);
    EXPECT_EQ(stateOf(order), OrderState::paying);
}

TEST_P(Notices, AreStoredUnreadableAndComeBackByteForByte)
{
    const api::RawNotice raw{{{"Signature", "abc"}}, std::string("body \0 with bytes", 17)};
    EXPECT_EQ(reply("alpha", raw), 400);
    const auto rows = database().query("SELECT raw FROM pay_notice").value();
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows.front().bytes(0).find("with bytes"), std::string::npos);
    const Json whole =
        parseJson(tenant->vault->open(rows.front().bytes(0), "pay_notice.raw").value()).value();
    EXPECT_EQ(whole.at("body").get<std::string>(), raw.body);
    EXPECT_EQ(whole.at("headers").at(0).at(1), "abc");
}

TEST_P(Notices, DEF_GEN_10_MoneyForAnExpiredOrderGoesToTheExceptions)
{
    const Order order = open();
    const auto made = codes(order);
    pass(185s);
    ASSERT_EQ(stateOf(order), OrderState::expired);
    alpha.payClosed(made[0].no);
    EXPECT_EQ(reply("alpha", alpha.paymentNotice(made[0].no)), 200);
    EXPECT_EQ(reply("alpha", alpha.paymentNotice(made[0].no)), 200);
    EXPECT_EQ(kindOfOnlyException(), "late");
    EXPECT_EQ(stateOf(order), OrderState::expired);
    EXPECT_EQ(posted("pay_exception"), 1);
    EXPECT_EQ(posted("order_paid"), 0);
    const ExceptionEntry entry = billing.exceptions(true).value().front();
    EXPECT_EQ(entry.order_no, order.no);
    EXPECT_EQ(entry.amount, order.total);
    EXPECT_EQ(entry.state, "open");
}

TEST_P(Notices, XJ_PAY_07_ASecondPaymentOfAnOrderIsADoubleOne)
{
    const Order order = open();
    const auto made = codes(order);
    ASSERT_TRUE(alpha.pay(made[0].no));
    ASSERT_TRUE(beta.pay(made[1].no));
    EXPECT_EQ(reply("alpha", alpha.paymentNotice(made[0].no)), 200);
    EXPECT_EQ(reply("beta", beta.paymentNotice(made[1].no)), 200);
    EXPECT_EQ(kindOfOnlyException(), "double");
    EXPECT_EQ(now(order).paid_channel, "alpha");
    EXPECT_EQ(now(order).received, order.total);
    EXPECT_EQ(posted("order_paid"), 1);
}

TEST_P(Notices, C30_AWrongAmountPaysNothing)
{
    const Order order = open();
    const auto made = codes(order);
    ASSERT_TRUE(alpha.pay(made[0].no, Money::fen(1)));
    EXPECT_EQ(reply("alpha", alpha.paymentNotice(made[0].no)), 200);
    EXPECT_EQ(kindOfOnlyException(), "wrong_amount");
    EXPECT_EQ(stateOf(order), OrderState::paying);
    EXPECT_EQ(posted("order_paid"), 0);
}

TEST_P(Notices, C30_AnotherCurrencyPaysNothing)
{
    const Order order = open();
    const auto made = codes(order);
    ASSERT_TRUE(alpha.pay(made[0].no));
    Json body = parseJson(alpha.paymentNotice(made[0].no).body).value();
    body["currency"] = "USD";
    EXPECT_EQ(reply("alpha", {{}, dumpJson(body)}), 200);
    EXPECT_EQ(kindOfOnlyException(), "wrong_amount");
    EXPECT_EQ(stateOf(order), OrderState::paying);
}

TEST_P(Notices, C32_MoneyForANumberWeNeverMadeIsListed)
{
    alpha.payStray("zk-of-somebody-else", Money::fen(700));
    EXPECT_EQ(reply("alpha", alpha.paymentNotice("zk-of-somebody-else")), 200);
    EXPECT_EQ(kindOfOnlyException(), "unknown_order");
}

TEST_P(Notices, AnAttemptOfOneChannelCannotBePaidThroughAnother)
{
    const Order order = open();
    const auto made = codes(order);
    beta.payStray(made[0].no, order.total);
    EXPECT_EQ(reply("beta", beta.paymentNotice(made[0].no)), 200);
    EXPECT_EQ(kindOfOnlyException(), "unknown_order");
    EXPECT_EQ(stateOf(order), OrderState::paying);
}

TEST_P(Notices, C30_ThatCannotBeBookedAreNotAcknowledged)
{
    const Order order = open();
    const auto made = codes(order);
    ASSERT_TRUE(alpha.pay(made[0].no));
    // The outbox is part of the same act: without it nothing may have happened.
    ASSERT_TRUE(database().execute("ALTER TABLE outbox RENAME TO outbox_away"));
    EXPECT_EQ(reply("alpha", alpha.paymentNotice(made[0].no)), 500);
    EXPECT_EQ(stateOf(order), OrderState::paying);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_transaction"), 0);
    ASSERT_TRUE(database().execute("ALTER TABLE outbox_away RENAME TO outbox"));
    EXPECT_EQ(reply("alpha", alpha.paymentNotice(made[0].no)), 200);
    EXPECT_EQ(stateOf(order), OrderState::paid);
}

TEST_P(Notices, C33_TheSameNewsFromManySidesAtOnceIsBookedOnce)
{
    const Order order = open();
    const auto made = codes(order);
    ASSERT_TRUE(alpha.pay(made[0].no));
    const api::RawNotice raw = alpha.paymentNotice(made[0].no);
    clock.advance(5s);
    std::atomic<int> accepted = 0;
    {
        std::vector<std::jthread> sides;
        for (int i = 0; i < 4; ++i)
            sides.emplace_back([&] { accepted += reply("alpha", raw) == 200; });
        sides.emplace_back([&] { EXPECT_TRUE(billing.tick()); });
        sides.emplace_back([&] { EXPECT_TRUE(billing.refresh(order.no)); });
    }
    EXPECT_EQ(accepted, 4);
    EXPECT_EQ(stateOf(order), OrderState::paid);
    EXPECT_EQ(posted("order_paid"), 1);
    EXPECT_TRUE(billing.exceptions(false).value().empty()) << "one payment was taken for two";
}

TEST_P(Notices, MoneyAndTheEndOfTheOrderAtTheSameMomentAgree)
{
    for (int i = 0; i < 10; ++i) {
        const Order order = open("case-" + std::to_string(i));
        const auto made = codes(order);
        clock.advance(181s);
        alpha.payClosed(made[0].no);
        {
            std::jthread notice([&] { EXPECT_EQ(reply("alpha", alpha.paymentNotice(made[0].no)), 200); });
            std::jthread runner([&] { EXPECT_TRUE(billing.tick()); });
        }
        ASSERT_TRUE(billing.tick());
        EXPECT_EQ(stateOf(order), OrderState::paid)
            << "the provider had the money, and was asked before the end";
    }
}

} // namespace
} // namespace zikao::billing
