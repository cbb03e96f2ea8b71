#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/base/memo.hpp"
#include "kernel/catalog/catalog.hpp"

namespace zikao::catalog {

/// Everything the catalog holds at one version. Never changed once made but for what is remembered with it; shared between
/// threads.
struct Snapshot
{
    std::int64_t version = 0;
    std::map<std::string, std::vector<CodeItem>> lists; ///< by sort, then code
    std::vector<Office> offices;
    std::unordered_map<std::string, std::size_t> office_index;
    std::vector<Major> majors;
    std::unordered_map<std::string, std::size_t> major_index;
    std::unordered_map<std::string, std::vector<PlanCourse>> plans;
    std::unordered_map<std::string, PlanCourse> courses;
    std::unordered_map<std::string, std::vector<PlanGroup>> groups;           ///< by plan
    std::unordered_map<std::string, std::vector<Substitution>> substitutions; ///< by the course they fill
    std::unordered_map<std::string, std::vector<WaiverRule>> waivers;         ///< by course

    mutable Memo made; ///< of these things alone
};

Result<std::int64_t> readVersion(storage::Executor& db);
Result<std::shared_ptr<const Snapshot>> readSnapshot(storage::Database& db);

/// The modes of a substitution as files and tables write them: each, together, shared, pool.
std::optional<Substitution::Mode> modeNamed(const std::string& name);

/// Checks and writes one kind in the caller's transaction and raises the version. @return rows imported
Result<int> importKind(storage::Transaction& tx, const std::string& kind, const std::string& csv);

} // namespace zikao::catalog
