#include <gmock/gmock.h>

#include "kernel/notify/notify.hpp"
#include "kernel/storage/outbox.hpp"
#include "tests/contract/payment_fixture.hpp"
#include "tests/support/tenant.hpp"

namespace zikao::test {
namespace {

using namespace std::chrono_literals;

/// What every message provider's plugin is held to; `signature` is how this one signs.
struct Channel
{
    const char* name;
    const char* plugin;
    const char* signature;
};
void PrintTo(const Channel& channel, std::ostream* out)
{
    *out << channel.name;
}
constexpr Channel kChannels[] = {{"aliyun_acs3", "sms-aliyun", "acs3"}, {"aliyun_rpc", "sms-aliyun", "rpc"}};

Json settingsOf(const Simulator& simulator, const Channel& channel)
{
    Json settings = simulator.settings(channel.plugin);
    settings["signature"] = channel.signature;
    return settings;
}

class SenderContract : public testing::TestWithParam<Channel>
{
protected:
    SenderContract() { load(settingsOf(simulator, GetParam())); }
    void load(Json settings)
    {
        auto made = plugin::loadMessageSender(pluginOptions(GetParam().plugin, std::move(settings)));
        if (!made)
            throw std::runtime_error(made.error().message);
        loaded = std::move(*made);
    }
    Result<api::SendReceipt> send(const std::string& phone = "13900000001",
                                  const std::string& key = "verification_code")
    {
        return loaded->get().send({"m-1", phone, key, {{"code", "482913"}}});
    }
    Json inbox() { return simulator.get("sms").at("messages"); }

