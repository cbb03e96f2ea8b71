#pragma once

#include <functional>
#include <optional>
#include <string>

#include "kernel/app/site.hpp"
#include "kernel/base/strict_object.hpp"
#include "kernel/http/problem.hpp"
#include "kernel/http/request.hpp"
#include "kernel/http/response.hpp"
#include "kernel/http/router.hpp"

namespace zikao::app {

/// One request on its way through the application: route and rights are already judged, the body is read.
struct Call
{
    Site& site;
    const http::Request& request;
    const http::PathParams& params;
    std::optional<identity::Session> session; ///< the caller's, a guest's included
    Json body = {};                           ///< of a route that takes JSON; null otherwise
    std::string raw = {};                     ///< of a route that takes bytes

    [[nodiscard]] const std::string& param(std::string_view name) const { return params.find(name)->second; }
    [[nodiscard]] const identity::Actor& actor() const { return session->actor; }
    [[nodiscard]] bool isStaff() const { return session && actor().kind == identity::ActorKind::staff; }
    [[nodiscard]] Instant now() const { return site.tenant->clock.now(); }
};

/// What answers a route. An error becomes a problem document at the edge.
using Endpoint = std::function<Result<http::Response>(Call&)>;
using Routes = http::Router<Endpoint>;

/// The bits by which routes name roles: `Need::roles(bit(Role::finance) | …)`.
constexpr std::uint32_t bit(identity::Role role)
{
    return 1u << static_cast<unsigned>(role);
}

/// The sentence of a code with its arguments filled in: the case's own package first, then the kernel's
/// texts. Empty when neither has it. @param package_texts  may be null
std::string sentence(const Json& package_texts, std::string_view code, const Json& args);

/// {primary_color, emblem_url, picture_url} of a tenant.
Json themeJson(const Site& site);

/// {code, args, rule, field, detail} as the interface shows a reason.
Json reasonJson(const Reason& reason, const Json& package_texts);

/// 422 with the reasons sorted into field errors and case reasons.
http::Response refusal(const Decision& decision, const Json& package_texts, const std::string& request_id);

} // namespace zikao::app
