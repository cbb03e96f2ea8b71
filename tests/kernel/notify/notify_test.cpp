#include "kernel/notify/notify.hpp"

#include <gmock/gmock.h>

#include "kernel/storage/outbox.hpp"
#include "tests/support/fake_plugins.hpp"
#include "tests/support/tenant.hpp"

namespace zikao::notify {
namespace {

using namespace std::chrono_literals;
using storage::Transaction;

class NotifyTest : public test::OnBothEngines
{
protected:
    void SetUp() override
    {
        tenant->senders["sms"] = std::make_unique<test::FixedPlugin<api::MessageSender>>(sender);
        runner.on("message",
                  [this](const std::string& id, const Json& payload) { return notify.deliver(id, payload); });
    }
    void queue(std::int64_t useless_after_ms = 0)
    {
        const Json payload =
            sealMessage(*tenant->vault,
                        {"sms", "13900000000", "verification_code", {{"code", "482913"}}, useless_after_ms});
        ASSERT_TRUE(tenant->database->transaction([&](Transaction& tx) {
            return storage::post(tx, {"message", payload}, clock.now());
        }));
    }
    void queueMail()
    {
        const Json payload = sealMessage(
            *tenant->vault, {"email", "lamp@example.test", "verification_code", {{"code", "482913"}}, 0});
        ASSERT_TRUE(storage::post(*tenant->database, {"message", payload}, clock.now()));
    }
    std::string state()
    {
        const auto rows = tenant->database->query("SELECT state FROM outgoing_message");
        return rows && rows->size() == 1 ? rows->at(0).text(0) : "?";
    }
    void toBox(const std::string& account, const std::string& title)
    {
        ASSERT_TRUE(tenant->database->transaction([&](Transaction& tx) {
            return notify.toBox(tx, {"", account, title, "正文", "case-1", {}, false});
        }));
        clock.advance(1s);
    }

