#include "kernel/exams/records.hpp"

#include <algorithm>

#include "kernel/base/id.hpp"
#include "kernel/base/log.hpp"
#include "kernel/catalog/catalog.hpp"
#include "kernel/exams/pass_rules.hpp"

namespace zikao::exams {

const storage::MacTable kPassTable = {"pass_record",
                                      1,
                                      {{"id"},
                                       {"admission_number"},
                                       {"course_code"},
                                       {"score", true},
                                       {"grade"},
                                       {"passed_on"},
                                       {"source"},
                                       {"origin"},
                                       {"moved_on"},
                                       {"evidence"},
                                       {"recorded_by"},
                                       {"recorded_at", true}}};
const storage::MacTable kNumberTable = {
    "linked_number",
    1,
    {{"admission_number"}, {"account_id"}, {"kind"}, {"case_id"}, {"linked_by"}, {"linked_at", true}}};
const storage::MacTable kGrantTable = {"course_grant",
                                       3,
                                       {{"account_id"},
                                        {"plan_id"},
                                        {"course_code"},
                                        {"kind"},
                                        {"rule_id"},
                                        {"with_courses"},
                                        {"case_id"},
                                        {"granted_by"},
                                        {"granted_at", true}}};

namespace {

using storage::Transaction;

/// "SELECT a, b, mac FROM t ": everything that a row's MAC covers.
std::string selectOf(const storage::MacTable& table)
{
    return "SELECT " + storage::columnsOf(table) + " FROM " + table.name + " ";
}

/// Writes one row with its MAC.
Result<std::int64_t> insert(Transaction& tx, const Vault& vault, const storage::MacTable& table,
                            storage::Params values)
{
    std::string marks = "?";
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        marks += ", ?";
    return tx.execute("INSERT INTO " + std::string(table.name) + " (" + storage::columnsOf(table) +
                          ") VALUES (" + marks + ")",
                      storage::sealedRow(vault, table, std::move(values)));
}

/// The five grades without 不合格, each with the lowest score of its range (DEF-GEN-15).
const std::vector<std::pair<std::string, int>> kGrades = {
    {"优秀", 90}, {"良好", 80}, {"中等", 70}, {"合格", 60}, {"及格", 60}};
const std::vector<std::string> kSources = {"exam", "practice", "transfer", "filed"};

constexpr std::size_t kLongestNumber = 20;

bool isNumber(const std::string& text)
{
    return text.size() <= kLongestNumber && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
           });
}

std::optional<int> gradeWorth(const std::string& grade)
{
    const auto found = std::ranges::find(kGrades, grade, &std::pair<std::string, int>::first);
    return found == kGrades.end() ? std::optional<int>{} : found->second;
}

bool isDuplicate(const Error& error)
{
    return error.code == ErrorCode::conflict && error.reason == "duplicate";
}

Failure clash(const std::string& reason, const std::string& message)
{
    return fail(ErrorCode::conflict, message, reason);
}

Result<void> done(const Result<std::int64_t>& executed)
{
    return executed ? ok() : Result<void>(fail(executed.error()));
}

std::string joined(const std::vector<std::string>& codes)
{
    std::string all;
    for (const std::string& code : codes)
        all += (all.empty() ? "" : ",") + code;
    return all;
}

std::vector<std::string> split(const std::string& text)
{
    std::vector<std::string> codes;
    std::istringstream in(text);
    for (std::string code; std::getline(in, code, ',');)
        codes.push_back(code);
    return codes;
}

void checkResult(const PassRecord& record, std::vector<PassFault>& faults)
{
    if (!record.score && record.grade.empty())
        faults.push_back({"score", "neither a score nor a grade"});
    if (record.score && !record.grade.empty())
        faults.push_back({"grade", "either a score or a grade, not both"});
    if (record.score && *record.score < kPassingScore)
        faults.push_back(
            {"score", std::to_string(*record.score) + " is no pass: under " + std::to_string(kPassingScore)});
    if (record.score && *record.score > 100)
        faults.push_back({"score", "is above 100"});
    if (!record.grade.empty() && !gradeWorth(record.grade))
        faults.push_back({"grade", "\"" + record.grade + "\" is none of 优秀, 良好, 中等, 合格, 及格"});
}

