#include "tests/kernel/app/server_fixture.hpp"

namespace zikao::app {
namespace {

/// Two tenants in one server, asked on every route that is declared: a route that comes tomorrow is asked, too.
class TwoTenants : public ServerTest
{
protected:
    /// Asks every route of a tenant with the ids of the other one in its path.
    template <class Judge>
    void askAll(Browser& browser, const std::string& tenant, const std::map<std::string, std::string>& ids,
                Judge judge)
    {
        for (const http::Route& route : server->application().routes()) {
            if (route.scope != http::Scope::tenant)
                continue;
            const std::string method = http::name(route.method);
            const bool sends = method != "GET" && method != "DELETE";
            // Logging out would end the session that the next route is asked with.
            if (route.path == "/api/logout")
                continue;
            judge(route, browser.send(method, "/" + tenant + filled(std::string(route.path), ids),
                                      sends ? "{}" : "", sends ? "application/json" : ""));
        }
    }
    static std::string filled(std::string path, const std::map<std::string, std::string>& ids)
    {
        for (std::size_t open = path.find('{'); open != std::string::npos; open = path.find('{')) {
            const std::size_t close = path.find('}', open);
            const auto id = ids.find(path.substr(open + 1, close - open - 1));
            path.replace(open, close - open + 1, id == ids.end() ? "none" : id->second);
        }
        return path;
    }

    /// Somebody of the second tenant with an account, signed in.
    Browser beaconCandidate()
    {
        Site& there = site("beacon");
        identity::NewCandidate fresh;
        fresh.person.name = "塔上人";
        fresh.person.id_number = idNumber(91);
        fresh.person.phone = "13900009191";
        fresh.password_hash = "never logs in";
        std::string account;
        EXPECT_TRUE(there.tenant->database->transaction([&](storage::Transaction& tx) -> Result<void> {
            auto opened = there.identity.openCandidate(tx, fresh);
            account = opened ? *opened : std::string();
            return opened ? ok() : Result<void>(fail(opened.error()));
        }));
        const auto guest = there.identity.beginGuest();
        const auto risen = there.identity.promote(guest->token, account);
        EXPECT_TRUE(risen);
        Browser browser = this->browser("beacon");
        browser.cookies["zikao_beacon"] = risen->token;
        browser.csrf = risen->csrf;
        return browser;
    }
    /// An officer of the second tenant's province office with every duty about cases and money.
    Browser beaconOfficer()
    {
        Site& there = site("beacon");
        const auto added =
            there.identity.addStaff({"tower.keeper",
                                     "塔官",
                                     kStaffPassword,
                                     "990000",
                                     {"province_office", "prefecture_office", "finance", "tenant_admin"},
                                     identity::base32(kTotpSecret)},
                                    identity::Actor::system("test"));
        EXPECT_TRUE(added);
        Browser browser = this->browser("beacon");
        browser.me();
        Json form = captcha(browser, "beacon");
        form["user_name"] = "tower.keeper";
        form["password"] = kStaffPassword;
        form["otp"] = identity::totpCode(kTotpSecret, identity::totpStep(clock.now()));
        const auto in = browser.post("/api/staff/login", form);
        EXPECT_EQ(in.status, 200) << in.body;
        browser.csrf = in.json.value("csrf", "");
        return browser;
    }
    std::map<std::string, std::string> idsOf(const Payer& owner)
    {
        const auto file = site().tenant->database->query("SELECT id FROM file WHERE state = 'kept'", {});
        return {{"case", owner.case_id},
                {"file", file.value().front().text(0)},
                {"no", owner.order_no},
                {"action", "withdraw"},
                {"channel", "lamp_pay"}};
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(TwoTenants);

TEST_P(TwoTenants, C14_OnEveryRouteACookieOfTheOtherTenantIsWorthNoMoreThanNone)
{
    Payer owner = payer();
    const auto ids = idsOf(owner);
    std::map<std::string, int> without;
    Browser nobody = browser("beacon");
    askAll(nobody, "beacon", ids, [&](const http::Route& route, const Browser::Answer& answer) {
        without[std::string(http::name(route.method)) + " " + std::string(route.path)] = answer.status;
        nobody.cookies.clear();
    });
    EXPECT_GT(without.size(), 50u);
    const auto cookies = owner.browser.cookies;
    Browser thief = browser("beacon");
    askAll(thief, "beacon", ids, [&](const http::Route& route, const Browser::Answer& answer) {
        const std::string asked = std::string(http::name(route.method)) + " " + std::string(route.path);
        EXPECT_EQ(answer.status, without[asked]) << asked << "\n" << answer.body;
        EXPECT_EQ(answer.body.find("灯芯人"), std::string::npos) << asked;
        thief.cookies = cookies;
        for (const auto& [name, value] : cookies)
            thief.cookies["zikao_beacon"] = value;
        thief.csrf = owner.browser.csrf;
    });
    EXPECT_EQ(owner.browser.get("/api/cases/" + owner.case_id).status, 200)
        << "the owner's own session lives on";
}

TEST_P(TwoTenants, C14_CasesFilesAndOrdersOfOneAreUnknownInTheOtherOnEveryRoute)
{
    Payer owner = payer();
    const auto ids = idsOf(owner);
    Browser candidate = beaconCandidate(), keeper = beaconOfficer();
    int named = 0;
    for (Browser* asking : {&candidate, &keeper}) {
        const Browser signed_in = *asking;
        askAll(*asking, "beacon", ids, [&](const http::Route& route, const Browser::Answer& answer) {
            *asking = signed_in;
            const std::string asked = std::string(http::name(route.method)) + " " + std::string(route.path);
            const std::string path(route.path);
            const bool names =
                path.find("{case}") != std::string::npos || path.find("{no}") != std::string::npos;
            named += names;
            if (names)
                EXPECT_GE(answer.status, 400) << asked << "\n" << answer.body;
            for (const std::string& secret :
                 {std::string("灯芯人"), idNumber(1), owner.case_id, owner.order_no})
                EXPECT_EQ(answer.body.find(secret), std::string::npos) << asked << "\n" << answer.body;
        });
    }
    EXPECT_GT(named, 20);
    EXPECT_EQ(owner.browser.get("/api/orders/" + owner.order_no).status, 200);
}

} // namespace zikao::app
