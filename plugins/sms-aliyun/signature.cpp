#include "plugins/sms-aliyun/signature.hpp"

#include <algorithm>

#include "plugins/support/crypto.hpp"

namespace zikao::aliyun {

namespace {

constexpr std::string_view kAlgorithm = "ACS3-HMAC-SHA256";

support::Pairs signedHeaders(const Acs3Request& request)
{
    support::Pairs chosen;
    for (const auto& header : request.headers)
        if (header.first == "host" || header.first == "content-type" || header.first.starts_with("x-acs-"))
            chosen.push_back(header);
    std::sort(chosen.begin(), chosen.end());
    return chosen;
}

std::string namesOf(const support::Pairs& headers)
{
    std::string names;
    for (const auto& [name, value] : headers)
        names += (names.empty() ? "" : ";") + name;
    return names;
}

} // namespace

std::string canonicalQuery(support::Pairs params)
{
    std::sort(params.begin(), params.end());
    std::string text;
    for (const auto& [name, value] : params)
        text +=
            (text.empty() ? "" : "&") + support::percentEncode(name) + '=' + support::percentEncode(value);
    return text;
}

std::string acs3CanonicalRequest(const Acs3Request& request)
{
    const auto headers = signedHeaders(request);
    std::string text = request.method + '\n' + request.uri + '\n' + canonicalQuery(request.query) + '\n';
    for (const auto& [name, value] : headers)
        text += name + ':' + value + '\n';
    return text + '\n' + namesOf(headers) + '\n' + support::hex(support::sha256(request.body));
}

std::string acs3StringToSign(const Acs3Request& request)
{
    return std::string(kAlgorithm) + '\n' + support::hex(support::sha256(acs3CanonicalRequest(request)));
}

std::string acs3Signature(const Acs3Request& request, std::string_view secret)
{
    return support::hex(support::hmacSha256(secret, acs3StringToSign(request)));
}

std::string acs3Authorization(const Acs3Request& request, std::string_view key_id, std::string_view secret)
{
    std::string text(kAlgorithm);
    text.append(" Credential=").append(key_id);
    text.append(",SignedHeaders=").append(namesOf(signedHeaders(request)));
    text.append(",Signature=").append(acs3Signature(request, secret));
    return text;
}

std::string rpcStringToSign(std::string_view method, const support::Pairs& params)
{
    return std::string(method) + "&%2F&" + support::percentEncode(canonicalQuery(params));
}

std::string rpcSignature(std::string_view method, const support::Pairs& params, std::string_view secret)
{
    return support::base64(support::hmacSha1(std::string(secret) + '&', rpcStringToSign(method, params)));
}

} // namespace zikao::aliyun
