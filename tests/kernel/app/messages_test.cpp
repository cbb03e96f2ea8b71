#include "kernel/app/api/messages_api.hpp"
#include "tests/kernel/app/server_fixture.hpp"
#include "tests/support/fake_plugins.hpp"

namespace zikao::app {
namespace {

/// What staff see of the messages that went out.
class OutgoingMessages : public ServerTest
{
protected:
    void SetUp() override
    {
        site().tenant->senders["sms"] = std::make_unique<test::FixedPlugin<api::MessageSender>>(sender);
        for (const char* phone : {"13800001001", "13800001002", "13800001003"})
            ASSERT_TRUE(site().tenant->database->transaction([&](storage::Transaction& tx) {
                return site().notify.toPhone(tx, phone, "registration_passed", {});
            }));
        sender.answers.emplace_back(api::SendReceipt{"p1"});
        sender.answers.emplace_back(
            fail(ErrorCode::invalid_argument, "no number", "isv.MOBILE_NUMBER_ILLEGAL"));
        sender.answers.emplace_back(fail(ErrorCode::too_many, "flow", "isv.BUSINESS_LIMIT_CONTROL"));
        while (server->runBackgroundOnce() > 0) {
        }
    }
    Json rowOf(Browser& browser, const std::string& phone)
    {
        const auto found = browser.post("/api/staff/messages/search", {{"recipient", phone}});
        EXPECT_EQ(found.status, 200) << found.body;
        EXPECT_EQ(found.json["total"], 1) << phone;
        return found.json["rows"][0];
    }
    /// Sent to phones in the order in which the outbox dealt with them.
    std::string phoneOf(std::size_t at) { return sender.sent.at(at).recipient; }
    Browser::Answer push(const std::string& key, const std::string& body)
    {
        Browser provider = browser();
        return provider.send("POST", "/lantern/api/message-reports/" + key, body, "application/json");
    }

    test::FakeMessageSender sender;
};
INSTANTIATE_ON_BOTH_ENGINES(OutgoingMessages);

TEST_P(OutgoingMessages, XZ_SGN_16_AnOfficeSeesWhatBecameOfEachMessageAndNoWholeNumber)
{
    Browser admin = officer("admin.one", "province_office", "990000");
    const auto all = admin.post("/api/staff/messages/search", Json::object());
    ASSERT_EQ(all.status, 200) << all.body;
    EXPECT_EQ(all.json["total"], 3);
    EXPECT_EQ(all.json["queued"], 0);
    EXPECT_EQ(all.body.find("1380000"), std::string::npos);
    EXPECT_EQ(rowOf(admin, phoneOf(0))["state"], "sent");
    const Json failed = rowOf(admin, phoneOf(1));
    EXPECT_EQ(failed["state"], "failed");
    EXPECT_EQ(failed["error"], "isv.MOBILE_NUMBER_ILLEGAL");
    EXPECT_EQ(failed["recipient_masked"], "*********" + phoneOf(1).substr(9));
    const Json waiting = rowOf(admin, phoneOf(2));
    EXPECT_EQ(waiting["state"], "waiting");
    EXPECT_EQ(waiting["tries"], 1);
    clock.advance(std::chrono::seconds{6});
    server->runBackgroundOnce();
    const Json again = rowOf(admin, phoneOf(2));
    EXPECT_EQ(again["state"], "sent");
    EXPECT_EQ(again["tries"], 2);
}

TEST_P(OutgoingMessages, ADeliveryReportIsHeardAtTheTenantsAddressAlone)
{
    const std::string key = reportKey(*site().tenant);
    const std::string id = sender.sent.at(0).message_id;
    EXPECT_EQ(push("guessed", id + " DELIVERED").status, 404);
    EXPECT_EQ(push(reportKey(*site("beacon").tenant), id + " DELIVERED").status, 404);
    const auto heard = push(key, id + " DELIVERED");
    EXPECT_EQ(heard.status, 200);
    EXPECT_EQ(heard.body, "heard");
    EXPECT_EQ(push(key, id + " MK:0001").status, 200) << "a repeated push is answered, or it comes for ever";
    Browser admin = officer("admin.one", "tenant_admin", "990000");
    const Json row = rowOf(admin, phoneOf(0));
    EXPECT_EQ(row["state"], "sent") << "an unsigned word changed a state";
    EXPECT_EQ(row["report"], "delivered") << "the first report did not stay";
    EXPECT_EQ(row["report_code"], "DELIVERED");
    EXPECT_EQ(push(key, "").status, 400);
    EXPECT_EQ(push(key, "somebody-elses DELIVERED").status, 200);
}

} // namespace
} // namespace zikao::app
