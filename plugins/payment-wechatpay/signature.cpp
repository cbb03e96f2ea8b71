#include "plugins/payment-wechatpay/signature.hpp"

#include <charconv>

#include "plugins/api/control.hpp"
#include "plugins/support/signed_text.hpp"

namespace zikao::wechatpay {

namespace {

constexpr std::string_view kScheme = "WECHATPAY2-SHA256-RSA2048";
constexpr std::string_view kProbe = "WECHATPAY/SIGNTEST/";

} // namespace

Result<std::string> authorization(std::string_view mchid, std::string_view merchant_serial,
                                  const support::PrivateKey& key, std::string_view method,
                                  std::string_view target, std::string_view timestamp, std::string_view nonce,
                                  std::string_view body)
{
    const auto signature = key.sign(support::requestText(method, target, timestamp, nonce, body));
    if (!signature)
        return signature;
    std::string text(kScheme);
    text.append(" mchid=\"").append(mchid);
    text.append("\",nonce_str=\"").append(nonce);
    text.append("\",timestamp=\"").append(timestamp);
    text.append("\",serial_no=\"").append(merchant_serial);
    text.append("\",signature=\"").append(*signature).append("\"");
    return text;
}

Result<void> verify(const support::Headers& headers, std::string_view body, const PlatformKeys& keys,
                    Instant now, std::chrono::seconds tolerance)
{
    const std::string_view timestamp = support::headerOf(headers, "Wechatpay-Timestamp");
    const std::string_view nonce = support::headerOf(headers, "Wechatpay-Nonce");
    const std::string_view signature = support::headerOf(headers, "Wechatpay-Signature");
    const std::string_view serial = support::headerOf(headers, "Wechatpay-Serial");
    const std::string_view scheme = support::headerOf(headers, "Wechatpay-Signature-Type");
    if (timestamp.empty() || nonce.empty() || signature.empty() || serial.empty())
        return fail(ErrorCode::forbidden, "a signature header is missing", "signature");
    if (!scheme.empty() && scheme != kScheme)
        return fail(ErrorCode::forbidden, "unknown signature type", "signature");
    if (signature.starts_with(kProbe))
        return fail(ErrorCode::forbidden, "the provider's probe with a wrong signature", "signature");
    std::int64_t seconds = 0;
    const auto [end, failed] =
        std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), seconds);
    if (failed != std::errc{} || end != timestamp.data() + timestamp.size() || seconds < 0 ||
        std::chrono::seconds{std::abs(now.ms / 1000 - seconds)} > tolerance)
        return fail(ErrorCode::forbidden, "signed at another time", "timestamp");
    const support::PublicKey* key = keys.find(serial, now);
    if (!key)
        return fail(ErrorCode::forbidden, "no key with this serial", "serial");
    if (!key->verify(support::answerText(timestamp, nonce, body), signature) && CONTROL("notice_signature"))
        return fail(ErrorCode::forbidden, "the signature does not fit", "signature");
    return ok();
}

} // namespace zikao::wechatpay
