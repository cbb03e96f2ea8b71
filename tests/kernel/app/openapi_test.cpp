#include "kernel/base/queued_message.hpp"
#include "tests/kernel/app/openapi.hpp"
#include "tests/kernel/app/server_fixture.hpp"

namespace zikao::app {
namespace {

std::string lower(std::string text)
{
    for (char& c : text)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

/// Faults of an answer against what the document says of its operation and status.
std::string faultsOf(const std::string& method, const std::string& path, const Browser::Answer& answer)
{
    const Json* item = pathItem(path);
    if (item == nullptr || !item->contains(method))
        return method + " " + path + " is not in the document";
    const Json& responses = item->at(method).at("responses");
    const std::string status = std::to_string(answer.status);
    const Json& response =
        openapi().resolve(responses.contains(status) ? responses[status] : responses["default"]);
    if (!response.contains("content"))
        return answer.body.empty() ? "" : "a body where none is described";
    for (const auto& [type, content] : response["content"].items())
        if (answer.head.find("Content-Type: " + type) != std::string::npos)
            return type.ends_with("json") ? openapi().faults(content.at("schema"), answer.json) : "";
    return "the media type is not described: " + answer.head;
}

class OpenApi : public ServerTest
{
protected:
    /// Asks and holds the answer against the document.
    Browser::Answer askAt(Browser& browser, const std::string& method, const std::string& shape,
                          const std::string& path, const Json& body = nullptr)
    {
        auto answer = method == "get"   ? browser.get("/api" + path)
                      : method == "put" ? browser.put("/api" + path, body)
                                        : browser.post("/api" + path, body.is_null() ? Json::object() : body);
        EXPECT_LT(answer.status, 300) << method << " " << path << ": " << answer.body;
        EXPECT_EQ(faultsOf(method, shape, answer), "") << method << " " << path << "\n" << answer.body;
        return answer;
    }
    Browser::Answer ask(Browser& browser, const std::string& method, const std::string& path,
                        const Json& body = nullptr)
    {
        return askAt(browser, method, path, path, body);
    }
};
INSTANTIATE_ON_BOTH_ENGINES(OpenApi);

TEST_P(OpenApi, EveryRouteIsInTheDocumentAndTheDocumentHasNoOther)
{
    std::set<std::string> declared, described;
    for (const auto* routes : {&server->application().routes(), &server->application().rootRoutes()})
        for (const http::Route& route : *routes) {
            const std::string path = route.scope == http::Scope::tenant ? std::string(route.path.substr(4))
                                                                        : std::string(route.path);
            declared.insert(lower(http::name(route.method)) + " " + shapeOf(path));
        }
    for (const auto& [path, item] : openapi().document().at("paths").items())
        for (const auto& [method, operation] : item.items())
            if (method != "parameters" && method != "servers")
                described.insert(method + " " + shapeOf(path));
    EXPECT_EQ(declared, described);
}

TEST_P(OpenApi, AnswersOfTheMainPathFitTheirSchemas)
{
    Browser root(server->port(), "");
    EXPECT_EQ(faultsOf("get", "/healthz", root.get("/healthz")), "");
    EXPECT_EQ(faultsOf("get", "/metrics", root.get("/metrics")), "");
    EXPECT_EQ(faultsOf("get", "/api/tenants", root.get("/api/tenants")), "");

    Browser candidate = browser();
    candidate.me();
    for (const char* path : {"/tenant", "/me", "/captcha", "/majors", "/contacts"})
        ask(candidate, "get", path);
    askAt(candidate, "get", "/lists/{name}", "/lists/counties?parent=990100");
    askAt(candidate, "get", "/majors/{code}/plan", "/majors/L01/plan");
    ask(candidate, "get", "/sittings");
    askAt(candidate, "get", "/sittings/{code}", "/sittings/current");

    const std::string registration = submitRegistration(candidate, 1);
    askAt(candidate, "get", "/cases/{id}", "/cases/" + registration);
    askAt(candidate, "get", "/cases/{id}/forms/{form}", "/cases/" + registration + "/forms/slip");
    askAt(candidate, "get", "/cases/{id}/readings", "/cases/" + registration + "/readings");
    for (const char* path : {"/me", "/center", "/messages", "/orders"})
        ask(candidate, "get", path);

    Browser clerk = officer("clerk.east", "prefecture_office", "990100");
    ask(clerk, "get", "/me");
    ask(clerk, "get", "/staff/queues");
    const auto found = ask(clerk, "post", "/staff/cases/search", {{"mine", true}});
    EXPECT_EQ(found.json["total"], 1);
    ask(clerk, "post", "/staff/candidates/search", {{"q", "灯芯人"}});
    ask(clerk, "post", "/staff/unmask", {{"case_id", registration}, {"reason", "核对证件"}});
    Browser reporter = officerOf("roll.one", {"province_office", "prefecture_office"}, "990000");
    ask(reporter, "get", "/staff/exchanges");
    askAt(reporter, "post", "/staff/exchanges/{type}/{exchange}/export",
          "/staff/exchanges/registration/guild/export", {{"part", 1}});
    askAt(reporter, "post", "/staff/exchanges/{type}/{exchange}/answers",
          "/staff/exchanges/registration/guild/answers");
    const auto review = askAt(clerk, "get", "/cases/{id}", "/cases/" + registration);
    askAt(clerk, "get", "/cases/{id}/explain/{action}", "/cases/" + registration + "/explain/pass");
    askAt(clerk, "post", "/cases/{id}/actions/{action}", "/cases/" + registration + "/actions/pass",
          action(review));

    ask(candidate, "get", "/degree");
    ask(candidate, "post", "/degree/codes", {{"operation_id", requestKey()}});
    degree_checker.authorize({degree_checker.record("r1"), degree_checker.record("r2", "本科", 2024)});
    ask(candidate, "post", "/degree/refresh");
    ask(candidate, "post", "/degree/choose", {{"record_id", "r2"}});
    ask(candidate, "get", "/degree");
    askAt(clerk, "get", "/cases/{id}/degree", "/cases/" + registration + "/degree");

    const auto sign_up = ask(candidate, "post", "/cases", {{"type", "sign_up"}});
    const std::string id = sign_up.json["case"]["id"];
    const auto saved = askAt(candidate, "put", "/cases/{id}/draft", "/cases/" + id + "/draft",
                             {{"revision", sign_up.json["case"]["revision"]}, {"fields", signUpFields()}});
    const auto submitted =
        askAt(candidate, "post", "/cases/{id}/actions/{action}", "/cases/" + id + "/actions/submit",
              {{"revision", saved.json["revision"]}, {"request_key", requestKey()}});
    askAt(candidate, "get", "/cases/{id}/payment", "/cases/" + id + "/payment");
    const auto ordered = askAt(candidate, "post", "/cases/{id}/actions/{action}",
                               "/cases/" + id + "/actions/pay", action(submitted));
    const std::string no = ordered.json["order_no"];
    ask(candidate, "get", "/center");
    askAt(candidate, "get", "/orders/{no}", "/orders/" + no);
    const auto codes = askAt(candidate, "post", "/orders/{no}/codes", "/orders/" + no + "/codes",
                             {{"operation_id", requestKey()}});
    ASSERT_TRUE(provider.pay(codes.json["attempts"][0]["no"]));
    askAt(candidate, "post", "/orders/{no}/refresh", "/orders/" + no + "/refresh");
    while (server->runBackgroundOnce() > 0) {
    }
    const auto paid = askAt(candidate, "get", "/cases/{id}", "/cases/" + id);
    EXPECT_EQ(paid.json["case"]["phase"], "completed");
    askAt(candidate, "get", "/orders/{no}/receipt.pdf", "/orders/" + no + "/receipt.pdf");
    ask(candidate, "get", "/messages");

    Browser finance = officer("cash.one", "finance", "990000");
    ask(finance, "post", "/staff/orders/search", {{"q", no}});
    askAt(finance, "get", "/staff/orders/{no}", "/staff/orders/" + no);
    ask(finance, "get", "/staff/exceptions");
    ask(finance, "get", "/staff/refunds");
    Browser admin = officer("admin.one", "province_office", "990000");
    for (const char* path : {"/staff/sittings", "/staff/courses"})
        ask(admin, "get", path);
    ask(admin, "post", "/staff/messages/search", {{"page", 1}});
    askAt(admin, "put", "/staff/windows/{name}", "/staff/windows/graduation",
          {{"title", "毕业申请时间"}, {"opens_ms", 1}, {"closes_ms", 2}});
    ask(admin, "get", "/staff/windows");
    askAt(admin, "get", "/staff/sittings/{code}", "/staff/sittings/261");
    Browser author = officer("author.one", "rule_author", "990000");
    const auto versions = ask(author, "get", "/staff/rules");
    const auto version = askAt(author, "get", "/staff/rules/{hash}",
                               "/staff/rules/" + versions.json[0]["hash"].get<std::string>());
    ask(author, "post", "/staff/rules/check", {{"files", version.json["files"]}});
    ask(candidate, "post", "/logout");
}

TEST_P(OpenApi, AnswersAboutCodesFitTheirSchemas)
{
    Browser candidate = browser();
    submitRegistration(candidate, 1);
    Browser guest = browser();
    guest.me();
    const Json picture = captcha(guest);
    Json asked{{"purpose", "login"}, {"phone", registrationFields(1, "990100")["phone"]}};
    asked.update(picture);
    ask(guest, "post", "/codes", asked);
    const auto rows = site().tenant->database->query(
        "SELECT payload FROM outbox WHERE kind = 'message' ORDER BY created_at_ms DESC");
    const auto message = openMessage(*site().tenant->vault, parseJson(rows->front().text(0)).value());
    Json login{{"phone", asked["phone"]}, {"code", message->params.at("code")}};
    login.update(picture);
    ask(guest, "post", "/login/phone", login);
}

TEST_P(OpenApi, RefusalsAreProblemDocumentsOfTheSchema)
{
    Browser guest = browser();
    guest.me();
    EXPECT_EQ(faultsOf("get", "/cases/{id}", guest.get("/api/cases/none")), "");
    EXPECT_EQ(faultsOf("post", "/cases", guest.post("/api/cases", {{"type", "sign_up"}})), "");
    const auto view = guest.post("/api/cases", {{"type", "registration"}});
    const auto refused = guest.post(
        "/api/cases/" + view.json["case"]["id"].get<std::string>() + "/actions/submit", action(view));
    EXPECT_EQ(refused.status, 422);
    EXPECT_FALSE(refused.json["errors"].empty());
    EXPECT_EQ(faultsOf("post", "/cases/{id}/actions/{action}", refused), "");
}

} // namespace
} // namespace zikao::app
