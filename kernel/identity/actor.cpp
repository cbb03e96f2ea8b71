#include "kernel/identity/actor.hpp"

namespace zikao::identity {

namespace {

constexpr const char* kRoles[] = {"county_office",  "prefecture_office", "host_school",  "province_office",
                                  "exam_site",      "finance",           "tenant_admin", "rule_author",
                                  "system_officer", "security_officer",  "audit_officer"};

} // namespace

const char* name(Role role)
{
    return kRoles[static_cast<int>(role)];
}

std::optional<Role> roleFrom(std::string_view text)
{
    for (std::size_t i = 0; i < std::size(kRoles); ++i)
        if (text == kRoles[i])
            return static_cast<Role>(i);
    return std::nullopt;
}

} // namespace zikao::identity
