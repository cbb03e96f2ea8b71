#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include <Poco/Data/Session.h>

#include "kernel/storage/database.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace zikao::storage {

/// One connection to a SQLite file. The session is Poco::Data's; statements go through its native handle,
/// because Poco's extractors choose the C++ type by the declared type of a column: a SMALLINT would be cut to
/// 16 bits, a SUM or a COUNT has no declared type at all, and text is told from bytes by declaration instead
/// of by value.
/// @threads one at a time
class SqliteConnection
{
public:
    enum class Role {
        writer, ///< changes and checkpoints
        reader  ///< neither
    };
    /// @errors `unavailable`: the file cannot be opened
    static Result<std::unique_ptr<SqliteConnection>> open(const std::string& path, Role role,
                                                          std::chrono::milliseconds longest_wait);
    ~SqliteConnection();
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    Result<Rows> query(std::string_view sql, const Params& params = {});
    /// @return rows matched or inserted; 0 for anything that is no INSERT, UPDATE or DELETE
    Result<std::int64_t> execute(std::string_view sql, const Params& params = {});

    /// False also after SQLite itself rolled back (disk full, I/O error).
    [[nodiscard]] bool inTransaction() const;

    /// Writer: copies the log into the file once it has grown. SQLite would do so by itself after a commit,
    /// but would keep silent about a failed fsync and later trust one that succeeds; here it ends the process
    /// (C27).
    void checkpointWhenDue();

private:
    explicit SqliteConnection(Poco::Data::Session session);
    Result<sqlite3_stmt*> prepare(std::string_view sql, const Params& params);
    Failure failure(int code, std::string_view sql) const;

    Poco::Data::Session session_;
    sqlite3* handle_;
    int log_pages_ = 0;
    std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

} // namespace zikao::storage
