#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "kernel/base/id.hpp"
#include "kernel/catalog/catalog.hpp"
#include "kernel/catalog/csv.hpp"
#include "kernel/exams/pass_rules.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::exams {

namespace {

using storage::Params;
using storage::Transaction;

constexpr std::size_t kRowsPerStatement = 200;

/// A record and the row of the file it stands in.
struct Read
{
    std::size_t row = 0;
    PassRecord record;
};

std::string keyOf(const PassRecord& record)
{
    return record.admission_number + "\n" + record.course_code;
}

PassRecord recordIn(catalog::CsvTable& table, std::size_t row)
{
    PassRecord record;
    record.admission_number = table.need(row, "admission_number");
    record.course_code = table.need(row, "course_code");
    record.passed_on = table.need(row, "passed_on");
    record.source = table.need(row, "source");
    record.grade = table.text(row, "grade");
    record.origin = table.text(row, "origin");
    record.moved_on = table.text(row, "moved_on");
    if (!table.text(row, "score").empty())
        record.score = table.number(row, "score", 0, 100, kPassingScore);
    return record;
}

std::vector<Read> readRows(catalog::CsvTable& table, Date today)
{
    std::vector<Read> all;
    std::map<std::string, int> first;
    for (std::size_t row = 0; row < table.size(); ++row) {
        PassRecord record = recordIn(table, row);
        for (const PassFault& fault : passFaults(record, today))
            table.fault(row, fault.column, fault.what);
        if (record.source == "filed")
            table.fault(row, "source", "only an office files papers");
        const auto [known, fresh] = first.try_emplace(keyOf(record), table.line(row));
        if (!fresh && !record.course_code.empty())
            table.fault(row, "course_code",
                        "the number has this course in line " + std::to_string(known->second) + " already");
        all.push_back({row, std::move(record)});
    }
    return all;
}

std::string marks(std::size_t count, const std::string& one)
{
    std::string all = one;
    for (std::size_t i = 1; i < count; ++i)
        all += ", " + one;
    return all;
}

Result<void> noteUnknown(Transaction& tx, catalog::CsvTable& table, const std::vector<Read>& read)
{
    std::set<std::string> codes;
    for (const Read& one : read)
        codes.insert(one.record.course_code);
    codes.erase("");
    auto unknown = catalog::unknownCourses(tx, {codes.begin(), codes.end()});
    if (!unknown)
        return fail(unknown.error());
    const std::set<std::string> strangers(unknown->begin(), unknown->end());
    for (const Read& one : read)
        if (strangers.contains(one.record.course_code))
            table.fault(one.row, "course_code", "the course " + one.record.course_code + " is unknown");
    return ok();
}

using OnFile = std::map<std::string, std::pair<std::string, std::string>>; ///< key and day → score, grade

Result<OnFile> onFile(Transaction& tx, const std::vector<Read>& read)
{
    std::set<std::string> numbers;
    for (const Read& one : read)
        numbers.insert(one.record.admission_number);
    const std::vector<std::string> list(numbers.begin(), numbers.end());
    OnFile known;
    for (std::size_t from = 0; from < list.size(); from += kRowsPerStatement) {
        const std::size_t count = std::min(kRowsPerStatement, list.size() - from);
        const auto first = list.begin() + static_cast<std::ptrdiff_t>(from);
        auto rows = tx.query("SELECT admission_number, course_code, passed_on, score, grade FROM pass_record "
                             "WHERE admission_number IN (" +
                                 marks(count, "?") + ")",
                             Params(first, first + static_cast<std::ptrdiff_t>(count)));
        if (!rows)
            return fail(rows.error());
        for (const auto& row : *rows)
            known[row.text(0) + "\n" + row.text(1) + "\n" + row.text(2)] = {
                row.isNull(3) ? std::string{} : std::to_string(row.integer(3)), row.text(4)};
    }
    return known;
}

/// The records that are not on file; one that is there with another result is a fault.
std::vector<const PassRecord*> freshOnes(catalog::CsvTable& table, const std::vector<Read>& read,
                                         const OnFile& known)
{
    std::vector<const PassRecord*> fresh;
    for (const Read& one : read) {
        const auto there = known.find(keyOf(one.record) + "\n" + one.record.passed_on);
        if (there == known.end()) {
            fresh.push_back(&one.record);
            continue;
        }
        const std::string score = one.record.score ? std::to_string(*one.record.score) : std::string{};
        if (there->second != std::pair{score, one.record.grade})
            table.fault(one.row, "score", "the pass of this day is on file with another result");
    }
    return fresh;
}

Result<void> write(Transaction& tx, const Vault& vault, const std::vector<const PassRecord*>& fresh,
                   const std::string& by, Instant now)
{
    const std::string row = "(" + marks(kPassTable.columns.size() + 1, "?") + ")";
    for (std::size_t from = 0; from < fresh.size(); from += kRowsPerStatement) {
        const std::size_t count = std::min(kRowsPerStatement, fresh.size() - from);
        Params values;
        for (std::size_t i = from; i < from + count; ++i) {
            const PassRecord& r = *fresh[i];
            storage::Params sealed =
                storage::sealedRow(vault, kPassTable,
                                   {newId(), r.admission_number, r.course_code, scoreValue(r), r.grade,
                                    r.passed_on, r.source, r.origin, r.moved_on, r.evidence, by, now.ms});
            std::ranges::move(sealed, std::back_inserter(values));
        }
        auto done = tx.execute("INSERT INTO pass_record (" + storage::columnsOf(kPassTable) + ") VALUES " +
                                   marks(count, row),
                               values);
        if (!done)
            return fail(done.error());
    }
    return ok();
}

} // namespace

Result<Records::Imported> Records::import(const std::string& csv, const std::string& by, const Along& along)
{
    const auto table =
        catalog::CsvTable::read(csv, {"admission_number", "course_code", "passed_on", "source"},
                                {"score", "grade", "origin", "moved_on", "note"});
    if (!table)
        return fail(table.error());
    const Instant now = tenant_.clock.now();
    return tenant_.database->transaction([&](Transaction& tx) -> Result<Imported> {
        catalog::CsvTable noted = *table; // the act may run again
        const std::vector<Read> read = readRows(noted, beijingDate(now));
        if (auto done = noteUnknown(tx, noted, read); !done)
            return fail(done.error());
        auto known = onFile(tx, read);
        if (!known)
            return fail(known.error());
        const auto fresh = freshOnes(noted, read, *known);
        if (auto fine = noted.verdict(); !fine)
            return fail(fine.error());
        if (auto done = write(tx, *tenant_.vault, fresh, by, now); !done)
            return fail(done.error());
        const Imported imported{static_cast<int>(read.size()), static_cast<int>(fresh.size())};
        if (along)
            if (const auto done = along(tx, imported); !done)
                return fail(done.error());
        return imported;
    });
}

} // namespace zikao::exams
