#pragma once

#include <string>
#include <string_view>

#include "plugins/degree-chsi/settings.hpp"
#include "plugins/support/http.hpp"
#include "plugins/support/json.hpp"

namespace zikao::chsi {

/// Whether we may use a number as a request's: 1-32 of 0-9 and A-Z.
bool isRequestNo(std::string_view number);

/// `sha256:…` of name, ID number and request number: what the register learns of the person before the person agrees.
std::string subjectDigest(const api::DegreeRequest& request);

/// The body that asks for a code.
std::string createBody(const api::DegreeRequest& request, const Settings& settings);

/// The headers of a request of ours: client, key, time, nonce and the signature over them.
Result<support::Headers> signedHeaders(const Settings& settings, std::string_view method,
                                       std::string_view target, std::string_view body, Instant now,
                                       std::string_view nonce);

/// Whether headers and body come from the register, now.
/// @errors `forbidden` with reason `signature`, `timestamp` or `key`
Result<void> verify(const Settings& settings, const support::Headers& headers, std::string_view body,
                    Instant now);

/// Opens a sealed result and reads it.
/// @errors `forbidden` with reason `cipher` or `body`
Result<api::DegreeAnswer> openResult(const Settings& settings, const support::Json& resource);

/// PENDING, AUTHORIZED … Nothing for another word.
std::optional<api::DegreeState> stateNamed(std::string_view word);

} // namespace zikao::chsi
