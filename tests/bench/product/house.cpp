#include "tests/bench/product/house.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "kernel/http/cookies.hpp"
#include "kernel/rules/registry.hpp"
#include "kernel/storage/migrator.hpp"
#include "tests/bench/product/recording.hpp"

namespace zikao::bench {

namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr const char* kSource = ZIKAO_SOURCE_DIR;

std::unique_ptr<rules::Evaluator> startRules()
{
    rules::EvaluatorOptions options;
    options.worker_executable = ZIKAO_BUILD_DIR "/bin/zikao-worker";
    return must(rules::startEvaluator(options));
}

/// Born 2000-01-01 or in the days after it; nobody has these numbers' region.
std::string idNumber(int n)
{
    static constexpr int kWeights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    char text[24];
    std::snprintf(text, sizeof text, "999999200001%02d%03d", 1 + n / 1000 % 28, n % 1000);
    int sum = 0;
    for (int i = 0; i < 17; ++i)
        sum += (text[i] - '0') * kWeights[i];
    return std::string(text) + "10X98765432"[sum % 11];
}

http::Request request(const Candidate& who, const std::string& method, const std::string& path,
                      const Json& body)
{
    http::Request made;
    const std::string bytes = body.is_null() ? std::string() : body.dump();
    std::string head = method + " " + path + " HTTP/1.1\r\nHost: lantern.example\r\nCookie: " + who.cookie +
                       "\r\nX-CSRF-Token: " + who.csrf + "\r\n";
    if (!bytes.empty())
        head += "Content-Type: application/json\r\nContent-Length: " + std::to_string(bytes.size()) + "\r\n";
    made.head = must(http::parseHead(head + "\r\n", {}));
    made.body = http::Body(1 << 16, "/tmp");
    must(made.body.append(bytes));
    made.id = "bench";
    made.client = "127.0.0.1";
    return made;
}

} // namespace

House::House(storage::Engine engine, const storage::MysqlOptions& mysql, const std::string& dir)
    : evaluator_(startRules()),
      passwords_(std::make_unique<identity::Passwords>("a pepper of the benchmark"))
{
    options_.province_dir = std::string(kSource) + "/tests/fixtures/provinces/lantern";
    options_.data_dir = dir;
    options_.sql_dir = std::string(kSource) + "/sql";
    options_.public_url = "http://127.0.0.1/lantern";
    options_.engine = engine;
    options_.mysql = mysql;
    options_.mode = tenant::OpenOptions::Mode::manage;
    migrate();
    auto tenant = must(tenant::open(options_, clock_, *evaluator_));
    tenant->database = std::make_unique<RecordingDatabase>(std::move(tenant->database));

    std::filesystem::create_directories(dir + "/web");
    std::ofstream(dir + "/web/index.html") << "<!doctype html><title>bench</title>";
    std::vector<std::unique_ptr<app::Site>> sites;
    sites.push_back(std::make_unique<app::Site>(std::move(tenant), *passwords_));
    application_ =
        std::make_unique<app::Application>(std::move(sites), must(http::StaticFiles::load(dir + "/web")));
    fill();
}

House::~House() = default;

void House::migrate()
{
    const auto database = must(tenant::openDatabase(options_, "lantern"));
    must(storage::Migrator(*database, options_.sql_dir, clock_).up());
}

std::string House::location() const
{
    return options_.engine == storage::Engine::mysql ? options_.mysql.database + "lantern"
                                                     : options_.data_dir + "/lantern/zikao.db";
}

