#pragma once

#include <memory>

#include "kernel/plugin/plugins.hpp"
#include "kernel/tenant/tenant.hpp"
#include "tests/support/database.hpp"
#include "tests/support/fake_evaluator.hpp"

namespace zikao::test {

/// A plugin made by the test, in this process, behind the face the kernel knows.
template <class Interface>
class FixedPlugin : public plugin::Loaded<Interface>
{
public:
    explicit FixedPlugin(Interface& plugin) : plugin_(plugin) {}
    Interface& get() override { return plugin_; }
    Result<void> drainAndReplace() override { return ok(); }
    [[nodiscard]] worker::PoolStats stats() const override { return {}; }

private:
    Interface& plugin_;
};

/// A tenant of the invented province on a test database: a fresh key ring, no rules, and no plugins but what
/// a test puts in (FixedPlugin). Takes the database out of `db` (its clock stays there).
inline std::unique_ptr<tenant::Tenant> makeTenant(TestDatabase& db, rules::Evaluator& evaluator,
                                                  const std::string& province_dir = ZIKAO_SOURCE_DIR
                                                  "/tests/fixtures/provinces/lantern")
{
    auto profile = tenant::Profile::read(province_dir);
    if (!profile)
        throw std::runtime_error(profile.error().message);
    auto vault = std::make_unique<Vault>(std::make_shared<const KeyRing>(KeyRing::generate()));
    return std::unique_ptr<tenant::Tenant>(new tenant::Tenant{std::move(*profile),
                                                              db.clock,
                                                              std::move(db.database),
                                                              std::move(vault),
                                                              evaluator,
                                                              nullptr,
                                                              db.dir.path(),
                                                              "http://127.0.0.1/lantern",
                                                              {},
                                                              {},
                                                              nullptr,
                                                              nullptr});
}

} // namespace zikao::test
