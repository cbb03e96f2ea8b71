// bench_product sign-up sqlite|mysql DIR [COUNT] · centre DIR · ledger DIR · queue DIR
// One JSON line per measure, as bench_gate prints them. MariaDB is the private server of ZIKAO_TEST_MYSQL_SOCKET.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "kernel/base/id.hpp"
#include "kernel/exams/ledger.hpp"
#include "tests/bench/measure.hpp"
#include "tests/bench/product/house.hpp"
#include "tests/bench/product/replay.hpp"

namespace zikao::bench {
namespace {

constexpr int kThreads = 8;

storage::MysqlOptions mysqlServer(const std::string& database)
{
    storage::MysqlOptions options;
    const char* socket = std::getenv("ZIKAO_TEST_MYSQL_SOCKET");
    options.socket = socket == nullptr ? "" : socket;
    options.host.clear();
    options.user = "root";
    options.database = database;
    return options;
}

/// Processor time of this process and of its workers, which live on.
double processorMicros()
{
    rusage own{};
    ::getrusage(RUSAGE_SELF, &own);
    const auto micros = [](const timeval& time) { return 1e6 * double(time.tv_sec) + double(time.tv_usec); };
    double all = micros(own.ru_utime) + micros(own.ru_stime);
    for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream children(thread.path() / "children");
        for (std::string child; children >> child;)
            all += 1e6 * processorSeconds(child);
    }
    return all;
}

/// Every candidate signs up once, a few at a time. @return sign-ups per second
double signUpAll(House& house, const std::vector<Candidate>& candidates, std::vector<Trace>& traces)
{
    traces.assign(candidates.size(), {});
    std::atomic<std::size_t> next{0};
    std::atomic<bool> failed{false};
    const auto began = Clock::now();
    std::vector<std::thread> running;
    for (int i = 0; i < kThreads; ++i)
        running.emplace_back([&] {
            try {
                for (std::size_t n = next++; n < candidates.size(); n = next++) {
                    RecordingDatabase::noteIn(&traces[n]);
                    house.signUp(candidates[n], newId());
                }
            } catch (const std::exception& error) {
                std::fprintf(stderr, "sign-up: %s\n", error.what());
                failed = true;
            }
            RecordingDatabase::noteIn(nullptr);
        });
    for (std::thread& thread : running)
        thread.join();
    if (failed)
        throw std::runtime_error("a sign-up failed");
    return static_cast<double>(candidates.size()) / (micros(began) / 1e6);
}

double statementsPer(const std::vector<Trace>& traces)
{
    std::size_t steps = 0;
    for (const Trace& trace : traces)
        steps += trace.size();
    return static_cast<double>(steps) / static_cast<double>(traces.size());
}

struct Round
{
    double ours = 0, theirs = 0, statements = 0;
    double our_micros = 0, their_micros = 0; ///< of processor, for one sign-up
};

/// The product first, noting every statement; then the same statements by the connector on a copy of the same start.
Round signUpRound(House& house, bool mysql, const std::vector<Candidate>& candidates, const std::string& copy)
{
    mysql ? copyMysql(mysqlServer(""), house.location(), copy) : copySqlite(house.location(), copy);
    std::vector<Trace> traces;
    Round round;
    const double before = processorMicros();
    round.ours = signUpAll(house, candidates, traces);
    const double between = processorMicros();
    round.theirs = mysql ? replayMysql(mysqlServer(copy), traces, kThreads) : replaySqlite(copy, traces);
    round.our_micros = (between - before) / double(candidates.size());
    round.their_micros = (processorMicros() - between) / double(candidates.size());
    round.statements = statementsPer(traces);
    if (mysql)
        dropMysql(mysqlServer(""), copy);
    return round;
}

/// Rounds alternate, so that a slow moment of the disk meets both.
void signUps(storage::Engine engine, const std::string& dir, int count)
{
    constexpr int kRounds = 3;
    const bool mysql = engine == storage::Engine::mysql;
    const std::string prefix = "zikao_bench_" + newId() + "_";
    House house(engine, mysqlServer(prefix), dir);
    std::vector<Trace> warming; // what keeps statements and packages
    signUpAll(house, house.addCandidates(2 * kThreads), warming);
    std::vector<double> ours, theirs, statements, our_micros, their_micros;
    for (int i = 0; i < kRounds; ++i) {
        const std::string copy = (mysql ? prefix + "copy" : dir + "/copy") + std::to_string(i);
        const Round round = signUpRound(house, mysql, house.addCandidates(count), copy);
        ours.push_back(round.ours);
        theirs.push_back(round.theirs);
        statements.push_back(round.statements);
        our_micros.push_back(round.our_micros);
        their_micros.push_back(round.their_micros);
    }
    print(mysql ? "sign_up_mariadb" : "sign_up_sqlite", median(ours), median(theirs),
          median(ours) / median(theirs), "sign-ups/s, theirs = the connector alone", "ratio >= 0.6");
    print(mysql ? "sign_up_mariadb_statements" : "sign_up_sqlite_statements", median(statements), nullptr,
          nullptr, "statements, begins and commits of one sign-up", "");
    print(mysql ? "sign_up_mariadb_processor" : "sign_up_sqlite_processor", median(our_micros),
          median(their_micros), median(our_micros) / median(their_micros),
          "microseconds of processor per sign-up, workers too, the server's not", "");
    if (mysql)
        dropMysql(mysqlServer(""), house.location());
}

void centre(const std::string& dir)
{
    House house(storage::Engine::sqlite, {}, dir);
    const std::vector<Candidate> candidates = house.addCandidates(50);
    for (const Candidate& candidate : candidates)
        house.signUp(candidate, newId());
    std::vector<double> took;
    for (int i = 0; i < 2000; ++i) {
        const auto began = Clock::now();
        house.ask(candidates[static_cast<std::size_t>(i) % candidates.size()], "GET", "/api/center");
        if (i >= 200)
            took.push_back(micros(began) / 1000);
    }
    print("centre", median(took), nullptr, nullptr, "milliseconds of the whole centre with its tiles",
          "ours <= 2");
}

/// A person with 60 passes and one treatment, measured by a plan of 25 courses, most of which have rules.
void ledger(const std::string& dir)
{
    House house(storage::Engine::sqlite, {}, dir);
    catalog::Catalog& catalog = house.site().catalog;
    std::string courses = "code,name,credits\n", plan = "plan_id,seq,course_code\n", passes, rules;
    for (int i = 0; i < 80; ++i) {
        const std::string code = std::to_string(20001 + i);
        courses += code + ",课程" + code + ",4\n";
        if (i < 25)
            plan += "P2," + std::to_string(i) + "," + code + "\n";
        if (i >= 20)
            passes += "N1," + code + ",7" + std::to_string(i % 10) + ",2024-04-13,exam\n";
        if (i < 20)
            for (const int by : {30 + i, 31 + i})
                rules += "S" + std::to_string(i) + "," + code + "," + std::to_string(20001 + by) + ",each," +
                         std::to_string(i % 2) + "\n";
    }
    for (int i = 0; i < 24; ++i)
        plan += "P1," + std::to_string(i) + "," + std::to_string(10001 + i) + "\n";
    for (int i = 0; i < 24; ++i)
        courses += std::to_string(10001 + i) + ",课程,4\n";
    must(catalog.import("courses", courses));
    must(catalog.import("plan_courses", plan));
    must(catalog.import("majors", "code,name,plan_id\n530601,甲,P1\n080901,乙,P2\n"));
    must(catalog.import("substitutions", "rule_id,for_course,by_course,mode,automatic\n" + rules));
    exams::Records records(*house.site().tenant);
    must(records.import("admission_number,course_code,score,passed_on,source\n" + passes, "bench"));
    const catalog::Major major = must(catalog.major("080901")).value();
    std::vector<double> took;
    for (int i = 0; i < 1000; ++i) {
        const auto began = Clock::now();
        const exams::Ledger made =
            must(exams::ledgerOf(records, catalog, major, "anna", "N1",
                                 {{"20001", "substitution", "S0", {"20031"}}}, Date{2026, 5, 1}));
        // Five passed, one asked for, ten of the rules that need no asking.
        if (made.lines.size() != 25 || made.courses != 16)
            throw std::runtime_error("the ledger has " + std::to_string(made.courses) + " courses");
        if (i >= 100)
            took.push_back(micros(began) / 1000);
    }
    print("ledger", median(took), nullptr, nullptr,
          "milliseconds of a ledger: 60 passes, a plan of 25 courses", "ours <= 5");
}

/// Cases that wait for one city, some of them for the province as well, laid into the tables as the engine would have
/// left them.
void fillQueue(House& house, int count)
{
    storage::Database& db = *house.site().tenant->database;
    constexpr int kRows = 500;
    for (int from = 0; from < count; from += kRows) {
        std::string records, reviews;
        storage::Params record_values, review_values;
        for (int i = from; i < from + kRows; ++i) {
            const std::string id = "bench" + std::to_string(1'000'000 + i),
                              state = i % 2 == 0 ? "city" : "again";
            const std::int64_t since = 1'000'000LL + (i * 7919LL) % count;
            records += records.empty() ? "" : ", ";
            records +=
                "(?, 'graduation', ?, 'in_review', ?, 0, '', '100000', 'h', '1', '', 2, 1, 1, ?, 1, NULL, ?, "
                "'34**12', '', '')";
            record_values.insert(record_values.end(), {id, state, "subject" + std::to_string(i), since,
                                                       (i % 100 == 0 ? "欧阳" : "考生") + std::to_string(i)});
            for (const char* duty : {"prefecture_office", "province_office"}) {
                if (std::string_view(duty) == "province_office" && i % 10 != 0)
                    continue;
                reviews += reviews.empty() ? "" : ", ";
                reviews += "(?, ?, '100000', 'graduation', ?, 1, '', ?, NULL)";
                review_values.insert(review_values.end(), {id, duty, state, since});
            }
        }
        must(db.transaction([&](storage::Transaction& tx) -> Result<void> {
            auto done = tx.execute(
                "INSERT INTO case_record (id, type, state, phase, subject_id, is_visitor, sitting, "
                "office_code, rules_hash, rules_version, sealed_fields, revision, write_no, "
                "created_at, changed_at, saved_at, open_key, subject_name, masked_id, id_index, "
                "marks) VALUES " +
                    records,
                record_values);
            if (done)
                done = tx.execute(
                    "INSERT INTO case_review (case_id, reviewer, office_code, case_type, case_state, "
                    "is_open, decision, since, decided_at) VALUES " +
                        reviews,
                    review_values);
            return done ? ok() : Result<void>(fail(done.error()));
        }));
    }
    must(db.query("ANALYZE TABLE case_record, case_review"));
}

template <class Work>
double medianMillis(const Work& work)
{
    std::vector<double> took;
    for (int i = 0; i < 15; ++i) {
        const auto began = Clock::now();
        work();
        if (i >= 3)
            took.push_back(micros(began) / 1000);
    }
    return median(took);
}

/// A clerk, and one of two duties, list, filter and page through 50,000 waiting cases on MariaDB.
void queue(const std::string& dir)
{
    constexpr int kCases = 50'000;
    const std::string prefix = "zikao_bench_" + newId() + "_";
    House house(storage::Engine::mysql, mysqlServer(prefix), dir);
    fillQueue(house, kCases);
    // Row 25,000 of 50,000; by place, as the console pages.
    const cases::QueueFilter::Place middle{{1'000'000 + 24'949}, "bench"};
    const std::set<identity::Role> clerk{identity::Role::prefecture_office},
        of_both{identity::Role::prefecture_office, identity::Role::province_office};
    struct Asked
    {
        std::string name;
        std::set<identity::Role> roles;
        cases::QueueFilter filter;
    };
    const std::vector<Asked> asked{
        {"queue_first_page", clerk, {}},
        {"queue_page_100", clerk, {.offset = 5'000}},
        {"queue_by_state", clerk, {.type = "graduation", .state = "city"}},
        {"queue_by_name", clerk, {.text = "欧阳"}},
        {"queue_page_500", clerk, {.after = middle}},
        {"queue_page_500_back", clerk, {.before = middle}},
        {"queue_two_duties", of_both, {}},
        {"queue_two_duties_page_500", of_both, {.after = middle}},
        {"all_cases_first_page", clerk, {.mine = false}},
        {"all_cases_by_name", clerk, {.text = "欧阳", .mine = false}},
        {"all_cases_page_500", clerk, {.mine = false, .after = middle}},
        {"all_cases_page_500_back", clerk, {.mine = false, .before = middle}},
    };
    for (const Asked& one : asked) {
        const identity::Actor actor{identity::ActorKind::staff, "clerk", "甲", one.roles, "900000", {}, {}};
        const double took = medianMillis([&] {
            const cases::Queue page = must(house.site().engine.queue(actor, one.filter));
            if (page.rows.size() != 50)
                throw std::runtime_error(one.name + " has " + std::to_string(page.rows.size()) + " rows");
        });
        print(one.name, took, nullptr, nullptr, "milliseconds, 50,000 waiting cases on MariaDB",
              "ours <= 100");
    }
    const identity::Actor busy{identity::ActorKind::staff, "busy", "乙", of_both, "900000", {}, {}};
    print("queue_counts", medianMillis([&] { must(house.site().engine.queueCounts(busy)); }), nullptr,
          nullptr, "milliseconds of the menu's counts, two duties, 50,000 cases", "ours <= 100");
    dropMysql(mysqlServer(""), house.location());
}

int run(const std::vector<std::string>& words)
{
    const std::string what = words.empty() ? "" : words[0];
    if (what == "centre" && words.size() == 2)
        centre(words[1]);
    else if (what == "queue" && words.size() == 2)
        queue(words[1]);
    else if (what == "ledger" && words.size() == 2)
        ledger(words[1]);
    else if (what == "sign-up" && words.size() >= 3)
        signUps(words[1] == "mysql" ? storage::Engine::mysql : storage::Engine::sqlite, words[2],
                words.size() > 3 ? std::atoi(words[3].c_str()) : 300);
    else
        return 2;
    return 0;
}

} // namespace
} // namespace zikao::bench

int main(int argc, char** argv)
{
    try {
        return zikao::bench::run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_product: %s\n", error.what());
        return 1;
    }
}
