#include "tests/kernel/app/server_fixture.hpp"

namespace zikao::app {
namespace {

/// Who asks, in the order of the columns below.
enum Caller {
    nobody,
    owner,
    other_candidate,
    own_clerk,
    other_clerk,
    administrator,
    author,
    finance,
    kCallers
};
constexpr const char* kNames[] = {"nobody",        "the owner",     "another candidate", "the office's clerk",
                                  "another clerk", "administrator", "rule author",       "finance"};

/// What each caller must get: `o` passes the judges, `a` 401, `f` 403, `n` 404 (must not know that it is there),
/// `r` refused by whatever code, `-` not asked.
struct Row
{
    const char* method;
    const char* path;
    const char* expected;
    Json body = Json::object();
};

const std::vector<Row>& matrix()
{
    static const Json kDraft{{"revision", 0}, {"fields", Json::object()}};
    static const Json kAction{{"revision", 0}, {"request_key", "key-of-the-rights-test"}};
    static const std::vector<Row> kRows{
        {"GET", "/api/tenant", "oooooooo"},
        {"GET", "/api/theme/{file}", "nnnnnnnn"}, // the fixture has no pictures
        {"GET", "/api/captcha", "oooooooo"},
        {"GET", "/api/me", "oooooooo"},
        {"POST", "/api/login", "aooooooo"},
        {"POST", "/api/login/certificate", "aooooooo"},
        {"POST", "/api/login/phone", "aooooooo"},
        {"POST", "/api/codes", "aooooooo"},
        {"POST", "/api/staff/login", "aooooooo"},
        {"POST", "/api/staff/totp", "aooooooo"},
        {"POST", "/api/staff/password/renew", "aooooooo"},
        {"POST", "/api/password/forgot", "aooooooo"},
        {"POST", "/api/password/reset", "aooooooo"},
        {"POST", "/api/password/change", "aooooooo"},
        {"POST", "/api/cases", "aooooooo"},
        {"GET", "/api/cases/{case}", "aononnnn"},
        {"PUT", "/api/cases/{case}/draft", "arnrnnnn", kDraft},
        {"POST", "/api/cases/{case}/actions/pass", "arnrnnnn", kAction},
        {"GET", "/api/cases/{case}/explain/pass", "a-nonnnn"},
        {"POST", "/api/cases/{case}/files", "arnrnnnn"},
        {"GET", "/api/cases/{case}/files/{file}", "aononnnn"},
        {"DELETE", "/api/cases/{case}/files/{file}", "arnrnnnn"},
        {"GET", "/api/cases/{case}/forms/slip", "aononnnn"},
        {"GET", "/api/cases/{case}/forms/none", "annnnnnn"},
        {"GET", "/api/cases/{case}/readings", "aononnnn"},
        {"GET", "/api/cases/{case}/degree", "aononnnn"},
        {"POST", "/api/cases/{case}/photo_verdict", "arnrnnnn"},
        {"GET", "/api/cases/{case}/payment", "annfffff"}, // a registration charges nothing
        {"GET", "/api/lists/{name}", "oooooooo"},
        {"GET", "/api/majors", "oooooooo"},
        {"GET", "/api/majors/{code}/plan", "oooooooo"},
        {"GET", "/api/contacts", "oooooooo"},
        {"GET", "/api/sittings", "oooooooo"},
        {"GET", "/api/sittings/{code}", "oooooooo"},
        {"GET", "/api/orders", "aoofffff"},
        {"GET", "/api/orders/{no}", "aonfffff"},
        {"POST", "/api/orders/{no}/codes", "aonfffff", {{"operation_id", "key-of-the-rights-test"}}},
        {"POST", "/api/orders/{no}/refresh", "aonfffff"},
        {"GET", "/api/orders/{no}/receipt.pdf", "aonfffff"},
        {"POST", "/api/orders/{no}/give_up", "aonfffff"},
        {"GET", "/api/notify/{channel}", "rrrrrrrr"},
        {"POST", "/api/notify/{channel}", "rrrrrrrr"}, // nobody's word counts without the sender's signature
        {"GET", "/api/degree", "aoofffff"},
        {"POST", "/api/degree/codes", "aoofffff", {{"operation_id", "key-of-the-rights-test"}}},
        {"POST", "/api/degree/refresh", "aoofffff"},
        {"POST", "/api/degree/choose", "arrfffff", {{"record_id", "r1"}}},
        {"POST", "/api/degree/callback", "rrrrrrrr"},
        {"GET", "/api/center", "aoofffff"},
        {"GET", "/api/messages", "aoofffff"},
        {"POST", "/api/messages/{id}/read", "a--fffff"},
        {"GET", "/api/staff/queues", "affoo---"},
        {"POST", "/api/staff/cases/search", "affoofff"},
        {"POST",
         "/api/staff/cases/decide",
         "affoofff",
         {{"action", "pass"},
          {"operation_id", "key-of-the-rights-test"},
          {"rows", {{{"id", "none"}, {"revision", 0}}}}}},
        {"POST", "/api/staff/cases/{case}/hold", "affonfff"},
        {"DELETE", "/api/staff/cases/{case}/hold", "affonfff"},
        {"POST",
         "/api/staff/cases/{case}/degree/take_back",
         "affonfff",
         {{"reason", "核对证件"}, {"verified_at_ms", 1}}},
        {"GET", "/api/staff/exchanges", "afffffff"},
        {"POST", "/api/staff/exchanges/registration/guild/export", "afffffff", {{"part", 1}}},
        {"POST", "/api/staff/exchanges/registration/guild/answers", "afffffff"},
        {"GET", "/api/staff/windows", "affffoff"},
        {"PUT", "/api/staff/windows/{name}", "affffoff"},
        {"POST", "/api/staff/unmask", "affonfff", {{"case_id", "{case}"}, {"reason", "核对证件"}}},
        {"POST", "/api/staff/candidates/search", "affoofff", {{"q", "灯芯人"}}},
        {"GET", "/api/staff/sittings", "affffoff"},
        {"GET", "/api/staff/sittings/{code}", "affffoff"},
        {"PUT", "/api/staff/sittings/{code}", "affffoff"},
        {"POST", "/api/staff/sittings/{code}/import", "affffoff"},
        {"GET", "/api/staff/courses", "affffoff"},
        {"POST", "/api/staff/messages/search", "affffoff"},
        {"POST", "/api/message-reports/guessed", "nnnnnnnn"},
        {"POST", "/api/staff/orders/search", "affffffo"},
        {"GET", "/api/staff/orders/{no}", "affffffo"},
        {"GET", "/api/staff/exceptions", "affffffo"},
        {"GET", "/api/staff/refunds", "affffffo"},
        {"POST", "/api/staff/refunds", "affffffo"},
        {"POST", "/api/staff/refunds/none/approve", "affffff-"},
        {"POST", "/api/staff/refunds/none/reject", "affffff-"},
        {"GET", "/api/staff/rules", "afffffof"},
        {"GET", "/api/staff/rules/{hash}", "afffffnf"},
        {"POST", "/api/staff/rules/check", "afffffof"},
        {"POST", "/api/staff/rules/publish", "afffffof"},
        {"POST", "/api/staff/rules/rollback", "afffffof"},
        {"POST", "/api/logout", "aooooooo"}, // last: it ends the sessions
    };
    return kRows;
}

bool fits(char expected, int status)
{
    switch (expected) {
    case 'o': return status != 401 && status != 403 && status != 404 && status != 405 && status < 500;
    case 'a': return status == 401;
    case 'f': return status == 403;
    case 'n': return status == 404;
    case 'r': return status >= 400;
    default: return true;
    }
}

std::string replaced(std::string text, const std::string& what, const std::string& with)
{
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
    return text;
}

class Rights : public ServerTest
{
protected:
    Browser::Answer loginCandidate(Browser& browser, const std::string& number, const std::string& password)
    {
        Json form = captcha(browser);
        form["id_number"] = number;
        form["password"] = password;
        return browser.post("/api/login", form);
    }
};
INSTANTIATE_ON_BOTH_ENGINES(Rights);

TEST_P(Rights, C13_C15_EveryRouteAnswersEachCallerByTheTable)
{
    std::vector<Browser> callers(kCallers, browser());
    const std::string case_id = submitRegistration(callers[owner], 1, "990100");
    submitRegistration(callers[other_candidate], 2, "990200");
    callers[own_clerk] = officer("clerk.east", "prefecture_office", "990100");
    callers[other_clerk] = officer("clerk.west", "prefecture_office", "990200");
    callers[administrator] = officer("admin.one", "tenant_admin", "990000");
    callers[author] = officer("author.one", "rule_author", "990000");
    callers[finance] = officer("cash.one", "finance", "990000");
    const std::string file_id =
        site()
            .tenant->database->query("SELECT id FROM file WHERE case_id = ? AND state = 'kept'", {case_id})
            .value()
            .front()
            .text(0);
    const std::string no = "no-such-order";
    const std::map<std::string, std::string> ids{
        {"{case}", case_id},       {"{file}", file_id}, {"{no}", no},
        {"{name}", "sexes"},       {"{code}", "261"},   {"{id}", "none"},
        {"{channel}", "lamp_pay"}, {"{hash}", "none"}};
    std::size_t unknown_orders = 0;
    for (const Row& row : matrix()) {
        std::string path = std::string(row.path).find("/majors/{code}") != std::string::npos
                               ? "/api/majors/L01/plan"
                               : row.path;
        std::string body = row.body.dump();
        for (const auto& [placeholder, id] : ids) {
            path = replaced(path, placeholder, id);
            body = replaced(body, placeholder, id);
        }
        for (int caller = nobody; caller < kCallers; ++caller) {
            const char expected = row.expected[caller];
            if (expected == '-')
                continue;
            Browser fresh = browser();
            Browser& asking = caller == nobody ? fresh : callers[static_cast<std::size_t>(caller)];
            const bool reads = std::string(row.method) == "GET" || std::string(row.method) == "DELETE";
            const auto ask = [&] {
                return asking.send(row.method, "/lantern" + path, reads ? "" : body,
                                   reads ? "" : "application/json");
            };
            auto answer = ask();
            // One address asks for everybody here, faster than its budget of log-ins allows.
            for (int tries = 0; answer.status == 429 && tries < 5; ++tries) {
                std::this_thread::sleep_for(std::chrono::seconds{1});
                answer = ask();
            }
            // An order that nobody has is unknown to whoever may ask for orders, too.
            const bool unknown_order =
                expected == 'o' && answer.status == 404 && path.find(no) != std::string::npos;
            unknown_orders += unknown_order ? 1 : 0;
            EXPECT_TRUE(fits(expected, answer.status) || unknown_order)
                << kNames[caller] << ": " << row.method << " " << path << " → " << answer.status
                << ", wanted " << expected << "\n"
                << answer.body;
        }
    }
    EXPECT_EQ(unknown_orders, 6u); // the owner's four routes of an order and finance's one
}

TEST_P(Rights, C13_EveryDeclaredRouteStandsInTheTable)
{
    for (const http::Route& route : server->application().routes()) {
        bool there = false;
        for (const Row& row : matrix()) {
            http::RouteTable one;
            one.add(route);
            std::string path = row.path;
            for (const char brace : {'{', '}'})
                path.erase(std::remove(path.begin(), path.end(), brace), path.end());
            there = there || one.find(http::Scope::tenant, row.method, path).index >= 0;
        }
        EXPECT_TRUE(there) << http::name(route.method) << " " << route.path
                           << " is new: say in the table who may call it";
    }
}

/// Who may know of a submitted case of the office 990100, and who may decide it while it waits.
struct Duty
{
    const char* role;
    bool sees, decides;
};
constexpr Duty kDuties[] = {
    {"county_office", true, false},     {"prefecture_office", true, true}, {"host_school", true, false},
    {"province_office", true, false},   {"exam_site", true, false},        {"finance", false, false},
    {"tenant_admin", false, false},     {"rule_author", false, false},     {"system_officer", false, false},
    {"security_officer", false, false}, {"audit_officer", false, false},
};

TEST_P(Rights, C13_C15_EveryRoleInEveryRegionAndStateSeesAndDecidesByItsDuty)
{
    Browser candidate = browser();
    const auto draft = filledRegistration(candidate, 1, "990100");
    const std::string id = draft.json.at("case").at("id");
    const std::string path = "/api/cases/" + id;

    struct Officer
    {
        Duty duty;
        std::string office;
        Browser browser;
    };
    std::vector<Officer> officers;
    for (const Duty& duty : kDuties) {
        std::vector<std::string> offices{"990100"};
        if (duty.sees)
            offices.emplace_back("990200"); // the same right elsewhere
        if (duty.decides)
            offices.emplace_back("990000"); // and over both
        for (const std::string& office : offices)
            officers.push_back({duty, office, officer(duty.role + ("." + office), duty.role, office)});
    }
    const auto judge = [&](const std::string& state) {
        for (Officer& each : officers) {
            const bool over = each.office != "990200";
            const bool sees = each.duty.sees && over && state != "draft";
            const bool decides = each.duty.decides && over && state == "pending";
            const std::string who = std::string(each.duty.role) + " of " + each.office + ", " + state;
            const auto view = each.browser.get(path);
            EXPECT_EQ(view.status, sees ? 200 : 404) << who << view.body;
            // A refusal without its reason: whoever may decide is told of the reason, everybody else of nothing.
            Json refusal{{"revision", 0}, {"request_key", requestKey()}};
            if (sees)
                refusal["revision"] = view.json.at("case").at("revision");
            const auto refused = each.browser.post(path + "/actions/refuse", refusal);
            EXPECT_EQ(refused.code(), decides ? "refused" : sees ? "action_not_offered" : "not_found") << who;
            EXPECT_EQ(each.browser.post(path + "/actions/resubmit", refusal).code(),
                      sees ? "action_not_offered" : "not_found")
                << who << " took the candidate's step";
        }
        EXPECT_EQ(candidate.get(path).json["case"]["state"], state) << "somebody moved it";
    };
    judge("draft");
    ASSERT_EQ(candidate.post(path + "/actions/submit", action(draft, nullptr, secrets())).status, 200);
    candidate.me();
    judge("pending");
    Browser& clerk = officers.at(2).browser;
    Json refusal = action(clerk.get(path));
    refusal["reason"] = "照片不清晰";
    ASSERT_EQ(clerk.post(path + "/actions/refuse", refusal).status, 200);
    judge("refused");
    ASSERT_EQ(candidate.post(path + "/actions/resubmit", action(candidate.get(path))).status, 200);
    pass(clerk, id);
    judge("passed");
}

TEST_P(Rights, C15_AClerkFindsNothingOfAnotherOffice)
{
    Browser candidate = browser();
    const std::string case_id = submitRegistration(candidate, 1, "990100");
    Browser clerk = officer("clerk.west", "prefecture_office", "990200");
    Browser own = officer("clerk.east", "prefecture_office", "990100");
    for (const std::string& text : {std::string("灯芯人"), idNumber(1), std::string()}) {
        const auto found = clerk.post("/api/staff/cases/search", {{"q", text}});
        EXPECT_EQ(found.json["total"], 0) << text;
        EXPECT_EQ(found.json["rows"], Json::array());
        EXPECT_EQ(own.post("/api/staff/cases/search", {{"q", text}}).json["total"], 1) << text;
    }
    EXPECT_EQ(clerk.post("/api/staff/candidates/search", {{"q", idNumber(1)}}).json, Json::array());
    for (const Json& queue : clerk.get("/api/staff/queues").json)
        EXPECT_EQ(queue["count"], 0) << queue.dump();
    // Whether a case is another's or is not there at all looks the same.
    const auto foreign = clerk.get("/api/cases/" + case_id);
    const auto missing = clerk.get("/api/cases/" + newId());
    EXPECT_EQ(foreign.status, 404);
    EXPECT_EQ(foreign.code(), missing.code());
    EXPECT_EQ(foreign.detail(), missing.detail());
}

TEST_P(Rights, C14_AnotherTenantsCookieIsWorthless)
{
    Browser candidate = browser();
    const std::string case_id = submitRegistration(candidate, 1);
    Browser elsewhere = browser("beacon");
    elsewhere.csrf = candidate.csrf;
    for (const auto& [name, value] : candidate.cookies) {
        elsewhere.cookies[name] = value;
        elsewhere.cookies["zikao_beacon"] = value;
    }
    EXPECT_EQ(elsewhere.get("/api/center").status, 401);
    EXPECT_EQ(elsewhere.get("/api/cases/" + case_id).status, 401);
    EXPECT_EQ(elsewhere.post("/api/cases", {{"type", "registration"}}).status, 401);
    EXPECT_EQ(candidate.get("/api/center").status, 200);
}

TEST_P(Rights, C12_AChangeWithoutThePagesTokenIsRefused)
{
    Browser guest = browser();
    guest.me();
    const std::string right = guest.csrf;
    for (const std::string& token :
         {std::string(), std::string("0"), browser().me().json["csrf"].get<std::string>()}) {
        guest.csrf = token;
        const auto refused = guest.post("/api/cases", {{"type", "registration"}});
        EXPECT_EQ(refused.status, 403) << token;
        EXPECT_EQ(refused.code(), "csrf_wrong");
    }
    EXPECT_EQ(count("SELECT COUNT(*) FROM case_record"), 0);
    guest.csrf = right;
    EXPECT_EQ(guest.post("/api/cases", {{"type", "registration"}}).status, 200);
}

TEST_P(Rights, C12_TheSessionCookieIsOutOfReachOfScriptsAndOtherSites)
{
    Browser guest = browser();
    const auto answer = guest.me();
    EXPECT_NE(answer.head.find("; Path=/; HttpOnly; SameSite=Lax"), std::string::npos) << answer.head;
    EXPECT_EQ(answer.head.find("Domain="), std::string::npos);
}

TEST_P(Rights, C11_EachRiseOfRightsTakesANewTokenAndTheOldOneEnds)
{
    Browser guest = browser();
    const auto view = filledRegistration(guest, 1);
    Browser thief = guest;
    const std::string path = "/api/cases/" + view.json["case"]["id"].get<std::string>();
    ASSERT_EQ(guest.post(path + "/actions/submit", action(view, nullptr, secrets())).status, 200);
    EXPECT_NE(guest.cookies, thief.cookies);
    EXPECT_EQ(guest.get("/api/center").status, 200);
    EXPECT_EQ(thief.get("/api/center").status, 401);

    Browser again = browser();
    again.me();
    thief = again;
    ASSERT_EQ(loginCandidate(again, idNumber(1), kPassword).status, 200);
    EXPECT_NE(again.cookies, thief.cookies);
    EXPECT_EQ(thief.get("/api/center").status, 401);
}

TEST_P(Rights, C6_KnownAndUnknownAccountsAreRefusedWithOneMessage)
{
    Browser candidate = browser();
    submitRegistration(candidate, 1);
    Browser guest = browser();
    guest.me();
    const auto wrong = loginCandidate(guest, idNumber(1), "wrong7Password");
    const auto unknown = loginCandidate(guest, idNumber(77), "wrong7Password");
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(wrong.status, unknown.status);
    EXPECT_EQ(wrong.code(), "login_wrong");
    EXPECT_EQ(wrong.code(), unknown.code());
    EXPECT_EQ(wrong.detail(), unknown.detail());
}

TEST_P(Rights, C7_FiveWrongPasswordsLockTheAccountForThisNetwork)
{
    Browser candidate = browser();
    submitRegistration(candidate, 1);
    Browser guest = browser();
    guest.me();
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(loginCandidate(guest, idNumber(1), "wrong7Password").code(), "login_wrong");
    const auto locked = loginCandidate(guest, idNumber(1), kPassword);
    EXPECT_EQ(locked.status, 429);
    EXPECT_EQ(locked.code(), "login_locked");
    clock.advance(std::chrono::minutes{16});
    guest.me();
    EXPECT_EQ(loginCandidate(guest, idNumber(1), kPassword).status, 200);
}

TEST_P(Rights, C8_AFirstStaffLoginBindsAnAuthenticatorAndThenAsksForItsCode)
{
    ASSERT_TRUE(
        site().identity.addStaff({"new.clerk", "新灯官", kStaffPassword, "990100", {"prefecture_office"}, ""},
                                 identity::Actor::system("test")));
    Browser fresh = browser();
    fresh.me();
    const auto form = [&](const char* password) {
        Json body = captcha(fresh);
        body["user_name"] = "new.clerk";
        body["password"] = password;
        return body;
    };
    EXPECT_EQ(fresh.post("/api/staff/login", form(kStaffPassword.c_str())).code(), "otp_enrol");
    EXPECT_EQ(fresh.post("/api/staff/totp", form("Wrong7password-here")).code(), "staff_login_wrong");
    const auto enrolled = fresh.post("/api/staff/totp", form(kStaffPassword.c_str()));
    ASSERT_EQ(enrolled.status, 200) << enrolled.body;
    EXPECT_NE(enrolled.json["qr_svg"].get<std::string>().find("<svg"), std::string::npos);
    Json body = form(kStaffPassword.c_str());
    body["otp"] = identity::totpCode(identity::fromBase32(enrolled.json["secret"].get<std::string>()).value(),
                                     identity::totpStep(clock.now()));
    EXPECT_EQ(fresh.post("/api/staff/login", body).status, 200);
    fresh.me();
    EXPECT_EQ(fresh.post("/api/staff/totp", form(kStaffPassword.c_str())).code(), "otp_enrolled");
}

TEST_P(Rights, C8_AnExpiredStaffPasswordIsRenewedAtTheLogin)
{
    officer("clerk.east", "prefecture_office", "990100");
    clock.advance(std::chrono::hours{24 * 91});
    Browser fresh = browser();
    fresh.me();
    const auto form = [&] {
        Json body = captcha(fresh);
        body["user_name"] = "clerk.east";
        body["password"] = kStaffPassword;
        body["otp"] = identity::totpCode(kTotpSecret, identity::totpStep(clock.now()));
        return body;
    };
    EXPECT_EQ(fresh.post("/api/staff/login", form()).code(), "password_expired");
    clock.advance(std::chrono::minutes{1}); // a code counts once
    Json body = form();
    body["new_password"] = "Brighter8lantern-hill";
    const auto renewed = fresh.post("/api/staff/password/renew", body);
    EXPECT_EQ(renewed.status, 200) << renewed.body;
    EXPECT_EQ(renewed.json["kind"], "staff");
}

} // namespace
} // namespace zikao::app
