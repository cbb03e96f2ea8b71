#include "kernel/storage/invariant.hpp"

namespace zikao::storage {

Result<std::vector<std::string>> violations(Database& database, const std::vector<Invariant>& invariants)
{
    std::vector<std::string> broken;
    for (const Invariant& invariant : invariants) {
        const auto rows = database.query(invariant.broken_by);
        if (!rows)
            return fail(rows.error());
        for (const Row& row : *rows)
            broken.push_back(invariant.id + ": " + row.text(0));
    }
    return broken;
}

} // namespace zikao::storage
