#include <algorithm>
#include <set>

#include "kernel/catalog/csv.hpp"
#include "kernel/catalog/snapshot.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::catalog {

namespace {

using storage::Params;
using storage::Transaction;

constexpr std::size_t kRowsPerInsert = 200;
constexpr int kMaxSort = 1'000'000;

/// What an import writes: one table, its columns, the rows one after another in `values`.
struct Load
{
    std::string table;
    std::vector<std::string> columns;
    std::vector<Params> rows;
};

std::string joined(const std::vector<std::string>& parts)
{
    std::string all;
    for (const std::string& part : parts)
        all += (all.empty() ? "" : ", ") + part;
    return all;
}

std::string tuples(std::size_t rows, std::size_t columns)
{
    std::string tuple = "(?";
    for (std::size_t i = 1; i < columns; ++i)
        tuple += ", ?";
    tuple += ")";
    std::string all = tuple;
    for (std::size_t i = 1; i < rows; ++i)
        all += ", " + tuple;
    return all;
}

Result<void> replace(Transaction& tx, const Load& load)
{
    if (auto gone = tx.execute("DELETE FROM " + load.table); !gone)
        return fail(gone.error());
    for (std::size_t from = 0; from < load.rows.size(); from += kRowsPerInsert) {
        const std::size_t count = std::min(kRowsPerInsert, load.rows.size() - from);
        Params values;
        for (std::size_t i = from; i < from + count; ++i)
            values.insert(values.end(), load.rows[i].begin(), load.rows[i].end());
        auto done = tx.execute("INSERT INTO " + load.table + " (" + joined(load.columns) + ") VALUES " +
                                   tuples(count, load.columns.size()),
                               values);
        if (!done)
            return fail(done.error());
    }
    return ok();
}

/// Notes a fault when a key comes a second time.
class Keys
{
public:
    explicit Keys(CsvTable& table) : table_(table) {}
    void add(std::size_t row, const std::string& column, const std::string& key)
    {
        if (!key.empty() && !seen_.insert(key).second)
            table_.fault(row, column, "comes a second time");
    }
    [[nodiscard]] bool contains(const std::string& key) const { return seen_.contains(key); }
    [[nodiscard]] const std::set<std::string>& all() const { return seen_; }

private:
    CsvTable& table_;
    std::set<std::string> seen_;
};

Result<std::set<std::string>> column(Transaction& tx, const std::string& sql)
{
    auto rows = tx.query(sql);
    if (!rows)
        return fail(rows.error());
    std::set<std::string> values;
    for (const auto& row : *rows)
        values.insert(row.text(0));
    return values;
}

/// Whether everything that others point at is still among the new keys.
Result<void> keepsWhatIsUsed(Transaction& tx, const std::string& sql, const std::set<std::string>& fresh)
{
    auto used = column(tx, sql);
    if (!used)
        return fail(used.error());
    for (const std::string& key : *used)
        if (!key.empty() && !fresh.contains(key))
            return fail(ErrorCode::conflict, key + " is still in use and missing from the file", "in_use");
    return ok();
}

Result<Load> codeItems(Transaction&, const std::string& csv)
{
    auto table = CsvTable::read(csv, {"list", "code", "name"}, {"parent", "sort", "source", "confidence"});
    if (!table)
        return fail(table.error());
    Load load{"code_item", {"list_name", "code", "name", "parent", "sort_no"}, {}};
    Keys keys(*table);
    for (std::size_t i = 0; i < table->size(); ++i) {
        const std::string list = table->need(i, "list"), code = table->need(i, "code");
        keys.add(i, "code", list + "\n" + code);
        load.rows.push_back({list, code, table->need(i, "name"), table->text(i, "parent"),
                             std::int64_t{table->number(i, "sort", 0, kMaxSort)}});
    }
    if (auto fine = table->verdict(); !fine)
        return fail(fine.error());
    return load;
}

/// Notes a fault where following the parents of an office comes back to it.
void findCircles(CsvTable& table, const std::map<std::string, std::string>& parents)
{
    for (std::size_t i = 0; i < table.size(); ++i) {
        std::string at = table.text(i, "parent");
        for (std::size_t step = 0; !at.empty() && step <= parents.size(); ++step) {
            if (at == table.text(i, "code")) {
                table.fault(i, "parent", "the office lies below itself");
                break;
            }
            const auto above = parents.find(at);
            at = above == parents.end() ? std::string{} : above->second;
        }
    }
}

/// Words of a rule author: lower case, one space between two.
std::string traitsOf(CsvTable& table, std::size_t row)
{
    const std::string text = table.text(row, "traits");
    const bool fine = std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == ' ';
    });
    if (!fine)
        table.fault(row, "traits", "must be words of a-z, 0-9 and _, with spaces between them");
    return text;
}

