#pragma once

#include <map>
#include <string>
#include <vector>

#include "kernel/identity/codes.hpp"
#include "tests/kernel/files/pictures.hpp"
#include "tests/support/procedures.hpp"

namespace zikao::test::tibet {

/// A person on the way through the procedures.
struct Candidate
{
    identity::Session session; ///< a guest's until the account was opened
    std::string registration;  ///< case ids
    std::string completion;
    std::string sign_up;

    [[nodiscard]] const identity::Actor& actor() const { return session.actor; }
    /// The same person after logging in again.
    [[nodiscard]] identity::Actor later() const
    {
        identity::Actor again = actor();
        again.session_id = "a session begun later";
        return again;
    }
};

/// The procedures as candidates meet them: the package that is published in production, run by real workers on the
/// province's real catalog. Outside parties (payment, picture measuring) are fakes.
///
/// The day is 17 September 2023, 9 o'clock, as on the manual's order; sign-up is open 15-20 September and is paid until its
/// end. The slots are those of the manual, 28 and 29 October.
class Journey : public Procedures
{
protected:
    Journey();

    // --- what people send ---------------------------------------------------------------------------------------
    /// Everything that the registration asks for, of a woman born on 12 May 1999, in 拉萨.
    static Json person(int number = 1);
    static std::string numberOf(int number) { return person(number)["id_number"]; }
    static std::string phoneOf(int number) { return person(number)["phone"]; }
    static std::string portrait() { return files::jpg(480, 640); }
    static std::string card() { return files::jpg(1000, 630); }
    /// A picture of exactly so many bytes.
    static std::string jpgOf(std::size_t size_bytes, int width = 1000, int height = 630);
    static Json courses(const std::vector<std::pair<int, std::string>>& chosen);
    /// The four courses of the manual, one in each slot, for 行政管理(专科) in 拉萨考区.
    static Json choice();
    static Json without(Json all, const std::string& field);

    // --- codes by SMS -------------------------------------------------------------------------------------------
    /// Asks for a code; @return it as it stands in the message, or the reason why none was sent.
    std::string codeFor(const identity::Actor& actor, const std::string& phone,
                        identity::CodePurpose purpose = identity::CodePurpose::registration);
    /// The newest code that was posted to a phone.
    std::string postedCode(const std::string& phone);
    /// Texts waiting to be sent to a phone, by key, oldest first.
    std::vector<std::string> textsTo(const std::string& phone);
    Json secrets(const identity::Actor& actor, const std::string& phone,
                 const std::string& password = "kaosheng2026");

    // --- how far they are ---------------------------------------------------------------------------------------
    Candidate guest();
    /// Has read 注册须知 and laid all three pictures in; nothing is typed.
    Candidate begun();
    /// Has pressed 注册. @param changed  goes over `person()`
    Candidate registered(int number = 1, const Json& changed = Json::object());
    /// Puts a person on file, as the authority's list does.
    void onFile(int number, const std::map<std::string, std::string>& more = {});
    /// Somebody on file who has read 完善资料须知 and laid both pictures in.
    Candidate completing();
    Candidate completed(int number = 1);
    /// Has read 报名须知; nothing is chosen.
    Candidate choosing(Candidate candidate);
    Candidate signedUp(int number = 1, const Json& choice = Journey::choice());
    Candidate ordered(int number = 1);
    Candidate paid(int number = 1);

    // --- what they do -------------------------------------------------------------------------------------------
    void attach(const Candidate& candidate, const std::string& case_id, const std::string& field,
                const std::string& bytes);
    std::string attachRefused(const Candidate& candidate, const std::string& case_id,
                              const std::string& field, const std::string& bytes);
    std::vector<std::string> registerRefused(const Candidate& visitor, const Json& changed, int number = 1);
    std::vector<std::string> completeRefused(const Candidate& visitor, const Json& fields,
                                             const Json& secrets);
    std::vector<std::string> did(const Candidate& candidate, const std::string& case_id,
                                 const std::string& action, const Sent& sent = {})
    {
        return refusals(candidate.actor(), case_id, action, sent);
    }
    void switchReview(bool on) { tenant->profile.raw["settings"]["review_registration"] = on; }
    void noticeOf(const Candidate& candidate);

    // --- what is seen -------------------------------------------------------------------------------------------
    std::string shownState(const Candidate& candidate, const std::string& case_id);
    /// What the state says beside its title: who has the case, or why nothing can be changed.
    std::string saidOfState(const Candidate& candidate, const std::string& case_id);
    std::vector<std::string> offered(const identity::Actor& actor, const std::string& case_id);
    identity::Person personOf(const Candidate& candidate)
    {
        return identity.person(candidate.actor().id).value();
    }
    exams::SignUp storedSignUp(const Candidate& candidate)
    {
        return exams.ofCase(candidate.sign_up).value().value();
    }
    billing::Order order(const Candidate& candidate)
    {
        return billing.newestOrderOfCase(candidate.sign_up).value().value();
    }
    billing::Attempt code(const Candidate& candidate, const std::string& operation = "first");
    std::string newestMessage(const Candidate& candidate);
    std::string trailOf(const std::string& act);

    FakePaymentProvider& bank() { return provider("ccb"); }
    identity::Codes codes{*tenant};
    const identity::Actor lhasa = officer("拉萨审核员", "540100");
    const identity::Actor shigatse = officer("日喀则审核员", "540200");
};

} // namespace zikao::test::tibet
