#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernel/http/request.hpp"
#include "kernel/http/response.hpp"

namespace zikao::http {

/// The name of a tenant's session cookie. Over TLS it has the prefix `__Host-`, which makes the browser
/// insist on Secure, Path=/ and no Domain, so that no sibling host can plant one. Browsers refuse that prefix
/// without Secure; over plain HTTP, which is for development on loopback only, the name goes without it. The
/// tenant is part of the name because tenants chosen by path share a host, and Path=/ makes them share its
/// cookies.
std::string sessionCookieName(std::string_view tenant, bool secure);

/// The token of the tenant's session cookie; nothing when absent or given twice.
std::optional<std::string> sessionToken(const Request& request, std::string_view tenant);

/// HttpOnly, SameSite=Lax, Path=/, Secure over TLS; lives as long as the browser session (C12).
void setSessionCookie(Response& response, std::string_view tenant, std::string_view token, bool secure);
void clearSessionCookie(Response& response, std::string_view tenant, bool secure);

} // namespace zikao::http
