#include "kernel/storage/sqlite_connection.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/Utility.h>

#include "kernel/base/log.hpp"
#include "kernel/storage/attempt.hpp"

namespace zikao::storage {

namespace {

constexpr std::size_t kMostStatements = 256;
constexpr int kLogPages = 1000;

/// Clears a statement when the work with it is done, so that it holds no lock and no value.
struct Reset
{
    sqlite3_stmt* statement;
    ~Reset()
    {
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
    }
};

int bind(sqlite3_stmt* statement, int at, const Value& value)
{
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return sqlite3_bind_int64(statement, at, *number);
    if (const auto* text = std::get_if<std::string>(&value))
        return sqlite3_bind_text64(statement, at, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
    if (const auto* bytes = std::get_if<Bytes>(&value))
        // A null pointer would bind NULL; empty bytes are a value.
        return sqlite3_bind_blob64(statement, at, bytes->data.empty() ? "" : bytes->data.data(),
                                   bytes->data.size(), SQLITE_STATIC);
    return sqlite3_bind_null(statement, at);
}

Value column(sqlite3_stmt* statement, int at)
{
    const auto length = static_cast<std::size_t>(sqlite3_column_bytes(statement, at));
    switch (sqlite3_column_type(statement, at)) {
    case SQLITE_NULL: return std::monostate{};
    case SQLITE_INTEGER: return static_cast<std::int64_t>(sqlite3_column_int64(statement, at));
    case SQLITE_BLOB:
        return Bytes{std::string(static_cast<const char*>(sqlite3_column_blob(statement, at)), length)};
    default: // text, and a floating number as text: no column of ours holds one
        return std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement, at)), length);
    }
}

} // namespace

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::string& path, Role role,
                                                                 std::chrono::milliseconds longest_wait)
{
    std::unique_ptr<SqliteConnection> made;
    try {
        static const bool kRegistered = (Poco::Data::SQLite::Connector::registerConnector(), true);
        static_cast<void>(kRegistered);
        made.reset(new SqliteConnection(Poco::Data::Session("SQLite", path)));
    } catch (const Poco::Exception& error) {
        return fail(ErrorCode::unavailable, "cannot open " + path + ": " + error.displayText());
    }
    sqlite3_extended_result_codes(made->handle_, 1);
    sqlite3_busy_timeout(made->handle_, static_cast<int>(longest_wait.count()));
    std::vector<const char*> settings{"PRAGMA foreign_keys=ON", "PRAGMA case_sensitive_like=ON",
                                      "PRAGMA trusted_schema=OFF"};
    if (role == Role::writer) {
        settings.insert(settings.end(), {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"});
    } else {
        settings.push_back("PRAGMA query_only=ON");
        sqlite3_db_config(made->handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    }
    for (const char* setting : settings)
        if (const auto done = made->query(setting); !done)
            return fail(done.error());
    // The hook takes the place of SQLite's own checkpoints.
    sqlite3_wal_hook(
        made->handle_,
        [](void* pages, sqlite3*, const char*, int count) {
            *static_cast<int*>(pages) = count;
            return SQLITE_OK;
        },
        &made->log_pages_);
    if (role == Role::writer) {
        const auto mode = made->query("PRAGMA journal_mode");
        if (!mode || mode->at(0).text(0) != "wal")
            return fail(ErrorCode::unavailable, path + " cannot be switched to WAL");
    }
    return made;
}

SqliteConnection::SqliteConnection(Poco::Data::Session session)
    : session_(std::move(session)),
      handle_(Poco::Data::SQLite::Utility::dbHandle(session_))
{}

SqliteConnection::~SqliteConnection()
{
    for (const auto& [sql, statement] : statements_)
        sqlite3_finalize(statement);
}

Result<sqlite3_stmt*> SqliteConnection::prepare(std::string_view sql, const Params& params)
{
    sqlite3_stmt* statement = nullptr;
    if (const auto known = statements_.find(std::string(sql)); known != statements_.end()) {
        statement = known->second;
    } else {
        const char* rest = nullptr;
        const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                            SQLITE_PREPARE_PERSISTENT, &statement, &rest);
        if (code != SQLITE_OK)
            return failure(code, sql);
        const std::string_view tail(rest, static_cast<std::size_t>(sql.data() + sql.size() - rest));
        if (statement == nullptr || tail.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
            sqlite3_finalize(statement);
            return fail(ErrorCode::internal, "one statement at a time: " + std::string(sql.substr(0, 200)));
        }
        if (statements_.size() >= kMostStatements) {
            for (const auto& [text, old] : statements_)
                sqlite3_finalize(old);
            statements_.clear();
        }
        statements_.emplace(sql, statement);
    }
    if (static_cast<std::size_t>(sqlite3_bind_parameter_count(statement)) != params.size())
        return fail(ErrorCode::internal, "wrong number of values for: " + std::string(sql.substr(0, 200)));
    for (std::size_t i = 0; i < params.size(); ++i)
        if (const int code = bind(statement, static_cast<int>(i) + 1, params[i]); code != SQLITE_OK)
            return failure(code, sql);
    return statement;
}

Result<Rows> SqliteConnection::query(std::string_view sql, const Params& params)
{
    const auto statement = prepare(sql, params);
    if (!statement)
        return fail(statement.error());
    const Reset reset{*statement};
    Rows rows;
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(*statement)) == SQLITE_ROW) {
        std::vector<Value> columns;
        const int count = sqlite3_column_count(*statement);
        columns.reserve(static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i)
            columns.push_back(column(*statement, i));
        rows.emplace_back(std::move(columns));
    }
    if (code != SQLITE_DONE)
        return failure(code, sql);
    return rows;
}

