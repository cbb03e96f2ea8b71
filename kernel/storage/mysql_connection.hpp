#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "kernel/storage/database.hpp"

namespace sql {
class Connection;
class PreparedStatement;
class SQLException;
} // namespace sql

namespace zikao::storage {

/// `reason` of a statement that found the connection gone before it was sent.
inline constexpr const char* kConnectionGone = "connection_gone";

/// One connection to MariaDB or MySQL through Connector/C++, with its prepared statements.
/// @threads one at a time
class MysqlConnection
{
public:
    /// Connects, creates the database when it is missing and the account may, and checks what C26 asks for.
    /// @errors `unavailable`; `invalid_argument` with reason `database_settings`: the server is not durable
    ///         enough
    static Result<std::unique_ptr<MysqlConnection>> open(const MysqlOptions& options);
    ~MysqlConnection();

    Result<Rows> query(std::string_view sql, const Params& params = {});
    Result<std::int64_t> execute(std::string_view sql, const Params& params = {});

    Result<void> begin();
    /// @errors `timeout` when the answer was lost: the outcome is unknown (C23)
    Result<void> commit();
    void rollback();

    /// Asks the server for a sign of life.
    bool ping();

    /// False once the server or the network gave up on it; it must not be used again.
    [[nodiscard]] bool alive() const { return alive_; }

private:
    explicit MysqlConnection(std::unique_ptr<sql::Connection> connection);
    Result<void> prepareSession();
    Result<void> command(const char* sql);
    sql::PreparedStatement& prepare(std::string_view sql, const Params& params);
    Failure failure(const sql::SQLException& error, std::string_view sql);

    std::unique_ptr<sql::Connection> connection_;
    std::unordered_map<std::string, std::unique_ptr<sql::PreparedStatement>> statements_;
    bool alive_ = true;
};

} // namespace zikao::storage
