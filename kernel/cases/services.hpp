#pragma once

#include "kernel/billing/billing.hpp"
#include "kernel/catalog/catalog.hpp"
#include "kernel/exams/exams.hpp"
#include "kernel/files/files.hpp"
#include "kernel/identity/identity.hpp"
#include "kernel/notify/notify.hpp"
#include "kernel/tenant/tenant.hpp"

namespace zikao::cases {

/// The modules of one tenant that facts are fetched from and effects speak to.
struct Services
{
    tenant::Tenant& tenant;
    identity::Identity& identity;
    catalog::Catalog& catalog;
    files::Files& files;
    exams::Exams& exams;
    billing::Billing& billing;
    notify::Notify& notify;
};

} // namespace zikao::cases
