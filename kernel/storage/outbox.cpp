#include "kernel/storage/outbox.hpp"

#include <array>

#include "kernel/base/id.hpp"
#include "kernel/base/log.hpp"

namespace zikao::storage {

namespace {

using namespace std::chrono_literals;

/// How long a claimed row is nobody else's; a runner that died gives it back by letting this pass.
constexpr std::chrono::minutes kLease{2};
constexpr std::array<std::chrono::milliseconds, 4> kPauses{5s, 30s, 2min, 10min};
constexpr std::chrono::hours kLaterPause{1};

struct Claimed
{
    std::string id, kind, payload;
    std::int64_t due_at_ms = 0, tries = 0;
};

std::chrono::milliseconds pauseAfter(std::int64_t tries)
{
    const auto index = static_cast<std::size_t>(tries - 1);
    return index < kPauses.size() ? kPauses[index] : std::chrono::milliseconds{kLaterPause};
}

/// What is stored of an error: never its message, which may speak of the case at hand.
std::string brief(const Error& error)
{
    return error.reason.empty() ? name(error.code) : name(error.code) + (":" + error.reason).substr(0, 150);
}

Result<void> callHandler(const OutboxRunner::Handler& handler, const Claimed& row)
{
    const auto payload = parseJson(row.payload, {16 * 1024 * 1024, 64, 1'000'000});
    if (!payload)
        return fail(ErrorCode::invalid_argument, "the payload of an outbox row is no JSON");
    try {
        return handler(row.id, *payload);
    } catch (const std::exception& error) {
        // A background job: nobody above could answer for it.
        log::error("outbox.handler_threw", {{"row", row.id}, {"kind", row.kind}, {"what", error.what()}});
        return fail(ErrorCode::internal, "the handler threw");
    }
}

} // namespace

Result<bool> post(Executor& tx, const OutboxRow& row, Instant now)
{
    const Value key = row.dedupe_key.empty() ? Value{} : Value{row.dedupe_key};
    const std::int64_t due = row.due_at.ms == 0 ? now.ms : row.due_at.ms;
    const auto added =
        tx.execute("INSERT INTO outbox (id, kind, payload, dedupe_key, due_at_ms, created_at_ms, tries, "
                   "state) VALUES (?, ?, ?, ?, ?, ?, 0, 'waiting')",
                   {newId(), row.kind, dumpJson(row.payload), key, due, now.ms});
    if (added)
        return true;
    if (added.error().reason == "duplicate")
        return false;
    return fail(added.error());
}

Result<void> withdraw(Executor& tx, const std::string& dedupe_key)
{
    const auto removed =
        tx.execute("DELETE FROM outbox WHERE dedupe_key = ? AND state = 'waiting'", {dedupe_key});
    return removed ? ok() : Result<void>(fail(removed.error()));
}

Result<int> OutboxRunner::deliverDue(int limit)
{
    if (handlers_.empty())
        return 0;
    std::string kinds;
    Params params{clock_.now().ms};
    for (const auto& [kind, handler] : handlers_) {
        kinds += kinds.empty() ? "?" : ", ?";
        params.emplace_back(kind);
    }
    params.emplace_back(std::int64_t{limit});
    const auto due =
        database_.query("SELECT id, kind, payload, due_at_ms, tries FROM outbox WHERE state = 'waiting' "
                        "AND due_at_ms <= ? AND kind IN (" +
                            kinds + ") ORDER BY due_at_ms, id LIMIT ?",
                        params);
    if (!due)
        return fail(due.error());
    int dealt_with = 0;
    for (const Row& found : *due) {
        Claimed row{found.text(0), found.text(1), found.text(2), found.integer(3), found.integer(4)};
        const std::string claim = newId();
        // Whoever moves the due time first has the row; the number of tries tells apart a claim of the same
        // instant.
        const auto claimed =
            database_.execute("UPDATE outbox SET claimed_by = ?, due_at_ms = ?, tries = tries + 1 "
                              "WHERE id = ? AND state = 'waiting' AND due_at_ms = ? AND tries = ?",
                              {claim, (clock_.now() + kLease).ms, row.id, row.due_at_ms, row.tries});
        if (!claimed)
            return fail(claimed.error());
        if (*claimed == 0)
            continue;
        FP("storage.outbox.claimed");
        const Result<void> handled = callHandler(handlers_.at(row.kind), row);
        FP("storage.outbox.handled");
        if (const auto settled = settle(row.id, row.kind, claim, row.tries + 1, handled); !settled)
            return fail(settled.error());
        ++dealt_with;
    }
    return dealt_with;
}

Result<void> OutboxRunner::settle(const std::string& id, const std::string& kind, const std::string& claim,
                                  std::int64_t tries, const Result<void>& handled)
{
    const Instant now = clock_.now();
    Result<std::int64_t> written = 0;
    if (handled) {
        written = database_.execute("UPDATE outbox SET state = 'done', done_at_ms = ?, last_error = NULL "
                                    "WHERE id = ? AND claimed_by = ?",
                                    {now.ms, id, claim});
    } else if (handled.error().code == ErrorCode::refused ||
               handled.error().code == ErrorCode::invalid_argument) {
        log::error("outbox.given_up", {{"row", id}, {"kind", kind}, {"error", brief(handled.error())}});
        written = database_.execute("UPDATE outbox SET state = 'failed', done_at_ms = ?, last_error = ? "
                                    "WHERE id = ? AND claimed_by = ?",
                                    {now.ms, brief(handled.error()), id, claim});
    } else {
        log::warning("outbox.put_off", {{"row", id},
                                        {"kind", kind},
                                        {"tries", std::to_string(tries)},
                                        {"error", brief(handled.error())}});
        written = database_.execute("UPDATE outbox SET due_at_ms = ?, last_error = ? WHERE id = ? AND "
                                    "claimed_by = ? AND state = 'waiting'",
                                    {(now + pauseAfter(tries)).ms, brief(handled.error()), id, claim});
    }
    return written ? ok() : Result<void>(fail(written.error()));
}

} // namespace zikao::storage
