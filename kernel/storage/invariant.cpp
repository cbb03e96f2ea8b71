#include "kernel/storage/invariant.hpp"

namespace zikao::storage {

std::string joined(Engine engine, const std::string& left, const std::string& right)
{
    return engine == Engine::sqlite ? "(" + left + " || " + right + ")"
                                    : "CONCAT(" + left + ", " + right + ")";
}

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
