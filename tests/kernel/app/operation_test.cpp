#include "tests/kernel/app/server_fixture.hpp"

namespace zikao::app {
namespace {

/// What operators and load balancers see, and the refusals that no case has to do with.
class Operation : public ServerTest
{
protected:
    Browser root() { return {server->port(), ""}; }
};
INSTANTIATE_ON_BOTH_ENGINES(Operation);

TEST_P(Operation, HealthCountsTheTenants)
{
    const auto health = root().get("/healthz");
    EXPECT_EQ(health.status, 200);
    EXPECT_EQ(health.json["tenants"], 2);
}

TEST_P(Operation, MetricsCountRequestsForThisMachineOnly)
{
    root().get("/healthz");
    const auto metrics = root().get("/metrics");
    EXPECT_EQ(metrics.status, 200);
    EXPECT_NE(metrics.body.find("zikao_http_requests_total{class=\"2xx\"}"), std::string::npos)
        << metrics.body;
    EXPECT_NE(metrics.head.find("text/plain; version=0.0.4"), std::string::npos);
}

/// A proxy on the same machine brings strangers in from loopback; whom it names is who asks.
TEST_P(Operation, C4_MetricsAreNotThereForWhoComesThroughAProxyThatIsTrusted)
{
    const auto from = [&](const std::string& client) {
        return http::test::RawClient(server->port())
            .ask("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: " + client +
                 "\r\nConnection: close\r\n\r\n");
    };
    EXPECT_EQ(from("203.0.113.9").status, 200) << "nobody is believed unasked";
    server.reset();
    config.trusted_proxies = {"127.0.0.1"};
    start();
    const auto stranger = from("203.0.113.9");
    EXPECT_EQ(stranger.status, 404);
    EXPECT_EQ(stranger.body.find("zikao_http"), std::string::npos) << stranger.body;
    EXPECT_EQ(from("127.0.0.1").status, 200);
    EXPECT_EQ(root().get("/metrics").status, 200) << "the machine's own collector asks without a proxy";
}

TEST_P(Operation, C46_AServedFileRunsNowhereAndIsKeptNowhere)
{
    Browser guest = browser();
    const std::string id = filledRegistration(guest, 1).json.at("case").at("id");
    const auto attached = guest.send("POST", "/lantern/api/cases/" + id + "/files?field=oil_papers",
                                     "%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n", "application/pdf");
    ASSERT_EQ(attached.status, 200) << attached.body;
    const auto served = [&](const std::string& field, const std::string& query = "") {
        const std::string file = site()
                                     .tenant->database->query("SELECT id FROM file WHERE field = ?", {field})
                                     .value()
                                     .front()
                                     .text(0);
        return guest.get("/api/cases/" + id + "/files/" + file + query);
    };
    const auto expectInert = [](const Browser::Answer& answer, const std::string& type,
                                const std::string& disposition) {
        ASSERT_EQ(answer.status, 200) << answer.body;
        for (const std::string& line :
             {"Content-Type: " + type, "Content-Disposition: " + disposition,
              std::string("Content-Security-Policy: default-src 'none'; sandbox; frame-ancestors 'none'"),
              std::string("X-Content-Type-Options: nosniff"), std::string("Cache-Control: no-store")})
            EXPECT_NE(answer.head.find("\r\n" + line + "\r\n"), std::string::npos) << line << " is not in\n"
                                                                                   << answer.head;
        const std::size_t policy = answer.head.find("Content-Security-Policy");
        EXPECT_EQ(answer.head.find("Content-Security-Policy", policy + 1), std::string::npos) << answer.head;
    };
    expectInert(served("portrait"), "image/jpeg", "inline; filename=\"portrait.jpg\"");
    expectInert(served("portrait", "?preview=1"), "image/jpeg", "inline; filename=\"portrait.jpg\"");
    expectInert(served("oil_papers"), "application/pdf", "attachment; filename=\"oil_papers.pdf\"");
}

TEST_P(Operation, ThePageAtTheRootAndTheListOfTenantsAnswerOnEveryHost)
{
    EXPECT_NE(root().get("/").body.find("<title>page"), std::string::npos);
    EXPECT_NE(root().get("/lantern/center").body.find("<title>page"), std::string::npos);
    const auto list = root().get("/api/tenants");
    ASSERT_EQ(list.json.size(), 2u);
    EXPECT_EQ(list.json[0]["id"], "lantern");
    // Also on a tenant's own host, where the first segment is no tenant.
    auto own = http::test::RawClient(server->port())
                   .ask("GET /api/tenants HTTP/1.1\r\nHost: lantern.example\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(own.status, 200);
    own = http::test::RawClient(server->port())
              .ask("GET /api/tenant HTTP/1.1\r\nHost: lantern.example\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(Json::parse(own.body)["id"], "lantern");
    EXPECT_EQ(root().get("/lantern").status, 308);
}

TEST_P(Operation, RefusalsOfEveryKindAreProblemDocumentsInChinese)
{
    Browser guest = browser();
    guest.me();
    const auto expect = [](const Browser::Answer& answer, int status, const std::string& code) {
        EXPECT_EQ(answer.status, status) << answer.body;
        EXPECT_EQ(answer.code(), code);
        EXPECT_NE(answer.head.find("application/problem+json"), std::string::npos);
        EXPECT_NE(answer.detail(), "");
        EXPECT_EQ(answer.json["status"], status);
    };
    expect(guest.get("/api/nothing"), 404, "not_found");
    expect(root().get("/api/nothing"), 404, "not_found");
    expect(root().get("/lantern/nothing.js"), 404, "not_found");
    const auto method = guest.del("/api/captcha");
    expect(method, 405, "method_not_allowed");
    EXPECT_NE(method.head.find("Allow: GET"), std::string::npos);
    expect(guest.send("POST", "/lantern/api/cases", "type=registration", "application/x-www-form-urlencoded"),
           415, "media_type");
    expect(guest.post("/api/cases", {{"type", std::string(5000, 'x')}}), 413, "body_too_large");
}

TEST_P(Operation, WhoCallsTooOftenIsToldWhenToComeBack)
{
    Browser guest = browser();
    guest.me();
    Browser::Answer answer;
    for (int i = 0; i < 40 && answer.status != 429; ++i)
        answer = guest.get("/api/captcha");
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(answer.code(), "too_many");
    EXPECT_NE(answer.head.find("Retry-After: "), std::string::npos);
}

TEST_P(Operation, AServerOnASchemaThatIsBehindDoesNotStart)
{
    const auto options = openOptions(config, config.tenants[0], tenant::OpenOptions::Mode::manage).value();
    server.reset();
    {
        auto database = tenant::openDatabase(options, "lantern").value();
        ASSERT_TRUE(storage::Migrator(*database, config.sql_dir, clock).down(1));
    }
    const auto refused = Server::start(config, clock);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "schema_pending");
    EXPECT_NE(refused.error().message.find("lantern"), std::string::npos);
    EXPECT_NE(refused.error().message.find("zikaoctl migrate up"), std::string::npos);
    {
        auto database = tenant::openDatabase(options, "lantern").value();
        ASSERT_TRUE(storage::Migrator(*database, config.sql_dir, clock).up());
    }
    start();
    EXPECT_EQ(root().get("/healthz").status, 200);
}

TEST_P(Operation, AServerWhoseKeysAreGoneDoesNotMakeNewOnesBesideData)
{
    officer("clerk.east", "prefecture_office", "990100");
    server.reset();
    const std::string keys = tenant::keyRingPath(config.data_dir, "lantern");
    std::filesystem::rename(keys, keys + ".away");
    const auto refused = Server::start(config, clock);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find(keys), std::string::npos) << refused.error().message;
    EXPECT_FALSE(std::filesystem::exists(keys));
    std::filesystem::rename(keys + ".away", keys);
    start();
}

TEST_P(Operation, APluginThatIsNotThereIsNamedWithTheKeyThatAsksForIt)
{
    server.reset();
    const std::string path = config.tenants[0].province_dir + "/province.json";
    std::ifstream in(path);
    const Json right = Json::parse(in);
    Json wrong = right;
    wrong["message_sender"] = "sms-nobody";
    std::ofstream(path) << wrong.dump();
    const auto refused = Server::start(config, clock);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("province.json: message_sender"), std::string::npos)
        << refused.error().message;
    std::ofstream(path) << right.dump();
    start();
}

TEST_P(Operation, TwoTenantsOfOneIdOrHostRefuseTheStart)
{
    server.reset();
    Config twice = config;
    twice.tenants.push_back(twice.tenants[0]);
    EXPECT_FALSE(Server::start(twice, clock));
    Config none = config;
    none.tenants.clear();
    EXPECT_FALSE(Server::start(none, clock));
    start();
}

TEST_P(Operation, C50_AKeyThatIsAddedWhileTheServerRunsSealsWithoutARestart)
{
    Browser before = browser();
    const std::string old_case = submitRegistration(before, 1);
    const std::string path = tenant::keyRingPath(config.data_dir, "lantern");
    KeyRing ring = tenant::readKeyRing(path).value();
    ring.rotate(Sealing::aes_256_gcm);
    ASSERT_TRUE(tenant::writeKeyRing(path, ring));
    EXPECT_EQ(site().tenant->vault->renew().value(), 2); // the background work asks every minute

    Browser after = browser();
    const std::string new_case = submitRegistration(after, 2);
    const auto sealing = [&](const std::string& id) {
        const auto rows =
            site().tenant->database->query("SELECT sealed_fields FROM case_record WHERE id = ?", {id});
        return rows.value().front().bytes(0).at(0);
    };
    EXPECT_EQ(sealing(old_case), static_cast<char>(Sealing::sm4_ctr_hmac_sm3));
    EXPECT_EQ(sealing(new_case), static_cast<char>(Sealing::aes_256_gcm));
    for (auto& [browser, id] : {std::pair<Browser&, std::string>{before, old_case}, {after, new_case}})
        EXPECT_EQ(browser.get("/api/cases/" + id).json["case"]["fields"]["name"], "灯芯人");
}

} // namespace
} // namespace zikao::app
