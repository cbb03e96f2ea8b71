#include "tests/plugins/degree-chsi/fixture.hpp"

using namespace zikao;
using namespace zikao::chsi;

TEST(ChsiSettings, EveryProblemIsNamedAtOnce)
{
    const auto parsed = Settings::parse(
        R"({"base_url":"https://h/path","aead_key":"short","path":"v1/","register_keys":{"k":"no key"},"purposes":{}})");
    ASSERT_FALSE(parsed);
    for (const char* key : {"base_url", "client_id", "key_id", "private_key", "aead_key", "path",
                            "register_keys.k", "register_keys holds no key", "purposes.graduation"})
        EXPECT_NE(parsed.error().message.find(key), std::string::npos)
            << key << " in: " << parsed.error().message;
}

TEST(ChsiSettings, SecretsAreNotRepeatedInMessages)
{
    Json settings = settingsJson();
    settings["aead_key"] = "SecretSecret";
    settings["private_key"] = "SecretPem";
    const auto parsed = Settings::parse(settings.dump());
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().message.find("Secret"), std::string::npos) << parsed.error().message;
}

TEST(ChsiSettings, WhatIsNotConfirmedCanBeSetOtherwise)
{
    Json settings = settingsJson();
    settings["path"] = "/api/degree";
    settings["header_prefix"] = "X-Reg-";
    settings["purposes"]["registration"] = "UPGRADE";
    Bench bench(settings);
    EXPECT_FALSE(bench.checker->create(request()));
    const auto& sent = bench.transport->sent.at(0);
    EXPECT_EQ(sent.url, "https://register.example.invalid/api/degree");
    EXPECT_NE(support::headerOf(sent.headers, "X-Reg-Signature"), "");
    EXPECT_EQ(Json::parse(sent.body).at("purpose"), "UPGRADE");
}
