#include "kernel/identity/totp.hpp"

#include <gtest/gtest.h>

namespace zikao::identity {
namespace {

const std::string kRfcSecret = "12345678901234567890";

TEST(Totp, MatchesTheExamplesOfTheRfc)
{
    // RFC 6238, appendix B, SHA-1: the last six of its eight digits.
    const std::pair<std::int64_t, const char*> examples[] = {{59, "287082"},         {1111111109, "081804"},
                                                             {1111111111, "050471"}, {1234567890, "005924"},
                                                             {2000000000, "279037"}, {20000000000, "353130"}};
    for (const auto& [second, code] : examples)
        EXPECT_EQ(totpCode(kRfcSecret, totpStep({second * 1000})), code) << second;
}

TEST(Totp, TakesTheCodeOfOneStepBeforeAndAfterButNotOfTwo)
{
    const Instant now{1'700'000'000'000};
    const std::int64_t step = totpStep(now);
    for (const std::int64_t off : {-1, 0, 1})
        EXPECT_EQ(totpMatch(kRfcSecret, totpCode(kRfcSecret, step + off), now, 0), step + off);
    EXPECT_FALSE(totpMatch(kRfcSecret, totpCode(kRfcSecret, step - 2), now, 0));
    EXPECT_FALSE(totpMatch(kRfcSecret, totpCode(kRfcSecret, step + 2), now, 0));
    EXPECT_FALSE(totpMatch(kRfcSecret, "", now, 0));
}

TEST(Totp, RefusesACodeThatWasUsed)
{
    const Instant now{1'700'000'000'000};
    const std::int64_t step = totpStep(now);
    EXPECT_FALSE(totpMatch(kRfcSecret, totpCode(kRfcSecret, step), now, step));
    EXPECT_FALSE(totpMatch(kRfcSecret, totpCode(kRfcSecret, step - 1), now, step));
    EXPECT_TRUE(totpMatch(kRfcSecret, totpCode(kRfcSecret, step + 1), now, step));
}

TEST(Totp, SecretsCrossToTheAuthenticatorInBase32)
{
    EXPECT_EQ(base32(kRfcSecret), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    EXPECT_EQ(fromBase32("gezd gnbv gy3t qojq GEZD GNBV GY3T QOJQ").value(), kRfcSecret);
    EXPECT_FALSE(fromBase32("A1"));
    const std::string secret = newTotpSecret();
    EXPECT_EQ(secret.size(), 20u);
    EXPECT_EQ(fromBase32(base32(secret)).value(), secret);
}

TEST(Totp, TheAddressForTheScreenEncodesNames)
{
    EXPECT_EQ(totpUri(kRfcSecret, "考 试", "a:b"),
              "otpauth://totp/%e8%80%83%20%e8%af%95:a%3ab?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer="
              "%e8%80%83%20%e8%af%95&algorithm=SHA1&digits=6&period=30");
}

} // namespace
} // namespace zikao::identity
