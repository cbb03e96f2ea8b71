#pragma once

#include <string>
#include <string_view>

#include "plugins/support/encoding.hpp"

namespace zikao::aliyun {

/// `name=value&…`, both sides percent-encoded, sorted by name.
std::string canonicalQuery(support::Pairs params);

/// One request as ACS3-HMAC-SHA256 sees it. Header names are lower case.
struct Acs3Request
{
    std::string method = "POST";
    std::string uri = "/";
    support::Pairs query;
    support::Pairs headers; ///< host, content-type and x-acs-* are signed; others are not
    std::string body;
};

std::string acs3CanonicalRequest(const Acs3Request& request);
std::string acs3StringToSign(const Acs3Request& request);
std::string acs3Signature(const Acs3Request& request, std::string_view secret); ///< hex
/// The Authorization header.
std::string acs3Authorization(const Acs3Request& request, std::string_view key_id, std::string_view secret);

/// What the older RPC signature (HMAC-SHA1) covers.
std::string rpcStringToSign(std::string_view method, const support::Pairs& params);
std::string rpcSignature(std::string_view method, const support::Pairs& params,
                         std::string_view secret); ///< base 64

} // namespace zikao::aliyun
