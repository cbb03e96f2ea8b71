#include <chrono>

#include "kernel/audit/audit.hpp"
#include "kernel/cases/engine_impl.hpp"

namespace zikao::cases {

using storage::Transaction;

namespace {

constexpr std::chrono::minutes kHoldLasts{15};

bool isDuplicate(const Error& error)
{
    return error.code == ErrorCode::conflict && error.reason == "duplicate";
}

} // namespace

Result<std::optional<Hold>> Engine::Impl::holdOf(const std::string& case_id)
{
    auto rows = s.tenant.database->query(
        "SELECT holder_id, holder_name, taken_at, until_at FROM case_hold WHERE case_id = ? AND until_at > ?",
        {case_id, now().ms});
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return std::optional<Hold>{};
    const storage::Row& row = rows->front();
    return std::optional(Hold{row.text(0), row.text(1), {row.integer(2)}, {row.integer(3)}});
}

Result<bool> Engine::Impl::heldByAnother(const identity::Actor& actor, const std::string& case_id)
{
    if (!isStaff(actor))
        return false;
    return holdOf(case_id).transform(
        [&](const std::optional<Hold>& hold) { return hold && hold->holder_id != actor.id; });
}

Result<Hold> Engine::hold(const identity::Actor& actor, const std::string& case_id, bool take_over)
{
    Impl& im = *impl_;
    auto g = im.seen(actor, case_id);
    if (!g)
        return fail(g.error());
    if (!isStaff(actor))
        return fail(ErrorCode::forbidden, "only an officer holds a case");
    const Instant now = im.now();
    const Hold fresh{actor.id, actor.name, now, now + kHoldLasts};
    auto done = im.s.tenant.database->transaction([&](Transaction& tx) -> Result<void> {
        // Mine, or nobody's any more; with take_over anybody's.
        auto taken =
            tx.execute("UPDATE case_hold SET holder_id = ?, holder_name = ?, taken_at = ?, until_at = ? "
                       "WHERE case_id = ? AND (holder_id = ? OR until_at <= ? OR ? = 1)",
                       {fresh.holder_id, fresh.holder_name, fresh.taken_at.ms, fresh.until.ms, case_id,
                        actor.id, now.ms, std::int64_t{take_over}});
        if (!taken)
            return fail(taken.error());
        if (*taken == 0) {
            auto made =
                tx.execute("INSERT INTO case_hold (case_id, holder_id, holder_name, taken_at, until_at) "
                           "VALUES (?, ?, ?, ?, ?)",
                           {case_id, fresh.holder_id, fresh.holder_name, fresh.taken_at.ms, fresh.until.ms});
            if (!made && isDuplicate(made.error()))
                return fail(ErrorCode::conflict, "another officer holds the case", "case_held");
            if (!made)
                return fail(made.error());
        }
        return take_over
                   ? audit::append(
                         tx, {actor.id, "case.take_over", "case:" + case_id, "{}", actor.request_id}, now)
                   : ok();
    });
    return done ? Result<Hold>(fresh) : fail(done.error());
}

Result<void> Engine::release(const identity::Actor& actor, const std::string& case_id)
{
    if (auto g = impl_->seen(actor, case_id); !g)
        return fail(g.error());
    auto gone = impl_->s.tenant.database->execute("DELETE FROM case_hold WHERE case_id = ? AND holder_id = ?",
                                                  {case_id, actor.id});
    return gone ? ok() : Result<void>(fail(gone.error()));
}

} // namespace zikao::cases
