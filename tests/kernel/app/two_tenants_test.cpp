#include <algorithm>
#include <cctype>
#include <functional>
#include <set>

#include "tests/kernel/app/openapi.hpp"
#include "tests/kernel/app/server_fixture.hpp"

namespace zikao::app {
namespace {

/// Who owns what one tenant has and the other one is asked for.
struct Belongings
{
    Browser owner;
    std::string attempt_no;
    std::map<std::string, std::string>
        in_path; ///< by the name of the placeholder, or by the whole path and it
    Json
        in_body; ///< by the name of the property; below a whole path what is another thing there, null: left out
};

/// What is sent beside the path.
struct Sent
{
    std::string query, body, type;
};

/// Two tenants in one server, asked on every route that is declared: a route that comes tomorrow is asked, too. Bodies are
/// made of docs/openapi.yaml and filled with what belongs to the other tenant, so that a refusal is the wall's and not
/// the parser's.
class TwoTenants : public ServerTest
{
protected:
    using Judge = std::function<void(const http::Route&, const Sent&, const Browser::Answer&)>;

    /// Asks every route of the second tenant for what belongs to the first.
    void askAll(Browser& browser, const Belongings& theirs, const Judge& judge)
    {
        for (const http::Route& route : server->application().routes()) {
            // Logging out would end the session that the next route is asked with.
            if (route.scope != http::Scope::tenant || route.path == "/api/logout")
                continue;
            const Sent sent = sentTo(route, theirs);
            judge(route, sent,
                  browser.send(http::name(route.method), "/beacon" + filled(route, theirs) + sent.query,
                               sent.body, sent.type));
        }
    }

    static std::string askedFor(const http::Route& route)
    {
        return std::string(http::name(route.method)) + " " + std::string(route.path);
    }

    /// Whether a request names something that belongs to one tenant alone.
    static bool namesTheirs(const http::Route& route, const Sent& sent)
    {
        static constexpr const char* kPlaces[] = {"{case}", "{no}", "{file}", "{id}"};
        const std::string path(route.path);
        return std::ranges::any_of(
                   kPlaces, [&](const char* place) { return path.find(place) != std::string::npos; }) ||
               sent.body.find("\"case_id\"") != std::string::npos ||
               sent.body.find("\"target\"") != std::string::npos || path == "/api/staff/cases/decide";
    }

    static std::string filled(const http::Route& route, const Belongings& theirs)
    {
        std::string path(route.path);
        for (std::size_t open = path.find('{'); open != std::string::npos; open = path.find('{')) {
            const std::size_t close = path.find('}', open);
            const std::string name = path.substr(open + 1, close - open - 1);
            auto value = theirs.in_path.find(std::string(route.path) + " " + name);
            if (value == theirs.in_path.end())
                value = theirs.in_path.find(name);
            EXPECT_TRUE(value != theirs.in_path.end())
                << "nothing real for {" << name << "} of " << route.path;
            path.replace(open, close - open + 1, value == theirs.in_path.end() ? "none" : value->second);
        }
        return path;
    }

    Sent sentTo(const http::Route& route, const Belongings& theirs)
    {
        std::string method = http::name(route.method);
        std::ranges::transform(method, method.begin(), [](unsigned char c) { return std::tolower(c); });
        const Json* item = pathItem(std::string(route.path.substr(std::string_view("/api").size())));
        if (item == nullptr || !item->contains(method)) {
            ADD_FAILURE() << askedFor(route) << " is not in the document";
            return {};
        }
        if (!item->at(method).contains("requestBody"))
            return method == "get" || method == "delete" ? Sent{} : Sent{"", "{}", "application/json"};
        const Json& content = item->at(method)["requestBody"]["content"];
        if (!content.contains("application/json"))
            return rawTo(std::string(route.path), content.begin().key(), theirs);
        const Json& schema = content["application/json"]["schema"];
        Json known = theirs.in_body;
        Browser other = browser("beacon");
        known.update(captcha(other, "beacon"));
        known.merge_patch(theirs.in_body.value(std::string(route.path), Json::object()));
        const Json body = openapi().sample(schema, known);
        EXPECT_EQ(openapi().faults(schema, body), "") << askedFor(route) << "\n" << body.dump();
        return {"", body.dump(), "application/json"};
    }

