#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "plugins/api/result.hpp"

namespace zikao::storage {

/// A bound parameter or a column: null, integer, text, or bytes.
struct Bytes
{
    std::string data;
};
using Value = std::variant<std::monostate, std::int64_t, std::string, Bytes>;
using Params = std::vector<Value>;

/// One row, columns in the order of the SELECT. Reading a column as the wrong kind is a defect and throws.
class Row
{
public:
    explicit Row(std::vector<Value> columns) : columns_(std::move(columns)) {}
    [[nodiscard]] bool isNull(std::size_t column) const;
    [[nodiscard]] std::int64_t integer(std::size_t column) const;
    [[nodiscard]] const std::string& text(std::size_t column) const; ///< null reads as ""
    [[nodiscard]] const std::string& bytes(std::size_t column) const;
    [[nodiscard]] std::size_t size() const { return columns_.size(); }

private:
    std::vector<Value> columns_;
};
using Rows = std::vector<Row>;

enum class Engine { sqlite, mysql };

/// `reason` of a lost race between transactions. An act that fails with it is run again as a whole (C22).
inline constexpr const char* kLostRace = "lost_race";

/// What SQL can be sent to: a database outside a transaction, or one open transaction.
/// Statements use `?` for every value; both engines understand the same text (see docs/kernel-engineer.md).
class Executor
{
public:
    virtual ~Executor() = default;

    /// @errors `conflict` with reason `duplicate` (a UNIQUE key) or `reference` (a foreign key),
    ///         `invalid_argument` with reason `constraint` (NOT NULL, CHECK, too long), `unavailable`,
    ///         `internal` (bad SQL)
    virtual Result<Rows> query(std::string_view sql, const Params& params = {}) = 0;

    /// @return rows matched by an UPDATE or DELETE, rows inserted by an INSERT (the same on both engines)
    virtual Result<std::int64_t> execute(std::string_view sql, const Params& params = {}) = 0;

    [[nodiscard]] virtual Engine engine() const = 0;
};

/// An open transaction. Lives only inside `Database::transaction`.
class Transaction : public Executor
{};

/// One tenant's database (or the installation's own). Connections are pooled; every wait is bounded.
/// @threads any; a thread inside a transaction must use the transaction: `query`, `execute` and `transaction`
///          of the database itself are refused then with `internal`, since a second connection could deadlock
///          the pool (C24)
class Database : public Executor
{
public:
    /// Runs `act` in one transaction and commits when it returns success, else rolls back. On a lost race
    /// between transactions the whole act is run again, at most five times with jitter, so it must have no
    /// side effects besides this transaction (C22).
    /// An exception of `act` rolls back and passes through.
    /// @errors what `act` returned; `timeout`: the answer to the commit was lost, look up your own operation
    ///         id (C23); `unavailable` when no connection came in time or the retries are used up
    template <class F>
    auto transaction(F&& act) -> std::invoke_result_t<F, Transaction&>
    {
        using R = std::invoke_result_t<F, Transaction&>;
        std::optional<R> answer;
        Result<void> done = run([&](Transaction& tx) -> Result<void> {
            answer.emplace(act(tx));
            if (!answer->has_value())
                return fail(answer->error());
            return ok();
        });
        if (!done)
            return fail(done.error());
        return std::move(*answer);
    }

    /// How many commits reached the disk since it was opened; group commit makes it smaller than the
    /// transactions.
    [[nodiscard]] virtual std::int64_t commits() const = 0;

protected:
    virtual Result<void> run(const std::function<Result<void>(Transaction&)>& act) = 0;
};

/// How long anything waits for a connection or a lock before it answers `unavailable` (C24).
inline constexpr std::chrono::milliseconds kLongestWait{5000};

struct SqliteOptions
{
    std::string
        path; ///< file; its folder must exist. A second process opening it for writing is refused (C25)
    int readers = 4;
    std::chrono::milliseconds longest_wait = kLongestWait;
    bool read_only = false; ///< for looking on while a server runs: takes no lock, changes nothing
};

struct MysqlOptions
{
    std::string host = "127.0.0.1"; ///< or empty with `socket`
    std::uint16_t port = 3306;
    std::string socket;
    std::string user, password, database;
    int connections = 8;
    bool create = true; ///< make the database when there is none
    std::chrono::milliseconds longest_wait = kLongestWait;
};

/// WAL, synchronous=FULL, one writer with group commit, others read only.
Result<std::unique_ptr<Database>> openSqlite(const SqliteOptions& options);
/// Opens the database, creates it when told and allowed to; checks the settings C26 asks for.
Result<std::unique_ptr<Database>> openMysql(const MysqlOptions& options);

/// A stop point for fault tests: does nothing in release builds. `FP("billing.paid.before_commit")`
#ifdef ZIKAO_TESTS
void failPoint(const char* name);
#define FP(name) ::zikao::storage::failPoint(name)
#else
#define FP(name) static_cast<void>(0)
#endif

} // namespace zikao::storage
