#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "kernel/storage/group_writer.hpp"

namespace zikao::storage {

namespace {

/// An advisory lock on `<database>.lock`, released when the process ends however it ends (C25).
class ServerLock
{
public:
    static Result<std::unique_ptr<ServerLock>> take(const std::string& path)
    {
        const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0)
            return fail(ErrorCode::unavailable, "cannot open " + path);
        auto lock = std::unique_ptr<ServerLock>(new ServerLock(file));
        if (::flock(file, LOCK_EX | LOCK_NB) != 0)
            return fail(ErrorCode::conflict, path + " is held: another process has the database open",
                        "database_in_use");
        return lock;
    }
    ~ServerLock() { ::close(file_); }
    ServerLock(const ServerLock&) = delete;
    ServerLock& operator=(const ServerLock&) = delete;

private:
    explicit ServerLock(int file) : file_(file) {}
    int file_;
};

class SqliteDatabase : public Database
{
public:
    SqliteDatabase(std::unique_ptr<ServerLock> lock, std::unique_ptr<SqliteConnection> writer,
                   std::vector<std::unique_ptr<SqliteConnection>> readers,
                   std::chrono::milliseconds longest_wait)
        : lock_(std::move(lock)),
          longest_wait_(longest_wait),
          readers_(std::move(readers))
    {
        if (writer)
            writer_ = std::make_unique<GroupWriter>(std::move(writer), longest_wait);
    }

    Result<Rows> query(std::string_view sql, const Params& params) override
    {
        if (InsideTransaction::isInside(*this))
            return InsideTransaction::refusal();
        std::unique_ptr<SqliteConnection> reader;
        {
            std::unique_lock lock(mutex_);
            if (!returned_.wait_for(lock, longest_wait_, [&] { return !readers_.empty(); }))
                return fail(ErrorCode::unavailable, "every reading connection stayed busy");
            reader = std::move(readers_.back());
            readers_.pop_back();
        }
        Result<Rows> rows = reader->query(sql, params);
        {
            const std::lock_guard lock(mutex_);
            readers_.push_back(std::move(reader));
        }
        returned_.notify_one();
        return rows;
    }

    Result<std::int64_t> execute(std::string_view sql, const Params& params) override
    {
        std::int64_t count = 0;
        const auto done = run([&](Transaction& tx) -> Result<void> {
            const auto executed = tx.execute(sql, params);
            if (!executed)
                return fail(executed.error());
            count = *executed;
            return ok();
        });
        if (!done)
            return fail(done.error());
        return count;
    }

    [[nodiscard]] Engine engine() const override { return Engine::sqlite; }
    [[nodiscard]] std::int64_t commits() const override { return writer_ ? writer_->commits() : 0; }

protected:
    Result<void> run(const std::function<Result<void>(Transaction&)>& act) override
    {
        if (!writer_)
            return fail(ErrorCode::forbidden, "the database was opened for reading only");
        if (InsideTransaction::isInside(*this))
            return InsideTransaction::refusal();
        const InsideTransaction inside(*this);
        return retryLostRaces([&] { return writer_->run(act); });
    }

private:
    // Destroyed last to first: the writer closes after every reader and so takes the final checkpoint, and
    // the lock goes when nothing is open any more.
    std::unique_ptr<ServerLock> lock_;
    const std::chrono::milliseconds longest_wait_;
    std::unique_ptr<GroupWriter> writer_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<SqliteConnection>> readers_;
};

} // namespace

Result<std::unique_ptr<Database>> openSqlite(const SqliteOptions& options)
{
    std::unique_ptr<ServerLock> lock;
    std::unique_ptr<SqliteConnection> writer;
    if (!options.read_only) {
        auto taken = ServerLock::take(options.path + ".lock");
        if (!taken)
            return fail(taken.error());
        lock = std::move(*taken);
        auto opened =
            SqliteConnection::open(options.path, SqliteConnection::Role::writer, options.longest_wait);
        if (!opened)
            return fail(opened.error());
        writer = std::move(*opened);
    } else if (::access(options.path.c_str(), R_OK) != 0) {
        return fail(ErrorCode::not_found, "there is no database " + options.path);
    }
    std::vector<std::unique_ptr<SqliteConnection>> readers;
    for (int i = 0; i < std::max(1, options.readers); ++i) {
        auto opened =
            SqliteConnection::open(options.path, SqliteConnection::Role::reader, options.longest_wait);
        if (!opened)
            return fail(opened.error());
        readers.push_back(std::move(*opened));
    }
    return std::unique_ptr<Database>(std::make_unique<SqliteDatabase>(
        std::move(lock), std::move(writer), std::move(readers), options.longest_wait));
}

} // namespace zikao::storage
