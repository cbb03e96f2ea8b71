#include "kernel/storage/group_writer.hpp"

#include <algorithm>

namespace zikao::storage {

namespace {

constexpr int kMostMembers = 64;
constexpr std::chrono::milliseconds kLongestGroup{20};

class SqliteTransaction : public Transaction
{
public:
    explicit SqliteTransaction(SqliteConnection& connection) : connection_(connection) {}

    Result<Rows> query(std::string_view sql, const Params& params) override
    {
        return noted(connection_.query(sql, params));
    }
    Result<std::int64_t> execute(std::string_view sql, const Params& params) override
    {
        return noted(connection_.execute(sql, params));
    }
    [[nodiscard]] Engine engine() const override { return Engine::sqlite; }
    [[nodiscard]] bool lostRace() const { return lost_race_; }

private:
    template <class T>
    Result<T> noted(Result<T> result)
    {
        lost_race_ = lost_race_ || (!result && result.error().reason == kLostRace);
        return result;
    }

    SqliteConnection& connection_;
    bool lost_race_ = false;
};

Attempt settled(Result<void> result)
{
    return {std::move(result), false};
}

} // namespace

Attempt GroupWriter::run(const std::function<Result<void>(Transaction&)>& act)
{
    if (!takeTurn())
        return settled(fail(ErrorCode::unavailable, "the writing connection stayed busy"));
    const auto group = joinGroup();
    if (!group) {
        const std::lock_guard lock(mutex_);
        passOn();
        return {fail(group.error()), group.error().reason == kLostRace};
    }
    bool lost_race = false;
    std::exception_ptr thrown;
    Result<void> acted = runInSavepoint(act, lost_race, thrown);
    const bool kept = acted && !lost_race && !thrown;
    Attempt ended = leave(*group);
    if (thrown)
        std::rethrow_exception(thrown);
    if (lost_race)
        return {std::move(acted), true};
    return kept ? std::move(ended) : settled(std::move(acted));
}

bool GroupWriter::takeTurn()
{
    std::unique_lock lock(mutex_);
    if (!owned_) {
        owned_ = true;
        return true;
    }
    Turn turn;
    waiting_.push_back(&turn);
    if (turn.came.wait_for(lock, longest_wait_, [&] { return turn.mine; }))
        return true;
    waiting_.erase(std::find(waiting_.begin(), waiting_.end(), &turn));
    return false;
}

/// With the mutex held, by the owner of the turn.
void GroupWriter::passOn()
{
    if (waiting_.empty()) {
        owned_ = false;
        return;
    }
    Turn* const next = waiting_.front();
    waiting_.pop_front();
    next->mine = true;
    next->came.notify_one();
}

Result<std::shared_ptr<GroupWriter::Group>> GroupWriter::joinGroup()
{
    if (!group_) {
        if (const auto begun = connection_->execute("BEGIN IMMEDIATE"); !begun)
            return fail(begun.error());
        group_ = std::make_shared<Group>();
        group_->open_until = std::chrono::steady_clock::now() + kLongestGroup;
    }
    ++group_->members;
    return group_;
}

Result<void> GroupWriter::runInSavepoint(const std::function<Result<void>(Transaction&)>& act,
                                         bool& lost_race, std::exception_ptr& thrown)
{
    if (const auto opened = connection_->execute("SAVEPOINT act"); !opened)
        return fail(opened.error());
    SqliteTransaction transaction(*connection_);
    Result<void> acted;
    try {
        acted = act(transaction);
    } catch (...) {
        // Not handled, only carried past the roll-back: `run` throws it again.
        thrown = std::current_exception();
    }
    lost_race = transaction.lostRace() || (!acted && acted.error().reason == kLostRace);
    if (!connection_->inTransaction())
        return acted ? fail(ErrorCode::unavailable, "the database rolled back by itself") : acted;
    if (acted && !lost_race && !thrown) {
        if (const auto released = connection_->execute("RELEASE act"); !released)
            return fail(released.error());
        return acted;
    }
    for (const char* undo : {"ROLLBACK TO act", "RELEASE act"})
        if (const auto undone = connection_->execute(undo); !undone && acted)
            return fail(undone.error());
    return acted;
}

Attempt GroupWriter::leave(const std::shared_ptr<Group>& group)
{
    std::unique_lock lock(mutex_);
    const bool room = connection_->inTransaction() && group->members < kMostMembers &&
                      std::chrono::steady_clock::now() < group->open_until;
    if (room && !waiting_.empty()) {
        passOn();
        // The others in the group are bounded in number and time; past this, nobody knows the outcome.
        if (!group->ended.wait_for(lock, 6 * longest_wait_, [&] { return group->done; }))
            return settled(fail(ErrorCode::timeout, "the group's commit did not return"));
        return group->outcome;
    }
    lock.unlock();
    Attempt outcome = commit();
    lock.lock();
    ++commits_;
    group->outcome = outcome;
    group->done = true;
    group->ended.notify_all();
    group_.reset();
    passOn();
    return outcome;
}

Attempt GroupWriter::commit()
{
    if (!connection_->inTransaction())
        return {fail(ErrorCode::unavailable, "the database rolled back by itself"), true};
    FP("storage.before_commit");
    const auto committed = connection_->execute("COMMIT");
    FP("storage.after_commit");
    if (committed) {
        connection_->checkpointWhenDue();
        return {ok()};
    }
    if (connection_->inTransaction())
        static_cast<void>(connection_->execute("ROLLBACK"));
    return {fail(committed.error()), committed.error().reason == kLostRace};
}

std::int64_t GroupWriter::commits() const
{
    const std::lock_guard lock(mutex_);
    return commits_;
}

std::size_t GroupWriter::waiting() const
{
    const std::lock_guard lock(mutex_);
    return waiting_.size();
}

} // namespace zikao::storage
