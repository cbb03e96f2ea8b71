#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "plugins/api/result.hpp"

namespace zikao::mail {

enum class Security { none, starttls, tls };

/// What a message says, with ${name} for its values.
struct Template
{
    std::string subject, text;
};

struct Settings
{
    std::string host;
    std::uint16_t port = 465;
    Security security = Security::tls;
    std::string ca_certificate; ///< PEM; empty: the system's authorities alone
    bool auth_login = false;    ///< LOGIN instead of PLAIN
    std::string user, password; ///< user empty: no authentication
    std::string from, from_name, hello;
    std::map<std::string, Template> templates;
    std::chrono::milliseconds timeout{6000};

    /// @errors `invalid_argument` naming everything that is wrong
    static Result<Settings> parse(const std::string& settings_json);
};

} // namespace zikao::mail
