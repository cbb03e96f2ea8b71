#include <map>

#include "kernel/catalog/csv.hpp"
#include "kernel/exams/exams.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::exams {

namespace {

/// HH:MM as seconds since midnight.
std::optional<std::chrono::seconds> clockTime(const std::string& text)
{
    const bool shaped = text.size() == 5 && text[2] == ':';
    if (!shaped)
        return std::nullopt;
    for (std::size_t i : {0u, 1u, 3u, 4u})
        if (text[i] < '0' || text[i] > '9')
            return std::nullopt;
    const int hours = (text[0] - '0') * 10 + (text[1] - '0');
    const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
    if (hours > 23 || minutes > 59)
        return std::nullopt;
    return std::chrono::seconds{hours * 3600 + minutes * 60};
}

Instant instant(catalog::CsvTable& table, std::size_t row, const std::string& column)
{
    const auto day = Date::parse(table.text(row, "exam_date"));
    if (!day)
        table.fault(row, "exam_date", "is not a date YYYY-MM-DD");
    const auto time = clockTime(table.text(row, column));
    if (!time)
        table.fault(row, column, "is not a time HH:MM");
    return day && time ? beijingInstant(*day, *time) : Instant{};
}

Result<std::vector<Slot>> readSlots(const std::string& csv)
{
    auto table =
        catalog::CsvTable::read(csv, {"slot_no", "exam_date", "start_time", "end_time", "course_code"},
                                {"source", "confidence", "note"});
    if (!table)
        return fail(table.error());
    std::map<int, Slot> slots;
    for (std::size_t i = 0; i < table->size(); ++i) {
        const int number = table->number(i, "slot_no", 1, 99, 0);
        if (number == 0)
            table->fault(i, "slot_no", "is empty");
        Slot fresh{number, instant(*table, i, "start_time"), instant(*table, i, "end_time"), {}};
        Slot& slot = slots.try_emplace(number, fresh).first->second;
        if (slot.starts_at != fresh.starts_at || slot.ends_at != fresh.ends_at)
            table->fault(i, "start_time", "differs from an earlier row of the same slot");
        slot.courses.push_back(table->need(i, "course_code"));
    }
    if (auto fine = table->verdict(); !fine)
        return fail(fine.error());
    std::vector<Slot> all;
    for (auto& [number, slot] : slots)
        all.push_back(std::move(slot));
    return all;
}

} // namespace

Result<int> Exams::importSlots(const std::string& code, const std::string& csv)
{
    auto slots = readSlots(csv);
    if (!slots)
        return fail(slots.error());
    auto found = sitting(code);
    if (!found)
        return fail(found.error());
    if (!*found)
        return fail(ErrorCode::not_found, "no sitting " + code, "sitting_unknown");
    Sitting changed = **found;
    changed.slots = *slots;
    auto saved = tenant_.database->transaction([&](storage::Transaction& tx) { return save(tx, changed); });
    if (!saved)
        return fail(saved.error());
    int rows = 0;
    for (const Slot& slot : *slots)
        rows += static_cast<int>(slot.courses.size());
    return rows;
}

} // namespace zikao::exams