    test::FakeEvaluator evaluator;
    std::unique_ptr<tenant::Tenant> tenant = test::makeTenant(db, evaluator);
    test::FakeMessageSender sender;
    Notify notify{*tenant};
    storage::OutboxRunner runner{*tenant->database, clock};
};
INSTANTIATE_ON_BOTH_ENGINES(NotifyTest);

TEST_P(NotifyTest, DEF_GEN_18_TheBoxShowsTheNewestFirstAndCountsTheUnread)
{
    toBox("anna", "审核通过");
    toBox("anna", "缴费成功");
    toBox("bob", "他人的");
    const auto box = notify.box("anna").value();
    ASSERT_EQ(box.size(), 2u);
    EXPECT_EQ(box[0].title, "缴费成功");
    EXPECT_FALSE(box[0].read);
    EXPECT_EQ(notify.unread("anna").value(), 2);
    ASSERT_TRUE(notify.markRead("anna", box[0].id));
    ASSERT_TRUE(notify.markRead("anna", box[0].id)) << "reading twice is no error";
    EXPECT_EQ(notify.unread("anna").value(), 1);
    EXPECT_TRUE(notify.box("anna").value()[0].read);
    EXPECT_EQ(notify.box("anna", 1).value().size(), 1u);
}

TEST_P(NotifyTest, AMessageOfAnotherAccountCannotBeMarked)
{
    toBox("bob", "他人的");
    const std::string id = notify.box("bob").value()[0].id;
    EXPECT_EQ(notify.markRead("anna", id).error().code, ErrorCode::not_found);
    EXPECT_EQ(notify.unread("bob").value(), 1);
}

TEST_P(NotifyTest, AQueuedMessageIsSentOnceWithItsRecipientAndParameters)
{
    ASSERT_TRUE(tenant->database->transaction([&](Transaction& tx) {
        return notify.toPhone(tx, "13900000000", "review_result", {{"result", "通过"}});
    }));
    const auto stored = tenant->database->query("SELECT payload FROM outbox").value().at(0).text(0);
    EXPECT_EQ(stored.find("13900000000"), std::string::npos) << "a phone number never lies in the clear";
    EXPECT_EQ(runner.deliverDue().value(), 1);
    EXPECT_EQ(runner.deliverDue().value(), 0);
    ASSERT_EQ(sender.sent.size(), 1u);
    EXPECT_EQ(sender.sent[0].recipient, "13900000000");
    EXPECT_EQ(sender.sent[0].template_key, "review_result");
    EXPECT_EQ(sender.sent[0].params.at("result"), "通过");
    EXPECT_EQ(state(), "sent");
}

TEST_P(NotifyTest, AMessageWhoseOutcomeIsUnknownIsNotRepeated)
{
    queue();
    sender.answers.push_back(fail(ErrorCode::timeout, "no answer"));
    EXPECT_EQ(runner.deliverDue().value(), 1);
    clock.advance(24h);
    EXPECT_EQ(runner.deliverDue().value(), 0);
    EXPECT_EQ(sender.sent.size(), 1u);
    EXPECT_EQ(state(), "unknown");
}

TEST_P(NotifyTest, AMessageBegunByAProcessThatDiedIsNotRepeated)
{
    queue();
    const auto row = tenant->database->query("SELECT id, payload FROM outbox").value();
    ASSERT_TRUE(
        tenant->database->execute("INSERT INTO outgoing_message (id, channel, template_key, state, tries, "
                                  "begun_at_ms) VALUES (?, 'sms', 'x', 'begun', 1, 1)",
                                  {row.at(0).text(0)}));
    EXPECT_EQ(runner.deliverDue().value(), 1);
    EXPECT_TRUE(sender.sent.empty());
    EXPECT_EQ(state(), "unknown");
}

TEST_P(NotifyTest, AProviderThatTookNothingIsAskedAgain)
{
    queue();
    sender.answers.push_back(fail(ErrorCode::too_many, "flow control"));
    sender.answers.push_back(fail(ErrorCode::unavailable, "down"));
    EXPECT_EQ(runner.deliverDue().value(), 1);
    EXPECT_EQ(runner.deliverDue().value(), 0) << "not before the pause has passed";
    clock.advance(5s);
    EXPECT_EQ(runner.deliverDue().value(), 1);
    clock.advance(30s);
    EXPECT_EQ(runner.deliverDue().value(), 1);
    EXPECT_EQ(sender.sent.size(), 3u);
    EXPECT_EQ(state(), "sent");
}

TEST_P(NotifyTest, AnUnreachableRecipientIsGivenUp)
{
    queue();
    sender.answers.push_back(fail(ErrorCode::invalid_argument, "no such number", "recipient"));
    EXPECT_EQ(runner.deliverDue().value(), 1);
    clock.advance(24h);
    EXPECT_EQ(runner.deliverDue().value(), 0);
    EXPECT_EQ(state(), "failed");
}

TEST_P(NotifyTest, ACodeThatExpiredMeanwhileIsNotSent)
{
    queue((clock.now() + 5min).ms);
    clock.advance(5min);
    EXPECT_EQ(runner.deliverDue().value(), 1);
    EXPECT_TRUE(sender.sent.empty());
    EXPECT_EQ(state(), "late");
}

TEST_P(NotifyTest, ATenantWithoutASenderKeepsTheFactAndDoesNotLoop)
{
    tenant->senders.clear();
    queue();
    EXPECT_EQ(runner.deliverDue().value(), 1);
    clock.advance(24h);
    EXPECT_EQ(runner.deliverDue().value(), 0);
    EXPECT_EQ(state(), "unsent");
}

TEST_P(NotifyTest, XJ_LOG_05_ACodeForAMailboxGoesToTheSenderOfMailAndToNoOther)
{
    test::FakeMessageSender mail;
    tenant->senders["email"] = std::make_unique<test::FixedPlugin<api::MessageSender>>(mail);
    queueMail();
    EXPECT_EQ(runner.deliverDue().value(), 1);
    EXPECT_TRUE(sender.sent.empty()) << "an e-mail address was handed to the sender of text messages";
    ASSERT_EQ(mail.sent.size(), 1u);
    EXPECT_EQ(mail.sent[0].recipient, "lamp@example.test");
    EXPECT_EQ(mail.sent[0].params.at("code"), "482913");
    const Outgoing row = notify.outgoing("", 10, 0).value().rows.at(0);
    EXPECT_EQ(row.channel, "email");
    EXPECT_EQ(row.recipient, "***@example.test");
    EXPECT_EQ(row.state, "sent");
}

TEST_P(NotifyTest, XJ_LOG_05_WhereNobodyCarriesMailNobodyElseIsAsked)
{
    queueMail();
    EXPECT_EQ(runner.deliverDue().value(), 1);
    EXPECT_TRUE(sender.sent.empty());
    EXPECT_EQ(state(), "unsent");
}

TEST_P(NotifyTest, AnAlteredPayloadIsNeverSent)
{
    Json payload = sealMessage(*tenant->vault, {"sms", "13900000000", "x", {}, 0});
    payload["recipient"] = payload["params"];
    ASSERT_TRUE(storage::post(*tenant->database, {"message", payload}, clock.now()));
    EXPECT_EQ(runner.deliverDue().value(), 1);
    EXPECT_TRUE(sender.sent.empty());
    EXPECT_EQ(tenant->database->query("SELECT state FROM outbox").value().at(0).text(0), "failed");
}

} // namespace
} // namespace zikao::notify
