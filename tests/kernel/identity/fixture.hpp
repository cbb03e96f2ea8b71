#pragma once

#include "kernel/base/queued_message.hpp"
#include "kernel/identity/identity.hpp"
#include "kernel/identity/totp.hpp"
#include "tests/support/captcha.hpp"
#include "tests/support/fake_plugins.hpp"
#include "tests/support/tenant.hpp"

namespace zikao::identity {

inline const std::string kNumber = "990101199003070015";
inline const std::string kOtherNumber = "990101200012310020";
inline const std::string kPassword = "river7Stone";
inline const std::string kStaffPassword = "Quiet7lantern-hill";
inline const std::string kTotpSecret = "12345678901234567890";

/// One tenant with an Identity on either engine, and short words for what its tests say again and again.
class IdentityTest : public test::OnBothEngines
{
protected:
    void SetUp() override
    {
        tenant->vault = std::make_unique<Vault>(std::make_shared<const KeyRing>(KeyRing::generate()));
        tenant->profile.raw = {{"captcha_length", 5}};
        for (const char* channel : {"sms", "email"})
            tenant->senders[channel] = std::make_unique<test::FixedPlugin<api::MessageSender>>(sender);
    }

    storage::Database& database() { return *tenant->database; }

    static Person somebody()
    {
        Person person;
        person.name = "张灯笼";
        person.id_number = kNumber;
        person.phone = "13800001234";
        person.email = "lamp@example.test";
        person.sex = "male";
        person.ethnicity = "01";
        person.office_code = "9901";
        return person;
    }

    static Passwords& passwords()
    {
        static Passwords pool("test pepper");
        return pool;
    }

    /// Hashing for each test would be most of the time of this suite.
    static const std::string& candidateHash()
    {
        static const std::string hash = passwords().hash(kPassword, Passwords::Cost::candidate).value();
        return hash;
    }

    Result<std::string> open(const Person& person)
    {
        return database().transaction([&](storage::Transaction& tx) {
            return identity.openCandidate(tx, {person, candidateHash()});
        });
    }

    Identity::Login form(const std::string& login, const std::string& password,
                         const std::string& network = "10.1.2.3")
    {
        const auto captcha = identity.newCaptcha().value();
        EXPECT_TRUE(test::fixCaptcha(*tenant, captcha.id, "ACE34"));
        return {login, password, captcha.id, "ace34", {}, network};
    }

    std::string refusal(const std::string& login, const std::string& password,
                        const std::string& network = "10.1.2.3")
    {
        const auto session = identity.loginCandidate(form(login, password, network));
        return session ? "" : session.error().reason;
    }

    Identity::NewStaff clerk(const std::string& totp = base32(kTotpSecret))
    {
        return {"clerk.one", "李审核", kStaffPassword, "9901", {"county_office"}, totp};
    }

    Identity::Login staffForm(const std::string& password, const std::string& otp)
    {
        Identity::Login login = form("clerk.one", password);
        login.one_time_code = otp;
        return login;
    }

    [[nodiscard]] std::string otpNow() const { return totpCode(kTotpSecret, totpStep(db.clock.now())); }

    std::string staffRefusal(const std::string& password, const std::string& otp)
    {
        const auto session = identity.loginStaff(staffForm(password, otp));
        return session ? "" : session.error().reason;
    }

    bool alive(const std::string& token) { return identity.find(token).value().has_value(); }

    std::int64_t count(const std::string& sql) { return database().query(sql).value().front().integer(0); }

    /// Every outgoing message posted so far, oldest first.
    std::vector<QueuedMessage> messages()
    {
        std::vector<QueuedMessage> all;
        const auto rows =
            database().query("SELECT payload FROM outbox WHERE kind = 'message' ORDER BY created_at_ms, id");
        for (const storage::Row& row : rows.value())
            all.push_back(openMessage(*tenant->vault, parseJson(row.text(0)).value()).value());
        return all;
    }

    test::FakeEvaluator evaluator;
    std::unique_ptr<tenant::Tenant> tenant = test::makeTenant(db, evaluator);
    test::FakeMessageSender sender;
    std::vector<Act> acts;
    Identity identity{*tenant, passwords(), [this](storage::Transaction&, const Act& act) -> Result<void> {
                          acts.push_back(act);
                          return ok();
                      }};
};

} // namespace zikao::identity
