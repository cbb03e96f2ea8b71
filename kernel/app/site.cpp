#include "kernel/app/site.hpp"

#include "kernel/app/installation.hpp"

namespace zikao::app {

Site::Site(std::unique_ptr<tenant::Tenant> opened, identity::Passwords& passwords)
    : tenant(std::move(opened)),
      identity(*tenant, passwords, auditWitness(*tenant)),
      catalog(*tenant),
      files(*tenant),
      notify(*tenant),
      exams(*tenant),
      billing(*tenant),
      degrees(*tenant, identity),
      services{*tenant, identity, passwords, catalog, files, exams, billing, notify, degrees},
      engine(services)
{}

Json Site::packageTexts()
{
    const auto package = tenant->rules->active();
    return package ? (*package)->texts : Json::object();
}

} // namespace zikao::app
