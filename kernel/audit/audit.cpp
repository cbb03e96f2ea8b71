#include "kernel/audit/audit.hpp"

#include <random>

#include "kernel/base/encoding.hpp"

namespace zikao::audit {

namespace {

constexpr int kLanes = 64;
constexpr std::int64_t kPage = 1000;

void field(std::string& bytes, std::string_view value)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes += static_cast<char>((value.size() >> shift) & 0xFF);
    bytes += value;
}

std::string hashOf(std::int64_t lane, std::int64_t seq, std::int64_t at_ms, const Entry& entry,
                   const std::string& previous)
{
    std::string bytes;
    for (const std::string& value :
         {std::string("zikao audit 1"), std::to_string(lane), std::to_string(seq), std::to_string(at_ms),
          entry.actor, entry.act, entry.object, entry.detail, entry.request_id, previous})
        field(bytes, value);
    return hex(sm3(bytes));
}

std::int64_t someLane(storage::Engine engine)
{
    if (engine == storage::Engine::sqlite)
        return 0;
    thread_local std::minstd_rand random{std::random_device{}()};
    return std::uniform_int_distribution<std::int64_t>{0, kLanes - 1}(random);
}

} // namespace

Result<void> append(storage::Transaction& tx, const Entry& entry, Instant now)
{
    const std::int64_t lane = someLane(tx.engine());
    const auto last =
        tx.query("SELECT seq, hash FROM audit_entry WHERE lane = ? ORDER BY seq DESC LIMIT 1", {lane});
    if (!last)
        return fail(last.error());
    const std::int64_t seq = last->empty() ? 1 : last->at(0).integer(0) + 1;
    const std::string previous = last->empty() ? "" : last->at(0).text(1);
    const auto added =
        tx.execute("INSERT INTO audit_entry (lane, seq, at_ms, actor, act, object, detail, request_id, "
                   "hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   {lane, seq, now.ms, entry.actor, entry.act, entry.object, entry.detail, entry.request_id,
                    hashOf(lane, seq, now.ms, entry, previous)});
    if (added)
        return ok();
    if (added.error().reason == "duplicate")
        return fail(ErrorCode::unavailable, "another transaction appended first", storage::kLostRace);
    return fail(added.error());
}

Result<Verification> verify(storage::Database& database)
{
    Verification found;
    std::int64_t lane = -1, seq = 0;
    std::string previous;
    for (;;) {
        const auto rows = database.query(
            "SELECT lane, seq, at_ms, actor, act, object, detail, request_id, hash FROM audit_entry "
            "WHERE lane > ? OR (lane = ? AND seq > ?) ORDER BY lane, seq LIMIT ?",
            {lane, lane, seq, kPage});
        if (!rows)
            return fail(rows.error());
        for (const storage::Row& row : *rows) {
            const bool next_lane = row.integer(0) != lane;
            const std::int64_t expected = next_lane ? 1 : seq + 1;
            if (next_lane)
                previous.clear();
            lane = row.integer(0);
            seq = row.integer(1);
            const Entry entry{row.text(3), row.text(4), row.text(5), row.text(6), row.text(7)};
            const bool in_order = seq == expected;
            if (!in_order || hashOf(lane, seq, row.integer(2), entry, previous) != row.text(8)) {
                found.whole = false;
                found.broken_lane = static_cast<int>(lane);
                found.first_broken = in_order ? seq : expected;
                found.why = in_order ? "the entry was altered or is out of place" : "an entry is missing";
                return found;
            }
            previous = row.text(8);
            ++found.entries;
        }
        if (static_cast<std::int64_t>(rows->size()) < kPage)
            return found;
    }
}

Result<std::string> head(storage::Database& database)
{
    // Lane by lane: each is one step down the primary key, whatever the length of the chains.
    const std::int64_t lanes = database.engine() == storage::Engine::sqlite ? 1 : kLanes;
    std::string text;
    for (std::int64_t lane = 0; lane < lanes; ++lane) {
        const auto last = database.query(
            "SELECT seq, hash FROM audit_entry WHERE lane = ? ORDER BY seq DESC LIMIT 1", {lane});
        if (!last)
            return fail(last.error());
        if (!last->empty())
            text += std::to_string(lane) + ":" + std::to_string(last->at(0).integer(0)) + ":" +
                    last->at(0).text(1) + "\n";
    }
    return text;
}

Result<std::string> firstMissing(storage::Database& database, const std::string& earlier_head)
{
    std::istringstream lines(earlier_head);
    for (std::string line; std::getline(lines, line);) {
        std::int64_t lane = 0, seq = 0;
        char colon = 0, second_colon = 0;
        std::string hash;
        if (!(std::istringstream(line) >> lane >> colon >> seq >> second_colon >> hash))
            return fail(ErrorCode::invalid_argument, "a line of the witness cannot be read");
        const auto rows = database.query("SELECT 1 FROM audit_entry WHERE lane = ? AND seq = ? AND hash = ?",
                                         {lane, seq, hash});
        if (!rows)
            return fail(rows.error());
        if (rows->empty())
            return line;
    }
    return std::string();
}

} // namespace zikao::audit
