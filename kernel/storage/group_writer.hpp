#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>

#include "kernel/storage/attempt.hpp"
#include "kernel/storage/sqlite_connection.hpp"

namespace zikao::storage {

/// The one writing connection of a SQLite database. Transactions take turns on it, each in its own thread.
/// Whoever finds others waiting hands the connection on without a commit; the last one commits for all of
/// them, with one fsync. Each transaction is a savepoint of that group, so a refused one takes back only its
/// own changes, and nobody is answered before the group's commit has returned, not even who was refused: whoever lost
/// to a sibling finds the sibling's rows when looking for them.
/// @threads any
class GroupWriter
{
public:
    GroupWriter(std::unique_ptr<SqliteConnection> connection, std::chrono::milliseconds longest_wait)
        : connection_(std::move(connection)),
          longest_wait_(longest_wait)
    {}

    Attempt run(const std::function<Result<void>(Transaction&)>& act);

    /// Commits so far; fewer than the transactions acknowledged where grouping helped.
    [[nodiscard]] std::int64_t commits() const;
    /// Transactions waiting for their turn now.
    [[nodiscard]] std::size_t waiting() const;

private:
    struct Turn
    {
        std::condition_variable came;
        bool mine = false;
    };
    struct Group
    {
        std::condition_variable ended;
        bool done = false;
        Attempt outcome{ok()};
        int members = 0;
        std::chrono::steady_clock::time_point open_until;
    };

    bool takeTurn();
    void passOn();
    Result<std::shared_ptr<Group>> joinGroup();
    Result<void> runInSavepoint(const std::function<Result<void>(Transaction&)>& act, bool& lost_race,
                                std::exception_ptr& thrown);
    Attempt leave(const std::shared_ptr<Group>& group);
    Attempt commit();

    const std::unique_ptr<SqliteConnection> connection_;
    const std::chrono::milliseconds longest_wait_;
    mutable std::mutex mutex_;
    bool owned_ = false;
    std::deque<Turn*> waiting_;
    std::shared_ptr<Group> group_; ///< touched by the owner of the turn only
    std::int64_t commits_ = 0;
};

} // namespace zikao::storage
