#include "tests/plugins/payment-wechatpay/fixture.hpp"

using namespace zikao;
using namespace zikao::wechatpay;

TEST(WechatPaySettings, EveryProblemIsNamedAtOnce)
{
    const auto parsed =
        Settings::parse(R"({"base_url":"https://h/path","apiv3_key":"short","public_key":"x"})");
    ASSERT_FALSE(parsed);
    for (const char* key : {"base_url", "mchid", "appid", "apiv3_key", "merchant_serial",
                            "merchant_private_key", "public_key_id"})
        EXPECT_NE(parsed.error().message.find(key), std::string::npos)
            << key << " in: " << parsed.error().message;
}

TEST(WechatPaySettings, AMerchantWithoutAnyWayToAKeyIsRefused)
{
    Json settings = settingsJson();
    settings["platform_certificates"] = "";
    settings["public_key"] = "";
    settings["public_key_id"] = "";
    EXPECT_FALSE(Settings::parse(settings.dump()));
    settings["download_certificates"] = true;
    EXPECT_TRUE(Settings::parse(settings.dump()));
}

TEST(WechatPaySettings, SecretsAreNotRepeatedInMessages)
{
    Json settings = settingsJson();
    settings["apiv3_key"] = "SecretSecret";
    settings["merchant_private_key"] = "SecretPem";
    const auto parsed = Settings::parse(settings.dump());
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().message.find("Secret"), std::string::npos) << parsed.error().message;
}

TEST(WechatPaySettings, ACertificateOutsideItsTimeOpensNothing)
{
    const auto parsed = Settings::parse(settingsJson().dump());
    const std::string serial = vectors::text(published().at("platform"), "serial_no");
    EXPECT_NE(parsed->keys.find(serial, vectors::kNow), nullptr);
    EXPECT_EQ(parsed->keys.find(serial, Instant{0}), nullptr);
    EXPECT_EQ(parsed->keys.newestCertificate(vectors::kNow), serial);
    EXPECT_EQ(parsed->keys.newestCertificate(Instant{0}), "");
}
