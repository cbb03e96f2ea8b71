#include "tests/fault/kill.hpp"
#include "tests/support/outside_program.hpp"

namespace zikao::app {
namespace {

/// The database of some hours ago is put back; the audit witness, the provider and the browsers are those of today.
class Restored : public KilledPayment
{
protected:
    void SetUp() override
    {
        ::setenv("ZIKAO_TEST_CAPTCHA", "ACE3", 1);
        Kill::SetUp();
    }
    void TearDown() override
    {
        Kill::TearDown();
        ::unsetenv("ZIKAO_TEST_CAPTCHA");
    }
    /// While nothing runs.
    void backUp()
    {
        test::run(isMysql() ? "mariadb-dump" + kClient + name() + " > " + file() : copy(database(), file()));
    }
    void putBack()
    {
        test::run(isMysql() ? "mariadb" + kClient + name() + " < " + file() : copy(file(), database()));
    }
    static bool isSignedIn(Browser browser) { return browser.me().json.value("kind", "") == "candidate"; }
    static void end(Process& process)
    {
        process.signal(SIGTERM);
        EXPECT_EQ(process.status(), 0) << process.said();
    }
    static Browser::Answer logIn(Browser& browser, int serial)
    {
        browser.me();
        const std::string id = browser.get("/api/captcha").json.at("id");
        return browser.post("/api/login", {{"id_number", idNumber(serial)},
                                           {"password", kPassword},
                                           {"captcha_id", id},
                                           {"captcha", "ace3"}});
    }
    ctl::testing_support::Ended ctl(const std::vector<std::string>& words)
    {
        std::vector<std::string> all{"--config", configFile()};
        all.insert(all.end(), words.begin(), words.end());
        return ctl::testing_support::zikaoctl(all);
    }

private:
    static bool isMysql() { return GetParam() == storage::Engine::mysql; }
    static std::string copy(const std::string& from, const std::string& to)
    {
        return "rm -f " + to + "-wal " + to + "-shm; cp " + from + " " + to;
    }
    [[nodiscard]] std::string file() const { return dir.path() + "/backup"; }
    [[nodiscard]] std::string name() const { return config.database.name_prefix + "lantern"; }
    [[nodiscard]] std::string database() const { return config.data_dir + "/lantern/zikao.db"; }
    const std::string kClient = " --socket=" + config.database.socket + " --user=root --skip-ssl ";
};
INSTANTIATE_ON_BOTH_ENGINES(Restored);

TEST_P(Restored, I17_WhatWasRevokedStaysRevokedTheGapIsNamedAndMoneyIsFoundAgain)
{
    const Payer told = payer(1), asked = payer(2);
    Browser leaver = browser();
    submitRegistration(leaver, 3);
    server.reset();
    auto running = zikaod();
    std::map<std::string, std::string> attempts;
    for (const Payer& payer : {told, asked})
        attempts[payer.order_no] = paid(*running, payer);
    end(*running);
    backUp();

    running = zikaod();
    for (const Payer& payer : {told, asked})
        EXPECT_EQ(notify(*running, attempts.at(payer.order_no)).status, 200);
    expectAccountedOnce(told);
    Browser leaving = at(*running, leaver);
    EXPECT_TRUE(isSignedIn(leaving));
    EXPECT_EQ(leaving.post("/api/logout").status, 204);
    end(*running);
    putBack();
    EXPECT_EQ(booked(told), 0) << "the backup knows of it";

    const auto verified = ctl({"audit", "verify", "lantern"});
    EXPECT_EQ(verified.exit, 1) << verified.text;
    EXPECT_NE(verified.text.find("the chains no longer hold"), std::string::npos) << verified.text;
    running = zikaod();
    EXPECT_NE(running->said().find("level=error event=database_restored tenant=lantern"), std::string::npos);
    EXPECT_FALSE(isSignedIn(at(*running, leaver))) << "a logged-out session is alive again";
    EXPECT_EQ(notify(*running, attempts.at(told.order_no)).body, "success");
    for (const Payer& payer : {told, asked})
        expectAccountedOnce(payer); // one by its notice, one by asking
    Browser returning = at(*running, leaver);
    returning.cookies.clear();
    EXPECT_EQ(logIn(returning, 3).status, 200);
    EXPECT_EQ(ctl({"audit", "verify", "lantern"}).exit, 1) << "nobody has answered for the gap yet";
    end(*running);

    const auto answered = ctl({"audit", "restored", "lantern"});
    EXPECT_EQ(answered.exit, 0) << answered.text;
    EXPECT_NE(answered.text.find("1 sessions ended"), std::string::npos) << answered.text;
    EXPECT_EQ(found("audit_entry WHERE act = 'tenant.restored'"), 2);
}

} // namespace
} // namespace zikao::app