void checkDay(const std::string& column, const std::string& text, Date today, std::vector<PassFault>& faults)
{
    const auto day = Date::parse(text);
    if (!day)
        faults.push_back({column, "is not a date YYYY-MM-DD"});
    else if (*day > today)
        faults.push_back({column, text + " is still to come"});
}

} // namespace

int worth(const PassRecord& record)
{
    return record.score ? *record.score : gradeWorth(record.grade).value_or(0);
}

std::vector<PassFault> passFaults(const PassRecord& record, Date today)
{
    std::vector<PassFault> faults;
    if (!isNumber(record.admission_number))
        faults.push_back({"admission_number", "is not made of up to 20 letters and digits"});
    checkResult(record, faults);
    if (!record.passed_on.empty())
        checkDay("passed_on", record.passed_on, today, faults);
    if (!record.source.empty() && std::ranges::count(kSources, record.source) == 0)
        faults.push_back({"source", "\"" + record.source + "\" is none of exam, practice, transfer"});
    if (record.source == "transfer") {
        checkDay("moved_on", record.moved_on, today, faults);
        if (record.origin.empty())
            faults.push_back({"origin", "is empty: where was it passed?"});
    } else if (!record.moved_on.empty()) {
        faults.push_back({"moved_on", "only a transfer was moved in"});
    }
    return faults;
}

storage::Value scoreValue(const PassRecord& record)
{
    return record.score ? storage::Value{std::int64_t{*record.score}} : storage::Value{};
}

Result<void> Records::file(Transaction& tx, const PassRecord& record, const std::string& by)
{
    auto unknown = catalog::unknownCourses(tx, {record.course_code});
    if (!unknown)
        return fail(unknown.error());
    if (!unknown->empty())
        return fail(ErrorCode::invalid_argument, "no such course", "course_unknown");
    const auto faults = passFaults(record, tenant_.clock.today());
    if (!faults.empty()) {
        const bool day = faults[0].column == "passed_on" || faults[0].column == "moved_on";
        return fail(ErrorCode::invalid_argument, faults[0].column + ": " + faults[0].what,
                    day ? "pass_date" : "pass_score");
    }
    // What was moved in without its papers is the same pass, and now they are there.
    const storage::Params key{record.admission_number, record.course_code, record.passed_on};
    auto moved =
        tx.query(selectOf(kPassTable) + "WHERE admission_number = ? AND course_code = ? AND passed_on = ? "
                                        "AND source = 'transfer'",
                 key);
    if (!moved)
        return fail(moved.error());
    if (!moved->empty()) {
        const storage::Row& row = moved->front();
        const auto score = row.isNull(3) ? std::nullopt : std::optional(row.integer(3));
        if (score != record.score || row.text(4) != record.grade)
            return clash("pass_differs", "it was moved in with another result");
        if (!counts(kPassTable, row, 2, nullptr))
            return clash("pass_altered", "what was moved in is not as the platform wrote it");
        const std::int64_t now_ms = tenant_.clock.now().ms;
        const std::string mac = storage::rowMac(
            *tenant_.vault, kPassTable.name,
            {row.text(0), record.admission_number, record.course_code, scoreValue(record), record.grade,
             record.passed_on, record.source, record.origin, row.text(8), record.evidence, by, now_ms});
        return done(tx.execute(
            "UPDATE pass_record SET source = ?, origin = ?, evidence = ?, recorded_by = ?, recorded_at = ?, "
            "mac = ? WHERE id = ?",
            {record.source, record.origin, record.evidence, by, now_ms, mac, row.text(0)}));
    }
    auto inserted = insert(tx, *tenant_.vault, kPassTable,
                           {newId(), record.admission_number, record.course_code, scoreValue(record),
                            record.grade, record.passed_on, record.source, record.origin, record.moved_on,
                            record.evidence, by, tenant_.clock.now().ms});
    if (!inserted && isDuplicate(inserted.error()))
        return clash("pass_on_file", "this pass is on file");
    return done(inserted);
}