Result<Load> offices(Transaction&, const std::string& csv)
{
    static const std::set<std::string> kLevels = {"province", "prefecture", "county", "school"};
    auto table = CsvTable::read(csv, {"code", "name", "level", "parent"},
                                {"phone", "address", "traits", "source", "confidence"});
    if (!table)
        return fail(table.error());
    Load load{"office", {"code", "name", "office_level", "parent", "phone", "address", "traits"}, {}};
    Keys keys(*table);
    std::map<std::string, std::string> parents;
    for (std::size_t i = 0; i < table->size(); ++i) {
        const std::string code = table->need(i, "code"), level = table->need(i, "level");
        keys.add(i, "code", code);
        parents[code] = table->text(i, "parent");
        if (!level.empty() && !kLevels.contains(level))
            table->fault(i, "level", "\"" + level + "\" is not one of province, prefecture, county, school");
        load.rows.push_back({code, table->need(i, "name"), level, parents[code], table->text(i, "phone"),
                             table->text(i, "address"), traitsOf(*table, i)});
    }
    for (std::size_t i = 0; i < table->size(); ++i) {
        const std::string parent = table->text(i, "parent");
        if (!parent.empty() && !keys.contains(parent))
            table->fault(i, "parent", "the office " + parent + " is unknown");
    }
    findCircles(*table, parents);
    if (auto fine = table->verdict(); !fine)
        return fail(fine.error());
    return load;
}

Result<Load> courses(Transaction& tx, const std::string& csv)
{
    auto table = CsvTable::read(csv, {"code", "name"},
                                {"credits", "exam_mode", "theory_code", "textbook", "source", "confidence"});
    if (!table)
        return fail(table.error());
    Load load{
        "course", {"code", "name", "exam_mode", "credits", "theory_code", "textbook", "confidence"}, {}};
    Keys keys(*table);
    for (std::size_t i = 0; i < table->size(); ++i) {
        const std::string code = table->need(i, "code");
        keys.add(i, "code", code);
        storage::Value credits;
        if (!table->text(i, "credits").empty())
            credits = std::int64_t{table->number(i, "credits", 0, 99)};
        load.rows.push_back({code, table->need(i, "name"), table->text(i, "exam_mode"), credits,
                             table->text(i, "theory_code"), table->text(i, "textbook"),
                             table->text(i, "confidence")});
    }
    for (std::size_t i = 0; i < table->size(); ++i) {
        const std::string theory = table->text(i, "theory_code");
        if (!theory.empty() && (!keys.contains(theory) || theory == table->text(i, "code")))
            table->fault(i, "theory_code", "the theory course " + theory + " is unknown");
    }
    if (auto fine = table->verdict(); !fine)
        return fail(fine.error());
    for (const char* used :
         {"SELECT DISTINCT course_code FROM plan_course", "SELECT DISTINCT course_code FROM waiver_rule",
          "SELECT DISTINCT for_course FROM substitution", "SELECT DISTINCT by_course FROM substitution"})
        if (auto kept = keepsWhatIsUsed(tx, used, keys.all()); !kept)
            return fail(kept.error());
    return load;
}

