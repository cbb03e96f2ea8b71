#include "kernel/base/even_clock.hpp"
#include "tests/contract/simulator.hpp"
#include "tests/kernel/app/server_fixture.hpp"

namespace zikao::app {
namespace {

using namespace std::chrono_literals;

/// The whole server by the clock that zikaod runs it by; the machine's own one is set by hand.
class MovedClock : public ServerTest
{
protected:
    std::string stateOf(const Payer& payer)
    {
        return site()
            .tenant->database->query("SELECT state FROM pay_order WHERE no = ?", {payer.order_no})
            .value()
            .front()
            .text(0);
    }
    std::int64_t expiries(const Payer& payer)
    {
        return count("SELECT COUNT(*) FROM case_event WHERE action = 'order_expired' AND case_id = ?",
                     {payer.case_id});
    }
    static bool isSignedIn(Browser browser) { return browser.me().json.value("kind", "") == "candidate"; }
};
INSTANTIATE_ON_BOTH_ENGINES(MovedClock);

TEST_P(MovedClock, I19_FiresNothingAndProlongsNothingAndEachEndComesOnce)
{
    const Payer first = payer(1), second = payer(2);
    Browser guest = browser();
    const std::string waiting = submitRegistration(guest, 3);
    Browser holder = officer("clerk.holds", "prefecture_office", "990100");
    Browser other = officer("clerk.waits", "prefecture_office", "990100");
    const auto hold = [&](Browser& clerk) { return clerk.post("/api/staff/cases/" + waiting + "/hold"); };
    ASSERT_EQ(hold(holder).status, 200);
    ASSERT_TRUE(isSignedIn(first.browser));
    const auto life = std::chrono::milliseconds{
        count("SELECT expires_at_ms FROM pay_order WHERE no = ?", {first.order_no}) - clock.now().ms};
    ASSERT_GT(life, 1min);
    ASSERT_LT(life, 1h);
    server.reset();
    std::atomic<std::chrono::milliseconds> counted{0ms};
    const EvenClock even(clock, [&] { return counted.load(); });
    start(even);
    server->startBackground();
    const auto moved = [&](const Browser& before) {
        Browser browser(server->port(), "/lantern");
        browser.cookies = before.cookies;
        browser.csrf = before.csrf;
        return browser;
    };
    Browser held = moved(holder), waits = moved(other);

    for (const std::chrono::milliseconds jump :
         {std::chrono::milliseconds(24h), std::chrono::milliseconds(-25h)}) {
        clock.advance(jump);
        server->runBackgroundOnce();
        EXPECT_EQ(stateOf(first), "unpaid");
        EXPECT_TRUE(isSignedIn(moved(first.browser))) << "a session ended before its time";
        EXPECT_EQ(hold(waits).code(), "case_held");
        EXPECT_EQ(hold(held).status, 200);
    }
    // The machine's clock is an hour slow now; the ends come when they were to come.
    counted = life - 1s;
    clock.advance(life - 1s);
    server->runBackgroundOnce();
    EXPECT_EQ(stateOf(first), "unpaid");
    counted = life;
    clock.advance(1s);
    for (const Payer& payer : {first, second}) {
        EXPECT_TRUE(test::eventually([&] { return stateOf(payer) == "expired" && expiries(payer) > 0; }));
        EXPECT_EQ(expiries(payer), 1);
    }
    counted = life + 30min;
    EXPECT_FALSE(isSignedIn(moved(first.browser))) << "a session outlived its idle time";
    server.reset();
    start();
}

} // namespace
} // namespace zikao::app