Result<std::int64_t> SqliteConnection::execute(std::string_view sql, const Params& params)
{
    const auto statement = prepare(sql, params);
    if (!statement)
        return fail(statement.error());
    const Reset reset{*statement};
    const sqlite3_int64 before = sqlite3_total_changes64(handle_);
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(*statement)) == SQLITE_ROW) {
    }
    if (code != SQLITE_DONE)
        return failure(code, sql);
    // sqlite3_changes keeps the count of an earlier statement when this one changed nothing.
    const bool changed = sqlite3_total_changes64(handle_) != before;
    return changed ? static_cast<std::int64_t>(sqlite3_changes64(handle_)) : 0;
}

void SqliteConnection::checkpointWhenDue()
{
    if (log_pages_ < kLogPages)
        return;
    log_pages_ = 0;
    const int code = sqlite3_wal_checkpoint_v2(handle_, "main", SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    // Readers in the way are no failure: the next one copies more.
    if (code != SQLITE_OK && code != SQLITE_BUSY)
        log::error("storage.checkpoint_failed", {{"message", failure(code, "checkpoint").error.message}});
}

bool SqliteConnection::inTransaction() const
{
    return sqlite3_get_autocommit(handle_) == 0;
}

Failure SqliteConnection::failure(int code, std::string_view sql) const
{
    const std::string about = std::string(sqlite3_errmsg(handle_)) + " (" + std::to_string(code) +
                              ") in: " + std::string(sql.substr(0, 200));
    switch (code) {
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_DIR_FSYNC:
        // After a failed fsync the kernel may have dropped the pages: nobody knows what is on the disk. Only
        // a fresh start, which reads the file again, may say what was committed (C27).
        log::error("storage.fsync_failed", {{"code", std::to_string(code)}});
        ::_exit(70);
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return fail(ErrorCode::conflict, about, "duplicate");
    case SQLITE_CONSTRAINT_FOREIGNKEY: return fail(ErrorCode::conflict, about, "reference");
    default: break;
    }
    switch (code & 0xFF) {
    case SQLITE_CONSTRAINT: return fail(ErrorCode::invalid_argument, about, "constraint");
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return fail(ErrorCode::unavailable, about, kLostRace);
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        // Someone must act: nothing is accepted until the disk has room and is well again.
        log::error("storage.write_failed",
                   {{"code", std::to_string(code)}, {"why", sqlite3_errmsg(handle_)}});
        [[fallthrough]];
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT: return fail(ErrorCode::unavailable, about);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return fail(ErrorCode::corrupt, about);
    default: return fail(ErrorCode::internal, about);
    }
}

} // namespace zikao::storage