Result<Load> planCourses(Transaction& tx, const std::string& csv)
{
    auto table = CsvTable::read(csv, {"plan_id", "course_code"},
                                {"seq", "requirement", "option_group", "source", "confidence"});
    if (!table)
        return fail(table.error());
    auto known = column(tx, "SELECT code FROM course");
    if (!known)
        return fail(known.error());
    Load load{"plan_course", {"plan_id", "course_code", "requirement", "option_group", "seq"}, {}};
    Keys keys(*table);
    std::set<std::string> plans;
    for (std::size_t i = 0; i < table->size(); ++i) {
        const std::string plan = table->need(i, "plan_id"), course = table->need(i, "course_code");
        keys.add(i, "course_code", plan + "\n" + course);
        plans.insert(plan);
        if (!course.empty() && !known->contains(course))
            table->fault(i, "course_code", "the course " + course + " is unknown");
        load.rows.push_back({plan, course, table->text(i, "requirement"), table->text(i, "option_group"),
                             std::int64_t{table->number(i, "seq", 0, kMaxSort)}});
    }
    if (auto fine = table->verdict(); !fine)
        return fail(fine.error());
    if (auto kept = keepsWhatIsUsed(tx, "SELECT DISTINCT plan_id FROM major", plans); !kept)
        return fail(kept.error());
    return load;
}

Result<Load> majors(Transaction& tx, const std::string& csv)
{
    auto table = CsvTable::read(csv, {"code", "name"},
                                {"level", "school_code", "school_name", "plan_id", "special", "open",
                                 "min_courses", "min_credits", "source", "confidence"});
    if (!table)
        return fail(table.error());
    auto plans = column(tx, "SELECT DISTINCT plan_id FROM plan_course");
    if (!plans)
        return fail(plans.error());
    Load load{"major",
              {"code", "name", "study_level", "school_code", "school_name", "plan_id", "is_special",
               "is_open", "min_courses", "min_credits", "confidence"},
              {}};
    Keys keys(*table);
    for (std::size_t i = 0; i < table->size(); ++i) {
        const std::string code = table->need(i, "code"), plan = table->text(i, "plan_id");
        keys.add(i, "code", code);
        if (!plan.empty() && !plans->contains(plan))
            table->fault(i, "plan_id", "the plan " + plan + " is unknown");
        load.rows.push_back(
            {code, table->need(i, "name"), table->text(i, "level"), table->text(i, "school_code"),
             table->text(i, "school_name"), plan, std::int64_t{table->flag(i, "special", false)},
             std::int64_t{table->flag(i, "open", true)},
             std::int64_t{table->number(i, "min_courses", 0, 999)},
             std::int64_t{table->number(i, "min_credits", 0, 999)}, table->text(i, "confidence")});
    }
    if (auto fine = table->verdict(); !fine)
        return fail(fine.error());
    return load;
}

Result<Load> planGroups(Transaction& tx, const std::string& csv)
{
    auto table = CsvTable::read(csv, {"plan_id", "option_group"},
                                {"min_courses", "min_credits", "all_without", "source", "confidence"});
    if (!table)
        return fail(table.error());
    auto rows = tx.query("SELECT DISTINCT plan_id, option_group FROM plan_course WHERE option_group <> ''");
    if (!rows)
        return fail(rows.error());
    std::set<std::pair<std::string, std::string>> groups;
    for (const auto& row : *rows)
        groups.emplace(row.text(0), row.text(1));
    Load load{"plan_group", {"plan_id", "option_group", "min_courses", "min_credits", "all_without"}, {}};
    Keys keys(*table);
    for (std::size_t i = 0; i < table->size(); ++i) {
        const std::string plan = table->need(i, "plan_id"), group = table->need(i, "option_group");
        const std::string without = table->text(i, "all_without");
        keys.add(i, "option_group", plan + "\n" + group);
        if (!groups.contains({plan, group}))
            table->fault(i, "option_group", "the plan " + plan + " has no such group");
        if (!without.empty() && (without == group || !groups.contains({plan, without})))
            table->fault(i, "all_without", "the plan " + plan + " has no such other group");
        load.rows.push_back({plan, group, std::int64_t{table->number(i, "min_courses", 0, 99, 1)},
                             std::int64_t{table->number(i, "min_credits", 0, 999)}, without});
    }
    if (auto fine = table->verdict(); !fine)
        return fail(fine.error());
    return load;
}

/// Notes a fault where a bound is no day, or the last day lies before the first.
void checkBounds(CsvTable& table, std::size_t row)
{
    const std::string from = table.text(row, "effective_from"), to = table.text(row, "effective_to");
    for (const auto& [column, text] : {std::pair{"effective_from", from}, {"effective_to", to}})
        if (!text.empty() && !Date::parse(text))
            table.fault(row, column, "is not a date YYYY-MM-DD");
    if (!from.empty() && !to.empty() && to < from)
        table.fault(row, "effective_to", "lies before effective_from");
}

