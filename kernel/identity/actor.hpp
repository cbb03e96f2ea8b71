#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace zikao::identity {

/// Who acts. A visitor has a guest session but no account yet (registration); `system` is a background job.
enum class ActorKind { visitor, candidate, staff, system };

/// The duties a staff account may hold (DEF-GEN-07, C17). Names as stored: "county_office" …
enum class Role {
    county_office,
    prefecture_office,
    host_school,
    province_office,
    exam_site,
    finance,
    tenant_admin,
    rule_author,
    system_officer,
    security_officer,
    audit_officer
};

struct Actor
{
    ActorKind kind = ActorKind::visitor;
    std::string id;       ///< account id; the guest session's id for a visitor; "system:<part>"
    std::string name;     ///< for screens, never for logs
    std::set<Role> roles; ///< staff only
    std::string
        office_code; ///< staff only: the organisation (catalog::Office), which decides whose cases are seen
    std::string session_id; ///< hash of the session token; empty for system
    std::string request_id;

    static Actor system(std::string part)
    {
        return {ActorKind::system, "system:" + part, {}, {}, {}, {}, {}};
    }
    [[nodiscard]] bool has(Role role) const { return roles.contains(role); }
};

const char* name(Role role);
/// Nothing when there is no such role.
std::optional<Role> roleFrom(std::string_view text);

} // namespace zikao::identity
