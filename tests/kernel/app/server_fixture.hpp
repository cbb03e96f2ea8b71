#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>

#include "kernel/app/installation.hpp"
#include "kernel/app/server.hpp"
#include "kernel/base/encoding.hpp"
#include "kernel/base/id.hpp"
#include "kernel/cases/definition.hpp"
#include "kernel/identity/totp.hpp"
#include "kernel/storage/migrator.hpp"
#include "tests/kernel/app/browser.hpp"
#include "tests/kernel/files/pictures.hpp"
#include "tests/support/captcha.hpp"
#include "tests/support/fake_degree_checker.hpp"
#include "tests/support/fake_payment_provider.hpp"
#include "tests/support/fake_record_exchange.hpp"
#include "tests/support/tenant.hpp"

namespace zikao::app {

inline const std::string kPassword = "river7Stone";
inline const std::string kStaffPassword = "Quiet7lantern-hill";
inline const std::string kTotpSecret = "12345678901234567890";

/// Measures every picture that has an end as right and hands it back as it came.
class ContentInspector : public api::ImageInspector
{
public:
    Result<api::Inspection> inspect(const std::string&, const api::PhotoStandard&) override
    {
        api::Inspection inspection{"jpg", 295, 413, {}, {}, {}};
        inspection.checks.push_back({"width", true, "295", "295"});
        return inspection;
    }
    Result<api::CleanImage> clean(const std::string& bytes, const api::PhotoStandard&) override
    {
        if (!bytes.ends_with("\xFF\xD9"))
            return fail(ErrorCode::invalid_argument, "the picture ends too early", "image_unreadable");
        return api::CleanImage{"jpg", 295, 413, bytes, "preview"};
    }
};

/// zikaod in this process: lantern and a second tenant of the same rules, real rule workers, a real gate on a free
/// port, and a payment provider and picture judge of the test's own. Background work runs when a test says so.
class ServerTest : public testing::TestWithParam<storage::Engine>
{
protected:
    ServerTest()
    {
        for (const char* id : {"lantern", "beacon"})
            addTenant(id);
        std::filesystem::create_directories(dir.path() + "/web");
        std::ofstream(dir.path() + "/web/index.html") << "<!doctype html><title>page</title>";
        config.data_dir = dir.path() + "/data";
        config.sql_dir = ZIKAO_SOURCE_DIR "/sql";
        config.web_dir = dir.path() + "/web";
        config.plugin_dir = dir.path() + "/plugins";
        config.worker = ZIKAO_BUILD_DIR "/bin/zikao-worker";
        config.common_rules_dir = ZIKAO_SOURCE_DIR "/lua-rules/common";
        config.public_url = "http://127.0.0.1";
        config.port = 0;
        config.rule_workers = 1;
        config.http_threads = 4;
        useEngine();
        migrate();
        start();
        for (const auto& site : server->application().sites())
            fill(*site);
    }
    ~ServerTest() override
    {
        if (server && GetParam() == storage::Engine::mysql)
            for (const auto& site : server->application().sites())
                static_cast<void>(site->tenant->database->execute("DROP DATABASE " +
                                                                  config.database.name_prefix + site->id()));
        server.reset();
    }

