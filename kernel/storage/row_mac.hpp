#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/crypto.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::storage {

/// A column that the MAC of a row covers.
struct MacColumn
{
    const char* name;
    bool is_number = false;
};

/// A table whose rows carry, in the column `mac`, a MAC under the tenant's key over everything that means something
/// (threats.md, section 3): whoever can write to the database alone can neither change a row, nor make one, nor move
/// one to another key or tenant, without its being noticed. What was taken away is noticed by other rows.
struct MacTable
{
    const char* name;
    std::size_t keys;               ///< how many of the first columns are the primary key
    std::vector<MacColumn> columns; ///< covered ones, in the order in which the MAC covers them
};

/// The MAC of figures that stand in one row: 64 hex characters. One for each table's name, so that no row of one table
/// passes for a row of another.
/// @threads any
std::string rowMac(const Vault& vault, std::string_view table, const Params& figures);

/// "a, b, c, mac": what an INSERT writes and `isIntact` reads, in this order.
std::string columnsOf(const MacTable& table);
/// The values of a row, in the order of the covered columns, with their MAC behind them: the values of `columnsOf`.
Params sealedRow(const Vault& vault, const MacTable& table, Params values);

/// Whether a row is as the platform wrote it. @param row  of a SELECT of `columnsOf`
bool isIntact(const Vault& vault, const MacTable& table, const Row& row);
/// How messages name a row: "case_event 01J…/3".
std::string rowName(const MacTable& table, const Row& row);

/// Names of all rows that are not as the platform wrote them, those without a MAC too. Reads the whole table.
Result<std::vector<std::string>> alteredRows(Database& database, const Vault& vault, const MacTable& table);

/// Gives a MAC to every row that has none, as it stands now: for rows that are older than the column, once.
/// @return how many
Result<std::int64_t> sealOldRows(Database& database, const Vault& vault, const MacTable& table);

} // namespace zikao::storage