/// What must hold of one row, and between it and the earlier rows of its rule.
void checkSubstitution(CsvTable& table, std::size_t row, std::map<std::string, std::string>& shapes)
{
    const std::string mode = table.need(row, "mode"), by = table.text(row, "by_course");
    if (!mode.empty() && !modeNamed(mode))
        table.fault(row, "mode", "\"" + mode + "\" is not one of each, together, shared, pool");
    if ((mode == "pool") != by.empty())
        table.fault(row, "by_course", mode == "pool" ? "a pool names no course" : "is empty");
    if (mode == "pool" && table.number(row, "min_credits", 1, 99) == 0)
        table.fault(row, "min_credits", "a pool needs a sum of credits");
    const bool automatic = table.flag(row, "automatic", false);
    if (automatic && mode != "each")
        table.fault(row, "automatic", "only the mode each is applied without being asked for");
    if (!by.empty() && by == table.text(row, "for_course"))
        table.fault(row, "by_course", "a course cannot stand in for itself");
    const std::string shape = mode + (automatic ? "!" : "") + table.text(row, "effective_from") + "/" +
                              table.text(row, "effective_to");
    if (shapes.try_emplace(table.text(row, "rule_id"), shape).first->second != shape)
        table.fault(row, "mode", "differs from an earlier row of the same rule");
    checkBounds(table, row);
}

Result<Load> substitutions(Transaction& tx, const std::string& csv)
{
    auto table = CsvTable::read(
        csv, {"rule_id", "for_course", "by_course", "mode"},
        {"automatic", "min_credits", "effective_from", "effective_to", "source", "confidence"});
    if (!table)
        return fail(table.error());
    auto known = column(tx, "SELECT code FROM course");
    if (!known)
        return fail(known.error());
    Load load{"substitution",
              {"rule_id", "for_course", "by_course", "mode", "is_automatic", "min_credits", "effective_from",
               "effective_to", "confidence"},
              {}};
    Keys keys(*table);
    std::map<std::string, std::string> shapes;
    for (std::size_t i = 0; i < table->size(); ++i) {
        const std::string rule = table->need(i, "rule_id"), target = table->need(i, "for_course"),
                          by = table->text(i, "by_course");
        keys.add(i, "by_course", rule + "\n" + target + "\n" + by);
        for (const auto& [name, code] : {std::pair{"for_course", target}, {"by_course", by}})
            if (!code.empty() && !known->contains(code))
                table->fault(i, name, "the course " + code + " is unknown");
        checkSubstitution(*table, i, shapes);
        load.rows.push_back(
            {rule, target, by, table->text(i, "mode"),
             std::int64_t{table->text(i, "automatic") == "1" || table->text(i, "automatic") == "Y"},
             std::int64_t{table->number(i, "min_credits", 0, 99)}, table->text(i, "effective_from"),
             table->text(i, "effective_to"), table->text(i, "confidence")});
    }
    if (auto fine = table->verdict(); !fine)
        return fail(fine.error());
    return load;
}

Result<Load> waivers(Transaction& tx, const std::string& csv)
{
    auto table =
        CsvTable::read(csv, {"rule_id", "course_code", "basis", "certificate"},
                       {"level", "evidence", "effective_from", "effective_to", "source", "confidence"});
    if (!table)
        return fail(table.error());
    auto known = column(tx, "SELECT code FROM course");
    if (!known)
        return fail(known.error());
    Load load{"waiver_rule",
              {"rule_id", "course_code", "basis", "certificate", "study_level", "evidence", "effective_from",
               "effective_to", "confidence"},
              {}};
    Keys keys(*table);
    for (std::size_t i = 0; i < table->size(); ++i) {
        const std::string rule = table->need(i, "rule_id"), course = table->need(i, "course_code");
        keys.add(i, "course_code", rule + "\n" + course);
        if (!course.empty() && !known->contains(course))
            table->fault(i, "course_code", "the course " + course + " is unknown");
        checkBounds(*table, i);
        load.rows.push_back({rule, course, table->need(i, "basis"), table->need(i, "certificate"),
                             table->text(i, "level"), table->text(i, "evidence"),
                             table->text(i, "effective_from"), table->text(i, "effective_to"),
                             table->text(i, "confidence")});
    }
    if (auto fine = table->verdict(); !fine)
        return fail(fine.error());
    return load;
}