    void start() { start(clock); }
    /// @param with  in place of the fixture's own clock; must outlive the server
    void start(const Clock& with)
    {
        auto started = Server::start(config, with);
        if (!started)
            throw std::runtime_error(started.error().message);
        server = std::move(*started);
        for (const auto& site : server->application().sites()) {
            site->tenant->payments.push_back(
                {"lamp_pay", "灯付", std::make_unique<test::FixedPlugin<api::PaymentProvider>>(provider)});
            site->tenant->images = std::make_unique<test::FixedPlugin<api::ImageInspector>>(inspector);
            site->tenant->degrees = std::make_unique<test::FixedPlugin<api::DegreeChecker>>(degree_checker);
            site->tenant->exchange =
                std::make_unique<test::FixedPlugin<api::RecordExchange>>(record_exchange);
        }
    }
    /// The fixture's configuration as a file, for the real programs. @return its path
    std::string configFile(const Json& extra = Json::object())
    {
        Json tenants = Json::array();
        for (const TenantConfig& tenant : config.tenants)
            tenants.push_back({{"province_dir", tenant.province_dir},
                               {"rules_dir", tenant.rules_dir},
                               {"plugin_settings", tenant.plugin_settings}});
        Json json{{"port", 0},
                  {"public_url", config.public_url},
                  {"data_dir", config.data_dir},
                  {"sql_dir", config.sql_dir},
                  {"web_dir", config.web_dir},
                  {"plugin_dir", config.plugin_dir},
                  {"worker", config.worker},
                  {"common_rules_dir", config.common_rules_dir},
                  {"database",
                   {{"engine", config.database.engine.empty() ? "sqlite" : config.database.engine},
                    {"socket", config.database.socket},
                    {"user", config.database.user},
                    {"name_prefix", config.database.name_prefix}}},
                  {"tenants", std::move(tenants)}};
        json.update(extra);
        const std::string path = dir.path() + "/zikaod.json";
        std::ofstream(path) << json.dump();
        return path;
    }
    void restart()
    {
        server.reset();
        start();
    }

    Site& site(const std::string& id = "lantern")
    {
        for (const auto& each : server->application().sites())
            if (each->id() == id)
                return *each;
        throw std::runtime_error("no tenant " + id);
    }
    Browser browser(const std::string& tenant = "lantern") { return {server->port(), "/" + tenant}; }
    std::int64_t count(const std::string& sql, const storage::Params& params = {})
    {
        return site().tenant->database->query(sql, params).value().front().integer(0);
    }

    /// A picture code of which the answer is known, in the fields of a login.
    Json captcha(Browser& browser, const std::string& tenant = "lantern")
    {
        const std::string id = browser.get("/api/captcha").json.at("id");
        EXPECT_TRUE(test::fixCaptcha(*site(tenant).tenant, id, "ACE3"));
        return {{"captcha_id", id}, {"captcha", "ace3"}};
    }

    // --- people --------------------------------------------------------------------------------------------
    /// A number that nobody was given, with its check digit.
    static std::string idNumber(int serial)
    {
        static constexpr int kWeights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
        const std::string order = std::to_string(1000 + serial * 2 + 1); // odd: male
        const std::string digits = "99010119900307" + order.substr(1);
        int sum = 0;
        for (int i = 0; i < 17; ++i)
            sum += (digits[static_cast<std::size_t>(i)] - '0') * kWeights[i];
        return digits + "10X98765432"[sum % 11];
    }

    static Json registrationFields(int serial, const std::string& prefecture)
    {
        return {{"reading_rules", true},
                {"name", "灯芯人"},
                {"id_number", idNumber(serial)},
                {"sex", "1"},
                {"ethnicity", "01"},
                {"birth_date", "1990-03-07"},
                {"phone", "1380000" + std::to_string(1000 + serial)},
                {"prefecture", prefecture},
                {"county", prefecture.substr(0, 4) + "01"},
                {"declaration", true}};
    }

    Browser::Answer upload(Browser& browser, const std::string& case_id, const std::string& field)
    {
        return browser.send("POST", "/lantern/api/cases/" + case_id + "/files?field=" + field,
                            files::jpg(295, 413), "image/jpeg");
    }

    static std::string requestKey() { return "key-" + newId(); }

    static Json action(const Browser::Answer& view, Json fields = nullptr, Json secrets = Json::object())
    {
        Json body{{"revision", view.json.at("case").at("revision")}, {"request_key", requestKey()}};
        if (!fields.is_null())
            body["fields"] = std::move(fields);
        if (!secrets.empty())
            body["secrets"] = std::move(secrets);
        return body;
    }

