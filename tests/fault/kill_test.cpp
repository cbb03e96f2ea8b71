#include "tests/contract/simulator.hpp"
#include "tests/kernel/app/ctl/support.hpp"
#include "tests/kernel/app/server_fixture.hpp"
#include "tests/kernel/app/zikaod_process.hpp"

namespace zikao::app {
namespace {

using namespace std::chrono_literals;

constexpr int kKilled = 1000 + SIGKILL;

/// The real zikaod on the invented province, with the real Alipay plugin against the simulator. What leads up to a
/// killed act is done in this process; what is killed, and what comes after, is the program.
class Kill : public ServerTest
{
protected:
    void SetUp() override
    {
        simulator.set({{"notice", "never"}});
        clock.set(SystemClock().now());
        openTheSitting();
        server.reset();
        const std::string file = config.tenants.front().province_dir + "/province.json";
        Json profile = Json::parse(test::readFile(file));
        profile["payment_channels"] = {{{"id", "alipay"}, {"label", "支付宝"}, {"plugin", "payment-alipay"}}};
        std::ofstream(file) << profile.dump();
        config.tenants.front().plugin_settings["payment-alipay"] = simulator.settings("payment-alipay");
        config.plugin_dir = ZIKAO_BUILD_DIR "/lib/plugins";
        start();
    }
    /// The whole installation is sound, and the fixture has it back.
    void TearDown() override
    {
        const auto verified =
            ctl::testing_support::zikaoctl({"--config", configFile(), "audit", "verify", "lantern"});
        EXPECT_EQ(verified.exit, 0) << verified.text;
        const auto checked =
            ctl::testing_support::zikaoctl({"--config", configFile(), "tenants", "check", "lantern"});
        EXPECT_EQ(checked.exit, 0) << checked.text;
        start();
    }

    std::unique_ptr<Process> zikaod(const std::string& fail_point = {})
    {
        auto process =
            std::make_unique<Process>(std::vector<std::string>{"--config", configFile()}, fail_point);
        EXPECT_TRUE(process->says("event=ready")) << process->said();
        return process;
    }
    /// The same browser, after the server came back elsewhere.
    static Browser at(const Process& process, const Browser& before)
    {
        Browser browser(process.port(), "/lantern");
        browser.cookies = before.cookies;
        browser.csrf = before.csrf;
        return browser;
    }
    /// Waits until a killed zikaod is gone, and what it left at the database server is decided too.
    void expectKilled(Process& process, const std::string& where)
    {
        EXPECT_EQ(process.status(), kKilled) << where << " was not passed: " << process.said();
        if (GetParam() != storage::Engine::mysql)
            return;
        storage::MysqlOptions options = test::mysqlOptions(config.database.name_prefix + "lantern");
        options.connections = 1;
        const auto server = storage::openMysql(options).value();
        EXPECT_TRUE(test::eventually([&] {
            return server
                       ->query(
                           "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND "
                           "id <> CONNECTION_ID()")
                       .value()
                       .front()
                       .integer(0) == 0;
        }));
    }
    /// Looks on while zikaod runs.
    std::int64_t found(const std::string& from, const storage::Params& params = {})
    {
        const auto options =
            openOptions(config, config.tenants.front(), tenant::OpenOptions::Mode::inspect).value();
        const auto database = tenant::openDatabase(options, "lantern").value();
        return database->query("SELECT COUNT(*) FROM " + from, params).value().front().integer(0);
    }