void House::fill()
{
    const auto source = must(rules::Source::read(std::string(kSource) + "/tests/bench/product/rules",
                                                 std::string(kSource) + "/lua-rules/common"));
    const auto published = must(site().tenant->rules->publish(
        source, "bench", [](const rules::Package&) { return std::vector<rules::Fault>(); },
        [](storage::Transaction&, const rules::Package&) { return ok(); }));
    for (const rules::Fault& fault : published.faults)
        throw std::runtime_error(fault.file + ": " + fault.path + " " + fault.message);

    std::string courses = "code,name,credits,exam_mode\n",
                plan = "plan_id,seq,course_code,requirement,option_group\n";
    for (int i = 0; i < 24; ++i) {
        const std::string code = std::to_string(10001 + i);
        courses += code + ",课程" + code + ",4,笔试\n";
        plan += "P1," + std::to_string(i) + "," + code + ",必考,\n";
    }
    must(site().catalog.import("code_items", "list,code,name,parent,sort\nprefectures,100000,河东,,1\n"
                                             "counties,100100,灯下县,100000,1\n"));
    must(site().catalog.import("offices", "code,name,level,parent,phone,address\n900000,考试院,province,,,\n"
                                          "100000,河东考试中心,prefecture,900000,,\n"));
    must(site().catalog.import("courses", courses));
    must(site().catalog.import("plan_courses", plan));
    must(site().catalog.import(
        "majors", "code,name,level,school_code,school_name,plan_id,special,open,min_courses,min_credits\n"
                  "530601,工商企业管理,专科,,,P1,0,1,0,0\n"));

    const Instant now = clock_.now();
    exams::Sitting sitting{
        "261", "四月考次", {now.ms - kHourMs}, {now.ms + 24 * kHourMs}, {now.ms + 48 * kHourMs},
        {},    "published"};
    for (int slot = 1; slot <= 4; ++slot) {
        const Instant starts{now.ms + (1000 + 4 * slot) * kHourMs};
        std::vector<std::string> examined;
        for (int i = 0; i < 6; ++i)
            examined.push_back(std::to_string(10001 + 6 * (slot - 1) + i));
        sitting.slots.push_back({slot, starts, {starts.ms + 2 * kHourMs}, examined});
    }
    must(site().tenant->database->transaction(
        [&](storage::Transaction& tx) { return site().exams.save(tx, sitting); }));
}

std::vector<Candidate> House::addCandidates(int count)
{
    const std::string hash = must(passwords_->hash("a-password-1", identity::Passwords::Cost::candidate));
    std::vector<std::string> accounts;
    must(site().tenant->database->transaction([&](storage::Transaction& tx) -> Result<void> {
        accounts.clear();
        for (int i = 0; i < count; ++i) {
            const int n = candidates_ + i;
            identity::NewCandidate wanted;
            wanted.person.name = "考生甲";
            wanted.person.id_number = idNumber(n);
            wanted.person.phone = std::to_string(13'800'000'000 + n);
            wanted.person.birth_date = "2000-01-01";
            wanted.person.office_code = "100000";
            wanted.password_hash = hash;
            auto opened = site().identity.openCandidate(tx, wanted);
            if (!opened)
                return fail(opened.error());
            accounts.push_back(*opened);
        }
        return ok();
    }));
    candidates_ += count;
    std::vector<Candidate> made;
    for (const std::string& account : accounts) {
        const identity::Session guest = must(site().identity.beginGuest());
        const identity::Session session = must(site().identity.promote(guest.token, account));
        made.push_back({http::sessionCookieName("lantern", false) + "=" + session.token, session.csrf});
    }
    return made;
}

Json House::ask(const Candidate& who, const std::string& method, const std::string& path, const Json& body)
{
    http::Request asked = request(who, method, path, body);
    const http::Response answer = application_->handle(asked);
    if (answer.status() != http::Status::HTTP_OK)
        throw std::runtime_error(method + " " + path + ": " + std::string(answer.content()));
    // The browser is another machine's: of the answer only what the next request needs is read.
    return Json::parse(answer.content(), [](int depth, Json::parse_event_t event, const Json& key) {
        return event != Json::parse_event_t::key || depth > 2 || key == "case" || key == "id" ||
               key == "revision" || key == "phase";
    });
}

std::string House::signUp(const Candidate& who, const std::string& key)
{
    const Json begun = ask(who, "POST", "/api/cases", {{"type", "sign_up"}}).at("case");
    const std::string id = begun.at("id");
    Json courses = Json::array();
    for (int slot = 1; slot <= 4; ++slot)
        courses.push_back({{"slot_no", slot}, {"code", std::to_string(10001 + 6 * (slot - 1))}});
    const Json submitted = ask(who, "POST", "/api/cases/" + id + "/actions/submit",
                               {{"revision", begun.at("revision")},
                                {"request_key", key + "s"},
                                {"fields",
                                 {{"prefecture", "100000"},
                                  {"county", "100100"},
                                  {"major", "530601"},
                                  {"courses", courses},
                                  {"declaration", true}}}})
                               .at("case");
    const Json ordered =
        ask(who, "POST", "/api/cases/" + id + "/actions/pay",
            {{"revision", submitted.at("revision")}, {"request_key", key + "p"}, {"fields", Json::object()}})
            .at("case");
    if (ordered.at("phase") != "awaiting_payment")
        throw std::runtime_error("no order: " + ordered.dump());
    return id;
}

} // namespace zikao::bench