bool Records::counts(const storage::MacTable& table, const storage::Row& row, std::size_t of,
                     std::vector<AlteredRow>* altered) const
{
    if (storage::isIntact(*tenant_.vault, table, row))
        return true;
    log::error("row_altered", {{"row", storage::rowName(table, row)}});
    if (altered != nullptr)
        altered->push_back(
            {&table == &kPassTable ? "pass" : (&table == &kNumberTable ? "number" : "grant"), row.text(of)});
    return false;
}

Result<std::vector<PassRecord>> Records::of(const std::string& account_id,
                                            const std::string& admission_number,
                                            std::vector<AlteredRow>* altered)
{
    auto merged =
        tenant_.database->query(selectOf(kNumberTable) + "WHERE account_id = ? OR admission_number = ?",
                                {account_id, admission_number});
    if (!merged)
        return fail(merged.error());
    storage::Params numbers;
    bool merged_away = false;
    for (const auto& row : *merged) {
        if (!counts(kNumberTable, row, 0, altered))
            continue;
        merged_away = merged_away || row.text(0) == admission_number;
        if (row.text(1) == account_id)
            numbers.emplace_back(row.text(0));
    }
    if (!merged_away)
        numbers.emplace_back(admission_number);
    std::string marks;
    for (std::size_t i = 0; i < numbers.size(); ++i)
        marks += i == 0 ? "?" : ", ?";
    auto rows = numbers.empty()
                    ? Result(storage::Rows{})
                    : tenant_.database->query(
                          selectOf(kPassTable) + "WHERE admission_number IN (" + marks + ")", numbers);
    if (!rows)
        return fail(rows.error());
    std::vector<PassRecord> all;
    for (const auto& row : *rows) {
        if (!counts(kPassTable, row, 2, altered))
            continue;
        PassRecord one{row.text(0), row.text(1), row.text(2), std::nullopt, row.text(4),
                       row.text(5), row.text(6), row.text(7), row.text(8),  row.text(9)};
        if (!row.isNull(3))
            one.score = static_cast<int>(row.integer(3));
        all.push_back(std::move(one));
    }
    std::ranges::sort(all, [](const PassRecord& a, const PassRecord& b) {
        return std::tuple(a.course_code, -worth(a), a.passed_on, a.admission_number) <
               std::tuple(b.course_code, -worth(b), b.passed_on, b.admission_number);
    });
    return all;
}

Result<void> Records::link(Transaction& tx, const LinkedNumber& number, const std::string& own_number)
{
    if (number.admission_number == own_number)
        return clash("number_own", "a number cannot be merged into itself");
    auto inserted = insert(tx, *tenant_.vault, kNumberTable,
                           {number.admission_number, number.account_id, number.kind, number.case_id,
                            number.linked_by, number.linked_at.ms});
    if (!inserted && isDuplicate(inserted.error()))
        return clash("number_linked", "the number is merged already");
    return done(inserted);
}

Result<int> Records::unlink(Transaction& tx, const std::string& case_id)
{
    return tx.execute("DELETE FROM linked_number WHERE case_id = ?", {case_id})
        .transform([](std::int64_t gone) { return static_cast<int>(gone); });
}

Result<std::vector<LinkedNumber>> Records::linked(const std::string& account_id)
{
    auto rows = tenant_.database->query(
        selectOf(kNumberTable) + "WHERE account_id = ? ORDER BY linked_at, admission_number", {account_id});
    if (!rows)
        return fail(rows.error());
    std::vector<LinkedNumber> all;
    for (const auto& row : *rows)
        if (counts(kNumberTable, row, 0, nullptr))
            all.push_back(
                {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), {row.integer(5)}});
    return all;
}

Result<bool> Records::mergedAway(const std::string& admission_number)
{
    return tenant_.database->query(selectOf(kNumberTable) + "WHERE admission_number = ?", {admission_number})
        .transform([&](const storage::Rows& rows) {
            return !rows.empty() && counts(kNumberTable, rows.front(), 0, nullptr);
        });
}

