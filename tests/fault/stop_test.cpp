#include <atomic>
#include <fstream>
#include <sys/types.h>

#include "tests/fault/clicks.hpp"

namespace zikao::app {
namespace {

/// A zikaod, or what works for it, that stands still for a while and goes on: a machine that was suspended, a disk that
/// hung, a debugger.
class Stopped : public Clicks
{
protected:
    /// What zikaod started: workers of rules and plugins.
    static std::vector<pid_t> workersOf(const Process& process)
    {
        const std::string tasks = "/proc/" + std::to_string(process.pid()) + "/task";
        std::vector<pid_t> workers;
        for (const auto& task : std::filesystem::directory_iterator(tasks)) {
            std::ifstream children(task.path() / "children");
            for (pid_t worker = 0; children >> worker;)
                workers.push_back(worker);
        }
        return workers;
    }
};
INSTANTIATE_ON_BOTH_ENGINES(Stopped);

TEST_P(Stopped, I1_I15_I19_EveryClickActsOnceAndWhatEndedMeanwhileIsOver)
{
    std::vector<SignUp> all;
    for (int serial = 1; serial <= 5; ++serial)
        all.push_back(signUp(serial));
    const SignUp late = signUp(6), idle = signUp(7);
    const Payer over = payer(8), alive = payer(9);
    Browser guest = browser();
    const std::string held = submitRegistration(guest, 10);
    Browser holder = officer("clerk.holds", "prefecture_office", "990100");
    Browser other = officer("clerk.waits", "prefecture_office", "990100");
    ASSERT_EQ(holder.post("/api/staff/cases/" + held + "/hold").status, 200);
    EXPECT_EQ(other.post("/api/staff/cases/" + held + "/hold").code(), "case_held");
    ASSERT_EQ(idle.browser.cookies.size(), 1u);
    const std::string idle_candidate =
        site()
            .tenant->database->query("SELECT subject_id FROM case_record WHERE id = ?", {idle.case_id})
            .value()
            .front()
            .text(0);
    server.reset();

    // They end while zikaod stands still, or just before.
    const Instant end = SystemClock().now() + 5s;
    alter("UPDATE case_hold SET until_at = " + std::to_string(end.ms));
    alter("UPDATE pay_order SET expires_at_ms = " + std::to_string(end.ms) + " WHERE no = '" + over.order_no +
          "'");
    alter("UPDATE login_session SET seen_at_ms = " + std::to_string((end + -30min).ms) +
          " WHERE subject_id = '" + idle_candidate + "'");

    const auto running = zikaod();
    std::atomic<int> answered{0};
    std::vector<Browser::Answer> first(all.size()), second(all.size());
    std::vector<std::thread> browsers;
    for (std::size_t i = 0; i < all.size(); ++i)
        browsers.emplace_back([&, i] {
            first[i] = submit(*running, all[i]);
            ++answered;
        });
    EXPECT_TRUE(test::eventually([&] { return answered > 0; }));
    running->signal(SIGSTOP);
    // Whoever waits clicks again.
    for (std::size_t i = 0; i < all.size(); ++i)
        browsers.emplace_back([&, i] { second[i] = submit(*running, all[i]); });
    std::this_thread::sleep_for(3s);
    while (SystemClock().now() <= end)
        std::this_thread::sleep_for(50ms);
    running->signal(SIGCONT);
    for (std::thread& browser : browsers)
        browser.join();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto again = submit(*running, all[i]);
        EXPECT_EQ(again.status, 200) << again.body;
        // A deadline that ran out meanwhile is told as such; whatever was done is answered as it was.
        for (const Browser::Answer& click : {first[i], second[i]}) {
            EXPECT_TRUE(click.status == 200 || click.status == 503) << click.status << click.body;
            if (click.status == 200)
                EXPECT_EQ(click.body, again.body);
            else
                EXPECT_NE(click.detail(), "");
        }
        expectSubmittedOnce(all[i]);
    }

    EXPECT_EQ(at(*running, other).post("/api/staff/cases/" + held + "/hold").status, 200)
        << "a hold outlived its end";
    EXPECT_EQ(submit(*running, idle).status, 401) << "a session outlived its idle time";
    EXPECT_TRUE(test::eventually([&] {
        return found("case_event WHERE case_id = ? AND action = 'order_expired'", {over.case_id}) == 1;
    })) << "an order outlived its end";
    EXPECT_EQ(found("pay_order WHERE no = ? AND state = 'unpaid'", {alive.order_no}), 1);
    EXPECT_EQ(at(*running, alive.browser)
                  .post("/api/orders/" + alive.order_no + "/codes", {{"operation_id", requestKey()}})
                  .status,
              200);

    // Workers that stand still are ended and others take their work; the click that met one is repeated.
    const std::vector<pid_t> workers = workersOf(*running);
    EXPECT_GE(workers.size(), 3u) << "two of the rules, one of the plugin";
    for (const pid_t worker : workers)
        ::kill(worker, SIGSTOP);
    Browser::Answer answer;
    EXPECT_TRUE(test::eventually([&] {
        answer = submit(*running, late);
        return answer.status != 503;
    })) << answer.body;
    EXPECT_EQ(answer.status, 200) << answer.body;
    expectSubmittedOnce(late);
    for (const pid_t worker : workersOf(*running))
        ::kill(worker, SIGCONT);
}

} // namespace
} // namespace zikao::app
