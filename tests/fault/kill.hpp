#pragma once

#include "tests/contract/simulator.hpp"
#include "tests/kernel/app/ctl/support.hpp"
#include "tests/kernel/app/server_fixture.hpp"
#include "tests/kernel/app/zikaod_process.hpp"

namespace zikao::app {

using namespace std::chrono_literals;

inline constexpr int kKilled = 1000 + SIGKILL;

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
        bind(profile);
        std::ofstream(file) << profile.dump();
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

    /// What the program is bound to beside the fixture's province: a plugin's settings are the simulator's.
    virtual void bind(Json& profile)
    {
        profile["payment_channels"] = {{{"id", "alipay"}, {"label", "支付宝"}, {"plugin", "payment-alipay"}}};
        settle("payment-alipay");
    }
    void settle(const std::string& plugin)
    {
        config.tenants.front().plugin_settings[plugin] = simulator.settings(plugin);
    }

    /// One that may die before it is ready.
    std::unique_ptr<Process> launch(const std::string& fail_point)
    {
        return std::make_unique<Process>(std::vector<std::string>{"--config", configFile()}, fail_point);
    }
    std::unique_ptr<Process> zikaod(const std::string& fail_point = {})
    {
        auto process = launch(fail_point);
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
    storage::Row look(const std::string& sql, const storage::Params& params = {})
    {
        const auto options =
            openOptions(config, config.tenants.front(), tenant::OpenOptions::Mode::inspect).value();
        const auto database = tenant::openDatabase(options, "lantern").value();
        return database->query(sql, params).value().front();
    }
    std::int64_t found(const std::string& from, const storage::Params& params = {})
    {
        return look("SELECT COUNT(*) FROM " + from, params).integer(0);
    }

    /// Changes the database by hand while nothing runs: what minutes of waiting would bring about.
    void alter(const std::string& sql)
    {
        const auto options =
            openOptions(config, config.tenants.front(), tenant::OpenOptions::Mode::manage).value();
        const auto database = tenant::openDatabase(options, "lantern").value();
        const auto done = database->execute(sql);
        EXPECT_TRUE(done && *done > 0) << sql;
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

/// An order that is paid at the provider while zikaod runs.
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
};

} // namespace zikao::app