    test::Simulator simulator;

private:
    void openTheSitting()
    {
        const Instant now = clock.now();
        exams::Sitting sitting = site().exams.sitting("261").value().value();
        sitting.signup_opens = now + -24h;
        sitting.signup_closes = now + 24h;
        sitting.pay_until = now + 48h;
        for (exams::Slot& slot : sitting.slots) {
            slot.starts_at = now + 720h + 24h * slot.slot_no;
            slot.ends_at = slot.starts_at + 2h;
        }
        const auto saved = site().tenant->database->transaction(
            [&](storage::Transaction& tx) { return site().exams.save(tx, sitting); });
        ASSERT_TRUE(saved) << saved.error().message;
    }
};
// --- a submission ---------------------------------------------------------------------------------------------------

struct Guest
{
    Browser browser;
    std::string case_id;
    Json body; ///< of the submission, which is sent until it is answered
};

class KilledSubmission : public Kill
{
protected:
    Guest guest(int serial)
    {
        Browser browser = this->browser();
        const auto view = filledRegistration(browser, serial);
        return {browser, view.json["case"]["id"], action(view, nullptr, secrets())};
    }
    static Browser::Answer submit(Browser browser, const Guest& guest)
    {
        return browser.post("/api/cases/" + guest.case_id + "/actions/submit", guest.body);
    }
    /// Whether it was handed in; fails when it was handed in by half.
    bool isWhole(const Guest& guest, std::int64_t accounts_before)
    {
        const storage::Params id{guest.case_id};
        const std::int64_t handed_in = found("case_record WHERE id = ? AND state = 'pending'", id);
        EXPECT_EQ(found("case_record WHERE id = ? AND state = 'draft' AND is_visitor = 1", id),
                  1 - handed_in);
        EXPECT_EQ(found("case_event WHERE case_id = ?", id), handed_in);
        EXPECT_EQ(found("case_review WHERE case_id = ?", id), handed_in);
        EXPECT_EQ(found("audit_entry WHERE act = 'case.submit' AND object = ?", {"case:" + guest.case_id}),
                  handed_in);
        EXPECT_EQ(found("account"), accounts_before + handed_in);
        EXPECT_EQ(found("person"), accounts_before + handed_in);
        return handed_in == 1;
    }
    /// After the kill: the same click again ends in one submission.
    std::unique_ptr<Process> recover(const Guest& guest, bool handed_in, std::int64_t accounts_before)
    {
        auto process = zikaod();
        const auto again = submit(at(*process, guest.browser), guest);
        // The session may have become the candidate's without her browser knowing: then she logs in.
        EXPECT_TRUE(again.status == 200 || (handed_in && again.status < 500)) << again.body;
        EXPECT_TRUE(isWhole(guest, accounts_before)) << again.body;
        return process;
    }
};
INSTANTIATE_ON_BOTH_ENGINES(KilledSubmission);

TEST_P(KilledSubmission, I1_IsWhollyADraftOrWhollyHandedInAndTheSameClickEndsItOnce)
{
    const Guest inside = guest(1), outside = guest(2);
    std::vector<Guest> anywhere;
    for (int serial = 3; serial <= 5; ++serial)
        anywhere.push_back(guest(serial));
    server.reset();

    std::int64_t accounts = 0;
    std::unique_ptr<Process> running;
    for (const auto& [guest, point, handed_in] : {std::tuple{inside, "cases.perform.before_commit", false},
                                                  {outside, "cases.perform.after_commit", true}}) {
        running = nullptr; // kills the one that recovered the guest before
        auto victim = zikaod(point);
        EXPECT_EQ(submit(at(*victim, guest.browser), guest).status, 0) << "answered before it was certain";
        expectKilled(*victim, point);
        EXPECT_EQ(isWhole(guest, accounts), handed_in) << point;
        running = recover(guest, handed_in, accounts++);
    }
    // And wherever the kill happens to strike.
    auto delay = 5ms;
    for (const Guest& guest : anywhere) {
        Browser::Answer answer;
        std::thread browser([&] { answer = submit(at(*running, guest.browser), guest); });
        std::this_thread::sleep_for(delay);
        running->signal(SIGKILL);
        browser.join();
        expectKilled(*running, "no particular point");
        const bool handed_in = isWhole(guest, accounts);
        EXPECT_TRUE(handed_in || answer.status != 200) << "what was answered is not there";
        running = recover(guest, handed_in, accounts++);
        delay *= 6;
    }
}

// --- an upload ------------------------------------------------------------------------------------------------------

class KilledUpload : public Kill
{};
INSTANTIATE_ON_BOTH_ENGINES(KilledUpload);

TEST_P(KilledUpload, C45_I11_LeavesNoRowWithoutItsFileAndIsSentAgain)
{
    Browser guest = browser();
    guest.me();
    const std::string id = guest.post("/api/cases", {{"type", "registration"}}).json.at("case").at("id");
    server.reset();
    const auto send = [&](const Process& process) {
        return at(process, guest)
            .send("POST", "/lantern/api/cases/" + id + "/files?field=id_card_back",
                  "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n", "application/pdf");
    };
    for (const char* point : {"files.written", "files.renamed", "files.before_row"}) {
        auto victim = zikaod(point);
        EXPECT_EQ(send(*victim).status, 0) << "answered before it was certain";
        expectKilled(*victim, point);
        EXPECT_EQ(found("file"), 0) << point;
    }
    auto again = zikaod();
    const auto answer = send(*again);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(found("file WHERE state = 'kept'"), 1);
}

// --- a payment ------------------------------------------------------------------------------------------------------

class KilledPayment : public Kill
{
protected:
    /// Asks for a code, pays it, and has the provider's notice ready. @return the attempt's number
    std::string paid(const Process& process, const Payer& payer)
    {
        const auto codes =
            at(process, payer.browser)
                .post("/api/orders/" + payer.order_no + "/codes", {{"operation_id", requestKey()}});
        EXPECT_EQ(codes.status, 200) << codes.body;
        const Json attempt = codes.json.at("attempts").at(0);
        EXPECT_FALSE(simulator.post("pay", {{"code", attempt.at("open_url")}}).contains("code"));
        return attempt.at("no");
    }
    http::test::RawClient::Answer notify(const Process& process, const std::string& attempt)
    {
        const Json sealed = simulator.post("trades/alipay/" + attempt + "/seal");
        std::string head =
            "POST /lantern/api/notify/alipay HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n";
        for (const Json& header : sealed.at("headers"))
            head += header.at(0).get<std::string>() + ": " + header.at(1).get<std::string>() + "\r\n";
        const std::string body = sealed.at("body");
        return http::test::RawClient(process.port())
            .ask(head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    }
    std::int64_t booked(const Payer& payer)
    {
        return found("pay_transaction WHERE order_no = ?", {payer.order_no});
    }
    /// The money arrives at order, case and sign-up, once.
    void expectAccountedOnce(const Payer& payer)
    {
        EXPECT_TRUE(test::eventually([&] {
            return found("sign_up WHERE case_id = ? AND state = 'paid'", {payer.case_id}) == 1;
        })) << "the news of the payment never came to the sign-up";
        EXPECT_EQ(booked(payer), 1);
        EXPECT_EQ(
            found("pay_order WHERE no = ? AND state = 'paid' AND received_fen = total_fen", {payer.order_no}),
            1);
        EXPECT_EQ(found("case_event WHERE case_id = ? AND action = 'paid'", {payer.case_id}), 1);
        EXPECT_EQ(found("pay_exception"), 0);
    }

private:
};
INSTANTIATE_ON_BOTH_ENGINES(KilledPayment);

TEST_P(KilledPayment, I4_IsAccountedOnceWhenTheNoticeComesAgainOrTheProviderIsAsked)
{
    const Payer asked_later = payer(1), inside = payer(2), unanswered = payer(3);
    server.reset();
    for (const auto& [payer, point, committed] : {std::tuple{asked_later, "billing.notice.stored", false},
                                                  {inside, "billing.settle.before_commit", false},
                                                  {unanswered, "billing.notice.after_commit", true}}) {
        auto victim = zikaod(point);
        const std::string attempt = paid(*victim, payer);
        EXPECT_EQ(notify(*victim, attempt).status, 0) << "acknowledged before it was certain";
        expectKilled(*victim, point);
        EXPECT_EQ(booked(payer), committed ? 1 : 0) << point;

        auto again = zikaod();
        if (payer.order_no != asked_later.order_no) {
            const auto reply = notify(*again, attempt);
            EXPECT_EQ(reply.status, 200);
            EXPECT_EQ(reply.body, "success");
        }
        expectAccountedOnce(payer);
    }
}

} // namespace
} // namespace zikao::app
