#include <atomic>
#include <thread>

#include "tests/fault/clicks.hpp"
#include "tests/fault/own_mariadb.hpp"

namespace zikao::app {
namespace {

/// MariaDB goes away while zikaod serves, and comes back: an update of the system at three in the morning.
class LostDatabase : protected test::OwnMariadb, public Clicks
{
protected:
    static void expectToldToComeBack(const Browser::Answer& answer)
    {
        EXPECT_EQ(answer.status, 503) << answer.body;
        EXPECT_NE(answer.detail().find("请稍后再试"), std::string::npos) << answer.body;
    }
    static int health(const Process& process) { return Browser(process.port(), "").get("/healthz").status; }
};
INSTANTIATE_TEST_SUITE_P(Engines, LostDatabase, testing::Values(storage::Engine::mysql),
                         [](const auto&) { return "mariadb"; });

TEST_P(LostDatabase, I1_I5_I15_WhoeverClicksMeanwhileIsToldSoAndNothingIsLostOrDoneTwice)
{
    const SignUp early = signUp(1), meanwhile = signUp(2);
    std::vector<SignUp> cut;
    for (int serial = 3; serial <= 6; ++serial)
        cut.push_back(signUp(serial));
    const Payer pays = payer(7), over = payer(8);
    server.reset();
    const Instant end = SystemClock().now() + 3s;
    alter("UPDATE pay_order SET expires_at_ms = " + std::to_string(end.ms) + " WHERE no = '" + over.order_no +
          "'");

    const auto running = zikaod();
    const std::string attempt = paid(*running, pays);
    const auto first = submit(*running, early);
    EXPECT_EQ(first.status, 200) << first.body;

    OwnMariadb::kill();
    expectToldToComeBack(submit(*running, meanwhile));
    expectToldToComeBack(at(*running, early.browser).get("/api/center"));
    EXPECT_EQ(health(*running), 503) << "who watches over the servers sends people to another one";
    EXPECT_GE(notify(*running, attempt).status, 500) << "the provider was told that it was heard";
    while (SystemClock().now() <= end)
        std::this_thread::sleep_for(50ms);
    OwnMariadb::start();
    EXPECT_TRUE(test::eventually([&] { return health(*running) == 200; }));
    const auto done = submit(*running, meanwhile);
    EXPECT_EQ(done.status, 200) << done.body;
    expectSubmittedOnce(meanwhile);
    EXPECT_EQ(submit(*running, early).body, first.body) << "what was answered was not kept";
    expectSubmittedOnce(early);
    EXPECT_EQ(notify(*running, attempt).status, 200);
    expectAccountedOnce(pays);
    EXPECT_TRUE(test::eventually([&] {
        return found("case_event WHERE case_id = ? AND action = 'order_expired'", {over.case_id}) == 1;
    })) << "what runs in the background did not go on";

    // In the middle of clicks: what was answered holds, everything else is sent again.
    std::atomic<int> answered{0};
    std::vector<Browser::Answer> answers(cut.size());
    std::vector<std::thread> browsers;
    for (std::size_t i = 0; i < cut.size(); ++i)
        browsers.emplace_back([&, i] {
            answers[i] = submit(*running, cut[i]);
            ++answered;
        });
    EXPECT_TRUE(test::eventually([&] { return answered > 0; }));
    OwnMariadb::kill();
    for (std::thread& browser : browsers)
        browser.join();
    OwnMariadb::start();
    for (std::size_t i = 0; i < cut.size(); ++i) {
        EXPECT_TRUE(answers[i].status == 200 || answers[i].status == 503 || answers[i].status == 504)
            << answers[i].status << answers[i].body;
        EXPECT_NE(answers[i].status != 200 ? answers[i].detail() : "done", "");
        const auto again = submit(*running, cut[i]);
        EXPECT_EQ(again.status, 200) << again.body;
        if (answers[i].status == 200)
            EXPECT_EQ(again.body, answers[i].body);
        expectSubmittedOnce(cut[i]);
    }
    running->signal(SIGTERM);
    EXPECT_EQ(running->status(), 0);
}

} // namespace
} // namespace zikao::app
