#include "kernel/catalog/fees.hpp"

#include "kernel/storage/database.hpp"

namespace zikao::catalog {

Result<std::vector<Fee>> feesOn(tenant::Tenant& tenant, const std::string& day)
{
    const auto rows = tenant.database->query(
        "SELECT id, name, amount_fen, effective_from, effective_to FROM fee WHERE effective_from <= ? AND "
        "(effective_to = '' OR effective_to >= ?) ORDER BY id",
        {day, day});
    if (!rows)
        return fail(rows.error());
    std::vector<Fee> fees;
    for (const storage::Row& row : *rows)
        fees.push_back({row.text(0), row.text(1), Money::fen(row.integer(2)), row.text(3), row.text(4)});
    return fees;
}

} // namespace zikao::catalog
