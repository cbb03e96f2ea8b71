#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "plugins/payment-wechatpay/platform_keys.hpp"
#include "plugins/support/http.hpp"

namespace zikao::wechatpay {

/// The Authorization header of a request.
Result<std::string> authorization(std::string_view mchid, std::string_view merchant_serial,
                                  const support::PrivateKey& key, std::string_view method,
                                  std::string_view target, std::string_view timestamp, std::string_view nonce,
                                  std::string_view body);

/// Whether headers and body come from the provider, now.
/// @errors `forbidden` with reason `signature` (missing, wrong, or a probe), `timestamp` or `serial`
Result<void> verify(const support::Headers& headers, std::string_view body, const PlatformKeys& keys,
                    Instant now, std::chrono::seconds tolerance);

} // namespace zikao::wechatpay
