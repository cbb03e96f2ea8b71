#include "kernel/storage/row_mac.hpp"

#include <functional>

#include "kernel/base/encoding.hpp"
#include "kernel/base/json.hpp"
#include "plugins/api/control.hpp"

namespace zikao::storage {

namespace {

constexpr std::int64_t kRowsAtOnce = 500;

Json figure(const Value& value)
{
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return *number;
    if (const auto* text = std::get_if<std::string>(&value))
        return *text;
    if (const auto* bytes = std::get_if<Bytes>(&value))
        return hex(bytes->data);
    return nullptr;
}

Value valueIn(const Row& row, std::size_t column, bool is_number)
{
    if (row.isNull(column))
        return {};
    return is_number ? Value{row.integer(column)} : Value{row.text(column)};
}

Params valuesIn(const MacTable& table, const Row& row, std::size_t count)
{
    Params values;
    for (std::size_t i = 0; i < count; ++i)
        values.push_back(valueIn(row, i, table.columns[i].is_number));
    return values;
}

/// "a = ? AND b = ?" for the primary key.
std::string isThatRow(const MacTable& table)
{
    std::string sql;
    for (std::size_t i = 0; i < table.keys; ++i)
        sql += (i == 0 ? "" : " AND ") + std::string(table.columns[i].name) + " = ?";
    return sql;
}

/// "(a > ?) OR (a = ? AND b > ?)": written out, since not every engine finds rows by a comparison of pairs in its index.
std::string isBehind(const MacTable& table, const Params& last, Params& params)
{
    std::string sql;
    for (std::size_t deep = 0; deep < table.keys; ++deep) {
        sql += deep == 0 ? "(" : " OR (";
        for (std::size_t i = 0; i < deep; ++i)
            sql += std::string(table.columns[i].name) + " = ? AND ";
        sql += std::string(table.columns[deep].name) + " > ?)";
        params.insert(params.end(), last.begin(), last.begin() + static_cast<std::ptrdiff_t>(deep) + 1);
    }
    return sql;
}

/// The whole table by its key, a part at a time.
Result<void> forEachPart(Database& database, const MacTable& table,
                         const std::function<Result<void>(const Rows&)>& act)
{
    std::string order;
    for (std::size_t i = 0; i < table.keys; ++i)
        order += (i == 0 ? "" : ", ") + std::string(table.columns[i].name);
    Params last;
    for (;;) {
        Params params;
        const std::string where = last.empty() ? "" : " WHERE " + isBehind(table, last, params);
        params.emplace_back(kRowsAtOnce);
        const auto rows = database.query("SELECT " + columnsOf(table) + " FROM " + table.name + where +
                                             " ORDER BY " + order + " LIMIT ?",
                                         params);
        if (!rows)
            return fail(rows.error());
        if (rows->empty())
            return ok();
        if (Result<void> done = act(*rows); !done)
            return done;
        last = valuesIn(table, rows->back(), table.keys);
    }
}

} // namespace

std::string rowMac(const Vault& vault, std::string_view table, const Params& figures)
{
    Json all = Json::array();
    for (const Value& value : figures)
        all.push_back(figure(value));
    return vault.index(dumpJson(all), std::string(table) + ".row");
}

std::string columnsOf(const MacTable& table)
{
    std::string all;
    for (const MacColumn& column : table.columns)
        all += std::string(column.name) + ", ";
    return all + "mac";
}

Params sealedRow(const Vault& vault, const MacTable& table, Params values)
{
    values.emplace_back(rowMac(vault, table.name, values));
    return values;
}

bool isIntact(const Vault& vault, const MacTable& table, const Row& row)
{
    const std::size_t count = table.columns.size();
    return equalInConstantTime(row.text(count), rowMac(vault, table.name, valuesIn(table, row, count))) ||
           !CONTROL("row_mac");
}

std::string rowName(const MacTable& table, const Row& row)
{
    std::string name = table.name;
    for (std::size_t i = 0; i < table.keys; ++i)
        name += (i == 0 ? " " : "/") +
                (table.columns[i].is_number ? std::to_string(row.integer(i)) : row.text(i));
    return name;
}

Result<std::vector<std::string>> alteredRows(Database& database, const Vault& vault, const MacTable& table)
{
    std::vector<std::string> altered;
    const auto walked = forEachPart(database, table, [&](const Rows& rows) -> Result<void> {
        for (const Row& row : rows)
            if (!isIntact(vault, table, row))
                altered.push_back(rowName(table, row));
        return ok();
    });
    if (!walked)
        return fail(walked.error());
    return altered;
}

Result<std::int64_t> sealOldRows(Database& database, const Vault& vault, const MacTable& table)
{
    std::int64_t sealed = 0;
    const std::size_t count = table.columns.size();
    const auto walked = forEachPart(database, table, [&](const Rows& rows) -> Result<void> {
        const auto done = database.transaction([&](Transaction& tx) -> Result<std::int64_t> {
            std::int64_t part = 0;
            for (const Row& row : rows) {
                if (!row.text(count).empty())
                    continue;
                Params params{rowMac(vault, table.name, valuesIn(table, row, count))};
                const Params key = valuesIn(table, row, table.keys);
                params.insert(params.end(), key.begin(), key.end());
                const auto written = tx.execute("UPDATE " + std::string(table.name) +
                                                    " SET mac = ? WHERE mac = '' AND " + isThatRow(table),
                                                params);
                if (!written)
                    return fail(written.error());
                part += *written;
            }
            return part;
        });
        if (!done)
            return fail(done.error());
        sealed += *done;
        return ok();
    });
    if (!walked)
        return fail(walked.error());
    return sealed;
}

} // namespace zikao::storage
