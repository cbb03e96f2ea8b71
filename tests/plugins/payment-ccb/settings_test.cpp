#include "tests/plugins/payment-ccb/fixture.hpp"

using namespace zikao;
using namespace zikao::ccb;

namespace {

std::string complaint(Json settings, const char* key, const Json& value)
{
    settings[key] = value;
    const auto parsed = Settings::parse(settings.dump());
    return parsed ? "" : parsed.error().message;
}

} // namespace

TEST(CcbSettings, EveryProblemIsNamedAtOnceAndNoSecret)
{
    const auto parsed =
        Settings::parse(R"({"gateway_url":"x","counter_public_key":"SecretHex","query_password":""})");
    ASSERT_FALSE(parsed);
    for (const char* key :
         {"gateway_url", "merchant_id", "pos_id", "branch_id", "counter_public_key", "query_password"})
        EXPECT_NE(parsed.error().message.find(key), std::string::npos)
            << key << " in: " << parsed.error().message;
    EXPECT_EQ(parsed.error().message.find("SecretHex"), std::string::npos);
}

TEST(CcbSettings, AnUnsignedAnswerIsOnlyTakenOverTls)
{
    EXPECT_NE(complaint(settingsJson(), "gateway_url", "http://ibsbjstar.ccb.com.cn/CCBIS/ccbMain"), "");
    EXPECT_EQ(complaint(settingsJson(), "gateway_url", "http://127.0.0.1:8080/CCBIS/ccbMain"), "");
    EXPECT_NE(complaint(withBankClient(), "bank_client_url", "http://10.0.0.7/client"), "");
}

TEST(CcbSettings, NumbersListsAndTheBankClientAreChecked)
{
    EXPECT_NE(complaint(settingsJson(), "merchant_id", "10554000000000"), "");
    EXPECT_NE(complaint(settingsJson(), "pos_id", "05400000x"), "");
    EXPECT_NE(complaint(settingsJson(), "refused_codes", Json::array({1})), "");
    EXPECT_NE(complaint(withBankClient(), "bank_client_user", ""), "");
    EXPECT_EQ(complaint(withBankClient(), "unknown_order_codes", Json::array({"0250E0200001"})), "");
}

TEST(CcbSettings, AKeyThatIsNoRsaKeyOfAThousandBitsIsRefused)
{
    const auto key = text(published(), "counter_public_key_hex");
    EXPECT_TRUE(CounterKey::parse(key));
    EXPECT_FALSE(CounterKey::parse(key.substr(2)));
    EXPECT_FALSE(CounterKey::parse(key.substr(0, key.size() - 1)));
    EXPECT_FALSE(CounterKey::parse(""));
    // A genuine 512-bit key.
    EXPECT_FALSE(CounterKey::parse(
        "305c300d06092a864886f70d0101010500034b003048024100b6a17d06b0f351875d08aabefdb81ea09da6ff"
        "dfa446243e5648cab462507143f931bfde4049f482a14e4f0744e09e800f6a5998165d0803f48e509d5dac03"
        "b10203010001"));
}
