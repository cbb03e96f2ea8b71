#pragma once

#include <memory>
#include <string>

#include "kernel/base/memo.hpp"
#include "kernel/billing/billing.hpp"
#include "kernel/cases/engine.hpp"
#include "kernel/cases/services.hpp"
#include "kernel/catalog/catalog.hpp"
#include "kernel/degrees/degrees.hpp"
#include "kernel/exams/exams.hpp"
#include "kernel/files/files.hpp"
#include "kernel/identity/identity.hpp"
#include "kernel/notify/notify.hpp"
#include "kernel/tenant/tenant.hpp"

namespace zikao::app {

/// One tenant with everything that stands on it. Built once at start; every request of the tenant uses it.
/// @threads any
struct Site
{
    Site(std::unique_ptr<tenant::Tenant> tenant, identity::Passwords& passwords);

    std::unique_ptr<tenant::Tenant> tenant;
    identity::Identity identity;
    catalog::Catalog catalog;
    files::Files files;
    notify::Notify notify;
    exams::Exams exams;
    billing::Billing billing;
    degrees::Degrees degrees;
    cases::Services services;
    cases::Engine engine;
    Memo
        shown; ///< parts of answers made of a package alone: one for each package, procedure and state that was looked at

    [[nodiscard]] const std::string& id() const { return tenant->profile.id; }
    [[nodiscard]] const Json& profile() const { return tenant->profile.raw; }
    /// Sentences of the package that new cases get; empty when nothing is published.
    [[nodiscard]] Json packageTexts();
};

} // namespace zikao::app
