#pragma once

#include <gmock/gmock.h>

#include "kernel/base/id.hpp"
#include "kernel/billing/billing.hpp"
#include "tests/support/fake_payment_provider.hpp"
#include "tests/support/tenant.hpp"

namespace zikao::billing {

using namespace std::chrono_literals;

/// One tenant with two channels on either engine. After every test the invariants of money are checked.
class BillingTest : public test::OnBothEngines
{
protected:
    void SetUp() override
    {
        tenant->vault = std::make_unique<Vault>(std::make_shared<const KeyRing>(KeyRing::generate()));
        tenant->public_url = "http://127.0.0.1:1/lantern";
        tenant->payments.push_back(
            {"alpha", "甲", std::make_unique<test::FixedPlugin<api::PaymentProvider>>(alpha)});
        tenant->payments.push_back(
            {"beta", "乙", std::make_unique<test::FixedPlugin<api::PaymentProvider>>(beta)});
    }
    void TearDown() override
    {
        const auto broken = check(database(), tenant->vault.get());
        ASSERT_TRUE(broken) << broken.error().message;
        EXPECT_THAT(*broken, testing::IsEmpty());
    }

    storage::Database& database() { return *tenant->database; }

    static NewOrder fourCourses(const std::string& case_id)
    {
        NewOrder order{case_id, "candidate-" + case_id, "sign_up", "灯笼省自学考试报名费", {},
                       180s,    "open-" + case_id};
        for (const char* code : {"00023", "00024", "00051", "00107"})
            order.lines.push_back({code, "课程" + std::string(code), Money::fen(3500)});
        return order;
    }
    Result<Order> tryOpen(const NewOrder& order)
    {
        return database().transaction([&](storage::Transaction& tx) { return billing.open(tx, order); });
    }
    Order open(const std::string& case_id = "case-1")
    {
        Result<Order> order = tryOpen(fourCourses(case_id));
        EXPECT_TRUE(order) << order.error().message;
        return *order;
    }
    /// The codes of an order: alpha's first, then beta's.
    std::vector<Attempt> codes(const Order& order, const std::string& operation = "codes-1")
    {
        const auto made = billing.newCodes(order.no, order.no + operation);
        EXPECT_TRUE(made) << made.error().message;
        return made ? *made : std::vector<Attempt>{};
    }
    std::string codesRefusal(const Order& order, const std::string& operation)
    {
        const auto made = billing.newCodes(order.no, order.no + operation);
        return made ? "" : made.error().reason;
    }
    Order now(const Order& order) { return billing.find(order.no).value().value(); }
    OrderState stateOf(const Order& order) { return now(order).state; }
    int reply(const std::string& channel, const api::RawNotice& raw)
    {
        return billing.notice(channel, raw)->status;
    }

    /// Lets time pass in steps, ticking as the background runner would.
    void pass(std::chrono::seconds span, std::chrono::seconds step = 5s)
    {
        for (std::chrono::seconds gone{}; gone < span; gone += step) {
            clock.advance(step);
            const auto done = billing.tick();
            ASSERT_TRUE(done) << done.error().message;
        }
    }
    std::int64_t count(const std::string& sql) { return database().query(sql).value().front().integer(0); }
    std::int64_t posted(const std::string& kind)
    {
        return database()
            .query("SELECT COUNT(*) FROM outbox WHERE kind = ?", {kind})
            .value()
            .front()
            .integer(0);
    }
    /// An order that was paid through alpha.
    Order paidOrder(const std::string& case_id = "case-1")
    {
        const Order order = open(case_id);
        const auto made = codes(order);
        EXPECT_TRUE(alpha.pay(made[0].no));
        EXPECT_EQ(reply("alpha", alpha.paymentNotice(made[0].no)), 200);
        return now(order);
    }
    std::string kindOfOnlyException()
    {
        const auto all = billing.exceptions(true).value();
        return all.size() == 1 ? all.front().kind : "there are " + std::to_string(all.size());
    }

    test::FakeEvaluator evaluator;
    test::FakePaymentProvider alpha{"alpha", clock}, beta{"beta", clock};
    std::unique_ptr<tenant::Tenant> tenant = test::makeTenant(db, evaluator);
    Billing billing{*tenant};
};

} // namespace zikao::billing
