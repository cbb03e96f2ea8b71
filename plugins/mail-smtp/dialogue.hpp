#pragma once

#include <string>

#include <Poco/Net/Context.h>

#include "plugins/api/result.hpp"
#include "plugins/mail-smtp/settings.hpp"

namespace zikao::mail {

/// Hands one mail over to the server of the settings, in one connection, within `settings.timeout`.
/// @param tls   from support::tlsClient; made before the process is confined
/// @param mail  as `written` makes it
/// @errors `invalid_argument`: this recipient or this mail is refused for good; `unavailable`: nothing was taken (no
///         connection, no STARTTLS, certificate, password, a refusal for now); `timeout`: the mail was on its way and no
///         whole answer came back. The server's code is the reason: "SMTP 550 5.1.1"
/// @threads any
Result<void> handOver(const Settings& settings, const Poco::Net::Context::Ptr& tls, const std::string& to,
                      const std::string& mail);

} // namespace zikao::mail
