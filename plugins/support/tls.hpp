#pragma once

#include <string>

#include <Poco/Net/Context.h>

#include "plugins/api/result.hpp"

namespace zikao::support {

/// What a client of TLS 1.2 and later trusts: the system's authorities, and the given ones besides. The peer's certificate
/// and its host name are both checked. Reads files, so make it before the process is confined.
/// @param ca_file  further authorities, PEM; empty: none
/// @param ca_pem   one more, as text; empty: none
/// @errors `invalid_argument`: no certificate in `ca_pem`
Result<Poco::Net::Context::Ptr> tlsClient(const std::string& ca_file = {}, const std::string& ca_pem = {});

} // namespace zikao::support
