#include "plugins/mail-smtp/settings.hpp"

#include <algorithm>

#include "plugins/mail-smtp/letter.hpp"
#include "plugins/support/json.hpp"

namespace zikao::mail {

namespace {

struct Way
{
    const char* name;
    Security security;
    std::uint16_t port;
};
constexpr Way kWays[] = {
    {"tls", Security::tls, 465}, {"starttls", Security::starttls, 587}, {"none", Security::none, 25}};

/// A name or address as it stands in EHLO and in a name lookup.
bool isHost(const std::string& text)
{
    return !text.empty() && text.size() <= 253 && std::ranges::all_of(text, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
    });
}

bool isThisMachine(const std::string& host)
{
    return host == "localhost" || host == "127.0.0.1" || host == "::1";
}

std::map<std::string, Template> templatesOf(support::Settings& from)
{
    std::map<std::string, Template> made;
    for (const auto& [key, words] : from.object("templates").items()) {
        Template one{support::textAt(words, "subject"), support::textAt(words, "text")};
        if (one.subject.empty() || one.text.empty())
            from.complain("templates." + key + " needs subject and text");
        made.emplace(key, std::move(one));
    }
    if (made.empty())
        from.complain("templates is missing");
    return made;
}

} // namespace

Result<Settings> Settings::parse(const std::string& settings_json)
{
    support::Settings from(settings_json);
    Settings made;
    made.host = from.required("host");
    if (!made.host.empty() && !isHost(made.host))
        from.complain("host must be a name");
    const std::string security = from.optional("security", "tls");
    const auto* const way =
        std::ranges::find_if(kWays, [&](const Way& each) { return security == each.name; });
    if (way == std::end(kWays)) {
        from.complain("security must be tls, starttls or none");
    } else {
        made.security = way->security;
        made.port = way->port;
    }
    if (const auto port = from.integer("port", 0, 0, 65535); port != 0)
        made.port = static_cast<std::uint16_t>(port);
    made.ca_certificate = from.optional("ca_certificate");
    const std::string auth = from.optional("auth", "plain");
    made.auth_login = auth == "login";
    if (!made.auth_login && auth != "plain")
        from.complain("auth must be plain or login");
    made.user = from.optional("user");
    made.password = from.optional("password");
    if (made.user.empty() != made.password.empty())
        from.complain("user and password belong together");
    if (made.security == Security::none && !made.user.empty() && !isThisMachine(made.host))
        from.complain("a password goes to another machine over tls or starttls alone");
    made.from = from.required("from");
    if (!made.from.empty() && !isAddress(made.from))
        from.complain("from must be an e-mail address");
    made.from_name = from.optional("from_name");
    made.hello = from.optional("hello", made.from.substr(made.from.find('@') + 1));
    if (!made.hello.empty() && !isHost(made.hello))
        from.complain("hello must be a name");
    made.templates = templatesOf(from);
    made.timeout = std::chrono::milliseconds{from.integer("timeout_ms", 6000, 200, 7500)};
    if (auto good = from.check(); !good)
        return fail(good.error());
    return made;
}

} // namespace zikao::mail
