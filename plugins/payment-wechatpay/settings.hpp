#pragma once

#include <chrono>
#include <string>

#include "plugins/payment-wechatpay/platform_keys.hpp"
#include "plugins/support/crypto.hpp"

namespace zikao::wechatpay {

/// One merchant's access to the gateway (manifest.json says what each setting is).
struct Settings
{
    std::string base_url, mchid, appid, apiv3_key, merchant_serial;
    support::PrivateKey merchant_key;
    PlatformKeys keys; ///< configured certificates and public key
    std::string public_key_id;
    bool download_certificates = true;
    std::chrono::seconds tolerance{300};
    std::chrono::milliseconds timeout{4000};

    /// @errors `invalid_argument` naming everything that is wrong
    static Result<Settings> parse(const std::string& settings_json);
};

} // namespace zikao::wechatpay