namespace {

/// A pass is used once per plan. The same shared rule may use it again for another of its courses.
Result<void> use(Transaction& tx, const std::string& account_id, const std::string& plan_id,
                 const Grant& grant, const std::string& used)
{
    auto again =
        tx.execute("UPDATE credit_use SET times = times + 1 WHERE account_id = ? AND plan_id = ? AND "
                   "used_course = ? AND rule_id = ? AND is_shared = 1 AND ? = 1",
                   {account_id, plan_id, used, grant.rule_id, std::int64_t{grant.shared}});
    if (!again)
        return fail(again.error());
    if (*again == 1)
        return ok();
    auto inserted =
        tx.execute("INSERT INTO credit_use (account_id, plan_id, used_course, rule_id, is_shared) "
                   "VALUES (?, ?, ?, ?, ?)",
                   {account_id, plan_id, used, grant.rule_id, std::int64_t{grant.shared}});
    if (!inserted && isDuplicate(inserted.error()))
        return clash("credit_used", "the pass " + used + " stands in already");
    return done(inserted);
}

Grant grantIn(const storage::Row& row)
{
    return {row.text(2), row.text(3), row.text(4), split(row.text(5)), false, row.text(6)};
}

} // namespace

Result<void> Records::grant(Transaction& tx, const std::string& account_id, const std::string& plan_id,
                            const Grant& grant, const std::string& by)
{
    auto there = tx.query(selectOf(kGrantTable) + "WHERE account_id = ? AND plan_id = ? AND course_code = ?",
                          {account_id, plan_id, grant.course_code});
    if (!there)
        return fail(there.error());
    if (!there->empty()) {
        const Grant known = grantIn(there->front());
        const bool same = known.kind == grant.kind && known.rule_id == grant.rule_id &&
                          known.with == grant.with && counts(kGrantTable, there->front(), 2, nullptr);
        return same ? ok() : Result<void>(clash("course_granted", "the course has another grant"));
    }
    for (const std::string& used : grant.with)
        if (auto noted = use(tx, account_id, plan_id, grant, used); !noted)
            return noted;
    auto inserted = insert(tx, *tenant_.vault, kGrantTable,
                           {account_id, plan_id, grant.course_code, grant.kind, grant.rule_id,
                            joined(grant.with), grant.case_id, by, tenant_.clock.now().ms});
    if (!inserted && isDuplicate(inserted.error()))
        return clash("course_granted", "the course was granted meanwhile");
    return done(inserted);
}

Result<std::vector<Grant>> Records::grants(const std::string& account_id, const std::string& plan_id,
                                           std::vector<AlteredRow>* altered)
{
    auto rows = tenant_.database->query(
        selectOf(kGrantTable) + "WHERE account_id = ? AND plan_id = ? ORDER BY granted_at, course_code",
        {account_id, plan_id});
    if (!rows)
        return fail(rows.error());
    std::vector<Grant> all;
    for (const auto& row : *rows)
        if (counts(kGrantTable, row, 2, altered))
            all.push_back(grantIn(row));
    return all;
}

Result<int> Records::revoke(Transaction& tx, const std::string& case_id)
{
    auto rows = tx.query("SELECT account_id, plan_id, course_code, with_courses FROM course_grant "
                         "WHERE case_id = ?",
                         {case_id});
    if (!rows)
        return fail(rows.error());
    for (const auto& row : *rows)
        for (const std::string& used : split(row.text(3))) {
            auto freed = tx.execute("DELETE FROM credit_use WHERE account_id = ? AND plan_id = ? AND "
                                    "used_course = ? AND times = 1",
                                    {row.text(0), row.text(1), used});
            if (freed && *freed == 0)
                freed = tx.execute("UPDATE credit_use SET times = times - 1 WHERE account_id = ? AND "
                                   "plan_id = ? AND used_course = ? AND times > 1",
                                   {row.text(0), row.text(1), used});
            if (!freed)
                return fail(freed.error());
        }
    auto gone = tx.execute("DELETE FROM course_grant WHERE case_id = ?", {case_id});
    return gone ? Result<int>(static_cast<int>(*gone)) : fail(gone.error());
}

} // namespace zikao::exams
