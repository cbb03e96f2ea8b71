#include "plugins/payment-wechatpay/settings.hpp"

#include "plugins/support/http.hpp"
#include "plugins/support/json.hpp"

namespace zikao::wechatpay {

Result<Settings> Settings::parse(const std::string& settings_json)
{
    support::Settings from(settings_json);
    Settings made;
    made.base_url = from.optional("base_url", "https://api.mch.weixin.qq.com");
    if (const auto url = support::Url::parse(made.base_url);
        !url || url->target != "/" || made.base_url.ends_with('/'))
        from.complain("base_url must be an origin such as https://host");
    made.mchid = from.required("mchid");
    made.appid = from.required("appid");
    made.apiv3_key = from.required("apiv3_key");
    if (made.apiv3_key.size() != 32)
        from.complain("apiv3_key must have 32 characters");
    made.merchant_serial = from.required("merchant_serial");
    if (auto key = support::PrivateKey::parse(from.required("merchant_private_key")))
        made.merchant_key = *key;
    else
        from.complain("merchant_private_key: " + key.error().message);
    made.download_certificates = from.flag("download_certificates", true);
    made.tolerance = std::chrono::seconds{from.integer("notify_tolerance_seconds", 300, 30, 900)};
    made.timeout = std::chrono::milliseconds{from.integer("timeout_ms", 4000, 500, 30'000)};
    if (const std::string pem = from.optional("platform_certificates"); !pem.empty()) {
        const auto bundle = support::Certificate::parseBundle(pem);
        const auto added = bundle ? made.keys.add(*bundle) : Result<void>{fail(bundle.error())};
        if (!added)
            from.complain("platform_certificates: " + added.error().message);
    }
    made.public_key_id = from.optional("public_key_id");
    const std::string public_key = from.optional("public_key");
    if (made.public_key_id.empty() != public_key.empty()) {
        from.complain("public_key and public_key_id belong together");
    } else if (!public_key.empty()) {
        if (auto key = support::PublicKey::parse(public_key))
            made.keys.add(made.public_key_id, *key);
        else
            from.complain("public_key: " + key.error().message);
    }
    if (made.keys.empty() && !made.download_certificates)
        from.complain("no key of the provider is configured and download_certificates is off");
    if (auto good = from.check(); !good)
        return fail(good.error());
    return made;
}

} // namespace zikao::wechatpay
