#pragma once

#include <chrono>
#include <map>
#include <string>

#include "plugins/support/crypto.hpp"

namespace zikao::alipay {

/// One application's access to the gateway (manifest.json says what each setting is). Key mode and
/// certificate mode exclude each other; in certificate mode the keys are found by `alipay_cert_sn`.
struct Settings
{
    std::string gateway_url, app_id, seller_id, product_code, bill_host;
    support::PrivateKey app_key;
    std::string app_cert_sn, root_cert_sn;                 ///< empty in key mode
    std::map<std::string, support::PublicKey> alipay_keys; ///< by certificate SN; under "" in key mode
    std::chrono::milliseconds timeout{4000};

    [[nodiscard]] bool certificateMode() const { return !app_cert_sn.empty(); }

    /// @param now  certificates must be valid then
    /// @errors `invalid_argument` naming everything that is wrong
    static Result<Settings> parse(const std::string& settings_json, Instant now);
};

/// The number by which Alipay names a certificate: MD5 of issuer and decimal serial.
std::string certificateSn(const support::Certificate& certificate);
/// The same over a root bundle: RSA-signed certificates only, joined by `_`.
std::string rootCertificateSn(const std::vector<support::Certificate>& bundle);

} // namespace zikao::alipay
