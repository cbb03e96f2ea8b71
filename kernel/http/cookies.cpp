#include "kernel/http/cookies.hpp"

#include <algorithm>

namespace zikao::http {
namespace {

constexpr const char* kAttributes = "; Path=/; HttpOnly; SameSite=Lax";

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

} // namespace

std::string sessionCookieName(std::string_view tenant, bool secure)
{
    return std::string(secure ? "__Host-" : "") + "zikao_" + std::string(tenant);
}

std::optional<std::string> sessionToken(const Request& request, std::string_view tenant)
{
    const std::string wanted = sessionCookieName(tenant, request.secure);
    std::string_view rest = request.header("Cookie");
    std::optional<std::string> found;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(';'), rest.size());
        const std::string_view pair = trimmed(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos || pair.substr(0, equals) != wanted)
            continue;
        if (found)
            return std::nullopt;
        found = std::string(pair.substr(equals + 1));
    }
    if (found && (found->empty() || found->size() > 128))
        return std::nullopt;
    return found;
}

void setSessionCookie(Response& response, std::string_view tenant, std::string_view token, bool secure)
{
    response.head.add("Set-Cookie", sessionCookieName(tenant, secure) + "=" + std::string(token) +
                                        kAttributes + (secure ? "; Secure" : ""));
}

void clearSessionCookie(Response& response, std::string_view tenant, bool secure)
{
    response.head.add("Set-Cookie", sessionCookieName(tenant, secure) + "=" + kAttributes + "; Max-Age=0" +
                                        (secure ? "; Secure" : ""));
}

} // namespace zikao::http
