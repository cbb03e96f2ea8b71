#include "kernel/storage/mysql_connection.hpp"

#include <algorithm>
#include <mutex>

#include <cppconn/connection.h>
#include <cppconn/datatype.h>
#include <cppconn/exception.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/resultset_metadata.h>
#include <cppconn/statement.h>
#include <mysql_driver.h>

#include "kernel/base/log.hpp"
#include "kernel/storage/attempt.hpp"

namespace zikao::storage {

namespace {

constexpr std::size_t kMostStatements = 256;

enum ServerError {
    kDuplicateEntry = 1062,
    kDuplicateEntryWithKey = 1586,
    kSnapshotConflict = 1020,
    kLockWait = 1205,
    kDeadlock = 1213,
    kUnknownDatabase = 1049,
    kRowIsReferenced = 1451,
    kNoReferencedRow = 1452,
    kColumnNull = 1048,
    kNoDefault = 1364,
    kTooLong = 1406,
    kOutOfRange = 1264,
    kWrongValue = 1366,
    kCheckViolated = 4025,
    kStatementTime = 1969,
    kServerGone = 2006,
    kServerLost = 2013,
    kConnectionKilled = 1927,
    kGaleraNotReady = 1047
};

bool connectionLost(const sql::SQLException& error)
{
    const int code = error.getErrorCode();
    return (code >= 2000 && code < 2100) || code == kConnectionKilled || code == kGaleraNotReady ||
           error.getSQLState().compare(0, 2, "08") == 0;
}

std::unique_ptr<sql::Connection> connect(const MysqlOptions& options, const std::string& schema)
{
    static std::mutex mutex;
    // The driver's first use is not safe among threads.
    const std::lock_guard lock(mutex);
    sql::ConnectOptionsMap map;
    map["hostName"] =
        sql::SQLString(options.socket.empty() ? "tcp://" + options.host + ":" + std::to_string(options.port)
                                              : "unix://" + options.socket);
    map["userName"] = sql::SQLString(options.user);
    map["password"] = sql::SQLString(options.password);
    if (!schema.empty())
        map["schema"] = sql::SQLString(schema);
    map["CLIENT_FOUND_ROWS"] = true;
    map["OPT_CHARSET_NAME"] = sql::SQLString("utf8mb4");
    map["OPT_RECONNECT"] = false;
    map["OPT_CONNECT_TIMEOUT"] = 5;
    map["OPT_READ_TIMEOUT"] = 30;
    map["OPT_WRITE_TIMEOUT"] = 30;
    return std::unique_ptr<sql::Connection>(sql::mysql::get_driver_instance()->connect(map));
}

void bind(sql::PreparedStatement& statement, unsigned int at, const Value& value)
{
    if (const auto* number = std::get_if<std::int64_t>(&value))
        statement.setInt64(at, *number);
    else if (const auto* text = std::get_if<std::string>(&value))
        statement.setString(at, sql::SQLString(text->data(), text->size()));
    else if (const auto* bytes = std::get_if<Bytes>(&value))
        statement.setString(at, sql::SQLString(bytes->data.data(), bytes->data.size()));
    else
        statement.setNull(at, sql::DataType::VARCHAR);
}

Value column(const sql::ResultSet& row, sql::ResultSetMetaData& meta, unsigned int at)
{
    const int type = meta.getColumnType(at);
    switch (type) {
    case sql::DataType::BIT:
    case sql::DataType::TINYINT:
    case sql::DataType::SMALLINT:
    case sql::DataType::MEDIUMINT:
    case sql::DataType::INTEGER:
    case sql::DataType::BIGINT: {
        const std::int64_t number = row.getInt64(at);
        return row.wasNull() ? Value{} : Value{number};
    }
    case sql::DataType::DECIMAL:
    case sql::DataType::NUMERIC: {
        // SUM of integers is a DECIMAL here and an integer in SQLite.
        const sql::SQLString text = row.getString(at);
        if (row.wasNull())
            return {};
        if (meta.getScale(at) == 0)
            return static_cast<std::int64_t>(std::stoll(text.asStdString()));
        return text.asStdString();
    }
    case sql::DataType::BINARY:
    case sql::DataType::VARBINARY:
    case sql::DataType::LONGVARBINARY: {
        const sql::SQLString data = row.getString(at);
        return row.wasNull() ? Value{} : Value{Bytes{data.asStdString()}};
    }
    case sql::DataType::SQLNULL: return {};
    default: {
        const sql::SQLString text = row.getString(at);
        return row.wasNull() ? Value{} : Value{text.asStdString()};
    }
    }
}

bool plainName(const std::string& name)
{
    return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

} // namespace

Result<std::unique_ptr<MysqlConnection>> MysqlConnection::open(const MysqlOptions& options)
{
    if (!plainName(options.database))
        return fail(ErrorCode::invalid_argument, "a database name is made of letters, digits and _");
    std::unique_ptr<MysqlConnection> made;
    try {
        try {
            made.reset(new MysqlConnection(connect(options, options.database)));
        } catch (const sql::SQLException& error) {
            if (!options.create || error.getErrorCode() != kUnknownDatabase)
                throw;
            const auto bare = connect(options, "");
            const std::unique_ptr<sql::Statement> create(bare->createStatement());
            create->execute("CREATE DATABASE IF NOT EXISTS `" + options.database +
                            "` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
            made.reset(new MysqlConnection(connect(options, options.database)));
        }
    } catch (const sql::SQLException& error) {
        return fail(ErrorCode::unavailable, "cannot open the database " + options.database + ": error " +
                                                std::to_string(error.getErrorCode()));
    }
    if (const auto ready = made->prepareSession(); !ready)
        return fail(ready.error());
    return made;
}

MysqlConnection::MysqlConnection(std::unique_ptr<sql::Connection> connection)
    : connection_(std::move(connection))
{}

MysqlConnection::~MysqlConnection() = default;

Result<void> MysqlConnection::prepareSession()
{
    // Quotes, || and backslashes then mean the same as in SQLite; values that do not fit are refused, not
    // cut.
    for (const char* setting :
         {"SET SESSION sql_mode='STRICT_TRANS_TABLES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,"
          "NO_ENGINE_SUBSTITUTION,ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES'",
          "SET NAMES utf8mb4 COLLATE utf8mb4_bin", "SET SESSION innodb_lock_wait_timeout=5",
          "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ"})
        if (const auto set = command(setting); !set)
            return set;

    const auto durable = query("SELECT @@GLOBAL.innodb_flush_log_at_trx_commit");
    if (!durable)
        return fail(durable.error());
    if (durable->at(0).integer(0) != 1)
        return fail(ErrorCode::invalid_argument, "the server must run with innodb_flush_log_at_trx_commit=1",
                    "database_settings");
    const auto variables =
        query("SHOW VARIABLES WHERE Variable_name IN ('innodb_snapshot_isolation', 'wsrep_on', "
              "'max_statement_time')");
    if (!variables)
        return fail(variables.error());
    std::map<std::string, std::string> found;
    for (const Row& row : *variables)
        found[row.text(0)] = row.text(1);
    // Where the variable is missing (MySQL), a lost snapshot cannot be noticed by the server.
    if (found["innodb_snapshot_isolation"] != "ON")
        return fail(ErrorCode::invalid_argument, "the server must run with innodb_snapshot_isolation=ON",
                    "database_settings");
    if (const auto set = command("SET SESSION max_statement_time=20"); !set)
        return set;
    if (found["wsrep_on"] == "ON")
        return command("SET SESSION wsrep_sync_wait=1");
    return ok();
}

Result<void> MysqlConnection::command(const char* sql)
{
    try {
        const std::unique_ptr<sql::Statement> statement(connection_->createStatement());
        statement->execute(sql);
        return ok();
    } catch (const sql::SQLException& error) {
        return failure(error, sql);
    }
}

sql::PreparedStatement& MysqlConnection::prepare(std::string_view sql, const Params& params)
{
    auto known = statements_.find(std::string(sql));
    if (known == statements_.end()) {
        if (statements_.size() >= kMostStatements)
            statements_.clear();
        std::unique_ptr<sql::PreparedStatement> made(
            connection_->prepareStatement(sql::SQLString(sql.data(), sql.size())));
        known = statements_.emplace(std::string(sql), std::move(made)).first;
    }
    for (std::size_t i = 0; i < params.size(); ++i)
        bind(*known->second, static_cast<unsigned int>(i) + 1, params[i]);
    return *known->second;
}

Result<Rows> MysqlConnection::query(std::string_view sql, const Params& params)
{
    try {
        const std::unique_ptr<sql::ResultSet> found(prepare(sql, params).executeQuery());
        sql::ResultSetMetaData& meta = *found->getMetaData();
        const unsigned int count = meta.getColumnCount();
        Rows rows;
        rows.reserve(found->rowsCount());
        while (found->next()) {
            std::vector<Value> columns;
            columns.reserve(count);
            for (unsigned int i = 1; i <= count; ++i)
                columns.push_back(column(*found, meta, i));
            rows.emplace_back(std::move(columns));
        }
        return rows;
    } catch (const sql::SQLException& error) {
        return failure(error, sql);
    }
}

Result<std::int64_t> MysqlConnection::execute(std::string_view sql, const Params& params)
{
    try {
        return static_cast<std::int64_t>(prepare(sql, params).executeUpdate());
    } catch (const sql::SQLException& error) {
        return failure(error, sql);
    }
}

Result<void> MysqlConnection::begin()
{
    return command("START TRANSACTION");
}

Result<void> MysqlConnection::commit()
{
    const auto committed = command("COMMIT");
    if (!committed && !alive_)
        return fail(ErrorCode::timeout, "the answer to a commit was lost");
    return committed;
}

void MysqlConnection::rollback()
{
    // A connection that cannot roll back is closed, and the server rolls back for it.
    if (!command("ROLLBACK"))
        alive_ = false;
}

bool MysqlConnection::ping()
{
    try {
        alive_ = alive_ && connection_->isValid();
    } catch (const sql::SQLException&) {
        alive_ = false; // the answer to the question
    }
    return alive_;
}

Failure MysqlConnection::failure(const sql::SQLException& error, std::string_view sql)
{
    const int code = error.getErrorCode();
    // The server's own words may repeat a value; only those on syntax and names are kept (I18).
    const bool about_sql = error.getSQLState().compare(0, 2, "42") == 0 || code < 1000;
    const std::string about = (about_sql ? std::string(error.what()) : std::string("server error")) + " (" +
                              std::to_string(code) + ") in: " + std::string(sql.substr(0, 200));
    if (connectionLost(error)) {
        alive_ = false;
        // Gone means noticed while sending: the server never saw the statement.
        return fail(ErrorCode::unavailable, about, code == kServerGone ? kConnectionGone : "connection_lost");
    }
    switch (code) {
    case kDuplicateEntry:
    case kDuplicateEntryWithKey: return fail(ErrorCode::conflict, about, "duplicate");
    case kRowIsReferenced:
    case kNoReferencedRow: return fail(ErrorCode::conflict, about, "reference");
    case kSnapshotConflict:
    case kLockWait:
    case kDeadlock: return fail(ErrorCode::unavailable, about, kLostRace);
    case kColumnNull:
    case kNoDefault:
    case kTooLong:
    case kOutOfRange:
    case kWrongValue:
    case kCheckViolated: return fail(ErrorCode::invalid_argument, about, "constraint");
    case kStatementTime: return fail(ErrorCode::unavailable, about, "statement_time");
    default: return fail(ErrorCode::internal, about);
    }
}

} // namespace zikao::storage
