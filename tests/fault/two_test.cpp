#include "tests/fault/kill.hpp"

namespace zikao::app {
namespace {

/// A second zikaod is started on the databases of one that runs.
class TwoServers : public KilledPayment
{};
INSTANTIATE_ON_BOTH_ENGINES(TwoServers);

TEST_P(TwoServers, C25_I6_TheSecondIsRefusedOnSqliteAndDoesNothingTwiceOnMariadb)
{
    const Payer payer = this->payer(1);
    Browser candidate = browser();
    passByClerk(submitRegistration(candidate, 2));
    const auto view = candidate.post("/api/cases", {{"type", "sign_up"}});
    const std::string id = view.json["case"]["id"];
    const Json submission = action(view, signUpFields());
    server.reset();
    const auto first = zikaod();
    const std::string attempt = paid(*first, payer);
    const auto second = launch("");
    const bool refused = GetParam() == storage::Engine::sqlite;
    if (refused) {
        EXPECT_EQ(second->status(), 2) << second->said();
        for (const char* said :
             {"lantern", "another process has the database open", "reason=database_in_use"})
            EXPECT_NE(second->said().find(said), std::string::npos) << second->said();
    } else {
        EXPECT_TRUE(second->says("event=ready")) << second->said();
    }

    // One click and one notice, at both that run.
    std::vector<std::thread> callers;
    for (const Process* process : {first.get(), refused ? first.get() : second.get()})
        callers.emplace_back([&, process] {
            const auto sent =
                at(*process, candidate).post("/api/cases/" + id + "/actions/submit", submission);
            EXPECT_EQ(sent.status, 200) << sent.body;
            EXPECT_EQ(notify(*process, attempt).body, "success");
        });
    for (std::thread& caller : callers)
        caller.join();
    EXPECT_EQ(found("case_event WHERE case_id = ? AND action = 'submit'", {id}), 1);
    EXPECT_EQ(found("audit_entry WHERE act = 'case.submit' AND object = ?", {"case:" + id}), 1);
    expectAccountedOnce(payer);
}

} // namespace
} // namespace zikao::app