/// Notes a fault where two amounts of one fee hold on the same day.
void findOverlaps(CsvTable& table)
{
    static const std::string kOpenEnd = "9999-12-31";
    for (std::size_t late = 0; late < table.size(); ++late)
        for (std::size_t early = 0; early < late; ++early) {
            const auto end = [&](std::size_t row) {
                const std::string to = table.text(row, "effective_to");
                return to.empty() ? kOpenEnd : to;
            };
            if (table.text(early, "id") == table.text(late, "id") &&
                table.text(early, "effective_from") <= end(late) &&
                table.text(late, "effective_from") <= end(early))
                table.fault(late, "effective_from", "holds on a day on which another amount does, too");
        }
}

Result<Load> fees(Transaction&, const std::string& csv)
{
    static constexpr int kMostFen = 100'000'00;
    auto table = CsvTable::read(csv, {"id", "name", "amount_fen"},
                                {"effective_from", "effective_to", "source", "confidence"});
    if (!table)
        return fail(table.error());
    Load load{"fee", {"id", "name", "amount_fen", "effective_from", "effective_to"}, {}};
    for (std::size_t i = 0; i < table->size(); ++i) {
        static_cast<void>(table->need(i, "amount_fen"));
        checkBounds(*table, i);
        load.rows.push_back({table->need(i, "id"), table->need(i, "name"),
                             std::int64_t{table->number(i, "amount_fen", 1, kMostFen)},
                             table->text(i, "effective_from"), table->text(i, "effective_to")});
    }
    findOverlaps(*table);
    if (auto fine = table->verdict(); !fine)
        return fail(fine.error());
    return load;
}

using Reader = Result<Load> (*)(Transaction&, const std::string&);
const std::vector<std::pair<std::string, Reader>> kReaders = {
    {"code_items", &codeItems},        {"offices", &offices},        {"courses", &courses},
    {"plan_courses", &planCourses},    {"plan_groups", &planGroups}, {"majors", &majors},
    {"substitutions", &substitutions}, {"waivers", &waivers},        {"fees", &fees}};

} // namespace

const std::vector<std::string>& importKinds()
{
    static const std::vector<std::string> kinds = [] {
        std::vector<std::string> names;
        names.reserve(kReaders.size());
        for (const auto& [name, reader] : kReaders)
            names.push_back(name);
        return names;
    }();
    return kinds;
}

Result<int> importKind(Transaction& tx, const std::string& kind, const std::string& csv)
{
    const auto reader = std::ranges::find(kReaders, kind, &std::pair<std::string, Reader>::first);
    if (reader == kReaders.end())
        return fail(ErrorCode::invalid_argument, "nothing is called " + kind, "kind_unknown");
    // First the version: two imports at once wait here for each other, so each checks what the other left.
    auto raised = tx.execute("UPDATE catalog_version SET version = version + 1 WHERE id = 1");
    if (!raised)
        return fail(raised.error());
    auto load = reader->second(tx, csv);
    if (!load)
        return fail(load.error());
    if (auto done = replace(tx, *load); !done)
        return fail(done.error());
    return static_cast<int>(load->rows.size());
}

Result<std::vector<std::string>> unknownCourses(storage::Executor& db, const std::vector<std::string>& codes)
{
    if (codes.empty())
        return std::vector<std::string>{};
    Params values(codes.begin(), codes.end());
    auto rows = db.query("SELECT code FROM course WHERE code IN " + tuples(1, codes.size()), values);
    if (!rows)
        return fail(rows.error());
    std::set<std::string> known;
    for (const auto& row : *rows)
        known.insert(row.text(0));
    std::vector<std::string> unknown;
    for (const std::string& code : codes)
        if (!known.contains(code))
            unknown.push_back(code);
    return unknown;
}

} // namespace zikao::catalog
