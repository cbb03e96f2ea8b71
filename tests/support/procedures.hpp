#pragma once

#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "kernel/cases/engine.hpp"
#include "kernel/cases/services.hpp"
#include "kernel/catalog/catalog.hpp"
#include "kernel/degrees/degrees.hpp"
#include "kernel/exams/exams.hpp"
#include "kernel/identity/identity.hpp"
#include "kernel/notify/notify.hpp"
#include "kernel/rules/registry.hpp"
#include "kernel/storage/outbox.hpp"
#include "tests/support/fake_degree_checker.hpp"
#include "tests/support/fake_payment_provider.hpp"
#include "tests/support/fake_plugins.hpp"
#include "tests/support/overtaken_database.hpp"
#include "tests/support/tenant.hpp"

namespace zikao::test {

using namespace std::chrono_literals;

/// What a setting-up step needs to be true; a journey that cannot begin has nothing to say.
template <class T>
void need(const Result<T>& done, const std::string& what)
{
    if (!done)
        throw std::runtime_error(what + ": " + done.error().message + " " + done.error().reason);
}

/// A made-up woman's number (area 990101 does not exist), born on 12 May 1999.
std::string madeUpNumber(int number);

/// The case engine of one tenant with everything that it speaks to: the tables, real rule workers, and fakes for
/// the outside parties (payment, picture measuring). What a province adds is laid in by the suites built on this.
class Procedures : public OnBothEngines
{
    std::map<std::string, std::unique_ptr<FakePaymentProvider>>
        providers_; ///< by channel; made with the tenant

protected:
    /// @param from  the clock stands there
    Procedures(Instant from, const std::string& province_dir, rules::Evaluator& evaluator);

    /// Lays a real province in: its payment channels, the catalogue files it has, its rule package.
    void layInProvince(const std::string& province_dir);
    void publish(const rules::Source& source);
    void saveSitting(const exams::Sitting& sitting);
    void addChannel(const std::string& id, const std::string& label);
    FakePaymentProvider& provider(const std::string& channel) { return *providers_.at(channel); }
    /// The id of the officer's account is "staff-" and the office.
    static identity::Actor officer(const std::string& name, const std::string& office,
                                   std::set<identity::Role> roles = {identity::Role::prefecture_office});

    // --- what people do -----------------------------------------------------------------------------------------
    struct Sent
    {
        Json fields = nullptr;
        Json secrets = nullptr;
        std::string reason = {};
    };
    /// What a page sends that was opened just now, with a request key of its own.
    cases::Input input(const identity::Actor& actor, const std::string& case_id, const Sent& sent);
    Result<cases::Outcome> act(const identity::Actor& actor, const std::string& case_id,
                               const std::string& action, const Sent& sent);
    /// The reasons of a refused action as "code" or "code@field"; "<done>" when it was not refused, and an error's
    /// own reason, or code, when it was not even judged.
    static std::vector<std::string> said(const Result<cases::Outcome>& done);
    std::vector<std::string> refusals(const identity::Actor& actor, const std::string& case_id,
                                      const std::string& action, const Sent& sent)
    {
        return said(act(actor, case_id, action, sent));
    }

    // --- what is seen -------------------------------------------------------------------------------------------
    cases::View view(const identity::Actor& actor, const std::string& case_id);
    /// Reason codes why a case cannot be begun now; none: it can.
    std::vector<std::string> reasonsNotToBegin(const identity::Actor& actor, const std::string& type);
    std::vector<std::string> queueOf(const identity::Actor& officer); ///< case ids

    // --- time and news ------------------------------------------------------------------------------------------
    /// What runs in the background: payments are asked after, news reach their cases.
    void deliver();
    /// Lets time go by, with the background running every five seconds.
    void pass(std::chrono::seconds span);

    FakeImageInspector inspector;
    FakeDegreeChecker degree_checker{clock};
    OvertakenDatabase* questions = nullptr; ///< the tenant's database
    std::unique_ptr<tenant::Tenant> tenant;
    identity::Passwords passwords{"pepper of the tests"};
    identity::Identity identity;
    catalog::Catalog catalog;
    files::Files files;
    exams::Exams exams;
    billing::Billing billing;
    degrees::Degrees degrees;
    notify::Notify notify;
    cases::Services services;
    cases::Engine engine;
    exams::Sitting sitting;

private:
    std::unique_ptr<tenant::Tenant> openTenant(Instant from, const std::string& province_dir,
                                               rules::Evaluator& evaluator);

    storage::OutboxRunner news_;
    int requests_ = 0;
};

} // namespace zikao::test
