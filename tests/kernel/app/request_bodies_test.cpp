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

bool isAboutKeys(const std::string& code)
{
    return code == "field_unknown" || code == "field_missing" || code == "field_type";
}

/// Holds every JSON body that a test of this program sends against the document: what the server took must fit its
/// schema, and whose keys the server refused must not.
class BodiesFitTheDocument : public testing::Environment
{
public:
    void SetUp() override
    {
        Browser::watch = [](const std::string& method, const std::string& path, const std::string& type,
                            const std::string& body, const Browser::Answer& answer) {
            const auto at = path.find("/api/");
            if (at == std::string::npos || at == 0 || !type.starts_with("application/json"))
                return;
            const Json sent = body.empty() ? Json::object() : Json::parse(body, nullptr, false);
            const Json* operation = operationOf(lower(method), path.substr(at + 4));
            const Json* schema = operation == nullptr ? nullptr : bodySchemaOf(*operation);
            const bool taken = answer.status >= 200 && answer.status < 300;
            if (schema == nullptr || sent.is_discarded())
                return;
            const std::string faults = openapi().faults(*schema, sent);
            if (taken)
                EXPECT_EQ(faults, "") << method << ' ' << path << " took what the document forbids: " << body;
            else if (answer.status == 400 && isAboutKeys(answer.code()) &&
                     !sent.contains("fields")) // a case's own fields are its definition's matter
                EXPECT_NE(faults, "") << method << ' ' << path << " refused what the document allows ("
                                      << answer.code() << "): " << body;
        };
    }
};
const auto* const kWatched = testing::AddGlobalTestEnvironment(new BodiesFitTheDocument); // gtest deletes it

// --- every body of the document ----------------------------------------------------------------------------------

/// What one key asks of another, which the schemas leave to their descriptions.
const Json kBeyondTheSchemas{{"phone", "13800000001"}, {"reason", "停考"}};

class RequestBodies : public ServerTest
{
protected:
    struct Asked
    {
        const http::Route& route;
        std::string method, path;
        const Json& schema;
    };
    /// A proxy names another address for every request, so that nobody asks too often.
    void SetUp() override
    {
        server.reset();
        config.trusted_proxies = {"127.0.0.1"};
        start();
        const std::string case_id = submitRegistration(candidate_ = browser(), 1);
        ids_["{case}"] = case_id;
        staff_.push_back(officerOf("clerk.east", {"prefecture_office", "finance"}, "990100"));
        staff_.push_back(
            officerOf("admin.one", {"tenant_admin", "province_office", "rule_author"}, "990000"));
    }
    std::vector<Asked> everyJsonBody()
    {
        std::vector<Asked> all;
        for (const bool last : {false, true}) // leaving ends the session that the others need
            for (const http::Route& route : server->application().routes()) {
                if (route.body.kind() != http::BodyKind::json || (route.path == "/api/logout") != last)
                    continue;
                std::string path(route.path);
                for (const auto& [placeholder, id] : ids_)
                    if (const auto at = path.find(placeholder); at != std::string::npos)
                        path.replace(at, placeholder.size(), id);
                const std::string method = http::name(route.method);
                const Json* operation = operationOf(lower(method), path.substr(4));
                const Json* schema = operation == nullptr ? nullptr : bodySchemaOf(*operation);
                EXPECT_NE(schema, nullptr) << "no body is described for " << method << ' ' << path;
                if (schema != nullptr)
                    all.push_back({route, method, path, *schema});
            }
        return all;
    }
    /// The answer to somebody who has the right.
    Browser::Answer ask(const Asked& asked, const Json& body)
    {
        const auto by = [&](Browser& caller) {
            caller.address = "203.0.113." + std::to_string(requests_++ % 250);
            return caller.send(asked.method, "/lantern" + asked.path, body.dump(), "application/json");
        };
        if (asked.route.need.has(http::Need::visitor) &&
            (asked.route.rate == http::Rate::login || asked.route.rate == http::Rate::code)) {
            Browser guest = browser();
            guest.me();
            return by(guest);
        }
        if (!asked.route.need.has(http::Need::staff))
            return by(candidate_);
        Browser::Answer answer = by(staff_[0]);
        return answer.status == 403 ? by(staff_[1]) : answer;
    }

private:
    Browser candidate_ = browser();
    std::vector<Browser> staff_;
    int requests_ = 0;
    std::map<std::string, std::string> ids_{
        {"{no}", "none"},         {"{id}", "none"},           {"{action}", "none"},   {"{code}", "none"},
        {"{name}", "graduation"}, {"{type}", "registration"}, {"{exchange}", "guild"}};
};
INSTANTIATE_TEST_SUITE_P(Document, RequestBodies,
                         testing::Values(storage::Engine::sqlite)); // bodies meet no database

TEST_P(RequestBodies, C16_EveryKeyOfTheDocumentIsKnownEveryRequiredOneIsAskedForAndNoOther)
{
    std::size_t bodies = 0;
    for (const Asked& asked : everyJsonBody()) {
        const std::string route = asked.method + " " + asked.path;
        const Json least = openapi().sample(asked.schema, kBeyondTheSchemas);
        Json more = least;
        more["not_in_the_document"] = 1;
        const auto unknown = ask(asked, more);
        EXPECT_EQ(unknown.status, 400) << route << ' ' << more << ": " << unknown.body;
        EXPECT_EQ(unknown.code(), "field_unknown") << route << ' ' << more << ": " << unknown.body;
        ++bodies;
        EXPECT_EQ(asked.schema.at("additionalProperties"), false) << route;
        const Json required = asked.schema.value("required", Json::array());
        for (const Json& key : required) {
            Json less = least;
            less.erase(key.get<std::string>());
            const auto missing = ask(asked, less);
            EXPECT_EQ(missing.status, 400) << route << " without " << key << ": " << missing.body;
            EXPECT_EQ(missing.code(), "field_missing") << route << " without " << key << ": " << missing.body;
        }
        Json most = least;
        if (asked.schema.contains("properties"))
            for (const auto& [key, schema] : asked.schema.at("properties").items())
                most[key] = openapi().sample(schema, kBeyondTheSchemas, key);
        for (const Json& body : {least, most}) {
            const auto answer = ask(asked, body);
            EXPECT_FALSE(isAboutKeys(answer.code())) << route << ' ' << body << ": " << answer.body;
            EXPECT_LT(answer.status, 500) << route << ' ' << body << ": " << answer.body;
        }
    }
    EXPECT_GT(bodies, 30u);
}

} // namespace
} // namespace zikao::app
