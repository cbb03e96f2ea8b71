#pragma once

#include <memory>

#include "kernel/tenant/tenant.hpp"
#include "tests/support/database.hpp"
#include "tests/support/fake_evaluator.hpp"

namespace zikao::test {

/// A tenant of the invented province on a test database: no plugins, no rules, no keys but what a test puts in.
/// Takes the database out of `db` (its clock stays there).
inline std::unique_ptr<tenant::Tenant> makeTenant(TestDatabase& db, rules::Evaluator& evaluator)
{
    tenant::Profile profile;
    profile.id = "lantern";
    profile.name = "灯笼省教育考试院";
    profile.platform_name = "灯笼省自学考试平台";
    return std::unique_ptr<tenant::Tenant>(new tenant::Tenant{std::move(profile), db.clock, std::move(db.database),
                                                              nullptr, evaluator, nullptr, db.dir.path(), {}, {},
                                                              nullptr, nullptr, nullptr});
}

} // namespace zikao::test