    /// A guest's registration with everything in it but the submission. @return its view
    Browser::Answer filledRegistration(Browser& guest, int serial, const std::string& prefecture = "990100")
    {
        guest.me();
        Browser::Answer view = guest.post("/api/cases", {{"type", "registration"}});
        EXPECT_EQ(view.status, 200) << view.body;
        const std::string id = view.json.at("case").at("id");
        for (const char* field : {"portrait", "id_card_front"})
            EXPECT_EQ(upload(guest, id, field).status, 200);
        server->runBackgroundOnce();
        view = guest.get("/api/cases/" + id);
        const auto saved =
            guest.put("/api/cases/" + id + "/draft", {{"revision", view.json.at("case").at("revision")},
                                                      {"fields", registrationFields(serial, prefecture)}});
        EXPECT_EQ(saved.status, 200) << saved.body;
        return guest.get("/api/cases/" + id);
    }

    static Json secrets() { return {{"password", kPassword}, {"password_again", kPassword}}; }

    /// A candidate whose registration waits for the office, signed in. @return the registration's id
    std::string submitRegistration(Browser& guest, int serial, const std::string& prefecture = "990100")
    {
        const Browser::Answer view = filledRegistration(guest, serial, prefecture);
        const std::string id = view.json.at("case").at("id");
        const auto sent =
            guest.post("/api/cases/" + id + "/actions/submit", action(view, nullptr, secrets()));
        EXPECT_EQ(sent.status, 200) << sent.body;
        guest.me();
        return id;
    }

    /// An officer, signed in with password and one-time code.
    Browser officer(const std::string& user_name, const std::string& role, const std::string& office)
    {
        return officerOf(user_name, {role}, office);
    }
    Browser officerOf(const std::string& user_name, const std::vector<std::string>& roles,
                      const std::string& office)
    {
        const identity::Actor by = identity::Actor::system("test");
        const auto added = site().identity.addStaff({user_name,
                                                     "灯官",
                                                     kStaffPassword,
                                                     office,
                                                     {roles.begin(), roles.end()},
                                                     identity::base32(kTotpSecret)},
                                                    by);
        EXPECT_TRUE(added);
        Browser browser = this->browser();
        browser.me();
        Json form = captcha(browser);
        form["user_name"] = user_name;
        form["password"] = kStaffPassword;
        form["otp"] = identity::totpCode(kTotpSecret, identity::totpStep(clock.now()));
        const auto in = browser.post("/api/staff/login", form);
        EXPECT_EQ(in.status, 200) << in.body;
        browser.csrf = in.json.value("csrf", "");
        return browser;
    }

    void pass(Browser& clerk, const std::string& case_id)
    {
        const auto view = clerk.get("/api/cases/" + case_id);
        const auto passed = clerk.post("/api/cases/" + case_id + "/actions/pass", action(view));
        EXPECT_EQ(passed.status, 200) << passed.body;
    }

    static Json signUpFields(const std::string& prefecture = "990100")
    {
        return {{"prefecture", prefecture},
                {"county", prefecture.substr(0, 4) + "01"},
                {"major", "L01"},
                {"courses", {{{"slot_no", 1}, {"code", "10001"}}, {{"slot_no", 2}, {"code", "10002"}}}},
                {"declaration", true}};
    }

    /// A sign-up that waits for its payment. The candidate's registration was passed. @return its view
    Browser::Answer submitSignUp(Browser& candidate, const std::string& prefecture = "990100")
    {
        const auto view = candidate.post("/api/cases", {{"type", "sign_up"}});
        EXPECT_EQ(view.status, 200) << view.body;
        const std::string id = view.json.at("case").at("id");
        return candidate.post("/api/cases/" + id + "/actions/submit", action(view, signUpFields(prefecture)));
    }

    /// The office of the candidate's prefecture passes it.
    void passByClerk(const std::string& registration)
    {
        if (!clerk_)
            clerk_ = officer("clerk.east", "prefecture_office", "990100");
        pass(*clerk_, registration);
    }

    struct Payer
    {
        Browser browser;
        std::string case_id, order_no;
    };

    /// A candidate with an order; nothing is asked of a provider yet.
    Payer payer(int serial = 1)
    {
        Browser candidate = browser();
        const std::string registration = submitRegistration(candidate, serial);
        passByClerk(registration);
        const auto submitted = submitSignUp(candidate);
        EXPECT_EQ(submitted.status, 200) << submitted.body;
        const std::string id = submitted.json["case"]["id"];
        const auto ordered = candidate.post("/api/cases/" + id + "/actions/pay", action(submitted));
        EXPECT_EQ(ordered.status, 200) << ordered.body;
        return {candidate, id, ordered.json.value("order_no", "")};
    }

