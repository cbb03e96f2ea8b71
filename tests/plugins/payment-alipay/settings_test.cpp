#include "tests/plugins/payment-alipay/fixture.hpp"

using namespace zikao;
using namespace zikao::alipay;

TEST(AlipaySettings, EveryProblemIsNamedAtOnceAndNoSecret)
{
    const auto parsed =
        Settings::parse(R"({"gateway_url":"x","app_private_key":"SecretPem"})", vectors::kNow);
    ASSERT_FALSE(parsed);
    for (const char* key : {"gateway_url", "app_id", "seller_id", "app_private_key", "alipay_public_key"})
        EXPECT_NE(parsed.error().message.find(key), std::string::npos)
            << key << " in: " << parsed.error().message;
    EXPECT_EQ(parsed.error().message.find("SecretPem"), std::string::npos);
}

TEST(AlipaySettings, KeyModeAndCertificateModeExcludeEachOther)
{
    Json both = settingsJson(true);
    both["alipay_public_key"] = vectors::file("keys/alipay_platform_public.pem");
    EXPECT_FALSE(Settings::parse(both.dump(), vectors::kNow));
    Json neither = settingsJson();
    neither.erase("alipay_public_key");
    EXPECT_FALSE(Settings::parse(neither.dump(), vectors::kNow));
}

TEST(AlipaySettings, AnAlipayCertificateThatDoesNotChainToTheRootsIsRefused)
{
    Json settings = settingsJson(true);
    settings["alipay_certificate"] = vectors::file("keys/wechat_platform_cert.pem");
    EXPECT_FALSE(Settings::parse(settings.dump(), vectors::kNow));
    settings = settingsJson(true);
    settings["root_certificates"] = vectors::file("keys/alipay_sub_cert.pem");
    EXPECT_FALSE(Settings::parse(settings.dump(), vectors::kNow)) << "an intermediate alone is no root";
    EXPECT_FALSE(Settings::parse(settingsJson(true).dump(), Instant{0})) << "not valid yet";
}
