#pragma once

#include "kernel/base/id.hpp"
#include "kernel/billing/billing.hpp"
#include "tests/contract/payment_fixture.hpp"
#include "tests/support/tenant.hpp"

namespace zikao::test {

using namespace std::chrono_literals;

/// One tenant whose channels are the real plugins in their workers, paid by the simulator's phone. Its notices come
/// back over HTTP as a provider sends them. After every test the invariants of money are checked.
class MoneyTest : public OnBothEngines
{
protected:
    void SetUp() override
    {
        // Providers live in real time; ours starts there, and is moved on where a test lets time pass.
        clock.set(SystemClock().now());
        tenant->public_url = inbox.url() + "/lantern";
        simulator.set({{"refund_ms", 0}});
        addChannels();
    }
    virtual void addChannels()
    {
        addChannel("wechatpay", kParties[2]);
        addChannel("alipay", kParties[3]);
    }
    void TearDown() override
    {
        const auto broken = billing::check(*tenant->database, tenant->vault.get());
        ASSERT_TRUE(broken) << broken.error().message;
        EXPECT_THAT(*broken, testing::IsEmpty());
    }

    void addChannel(const std::string& id, const Party& party, int workers = 1)
    {
        auto made =
            plugin::loadPaymentProvider(pluginOptions(party.plugin, party.settings(simulator), workers));
        ASSERT_TRUE(made) << made.error().message;
        tenant->payments.push_back({id, id, std::move(*made)});
    }

    static billing::NewOrder fourCourses(const std::string& case_id)
    {
        billing::NewOrder order{case_id, "candidate-" + case_id, "sign_up", "灯笼省自学考试报名费", {},
                                180s,    "open-" + case_id};
        for (const char* code : {"00023", "00024", "00051", "00107"})
            order.lines.push_back({code, "课程" + std::string(code), Money::fen(3500)});
        return order;
    }
    billing::Order open(const std::string& case_id = "case-1")
    {
        const auto order = tenant->database->transaction(
            [&](storage::Transaction& tx) { return money.open(tx, fourCourses(case_id)); });
        EXPECT_TRUE(order) << order.error().message;
        return *order;
    }
    /// The codes of an order by channel.
    std::map<std::string, billing::Attempt> codes(const billing::Order& order,
                                                  const std::string& operation = "codes-1")
    {
        const auto made = money.newCodes(order.no, order.no + operation);
        EXPECT_TRUE(made) << made.error().message;
        std::map<std::string, billing::Attempt> by_channel;
        for (const billing::Attempt& attempt : made ? *made : std::vector<billing::Attempt>{})
            by_channel[attempt.channel] = attempt;
        return by_channel;
    }
    billing::Order now(const billing::Order& order) { return money.find(order.no).value().value(); }
    billing::OrderState stateOf(const billing::Order& order) { return now(order).state; }
    bool becomes(const billing::Order& order, billing::OrderState state)
    {
        return eventually([&] { return stateOf(order) == state; });
    }
    void pass(std::chrono::seconds span)
    {
        clock.advance(span);
        for (int done = 1; done > 0;) {
            const auto ticked = money.tick();
            ASSERT_TRUE(ticked) << ticked.error().message;
            done = *ticked;
        }
    }
    std::int64_t count(const std::string& sql)
    {
        return tenant->database->query(sql).value().front().integer(0);
    }
    std::int64_t posted(const std::string& kind)
    {
        return count("SELECT COUNT(*) FROM outbox WHERE kind = '" + kind + "'");
    }

    // --- the phone and the provider's side ---------------------------------------------------------------------
    Json scan(const billing::Attempt& attempt) { return simulator.post("scan", {{"code", attempt.qr_text}}); }
    /// @return what the payer is told when it does not work
    std::string pay(const billing::Attempt& attempt, const char* notice = "now")
    {
        return simulator.post("pay", {{"code", attempt.qr_text}, {"notice", notice}}).value("code", "");
    }
    static std::string at(const billing::Attempt& attempt)
    {
        return "trades/" + (attempt.channel == "wechatpay" ? "wechat" : attempt.channel) + "/" + attempt.no;
    }
    Json act(const billing::Attempt& attempt, const std::string& what, const Json& how = Json::object())
    {
        return simulator.post(at(attempt) + "/" + what, how);
    }
    Json theirs(const billing::Attempt& attempt) { return simulator.get(at(attempt)); }
    api::RawNotice sealed(const billing::Attempt& attempt, const Json& how = Json::object())
    {
        const Json notice = act(attempt, "seal", how);
        return {notice.at("headers").get<std::vector<std::pair<std::string, std::string>>>(),
                notice.at("body").get<std::string>()};
    }
    int reply(const billing::Attempt& attempt, const api::RawNotice& raw)
    {
        return money.notice(attempt.channel, raw).value().status;
    }
    /// Whether a notice is dealt with, in the words of either provider.
    bool taken(const billing::Attempt& attempt, const api::RawNotice& raw)
    {
        const int status = reply(attempt, raw);
        return status == 200 || status == 204;
    }

    Simulator simulator;
    FakeEvaluator evaluator;
    std::unique_ptr<tenant::Tenant> tenant = makeTenant(db, evaluator);
    billing::Billing money{*tenant};
    NoticeInbox inbox{[this](const std::string& path, const api::RawNotice& raw) {
        const auto answered = money.notice(path.substr(path.rfind('/') + 1), raw);
        return answered ? *answered : api::NoticeReply{503, "text/plain", "fail"};
    }};
};

} // namespace zikao::test