    test::TempDir dir;
    FakeClock clock{beijingInstant(Date{2026, 4, 11})};
    test::FakePaymentProvider provider{"lamp", clock};
    ContentInspector inspector;
    test::FakeDegreeChecker degree_checker{clock};
    test::FakeRecordExchange record_exchange;
    Config config;
    std::unique_ptr<Server> server;

private:
    void addTenant(const std::string& id)
    {
        namespace fs = std::filesystem;
        const std::string from = ZIKAO_SOURCE_DIR "/tests/fixtures/provinces/lantern";
        const std::string to = dir.path() + "/provinces/" + id;
        fs::create_directories(to);
        std::ifstream in(from + "/province.json", std::ios::binary);
        Json profile = Json::parse(in);
        profile["id"] = id;
        profile["hosts"] = Json::array({id + ".example"});
        std::ofstream(to + "/province.json") << profile.dump();
        config.tenants.push_back({to, ZIKAO_SOURCE_DIR "/tests/fixtures/rules/lantern", {}});
    }

    void useEngine()
    {
        if (GetParam() != storage::Engine::mysql)
            return;
        const storage::MysqlOptions options = test::mysqlOptions("");
        config.database.engine = "mysql";
        config.database.host.clear();
        config.database.socket = options.socket;
        config.database.user = options.user;
        config.database.name_prefix = "zikao_test_" + newId() + "_";
    }

    void migrate()
    {
        for (const TenantConfig& tenant : config.tenants) {
            const auto options = openOptions(config, tenant, tenant::OpenOptions::Mode::manage).value();
            auto database = tenant::openDatabase(options, tenantId(tenant)).value();
            const auto applied = storage::Migrator(*database, config.sql_dir, clock).up();
            if (!applied)
                throw std::runtime_error(applied.error().message);
        }
    }

    void fill(Site& site)
    {
        for (const std::string& kind : catalog::importKinds()) {
            std::ifstream in(ZIKAO_SOURCE_DIR "/tests/fixtures/provinces/lantern/data/" + kind + ".csv");
            if (!in)
                continue;
            const std::string csv{std::istreambuf_iterator<char>(in), {}};
            if (const auto imported = site.catalog.import(kind, csv); !imported)
                throw std::runtime_error(kind + ": " + imported.error().message);
        }
        exams::Sitting sitting{"261",
                               "2026年4月灯考",
                               beijingInstant(Date{2026, 4, 1}),
                               beijingInstant(Date{2026, 4, 21}),
                               beijingInstant(Date{2026, 4, 22}),
                               {},
                               "published"};
        for (unsigned slot = 1; slot <= 2; ++slot)
            sitting.slots.push_back(
                {static_cast<int>(slot), beijingInstant(Date{2026, 5, 10u + slot}),
                 beijingInstant(Date{2026, 5, 10u + slot}) + std::chrono::hours{2},
                 slot == 1 ? std::vector<std::string>{"10001", "10003"} : std::vector<std::string>{"10002"}});
        const auto saved = site.tenant->database->transaction(
            [&](storage::Transaction& tx) { return site.exams.save(tx, sitting); });
        if (!saved)
            throw std::runtime_error(saved.error().message);
        publish(site);
    }

    void publish(Site& site)
    {
        const auto source =
            rules::Source::read(ZIKAO_SOURCE_DIR "/tests/fixtures/rules/lantern", config.common_rules_dir);
        if (!source)
            throw std::runtime_error(source.error().message);
        const auto outcome = site.tenant->rules->publish(
            *source, "test", [](const rules::Package& package) { return cases::checkDefinitions(package); },
            [](storage::Transaction&, const rules::Package&) { return Result<void>(ok()); });
        if (!outcome || !outcome->package)
            throw std::runtime_error(outcome ? "the lantern rules have faults" : outcome.error().message);
    }
    std::optional<Browser> clerk_;
};

} // namespace zikao::app
