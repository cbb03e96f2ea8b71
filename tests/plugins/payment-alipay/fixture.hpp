#pragma once

#include "plugins/payment-alipay/provider.hpp"
#include "tests/plugins/vectors.hpp"

namespace zikao::alipay {

using vectors::Json;

inline const Json& published()
{
    static const Json kVectors = Json::parse(vectors::file("alipay.json"));
    return kVectors;
}

inline const Json& vectorOf(const std::string& id)
{
    return vectors::find(published(), id);
}

inline Json settingsJson(bool certificates = false)
{
    const Json& v = published();
    Json settings{{"app_id", v.at("app_id")},
                  {"seller_id", v.at("seller_id")},
                  {"app_private_key", vectors::file("keys/alipay_app_private.pem")}};
    if (certificates) {
        settings["app_certificate"] = vectors::file("keys/alipay_app_cert.pem");
        settings["alipay_certificate"] = vectors::file("keys/alipay_platform_cert.pem");
        settings["root_certificates"] = vectors::file("keys/alipay_root_bundle.pem");
    } else {
        settings["alipay_public_key"] = vectors::file("keys/alipay_platform_public.pem");
    }
    return settings;
}

/// A provider whose network and clock the test holds.
class Bench
{
public:
    explicit Bench(const Json& settings = settingsJson())
        : transport(std::make_shared<vectors::FakeTransport>())
    {
        auto parsed = Settings::parse(settings.dump(), vectors::kNow);
        EXPECT_TRUE(parsed) << parsed.error().message;
        const support::Environment environment{transport, [this] { return now; }, [] { return "unused"; }};
        client = std::make_unique<Client>(*parsed, environment);
        provider = std::make_unique<Provider>(*parsed, environment);
    }

    void answer(const std::string& id) { transport->answer(200, {}, vectors::text(vectorOf(id), "body")); }

    /// Signs an answer object as Alipay would.
    void answerSigned(const std::string& method, const Json& object)
    {
        static const auto kKey =
            support::PrivateKey::parse(vectors::file("keys/alipay_platform_private.pem"));
        std::string key = method + "_response";
        std::replace(key.begin(), key.end(), '.', '_');
        const std::string raw = object.dump();
        transport->answer(200, {},
                          "{\"" + key + "\":" + raw + ",\"sign\":\"" + kKey->sign(raw).value() + "\"}");
    }

    std::shared_ptr<vectors::FakeTransport> transport;
    Instant now = vectors::kNow;
    std::unique_ptr<Client> client;
    std::unique_ptr<Provider> provider;
};

inline const std::string kNo = "ZK65202604000000000001";

inline api::ChargeRequest chargeRequest()
{
    return {kNo, Money::fen(18400), "自学考试报考费", vectors::kNow + std::chrono::seconds{180},
            "https://pay.example.invalid/notify/alipay/65"};
}

} // namespace zikao::alipay
