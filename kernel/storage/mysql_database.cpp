#include <condition_variable>
#include <mutex>

#include "kernel/storage/attempt.hpp"
#include "kernel/storage/mysql_connection.hpp"

namespace zikao::storage {

namespace {

/// A connection that lay idle longer is asked for a sign of life before it is used.
constexpr std::chrono::seconds kSurelyAlive{5};

class MysqlTransaction : public Transaction
{
public:
    explicit MysqlTransaction(MysqlConnection& connection) : connection_(connection) {}

    Result<Rows> query(std::string_view sql, const Params& params) override
    {
        return noted(connection_.query(sql, params));
    }
    Result<std::int64_t> execute(std::string_view sql, const Params& params) override
    {
        return noted(connection_.execute(sql, params));
    }
    [[nodiscard]] Engine engine() const override { return Engine::mysql; }

    /// The server took the whole transaction back, or its connection is gone: nothing of it may be committed.
    [[nodiscard]] bool doomed() const { return doomed_; }

private:
    template <class T>
    Result<T> noted(Result<T> result)
    {
        doomed_ = doomed_ || (!result && (result.error().reason == kLostRace || !connection_.alive()));
        return result;
    }

    MysqlConnection& connection_;
    bool doomed_ = false;
};

class MysqlDatabase : public Database
{
public:
    explicit MysqlDatabase(MysqlOptions options) : options_(std::move(options)) {}

    /// A connection out of the pool for as long as it lives.
    class Lease
    {
    public:
        explicit Lease(MysqlDatabase& database) : database_(database), connection_(database.take()) {}
        ~Lease()
        {
            database_.giveBack(connection_ ? std::move(*connection_) : nullptr, connection_.has_value());
        }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;

        explicit operator bool() const { return connection_.has_value(); }
        [[nodiscard]] const Error& error() const { return connection_.error(); }
        MysqlConnection& operator*() { return **connection_; }
        MysqlConnection* operator->() { return connection_->get(); }

    private:
        MysqlDatabase& database_;
        Result<std::unique_ptr<MysqlConnection>> connection_;
    };

    Result<Rows> query(std::string_view sql, const Params& params) override
    {
        if (InsideTransaction::isInside(*this))
            return InsideTransaction::refusal();
        Rows rows;
        const auto done = retryLostRaces([&]() -> Attempt {
            Lease lease(*this);
            if (!lease)
                return {fail(lease.error())};
            auto found = lease->query(sql, params);
            if (!found)
                return {fail(found.error()), found.error().reason == kLostRace || !lease->alive()};
            rows = std::move(*found);
            return {ok()};
        });
        if (!done)
            return fail(done.error());
        return rows;
    }

    Result<std::int64_t> execute(std::string_view sql, const Params& params) override
    {
        if (InsideTransaction::isInside(*this))
            return InsideTransaction::refusal();
        std::int64_t count = 0;
        const auto done = retryLostRaces([&]() -> Attempt {
            Lease lease(*this);
            if (!lease)
                return {fail(lease.error())};
            const auto executed = lease->execute(sql, params);
            if (executed) {
                count = *executed;
                return {ok()};
            }
            // Alone, a statement is its own commit: with the connection went the answer (C23).
            if (executed.error().reason == kConnectionGone)
                return {fail(executed.error()), true};
            if (!lease->alive())
                return {fail(ErrorCode::timeout, "the answer to a change was lost")};
            return {fail(executed.error()), executed.error().reason == kLostRace};
        });
        if (!done)
            return fail(done.error());
        return count;
    }

    [[nodiscard]] Engine engine() const override { return Engine::mysql; }

    [[nodiscard]] std::int64_t commits() const override
    {
        const std::lock_guard lock(mutex_);
        return commits_;
    }

    Result<std::unique_ptr<MysqlConnection>> take()
    {
        std::unique_lock lock(mutex_);
        const bool free = returned_.wait_for(lock, options_.longest_wait, [&] {
            return !idle_.empty() || leased_ < std::max(1, options_.connections);
        });
        if (!free)
            return fail(ErrorCode::unavailable, "every connection stayed busy");
        ++leased_;
        std::unique_ptr<MysqlConnection> used;
        bool fresh = false;
        if (!idle_.empty()) {
            fresh = std::chrono::steady_clock::now() - idle_.back().since < kSurelyAlive;
            used = std::move(idle_.back().connection);
            idle_.pop_back();
        }
        lock.unlock();
        if (used && (fresh || used->ping()))
            return used;
        auto opened = MysqlConnection::open(options_);
        if (!opened) {
            lock.lock();
            --leased_;
            returned_.notify_one();
        }
        return opened;
    }

    void giveBack(std::unique_ptr<MysqlConnection> connection, bool leased)
    {
        if (!leased)
            return;
        const std::lock_guard lock(mutex_);
        --leased_;
        if (connection->alive())
            idle_.push_back({std::move(connection), std::chrono::steady_clock::now()});
        else
            idle_.clear(); // what killed one, a restarted server, most likely killed its neighbours
        returned_.notify_one();
    }

protected:
    Result<void> run(const std::function<Result<void>(Transaction&)>& act) override
    {
        if (InsideTransaction::isInside(*this))
            return InsideTransaction::refusal();
        const InsideTransaction inside(*this);
        return retryLostRaces([&] { return attempt(act); });
    }

private:
    Attempt attempt(const std::function<Result<void>(Transaction&)>& act)
    {
        Lease lease(*this);
        if (!lease)
            return {fail(lease.error())};
        if (const auto begun = lease->begin(); !begun)
            return {fail(begun.error()), !lease->alive()};
        MysqlTransaction transaction(*lease);
        Result<void> acted;
        try {
            acted = act(transaction);
        } catch (...) {
            lease->rollback();
            throw;
        }
        if (transaction.doomed() || !acted) {
            lease->rollback();
            const bool again = transaction.doomed() || acted.error().reason == kLostRace;
            return {std::move(acted), again};
        }
        FP("storage.before_commit");
        const auto committed = lease->commit();
        FP("storage.after_commit");
        if (!committed) {
            if (lease->alive())
                lease->rollback();
            return {fail(committed.error()), committed.error().reason == kLostRace};
        }
        const std::lock_guard lock(mutex_);
        ++commits_;
        return {ok()};
    }

    const MysqlOptions options_;
    mutable std::mutex mutex_;
    std::condition_variable returned_;
    struct Idle
    {
        std::unique_ptr<MysqlConnection> connection;
        std::chrono::steady_clock::time_point since;
    };
    std::vector<Idle> idle_;
    int leased_ = 0;
    std::int64_t commits_ = 0;
};

} // namespace

Result<std::unique_ptr<Database>> openMysql(const MysqlOptions& options)
{
    auto database = std::make_unique<MysqlDatabase>(options);
    auto first = database->take();
    if (!first)
        return fail(first.error());
    database->giveBack(std::move(*first), true);
    return std::unique_ptr<Database>(std::move(database));
}

} // namespace zikao::storage
