#pragma once

#include "plugins/payment-wechatpay/provider.hpp"
#include "tests/plugins/vectors.hpp"

namespace zikao::wechatpay {

using vectors::Json;

inline const Json& published()
{
    static const Json kVectors = Json::parse(vectors::file("wechatpay.json"));
    return kVectors;
}

/// Both kinds of keys at once, nothing downloaded.
inline Json settingsJson()
{
    const Json& v = published();
    return {{"base_url", "https://api.mch.weixin.qq.com"},
            {"mchid", v.at("mchid")},
            {"appid", v.at("appid")},
            {"apiv3_key", v.at("apiv3_key")},
            {"merchant_serial", v.at("merchant").at("serial_no")},
            {"merchant_private_key", vectors::file("keys/wechat_merchant_private.pem")},
            {"platform_certificates", vectors::file("keys/wechat_platform_cert.pem")},
            {"download_certificates", false},
            {"public_key_id", v.at("pubkey_mode").at("id")},
            {"public_key", vectors::file("keys/wechat_pubkeymode_public.pem")}};
}

/// A provider whose network, clock and nonces the test holds.
class Bench
{
public:
    explicit Bench(const Json& settings = settingsJson())
        : transport(std::make_shared<vectors::FakeTransport>())
    {
        auto parsed = Settings::parse(settings.dump());
        EXPECT_TRUE(parsed) << parsed.error().message;
        const support::Environment environment{transport, [this] { return now; }, [this] { return nonce; }};
        client = std::make_unique<Client>(*parsed, environment);
        provider = std::make_unique<Provider>(*parsed, environment);
    }

    void answer(const Json& item)
    {
        transport->answer(item.at("status").get<int>(), vectors::headers(item), vectors::text(item, "body"));
    }
    /// Signs an answer as the provider would, with the platform certificate's key.
    void answerSigned(int status, const std::string& body);
    /// The headers the provider would sign a body with.
    support::Headers sign(const std::string& body, const std::string& timestamp = "1772420000") const;

    std::shared_ptr<vectors::FakeTransport> transport;
    Instant now = vectors::kNow;
    std::string nonce = "593BEC0C930BF1AFEB40B4A08C8FB242";
    std::unique_ptr<Client> client;
    std::unique_ptr<Provider> provider;
};

inline support::Headers Bench::sign(const std::string& body, const std::string& timestamp) const
{
    const auto key = support::PrivateKey::parse(vectors::file("keys/wechat_platform_private.pem"));
    const std::string signature = key->sign(timestamp + "\nNONCE\n" + body + "\n").value();
    return {{"wechatpay-timestamp", timestamp},
            {"wechatpay-nonce", "NONCE"},
            {"wechatpay-serial", vectors::text(published().at("platform"), "serial_no")},
            {"wechatpay-signature", signature}};
}

inline void Bench::answerSigned(int status, const std::string& body)
{
    transport->answer(status, sign(body), body);
}

inline api::ChargeRequest chargeRequest()
{
    return {"ZK14202604000000000001", Money::fen(18400), "自学考试报考费 2026年4月",
            vectors::kNow + std::chrono::seconds{180}, "https://pay.example.invalid/notify/wechat/14"};
}

} // namespace zikao::wechatpay
