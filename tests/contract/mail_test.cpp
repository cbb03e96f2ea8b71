#include <gmock/gmock.h>

#include "kernel/notify/notify.hpp"
#include "kernel/storage/outbox.hpp"
#include "tests/contract/payment_fixture.hpp"
#include "tests/support/tenant.hpp"

namespace zikao::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// A code on its way to a mailbox: queued in a transaction, sent by the runner through the confined worker, and read where
/// the simulator's mail server put it.
class MailDelivery : public OnBothEngines
{
protected:
    void SetUp() override
    {
        serve(settings());
        runner.on("message",
                  [this](const std::string& id, const Json& payload) { return notify.deliver(id, payload); });
    }
    [[nodiscard]] Json settings() const
    {
        Json settings = simulator.settings("mail-smtp");
        settings["from_name"] = "灯笼省教育考试院";
        settings["templates"] = {
            {"verification_code",
             {{"subject", "灯笼省自学考试平台验证码"}, {"text", "验证码 ${code}，${minutes} 分钟内有效。"}}}};
        return settings;
    }
    void serve(Json settings)
    {
        auto made = plugin::loadMessageSender(pluginOptions("mail-smtp", std::move(settings)));
        ASSERT_TRUE(made) << made.error().message;
        tenant->senders["email"] = std::move(*made);
    }
    /// @return the state in which its one try left it
    std::string deliver(const std::string& to)
    {
        const Json payload = sealMessage(
            *tenant->vault, {"email", to, "verification_code", {{"code", "482913"}, {"minutes", "5"}}, 0});
        EXPECT_TRUE(storage::post(*tenant->database, {"message", payload}, clock.now()));
        EXPECT_TRUE(runner.deliverDue());
        clock.advance(1s);
        const auto page = notify.outgoing(to, 1, 0).value();
        return page.rows.empty() ? "?" : page.rows[0].state + ' ' + page.rows[0].error;
    }
    Json inbox(const std::string& to) { return simulator.get("mail?to=" + to).at("mails"); }

    Simulator simulator;
    FakeEvaluator evaluator;
    std::unique_ptr<tenant::Tenant> tenant = makeTenant(db, evaluator);
    notify::Notify notify{*tenant};
    storage::OutboxRunner runner{*tenant->database, clock};
};
INSTANTIATE_ON_BOTH_ENGINES(MailDelivery);

TEST_P(MailDelivery, XJ_LOG_05_AQueuedCodeReachesTheMailboxOnceAndInChinese)
{
    EXPECT_EQ(deliver("lamp@example.test"), "sent ");
    ASSERT_TRUE(runner.deliverDue());
    const Json mails = inbox("lamp@example.test");
    ASSERT_EQ(mails.size(), 1u);
    EXPECT_EQ(mails[0].at("subject"), "灯笼省自学考试平台验证码");
    EXPECT_EQ(mails[0].at("text"), "验证码 482913，5 分钟内有效。");
    EXPECT_THAT(mails[0].at("sender").get<std::string>(), HasSubstr("灯笼省教育考试院 <"));
}

TEST_P(MailDelivery, WhatBecomesOfAMailFollowsFromWhatTheServerSaid)
{
    EXPECT_EQ(deliver("nobody@example.test"), "failed SMTP 550 5.1.1");
    EXPECT_EQ(deliver("full@example.test"), "waiting SMTP 452 4.2.2");
    EXPECT_EQ(deliver("lamp@example.test>"), "failed recipient");
    simulator.set({{"answers", "lost"}});
    EXPECT_EQ(deliver("lost@example.test"), "unknown timeout");
    simulator.set({{"answers", "now"}});
    clock.advance(2h);
    ASSERT_TRUE(runner.deliverDue());
    EXPECT_EQ(inbox("lost@example.test").size(), 1u) << "a mail that may have arrived was sent again";
}

TEST_P(MailDelivery, AWrongPasswordIsForStaffToMendAndKeepsTheMail)
{
    Json wrong = settings();
    wrong["password"] = "of-somebody-else";
    serve(wrong);
    EXPECT_EQ(deliver("lamp@example.test"), "waiting SMTP 535");
    serve(settings());
    clock.advance(2h);
    ASSERT_TRUE(runner.deliverDue());
    EXPECT_EQ(inbox("lamp@example.test").size(), 1u);
}

} // namespace
} // namespace zikao::test
