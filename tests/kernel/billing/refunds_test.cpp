#include "tests/kernel/billing/fixture.hpp"

namespace zikao::billing {
namespace {

class Refunds : public BillingTest
{
protected:
    std::string ask(const std::string& of, std::int64_t fen)
    {
        const auto id = billing.requestRefund({of, Money::fen(fen), "课程停考", "clerk", newId()});
        EXPECT_TRUE(id) << id.error().reason;
        return id ? *id : "";
    }
    std::string askRefusal(const std::string& of, std::int64_t fen)
    {
        const auto id = billing.requestRefund({of, Money::fen(fen), "课程停考", "clerk", newId()});
        return id ? "" : id.error().reason;
    }
    std::string state(const std::string& id)
    {
        const auto all = billing.refunds().value();
        for (const RefundEntry& refund : all)
            if (refund.id == id)
                return refund.state;
        return "unknown";
    }
};
INSTANTIATE_ON_BOTH_ENGINES(Refunds);

TEST_P(Refunds, C18_NeedTwoPersons)
{
    const Order order = paidOrder();
    const std::string id = ask(order.no, 14000);
    EXPECT_EQ(stateOf(order), OrderState::paid);
    EXPECT_EQ(billing.approveRefund(id, "clerk").error().reason, "same_person");
    EXPECT_EQ(alpha.refund_calls, 0);
    ASSERT_TRUE(billing.approveRefund(id, "chief"));
    EXPECT_EQ(state(id), "done");
    EXPECT_EQ(stateOf(order), OrderState::refunded);
    EXPECT_EQ(now(order).refunded, order.total);
    EXPECT_EQ(alpha.refundedTotal(), order.total);
    EXPECT_EQ(posted("order_refunded"), 1);
    EXPECT_EQ(billing.approveRefund(id, "other").error().code, ErrorCode::conflict);
    EXPECT_EQ(alpha.refund_calls, 1);
    EXPECT_EQ(billing.approveRefund("nothing", "chief").error().code, ErrorCode::not_found);
    EXPECT_EQ(count("SELECT COUNT(*) FROM audit_entry WHERE act IN ('refund.request', 'refund.approve')"), 2);
}

// A hand in the database is no second person, and changes no figure: such a row goes nowhere, and the check names it.
TEST_P(Refunds, C18_ARowThatWasChangedByHandIsNeverTold)
{
    const Order order = paidOrder();
    const std::string raised = ask(order.no, 1000), waved = ask(order.no, 2000);
    const auto change = [&](const std::string& what, const std::string& id) {
        EXPECT_EQ(database().execute("UPDATE pay_refund SET " + what + " WHERE id = ?", {id}).value(), 1);
    };
    change("amount_fen = 14000", raised);
    EXPECT_EQ(billing.approveRefund(raised, "chief").error().code, ErrorCode::corrupt);
    EXPECT_EQ(state(raised), "requested");
    change("state = 'approved', approved_by = 'chief', approved_at_ms = 1, next_poll_ms = 1", waved);
    ASSERT_TRUE(billing.tick());
    EXPECT_EQ(alpha.refund_calls, 0) << "money went out on one person's word";
    const auto broken = check(database(), tenant->vault.get());
    ASSERT_TRUE(broken);
    for (const std::string& id : {raised, waved})
        EXPECT_THAT(*broken, testing::Contains("a refund was altered: " + id));
    change("amount_fen = 1000", raised);
    change("state = 'requested', approved_by = '', approved_at_ms = NULL, next_poll_ms = 0", waved);
    EXPECT_TRUE(billing.approveRefund(raised, "chief")) << "as it was asked for, it may go on";
    EXPECT_EQ(alpha.refund_calls, 1);
}

TEST_P(Refunds, C33_NeverExceedWhatWasReceived)
{
    const Order order = paidOrder();
    EXPECT_EQ(askRefusal(order.no, 14001), "refund_too_much");
    ask(order.no, 10000);
    EXPECT_EQ(askRefusal(order.no, 4001), "refund_too_much") << "what was asked for before was not set aside";
    ask(order.no, 4000);
    EXPECT_EQ(askRefusal(order.no, 1), "refund_too_much");
}

TEST_P(Refunds, C33_OfManyAskedAtOnceNoMoreThanTheMoneyIsPromised)
{
    const Order order = paidOrder();
    std::atomic<int> granted = 0;
    {
        std::vector<std::jthread> clerks;
        for (int i = 0; i < 8; ++i)
            clerks.emplace_back([&] {
                granted +=
                    billing.requestRefund({order.no, Money::fen(5000), "停考", "clerk", newId()}).has_value();
            });
    }
    EXPECT_EQ(granted, 2);
}

TEST_P(Refunds, C29_AskedForTwiceAreOneRefundAndUnderTheSameIdNoOther)
{
    const Order order = paidOrder();
    const NewRefund asked{order.no, Money::fen(3500), "停考", "clerk", newId()};
    std::set<std::string> ids;
    std::mutex mutex;
    {
        std::vector<std::jthread> clicks;
        for (int i = 0; i < 8; ++i)
            clicks.emplace_back([&] {
                const auto id = billing.requestRefund(asked);
                const std::lock_guard lock(mutex);
                ids.insert(id ? *id : id.error().message);
            });
    }
    EXPECT_EQ(ids.size(), 1u);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_refund"), 1);
    EXPECT_EQ(count("SELECT refund_held_fen FROM pay_order"), 3500);
    NewRefund other = asked;
    other.amount = Money::fen(3501);
    EXPECT_EQ(billing.requestRefund(other).error().reason, "operation_reused");
    other = asked;
    other.reason = "疫情";
    EXPECT_EQ(billing.requestRefund(other).error().reason, "operation_reused");
    other = asked;
    other.asked_by = "another clerk";
    EXPECT_NE(billing.requestRefund(other).value(), *ids.begin()) << "ids are chosen by each page for itself";
    ASSERT_TRUE(billing.approveRefund(*ids.begin(), "chief"));
    EXPECT_EQ(billing.requestRefund(asked).value(), *ids.begin()) << "asked again after the approval";
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_refund"), 2);
}

TEST_P(Refunds, C29_ApprovedTwiceByOnePersonAreApprovedOnce)
{
    const Order order = paidOrder();
    const std::string id = ask(order.no, 3500);
    ASSERT_TRUE(billing.approveRefund(id, "chief"));
    EXPECT_TRUE(billing.approveRefund(id, "chief"));
    EXPECT_EQ(billing.approveRefund(id, "other chief").error().reason, "refund_decided");
    EXPECT_EQ(billing.rejectRefund(id, "chief").error().reason, "refund_decided");
    EXPECT_EQ(alpha.refundedTotal().inFen(), 3500);
}

TEST_P(Refunds, AreRefusedWhereNothingWasReceived)
{
    const Order order = open();
    EXPECT_EQ(billing.requestRefund({order.no, Money::fen(1), "x", "clerk", newId()}).error().code,
              ErrorCode::not_found);
    EXPECT_EQ(billing.requestRefund({"nothing", Money::fen(1), "x", "clerk", newId()}).error().code,
              ErrorCode::not_found);
    const Order paid = paidOrder("case-2");
    EXPECT_EQ(billing.requestRefund({paid.no, Money::fen(1), "", "clerk", newId()}).error().reason,
              "reason_required");
    EXPECT_EQ(billing.requestRefund({paid.no, Money::fen(0), "x", "clerk", newId()}).error().code,
              ErrorCode::invalid_argument);
    EXPECT_EQ(billing.requestRefund({paid.no, Money::fen(-5), "x", "clerk", newId()}).error().code,
              ErrorCode::invalid_argument);
}

TEST_P(Refunds, OfAPartLeaveTheOrderPaid)
{
    const Order order = paidOrder();
    ASSERT_TRUE(billing.approveRefund(ask(order.no, 3500), "chief"));
    EXPECT_EQ(stateOf(order), OrderState::paid);
    EXPECT_EQ(now(order).refunded, Money::fen(3500));
    ASSERT_TRUE(billing.approveRefund(ask(order.no, 10500), "chief"));
    EXPECT_EQ(stateOf(order), OrderState::refunded);
    NewOrder next = fourCourses("case-1");
    next.operation_id = "next";
    EXPECT_TRUE(tryOpen(next)) << "a refunded order made no room";
}

TEST_P(Refunds, ThatTakeTimeAreAskedAboutUntilTheyEnd)
{
    const Order order = paidOrder();
    alpha.refunds_slowly = true;
    const std::string id = ask(order.no, 14000);
    ASSERT_TRUE(billing.approveRefund(id, "chief"));
    EXPECT_EQ(state(id), "sent");
    EXPECT_EQ(stateOf(order), OrderState::refunding);
    pass(30s);
    EXPECT_EQ(state(id), "sent");
    alpha.endRefund(id, api::RefundState::succeeded);
    pass(60s);
    EXPECT_EQ(state(id), "done");
    EXPECT_EQ(stateOf(order), OrderState::refunded);
}

TEST_P(Refunds, WhoseAnswerWasLostAreSentAgainUnderTheSameNumber)
{
    const Order order = paidOrder();
    alpha.refund_times_out = true;
    const std::string id = ask(order.no, 14000);
    ASSERT_TRUE(billing.approveRefund(id, "chief"));
    EXPECT_EQ(state(id), "approved");
    alpha.refund_times_out = false;
    pass(10s);
    EXPECT_EQ(state(id), "done");
    EXPECT_EQ(alpha.refundedTotal(), order.total) << "the money went back twice";
    EXPECT_EQ(alpha.refund_calls, 2);
}

TEST_P(Refunds, ThatFailSetTheMoneyFreeAgainAndAreAnnounced)
{
    const Order order = paidOrder();
    alpha.refund_refused = true;
    const std::string id = ask(order.no, 14000);
    ASSERT_TRUE(billing.approveRefund(id, "chief"));
    EXPECT_EQ(state(id), "failed");
    EXPECT_EQ(stateOf(order), OrderState::paid);
    EXPECT_EQ(posted("refund_failed"), 1);
    alpha.refund_refused = false;
    ASSERT_TRUE(billing.approveRefund(ask(order.no, 14000), "chief"));
    EXPECT_EQ(stateOf(order), OrderState::refunded);
}

TEST_P(Refunds, ThatAreRejectedSetTheMoneyFreeAgain)
{
    const Order order = paidOrder();
    const std::string id = ask(order.no, 14000);
    ASSERT_TRUE(billing.rejectRefund(id, "chief"));
    EXPECT_EQ(state(id), "rejected");
    EXPECT_EQ(billing.approveRefund(id, "chief").error().reason, "refund_decided");
    EXPECT_EQ(billing.rejectRefund(id, "clerk").error().reason, "refund_decided");
    EXPECT_TRUE(billing.rejectRefund(id, "chief")) << "the click came twice";
    ask(order.no, 14000);
}

TEST_P(Refunds, DEF_GEN_10_GiveLateMoneyBack)
{
    const Order order = open();
    const auto made = codes(order);
    pass(185s);
    alpha.payClosed(made[0].no);
    EXPECT_EQ(reply("alpha", alpha.paymentNotice(made[0].no)), 200);
    const ExceptionEntry late = billing.exceptions(true).value().front();
    EXPECT_EQ(askRefusal(late.id, 14001), "refund_too_much");
    const std::string id = ask(late.id, 14000);
    EXPECT_EQ(billing.refunds(late.id).value().front().target, late.id);
    EXPECT_TRUE(billing.refunds(order.no).value().empty()) << "the order's own money was not touched";
    ASSERT_TRUE(billing.approveRefund(id, "chief"));
    EXPECT_TRUE(billing.exceptions(true).value().empty());
    EXPECT_EQ(billing.exceptions(false).value().front().state, "settled");
    EXPECT_EQ(stateOf(order), OrderState::expired);
    EXPECT_EQ(alpha.refundedTotal(), Money::fen(14000));
}

TEST_P(Refunds, OfADoublePaymentTouchTheSecondPaymentOnly)
{
    const Order order = open();
    const auto made = codes(order);
    ASSERT_TRUE(alpha.pay(made[0].no));
    ASSERT_TRUE(beta.pay(made[1].no));
    EXPECT_EQ(reply("alpha", alpha.paymentNotice(made[0].no)), 200);
    EXPECT_EQ(reply("beta", beta.paymentNotice(made[1].no)), 200);
    ASSERT_TRUE(billing.approveRefund(ask(billing.exceptions(true).value().front().id, 14000), "chief"));
    EXPECT_EQ(stateOf(order), OrderState::paid);
    EXPECT_EQ(beta.refundedTotal(), Money::fen(14000));
    EXPECT_EQ(alpha.refundedTotal(), Money::zero());
}

TEST_P(Refunds, DEF_GEN_10_TellTheOrderWhatCameLateAndWhatBecameOfIt)
{
    const Order order = open();
    const auto made = codes(order);
    pass(185s);
    EXPECT_TRUE(billing.exceptionsOf(order.no).value().empty());
    alpha.payClosed(made[0].no);
    const Instant paid_at = clock.now();
    clock.advance(7s);
    EXPECT_EQ(reply("alpha", alpha.paymentNotice(made[0].no)), 200);
    const auto only = [&] {
        const auto all = billing.exceptionsOf(order.no).value();
        EXPECT_EQ(all.size(), 1u);
        return all.front();
    };
    const ExceptionEntry late = only();
    EXPECT_EQ(late.kind, "late");
    EXPECT_EQ(late.amount, order.total);
    EXPECT_EQ(late.paid_at.ms, paid_at.ms) << "the payer's time, not the notice's";
    EXPECT_EQ(late.seen_at.ms, clock.now().ms);
    EXPECT_EQ(late.state, "open");
    EXPECT_FALSE(late.refunded_at);
    alpha.refunds_slowly = true;
    const std::string refund = ask(late.id, 14000);
    ASSERT_TRUE(billing.approveRefund(refund, "chief"));
    EXPECT_EQ(only().state, "refunding");
    EXPECT_FALSE(only().refunded_at) << "it is on its way only";
    alpha.endRefund(refund, api::RefundState::succeeded);
    pass(15s);
    EXPECT_EQ(only().state, "settled");
    EXPECT_EQ(only().refunded, order.total);
    ASSERT_TRUE(only().refunded_at);
    EXPECT_GT(only().refunded_at->ms, late.seen_at.ms);
    EXPECT_LE(only().refunded_at->ms, clock.now().ms);
    EXPECT_EQ(now(order).refunded, Money::zero()) << "the order never had it";
}

TEST_P(Refunds, DEF_GEN_10_TellEachOrderOfItsOwnMoneyOnlyAndNotOfItsPayment)
{
    const Order twice = open("case-1"), short_paid = open("case-2"), quiet = paidOrder("case-3");
    const auto made = codes(twice);
    ASSERT_TRUE(alpha.pay(made[0].no));
    ASSERT_TRUE(beta.pay(made[1].no));
    EXPECT_EQ(reply("alpha", alpha.paymentNotice(made[0].no)), 200);
    EXPECT_EQ(reply("beta", beta.paymentNotice(made[1].no)), 200);
    const auto other = codes(short_paid);
    ASSERT_TRUE(alpha.pay(other[0].no, Money::fen(4000)));
    EXPECT_EQ(reply("alpha", alpha.paymentNotice(other[0].no)), 200);
    const auto of = [&](const Order& order) {
        std::vector<std::string> told;
        const auto unmatched = billing.exceptionsOf(order.no).value();
        for (const ExceptionEntry& each : unmatched)
            told.push_back(each.kind + " " + each.channel + " " + each.amount.inYuan());
        return told;
    };
    EXPECT_THAT(of(twice), testing::ElementsAre("double beta 140.00"));
    EXPECT_THAT(of(short_paid), testing::ElementsAre("wrong_amount alpha 40.00"));
    EXPECT_THAT(of(quiet), testing::IsEmpty());
}

} // namespace
} // namespace zikao::billing
