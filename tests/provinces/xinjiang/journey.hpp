#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "kernel/cases/engine.hpp"
#include "kernel/cases/services.hpp"
#include "kernel/catalog/catalog.hpp"
#include "kernel/exams/exams.hpp"
#include "kernel/identity/identity.hpp"
#include "kernel/notify/notify.hpp"
#include "kernel/storage/outbox.hpp"
#include "tests/kernel/files/pictures.hpp"
#include "tests/support/fake_payment_provider.hpp"
#include "tests/support/fake_plugins.hpp"
#include "tests/support/tenant.hpp"

namespace zikao::test {

using namespace std::chrono_literals;

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
class Journey : public OnBothEngines
{
    std::map<std::string, std::unique_ptr<FakePaymentProvider>>
        providers_; ///< by channel; made with the tenant

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
    struct Sent
    {
        Json fields = nullptr;
        Json secrets = nullptr;
        std::string reason = {};
    };
    Result<cases::Outcome> act(const identity::Actor& actor, const std::string& case_id,
                               const std::string& action, const Sent& sent);
    /// The reasons of a refused action as "code" or "code@field"; "<done>" when it was not refused, and an error's
    /// own reason, or code, when it was not even judged.
    std::vector<std::string> refusals(const identity::Actor& actor, const std::string& case_id,
                                      const std::string& action, const Sent& sent);
    void attach(const Candidate& candidate, const std::string& field, const std::string& bytes);
    std::string attachRefused(const Candidate& candidate, const std::string& field, const std::string& bytes,
                              const std::string& declared = {});
    std::vector<std::string> submitRefused(const Candidate& candidate, const Json& changed);
    std::vector<std::string> signUpRefused(const Candidate& candidate, const Json& choice);
    void review(const Candidate& candidate, const std::string& action, const std::string& reason = {});

    // --- what is seen -------------------------------------------------------------------------------------------
    cases::View view(const identity::Actor& actor, const std::string& case_id);
    cases::View registrationOf(const Candidate& candidate)
    {
        return view(candidate.actor(), candidate.registration);
    }
    cases::View signUpOf(const Candidate& candidate) { return view(candidate.actor(), candidate.sign_up); }
    /// Title of the case's state: what the status bar shows.
    static std::string shownState(const cases::View& view);
    /// Reason codes why a case cannot be begun now; none: it can.
    std::vector<std::string> reasonsNotToBegin(const identity::Actor& actor, const std::string& type);
    std::vector<std::string> queueOf(const identity::Actor& officer); ///< case ids
    exams::SignUp storedSignUp(const Candidate& candidate);
    billing::Order order(const Candidate& candidate); ///< the newest
    std::map<std::string, billing::Attempt> codes(const Candidate& candidate,
                                                  const std::string& operation); ///< by channel
    std::string newestMessage(const Candidate& candidate);

    // --- time and news ------------------------------------------------------------------------------------------
    /// What runs in the background: payments are asked after, news reach their cases.
    void deliver();
    /// Lets time go by, with the background running every five seconds.
    void pass(std::chrono::seconds span);
    void saveSitting(const exams::Sitting& sitting);

    FakePaymentProvider& alipay() { return *providers_.at("alipay"); }
    FakePaymentProvider& wechat() { return *providers_.at("wechat"); }

    FakeImageInspector inspector;
    std::unique_ptr<tenant::Tenant> tenant;
    identity::Passwords passwords{"pepper of the tests"};
    identity::Identity identity;
    catalog::Catalog catalog;
    files::Files files;
    exams::Exams exams;
    billing::Billing billing;
    notify::Notify notify;
    cases::Services services;
    cases::Engine engine;
    exams::Sitting sitting;

    const identity::Actor urumqi = officer("乌鲁木齐审核员", "650100");
    const identity::Actor kashgar = officer("喀什审核员", "653100");

private:
    static identity::Actor officer(const std::string& name, const std::string& office);
    std::unique_ptr<tenant::Tenant> openTenant();
    void loadCatalog();
    void publish();

    storage::OutboxRunner news_;
    int requests_ = 0;
};

} // namespace zikao::test
