#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/kernel/files/pictures.hpp"
#include "tests/support/procedures.hpp"

namespace zikao::test {

/// A person on the way through the procedures.
struct Candidate
{
    identity::Session session; ///< a guest's until the account was opened
    std::string registration;  ///< case ids
    std::string sign_up;

    [[nodiscard]] const identity::Actor& actor() const { return session.actor; }
};

/// The procedures as candidates and officers meet them: the package that is published in production, run by real
/// workers on the province's real catalog. Outside parties (payment, picture measuring) are fakes.
///
/// The day is 10 March 2021, 9 o'clock; sign-up is open 8-16 March, payment until 17 March 18:00. The slots are those
/// of the manual, the first on 10 April (requirements 5.4).
class Journey : public Procedures
{
protected:
    Journey();

    // --- what people send ---------------------------------------------------------------------------------------
    /// Everything that the registration asks for, of a woman born on 12 May 1999, to 乌鲁木齐.
    static Json person(int number = 1);
    static Json secrets(const std::string& password = "kaosheng2026") { return secrets(password, password); }
    static Json secrets(const std::string& password, const std::string& again);
    static std::string picture() { return files::jpg(295, 413); }
    /// The four courses of the manual, one in each slot, for 工商企业管理 at 天山区.
    static Json choice();
    static Json courses(const std::vector<std::pair<int, std::string>>& chosen);

    // --- how far they are ---------------------------------------------------------------------------------------
    /// Has a registration in which all three pictures lie; nothing is typed.
    Candidate begun();
    /// Has handed in the registration. @param changed  goes over `person()`
    Candidate registered(const Json& changed = Json::object(), int number = 1);
    Candidate passed(const Json& changed = Json::object(), int number = 1);
    /// Has opened the sign-up; nothing is chosen.
    Candidate choosing(Candidate candidate);
    Candidate signedUp(const Json& choice = Journey::choice());
    /// Has pressed 点击缴费.
    Candidate ordered();
    /// Has paid by the Alipay code, and the news has arrived.
    Candidate paid();

    // --- what they do -------------------------------------------------------------------------------------------
    void attach(const Candidate& candidate, const std::string& field, const std::string& bytes);
    std::string attachRefused(const Candidate& candidate, const std::string& field, const std::string& bytes,
                              const std::string& declared = {});
    std::vector<std::string> submitRefused(const Candidate& candidate, const Json& changed);
    std::vector<std::string> signUpRefused(const Candidate& candidate, const Json& choice);
    void review(const Candidate& candidate, const std::string& action, const std::string& reason = {});

    // --- what is seen -------------------------------------------------------------------------------------------
    cases::View registrationOf(const Candidate& candidate)
    {
        return view(candidate.actor(), candidate.registration);
    }
    cases::View signUpOf(const Candidate& candidate) { return view(candidate.actor(), candidate.sign_up); }
    /// Title of the case's state: what the status bar shows.
    static std::string shownState(const cases::View& view);
    exams::SignUp storedSignUp(const Candidate& candidate);
    billing::Order order(const Candidate& candidate); ///< the newest
    std::map<std::string, billing::Attempt> codes(const Candidate& candidate,
                                                  const std::string& operation); ///< by channel
    std::string newestMessage(const Candidate& candidate);

    FakePaymentProvider& alipay() { return provider("alipay"); }
    FakePaymentProvider& wechat() { return provider("wechat"); }

    const identity::Actor urumqi = officer("乌鲁木齐审核员", "650100");
    const identity::Actor kashgar = officer("喀什审核员", "653100");
};

} // namespace zikao::test
