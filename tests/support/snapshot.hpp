#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "kernel/storage/database.hpp"

namespace zikao::test {

/// Every row of every table, so that "nothing changed" can be said of the whole database.
using Snapshot = std::map<std::string, std::vector<std::string>>;

inline storage::Rows rowsOf(storage::Database& database, const std::string& sql)
{
    auto rows = database.query(sql);
    if (!rows)
        throw std::runtime_error(sql + ": " + rows.error().message);
    return *rows;
}

inline std::string columnsOf(storage::Database& database, const std::string& table)
{
    const std::string sql =
        database.engine() == storage::Engine::sqlite
            ? "SELECT name FROM pragma_table_info('" + table + "')"
            : "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() "
              "AND table_name = '" +
                  table + "' ORDER BY ordinal_position";
    std::string columns;
    for (const storage::Row& row : rowsOf(database, sql))
        columns += (columns.empty() ? "HEX(" : ", HEX(") + row.text(0) + ")";
    return columns;
}

inline Snapshot snapshot(storage::Database& database)
{
    Snapshot all;
    const char* tables =
        database.engine() == storage::Engine::sqlite
            ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            : "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()";
    for (const storage::Row& table : rowsOf(database, tables)) {
        std::vector<std::string>& lines = all[table.text(0)];
        for (const storage::Row& row : rowsOf(database, "SELECT " + columnsOf(database, table.text(0)) +
                                                            " FROM " + table.text(0) + " ORDER BY 1, 2")) {
            std::string line;
            for (std::size_t column = 0; column < row.size(); ++column)
                line += (row.isNull(column) ? "null" : row.text(column)) + "|";
            lines.push_back(std::move(line));
        }
    }
    return all;
}

/// While it lives, one kind of write to one table fails, wherever it comes from.
class Broken
{
public:
    /// @param act  "INSERT", "UPDATE" or "DELETE"
    Broken(storage::Database& database, const std::string& act, const std::string& table)
        : database_(database)
    {
        const std::string when = "CREATE TRIGGER broken BEFORE " + act + " ON " + table;
        run(database.engine() == storage::Engine::sqlite
                ? when + " BEGIN SELECT RAISE(ABORT, 'broken by the test'); END"
                : when + " FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'broken by the test'");
    }
    ~Broken() { run("DROP TRIGGER broken"); }
    Broken(const Broken&) = delete;
    Broken& operator=(const Broken&) = delete;

private:
    void run(const std::string& sql)
    {
        if (const auto done = database_.execute(sql); !done)
            ADD_FAILURE() << sql << ": " << done.error().message;
    }
    storage::Database& database_;
};

} // namespace zikao::test