    Simulator simulator;
    std::unique_ptr<plugin::Loaded<api::MessageSender>> loaded;
};
INSTANTIATE_TEST_SUITE_P(Providers, SenderContract, testing::ValuesIn(kChannels),
                         [](const testing::TestParamInfo<Channel>& info) {
                             return std::string(info.param.name);
                         });

TEST_P(SenderContract, AMessageArrivesWithItsWordsAndOurNumber)
{
    const auto receipt = send();
    ASSERT_TRUE(receipt) << receipt.error().message;
    ASSERT_EQ(inbox().size(), 1u);
    const Json message = inbox().at(0);
    EXPECT_EQ(message.at("phone"), "13900000001");
    EXPECT_EQ(message.at("code"), "482913");
    EXPECT_EQ(message.at("out_id"), "m-1");
    EXPECT_EQ(message.at("biz_id"), receipt->provider_id);
    EXPECT_NE(message.at("text").get<std::string>().find("482913"), std::string::npos);
}

TEST_P(SenderContract, SignsThePartsThatNeedEncodingToo)
{
    const std::string odd = "a b*c~d+e&f=汉/";
    ASSERT_TRUE(loaded->get().send({odd, "13900000001", "verification_code", {{"code", odd}}}));
    EXPECT_EQ(inbox().at(0).at("code"), odd);
    EXPECT_EQ(inbox().at(0).at("out_id"), odd);
}

TEST_P(SenderContract, WhatTheProviderReportsLaterNamesOurMessageAndIsAnsweredAsItWants)
{
    NoticeInbox address([&](const std::string&, const api::RawNotice& raw) {
        const auto read = loaded->get().readReports(raw.body);
        EXPECT_TRUE(read) << read.error().message;
        return api::NoticeReply{200, {}, read ? read->answer : std::string()};
    });
    // What is not answered as the provider wants comes again, a thousand times sooner than it would.
    simulator.set({{"report_url", address.url() + "/reports"}, {"retry_scale", 0.001}});
    ASSERT_TRUE(send());
    const auto pushed = address.wait(1);
    const auto heard = loaded->get().readReports(pushed.at(0).body);
    ASSERT_TRUE(heard) << heard.error().message;
    ASSERT_EQ(heard->reports.size(), 1u);
    EXPECT_EQ(heard->reports[0].message_id, "m-1");
    EXPECT_TRUE(heard->reports[0].delivered);
    EXPECT_EQ(heard->reports[0].code, "DELIVERED");
    simulator.set({{"report_url", ""}, {"retry_scale", 1}});
    EXPECT_EQ(loaded->get().readReports("<html>").error().code, ErrorCode::invalid_argument);
}

TEST_P(SenderContract, FlowControlIsToldSoThatItIsTriedLater)
{
    ASSERT_TRUE(send());
    EXPECT_EQ(send().error().code, ErrorCode::too_many);
    EXPECT_TRUE(send("13900000002")) << "one number's limit is not another's";
    EXPECT_EQ(inbox().size(), 2u);
}

TEST_P(SenderContract, WhatCannotBeSentSaysWhoMustAct)
{
    EXPECT_EQ(send("12345").error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(send("13900000001", "no_such_template").error().code, ErrorCode::unavailable);
    Json settings = settingsOf(simulator, GetParam());
    settings["access_key_secret"] = "of-somebody-else";
    load(settings);
    EXPECT_EQ(send().error().code, ErrorCode::unavailable);
    EXPECT_EQ(inbox().size(), 0u);
}

TEST_P(SenderContract, ALostAnswerIsATimeoutForTheMessageMayHaveGoneOut)
{
    simulator.set({{"answers", "lost"}});
    EXPECT_EQ(send().error().code, ErrorCode::timeout);
    EXPECT_EQ(inbox().size(), 1u);
}

/// The message box's way out: queued in a transaction, sent by the runner, through the worker, to a phone.
class MessageDelivery : public OnBothEngines
{
protected:
    void SetUp() override
    {
        auto made =
            plugin::loadMessageSender(pluginOptions("sms-aliyun", settingsOf(simulator, kChannels[0])));
        ASSERT_TRUE(made) << made.error().message;
        tenant->senders["sms"] = std::move(*made);
        runner.on("message",
                  [this](const std::string& id, const Json& payload) { return notify.deliver(id, payload); });
    }
    void queue(const std::string& phone)
    {
        ASSERT_TRUE(tenant->database->transaction([&](storage::Transaction& tx) {
            return notify.toPhone(tx, phone, "verification_code", {{"code", "482913"}});
        }));
    }
    std::string state()
    {
        const auto rows =
            tenant->database->query("SELECT state FROM outgoing_message ORDER BY begun_at_ms DESC");
        return rows && !rows->empty() ? rows->front().text(0) : "?";
    }
    std::size_t arrived() { return simulator.get("sms").at("messages").size(); }

    Simulator simulator;
    FakeEvaluator evaluator;
    std::unique_ptr<tenant::Tenant> tenant = makeTenant(db, evaluator);
    notify::Notify notify{*tenant};
    storage::OutboxRunner runner{*tenant->database, clock};
};
INSTANTIATE_ON_BOTH_ENGINES(MessageDelivery);

TEST_P(MessageDelivery, DEF_GEN_18_AQueuedMessageReachesThePhoneOnce)
{
    queue("13900000001");
    ASSERT_TRUE(runner.deliverDue());
    ASSERT_TRUE(runner.deliverDue());
    EXPECT_EQ(arrived(), 1u);
    EXPECT_EQ(simulator.get("sms?phone=13900000001").at("messages").at(0).at("code"), "482913");
    EXPECT_EQ(state(), "sent");
}

TEST_P(MessageDelivery, OneWhoseAnswerWasLostIsNotSentASecondTime)
{
    simulator.set({{"answers", "lost"}});
    queue("13900000001");
    ASSERT_TRUE(runner.deliverDue());
    EXPECT_EQ(state(), "unknown");
    simulator.set({{"answers", "now"}, {"sms_limits", false}});
    clock.advance(2h);
    ASSERT_TRUE(runner.deliverDue());
    EXPECT_EQ(arrived(), 1u);
}

TEST_P(MessageDelivery, OneThatMetFlowControlIsSentLater)
{
    queue("13900000001");
    queue("13900000001");
    ASSERT_TRUE(runner.deliverDue());
    EXPECT_EQ(arrived(), 1u);
    simulator.set({{"sms_limits", false}});
    clock.advance(2h);
    ASSERT_TRUE(runner.deliverDue());
    EXPECT_EQ(arrived(), 2u);
    EXPECT_EQ(state(), "sent");
}

} // namespace
} // namespace zikao::test
