#pragma once

namespace zikao::tenant {
struct Tenant;
}
namespace zikao::identity {
class Identity;
class Passwords;
} // namespace zikao::identity
namespace zikao::catalog {
class Catalog;
}
namespace zikao::files {
class Files;
}
namespace zikao::exams {
class Exams;
}
namespace zikao::billing {
class Billing;
}
namespace zikao::degrees {
class Degrees;
}
namespace zikao::notify {
class Notify;
}

namespace zikao::cases {

/// What facts and effects speak to; one per tenant, outlives the engine.
struct Services
{
    tenant::Tenant& tenant;
    identity::Identity& identity;
    identity::Passwords& passwords;
    catalog::Catalog& catalog;
    files::Files& files;
    exams::Exams& exams;
    billing::Billing& billing;
    notify::Notify& notify;
    degrees::Degrees& degrees;
};

} // namespace zikao::cases