    /// What is sent as it is: pictures, a table, a provider's word.
    Sent rawTo(const std::string& path, const std::string& type, const Belongings& theirs)
    {
        if (path.ends_with("/files") || path.ends_with("/photo_verdict"))
            return {"?field=portrait", files::jpg(295, 413), "image/jpeg"};
        if (type == "text/csv")
            return {"", "slot_no,exam_date,start_time,end_time,course_code\n1,2026-05-11,09:00,11:00,10001\n",
                    type};
        if (path.find("/notify/") != std::string::npos)
            return {"", provider.paymentNotice(theirs.attempt_no).body, "application/json"};
        return {"", "{}", type == "*/*" ? "application/json" : type};
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
    /// An officer of the second tenant's province office with every duty there is.
    Browser beaconOfficer()
    {
        Site& there = site("beacon");
        const auto added = there.identity.addStaff(
            {"tower.keeper",
             "塔官",
             kStaffPassword,
             "990000",
             {"province_office", "prefecture_office", "finance", "tenant_admin", "rule_author"},
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
    std::string first(const std::string& sql)
    {
        const auto rows = site().tenant->database->query(sql, {});
        EXPECT_TRUE(rows && !rows->empty()) << sql;
        return rows && !rows->empty() ? rows->front().text(0) : "none";
    }
    /// A paid order of the first tenant with everything that hangs on it: a refund that waits for its second person, a
    /// message, pictures, a picked degree, people with passwords.
    Belongings belongings()
    {
        Payer payer = this->payer();
        const std::string orders = "/api/orders/" + payer.order_no;
        const auto codes = payer.browser.post(orders + "/codes", {{"operation_id", requestKey()}});
        const std::string attempt = codes.json["attempts"][0]["no"];
        EXPECT_TRUE(provider.pay(attempt));
        EXPECT_EQ(payer.browser.post(orders + "/refresh").status, 200);
        while (server->runBackgroundOnce() > 0) {
        }
        Browser finance = officer("cash.one", "finance", "990000");
        const auto refund = finance.post("/api/staff/refunds", {{"operation_id", requestKey()},
                                                                {"target", payer.order_no},
                                                                {"amount_fen", 100},
                                                                {"reason", "灯灭了"}});
        EXPECT_EQ(refund.status, 200) << refund.body;
        const Json revision = payer.browser.get("/api/cases/" + payer.case_id).json["case"]["revision"];
        const std::string hash = first("SELECT hash FROM rule_package");
        return {payer.browser,
                attempt,
                {{"case", payer.case_id},
                 {"file", first("SELECT id FROM file WHERE state = 'kept'")},
                 {"no", payer.order_no},
                 {"/api/messages/{id}/read id", first("SELECT id FROM box_message")},
                 {"/api/staff/refunds/{id}/approve id", refund.json.value("id", "none")},
                 {"/api/staff/refunds/{id}/reject id", refund.json.value("id", "none")},
                 {"action", "pass"},
                 {"channel", "lamp_pay"},
                 {"code", "261"},
                 {"form", "slip"},
                 {"name", "counties"},
                 {"hash", hash},
                 {"type", "registration"},
                 {"exchange", "guild"},
                 {"key", "none"}},
                {{"case_id", payer.case_id},
                 {"id", payer.case_id},
                 {"revision", revision},
                 {"target", payer.order_no},
                 {"action", "pass"},
                 {"request_key", requestKey()},
                 {"operation_id", requestKey()},
                 {"hash", hash},
                 {"q", idNumber(1)},
                 {"recipient", registrationFields(1, "990100")["phone"]},
                 {"record_id", "r1"},
                 {"reason", "核对证件"},
                 {"id_number", idNumber(1)},
                 {"password", kPassword},
                 {"old_password", kPassword},
                 {"new_password", "Brighter8lantern-hill"},
                 {"code", "123456"},
                 {"/api/cases", {{"type", "registration"}}},
                 {"/api/codes",
                  {{"purpose", "login"},
                   {"phone", registrationFields(1, "990100")["phone"]},
                   {"id_number", nullptr}}},
                 {"/api/staff/sittings/{code}",
                  {{"name", "别处的灯考"},
                   {"signup_closes_ms", 2},
                   {"pay_until_ms", 3},
                   {"slots", Json::array()}}},
                 {"/api/login/certificate", {{"name", "灯芯人"}}},
                 {"/api/login/phone", {{"phone", registrationFields(1, "990100")["phone"]}}},
                 {"/api/staff/login", staffProof()},
                 {"/api/staff/totp", staffProof()},
                 {"/api/staff/password/renew", staffProof()}}};
    }
    Json staffProof()
    {
        return {{"user_name", "clerk.east"},
                {"password", kStaffPassword},
                {"otp", identity::totpCode(kTotpSecret, identity::totpStep(clock.now()))}};
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(TwoTenants);

TEST_P(TwoTenants, C14_OnEveryRouteACookieOfTheOtherTenantIsWorthNoMoreThanNone)
{
    const Belongings theirs = belongings();
    std::map<std::string, int> without;
    Browser nobody = browser("beacon");
    askAll(nobody, theirs, [&](const http::Route& route, const Sent&, const Browser::Answer& answer) {
        without[askedFor(route)] = answer.status;
        nobody.cookies.clear();
    });
    EXPECT_GT(without.size(), 50u);
    const auto cookies = theirs.owner.cookies;
    Browser thief = browser("beacon");
    askAll(thief, theirs, [&](const http::Route& route, const Sent&, const Browser::Answer& answer) {
        EXPECT_EQ(answer.status, without[askedFor(route)]) << askedFor(route) << "\n" << answer.body;
        EXPECT_EQ(answer.body.find("灯芯人"), std::string::npos) << askedFor(route);
        thief.cookies = cookies;
        for (const auto& [name, value] : cookies)
            thief.cookies["zikao_beacon"] = value;
        thief.csrf = theirs.owner.csrf;
    });
    Browser owner = theirs.owner;
    EXPECT_EQ(owner.get("/api/cases/" + theirs.in_path.at("case")).status, 200)
        << "the owner's own session lives on";
}

TEST_P(TwoTenants, C14_CasesFilesAndOrdersOfOneAreUnknownInTheOtherOnEveryRoute)
{
    const Belongings theirs = belongings();
    Browser candidate = beaconCandidate(), keeper = beaconOfficer();
    std::set<std::string> naming, unknown, bad_requests;
    int asked = 0;
    for (Browser* asking : {&candidate, &keeper}) {
        const Browser signed_in = *asking;
        askAll(
            *asking, theirs, [&](const http::Route& route, const Sent& sent, const Browser::Answer& answer) {
                *asking = signed_in;
                ++asked;
                const std::string what = askedFor(route) + " " + sent.body.substr(0, 300) + "\n" +
                                         std::to_string(answer.status) + " " + answer.body;
                if (answer.status == 400 || answer.status == 413)
                    bad_requests.insert(askedFor(route) + " " + answer.code());
                for (const std::string& secret :
                     {std::string("灯芯人"), idNumber(1), theirs.in_path.at("case"), theirs.in_path.at("no")})
                    if (route.path != "/api/staff/cases/decide") // repeats the ids it was asked for
                        EXPECT_EQ(answer.body.find(secret), std::string::npos) << what;
                if (!namesTheirs(route, sent))
                    return;
                naming.insert(askedFor(route));
                const bool decides = route.path == "/api/staff/cases/decide" && answer.status == 200;
                if (answer.status == 404 || (decides && answer.json["rows"][0]["code"] == "not_found"))
                    unknown.insert(askedFor(route));
                else
                    EXPECT_EQ(answer.status, 403) << what;
            });
    }
    EXPECT_EQ(unknown, naming)
        << "each is asked by somebody who may, and is told that there is no such thing";
    EXPECT_GT(naming.size(), 20u);
    const std::set<std::string> of_the_matter{"GET /api/notify/{channel} ", "POST /api/degree/callback ",
                                              "POST /api/password/change password_wrong",
                                              "POST /api/password/reset code_wrong"};
    EXPECT_EQ(bad_requests, of_the_matter) << "the parser refused none of " << asked << " requests";
    EXPECT_GT(asked, 150);
    Browser owner = theirs.owner;
    EXPECT_EQ(owner.get("/api/orders/" + theirs.in_path.at("no")).json["state"], "paid");
}

TEST_P(TwoTenants, C28_ANoticeAboutAnOrderOfTheOtherTenantPaysNothingHereAndLosesNothingThere)
{
    Payer owner = payer();
    const std::string path = "/api/orders/" + owner.order_no;
    const auto codes = owner.browser.post(path + "/codes", {{"operation_id", requestKey()}});
    const std::string attempt = codes.json["attempts"][0]["no"];
    ASSERT_TRUE(provider.pay(attempt));
    Browser bank = browser("beacon");
    static_cast<void>(bank.send("POST", "/beacon/api/notify/lamp_pay", provider.paymentNotice(attempt).body,
                                "application/json"));
    const auto strange = site("beacon").billing.exceptions(true);
    ASSERT_TRUE(strange && strange->size() == 1) << "it may be money, so whoever keeps the accounts sees it";
    EXPECT_EQ(strange->front().kind, "unknown_order");
    EXPECT_EQ(strange->front().order_no, "");
    EXPECT_EQ(owner.browser.get(path).json["state"], "paying");
    clock.advance(std::chrono::minutes{1});
    while (server->runBackgroundOnce() > 0) {
    }
    EXPECT_EQ(owner.browser.get(path).json["state"], "paid") << "asking finds what no notice told";
}

} // namespace zikao::app
