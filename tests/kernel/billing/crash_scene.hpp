#pragma once

#include "kernel/base/id.hpp"
#include "kernel/billing/billing.hpp"
#include "tests/kernel/billing/disk_provider.hpp"
#include "tests/support/database.hpp"
#include "tests/support/fake_evaluator.hpp"
#include "tests/support/tenant.hpp"

namespace zikao::billing {

/// A tenant on an existing database with two channels in folders: built the same way before and after a
/// death.
struct CrashScene
{
    CrashScene(std::unique_ptr<storage::Database> database, const std::string& dir, const std::string& keys,
               Instant at)
        : clock(at),
          alpha(dir + "/alpha"),
          beta(dir + "/beta")
    {
        std::filesystem::create_directories(dir + "/alpha");
        std::filesystem::create_directories(dir + "/beta");
        auto ring = KeyRing::parse(keys);
        auto vault = std::make_unique<Vault>(std::make_shared<const KeyRing>(std::move(ring).value()));
        tenant.reset(new tenant::Tenant{{},
                                        clock,
                                        std::move(database),
                                        std::move(vault),
                                        evaluator,
                                        nullptr,
                                        dir,
                                        {},
                                        {},
                                        {},
                                        nullptr,
                                        nullptr});
        tenant->payments.push_back(
            {"alpha", "甲", std::make_unique<test::FixedPlugin<api::PaymentProvider>>(alpha)});
        tenant->payments.push_back(
            {"beta", "乙", std::make_unique<test::FixedPlugin<api::PaymentProvider>>(beta)});
        billing = std::make_unique<Billing>(*tenant);
    }

    FakeClock clock;
    DiskProvider alpha, beta;
    test::FakeEvaluator evaluator;
    std::unique_ptr<tenant::Tenant> tenant;
    std::unique_ptr<Billing> billing;
};

} // namespace zikao::billing
