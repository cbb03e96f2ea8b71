#pragma once

#include "tests/fault/kill.hpp"

namespace zikao::app {

/// Sign-ups that are handed in by a click, which may have to be repeated.
class Clicks : public KilledPayment
{
protected:
    struct SignUp
    {
        Browser browser;
        std::string case_id;
        Json body; ///< of the submission, with one key however often it is sent
    };
    SignUp signUp(int serial)
    {
        Browser candidate = browser();
        passByClerk(submitRegistration(candidate, serial));
        const auto view = candidate.post("/api/cases", {{"type", "sign_up"}});
        EXPECT_EQ(view.status, 200) << view.body;
        return {candidate, view.json["case"]["id"], action(view, signUpFields())};
    }
    static Browser::Answer submit(const Process& process, const SignUp& who)
    {
        return at(process, who.browser).post("/api/cases/" + who.case_id + "/actions/submit", who.body);
    }
    void expectSubmittedOnce(const SignUp& who)
    {
        EXPECT_EQ(found("case_record WHERE id = ? AND state = 'submitted'", {who.case_id}), 1);
        EXPECT_EQ(found("case_event WHERE case_id = ? AND action = 'submit'", {who.case_id}), 1);
        EXPECT_GT(found("sign_up WHERE case_id = ?", {who.case_id}), 0);
        EXPECT_EQ(found("audit_entry WHERE act = 'case.submit' AND object = ?", {"case:" + who.case_id}), 1);
    }
};

} // namespace zikao::app
