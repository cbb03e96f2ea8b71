#include "kernel/base/crypto.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/encoding.hpp"

namespace zikao {
namespace {

std::shared_ptr<const KeyRing> freshKeys(Sealing sealing = Sealing::sm4_ctr_hmac_sm3)
{
    return std::make_shared<const KeyRing>(KeyRing::generate(sealing));
}

/// Both ways of sealing keep the same promises (C50).
class EverySealing : public testing::TestWithParam<Sealing>
{};

INSTANTIATE_TEST_SUITE_P(Vault, EverySealing,
                         testing::Values(Sealing::sm4_ctr_hmac_sm3, Sealing::aes_256_gcm),
                         [](const auto& info) { return info.param == Sealing::aes_256_gcm ? "Aes" : "Sm4"; });

TEST_P(EverySealing, C50_OpensWhatItSealedAlsoWhenEmptyOrLarge)
{
    const Vault vault(freshKeys(GetParam()));
    for (const std::string& plain : {std::string(), std::string("13900000000"), std::string(1'000'000, '\0')})
        EXPECT_EQ(vault.open(vault.seal(plain, "candidate.phone"), "candidate.phone").value(), plain);
}

TEST_P(EverySealing, C50_TheSameValueIsNeverSealedTwiceAlikeAndNeverInTheClear)
{
    const Vault vault(freshKeys(GetParam()));
    const std::string sealed = vault.seal("13900000000", "p");
    EXPECT_NE(sealed, vault.seal("13900000000", "p"));
    EXPECT_EQ(sealed.find("139"), std::string::npos);
}

TEST_P(EverySealing, C50_AnyAlteredBitIsFound)
{
    const Vault vault(freshKeys(GetParam()));
    const std::string sealed = vault.seal("990101199001011234", "candidate.id_number");
    for (std::size_t byte = 0; byte < sealed.size(); ++byte) {
        std::string altered = sealed;
        altered[byte] = static_cast<char>(altered[byte] ^ 0x01);
        const auto opened = vault.open(altered, "candidate.id_number");
        ASSERT_FALSE(opened) << "byte " << byte;
        EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
    }
    EXPECT_FALSE(vault.open(sealed.substr(0, sealed.size() - 1), "candidate.id_number"));
    EXPECT_FALSE(vault.open(sealed + '\0', "candidate.id_number"));
    EXPECT_FALSE(vault.open("", "candidate.id_number"));
}

TEST_P(EverySealing, C50_AValueCannotBeMovedToAnotherColumn)
{
    const Vault vault(freshKeys(GetParam()));
    EXPECT_FALSE(vault.open(vault.seal("x", "candidate.phone"), "candidate.email"));
    // Purpose and value are told apart by length: moving the border between them changes the MAC.
    EXPECT_NE(vault.index("bc", "a"), vault.index("c", "ab"));
}

TEST(Vault, AKeyOfAnotherTenantOpensNothing)
{
    EXPECT_FALSE(Vault(freshKeys()).open(Vault(freshKeys()).seal("x", "p"), "p"));
}

TEST(Vault, C50_RotationSealsWithTheNewKeyAndStillOpensTheOld)
{
    for (const Sealing to : {Sealing::sm4_ctr_hmac_sm3, Sealing::aes_256_gcm}) {
        KeyRing ring = KeyRing::generate();
        const Vault old_vault(std::make_shared<const KeyRing>(KeyRing::parse(ring.serialise()).value()));
        const std::string sealed = old_vault.seal("x", "p");
        ring.rotate(to);
        EXPECT_EQ(ring.newest(), 2);
        const Vault vault(std::make_shared<const KeyRing>(KeyRing::parse(ring.serialise()).value()));
        EXPECT_EQ(vault.open(sealed, "p").value(), "x");
        EXPECT_EQ(vault.seal("x", "p").at(0), static_cast<char>(to)) << "the new key's way of sealing";
        const auto too_new = old_vault.open(vault.seal("x", "p"), "p");
        ASSERT_FALSE(too_new) << "a new value must not be under the old key";
        EXPECT_EQ(too_new.error().reason, "key_unknown");
        EXPECT_EQ(vault.index("x", "p"), old_vault.index("x", "p")) << "an index must survive rotation";
    }
}

TEST(Vault, C50_ARotationIsTakenOverWhileItServes)
{
    const KeyRing first = KeyRing::generate();
    std::string kept = first.serialise();
    Vault vault(std::make_shared<const KeyRing>(KeyRing::parse(kept).value()),
                [&kept] { return KeyRing::parse(kept); });
    const std::string before = vault.seal("x", "p");
    KeyRing rotated = KeyRing::parse(kept).value();
    rotated.rotate(Sealing::aes_256_gcm);
    kept = rotated.serialise();

    // Another server has taken the new key already: what it sealed opens here before this one looked again.
    const std::string elsewhere =
        Vault(std::make_shared<const KeyRing>(KeyRing::parse(kept).value())).seal("y", "p");
    EXPECT_EQ(vault.open(elsewhere, "p").value(), "y");
    EXPECT_EQ(vault.renew().value(), 2);
    EXPECT_EQ(vault.seal("x", "p").at(0), static_cast<char>(Sealing::aes_256_gcm));
    EXPECT_EQ(vault.open(before, "p").value(), "x");

    kept = KeyRing::generate().serialise();
    EXPECT_EQ(vault.renew().error().code, ErrorCode::conflict)
        << "a ring without the keys in use is no renewal";
    KeyRing stranger = KeyRing::generate();
    for (int i = 0; i < 3; ++i)
        stranger.rotate(Sealing::aes_256_gcm);
    kept = stranger.serialise();
    EXPECT_EQ(vault.renew().error().code, ErrorCode::conflict) << "nor is one with more keys, but others";
    kept = "damaged";
    EXPECT_FALSE(vault.renew());
    EXPECT_EQ(vault.open(before, "p").value(), "x") << "a ring that cannot be read changes nothing";
}

TEST(Vault, C50_AValueUnderOneSealingIsNotReadAsTheOther)
{
    const Vault vault(freshKeys(Sealing::aes_256_gcm));
    std::string sealed = vault.seal(std::string(64, 'x'), "p");
    sealed[0] = static_cast<char>(Sealing::sm4_ctr_hmac_sm3);
    EXPECT_FALSE(vault.open(sealed, "p"));
}

TEST(Vault, TheIndexDependsOnKeyValueAndPurpose)
{
    const auto keys = freshKeys();
    const Vault vault(keys);
    EXPECT_EQ(vault.index("x", "p"), Vault(keys).index("x", "p"));
    EXPECT_EQ(vault.index("x", "p").size(), 64u);
    EXPECT_NE(vault.index("x", "p"), vault.index("y", "p"));
    EXPECT_NE(vault.index("x", "p"), vault.index("x", "q"));
    EXPECT_NE(vault.index("x", "p"), Vault(freshKeys()).index("x", "p"));
}

TEST(Vault, AKnownValueOpensInLaterReleases)
{
    // Made with the openssl command, not with our code: a change of the format would lose every tenant's
    // data.
    const std::string ring = "zikao-key-ring 1\n"
                             "index AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n"
                             "key 1 AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n";
    const Vault vault(std::make_shared<const KeyRing>(KeyRing::parse(ring).value()));
    EXPECT_EQ(KeyRing::parse(ring).value().serialise(), ring);
    EXPECT_EQ(vault.index("known", "test.value"),
              "fe36f6225fb0ea75cfd85d6873cf3286d5e1edc8f6b39709e86b85fabc6fc326");
    const std::string sealed = "AQABAAECAwQFBgcICQoLDA0ODx0p1s1061+VAqVnS0+YKXyCfYBGmyyR2Tkeo6QB"
                               "6hw5M7JaK28YBn+5uKOdGBzFOCof";
    EXPECT_EQ(vault.open(fromBase64(sealed).value(), "test.value").value(), "自学考试 known");
}

TEST(KeyRing, ADamagedFileIsRefused)
{
    const std::string good = KeyRing::generate().serialise();
    ASSERT_TRUE(KeyRing::parse(good));
    EXPECT_FALSE(KeyRing::parse(""));
    EXPECT_FALSE(KeyRing::parse("zikao-key-ring 2\n" + good.substr(good.find('\n') + 1)));
    EXPECT_FALSE(KeyRing::parse(good.substr(0, good.size() - 5)));
    EXPECT_FALSE(KeyRing::parse(good + good.substr(good.find("key 1"))));
    EXPECT_FALSE(KeyRing::parse(good + "note 1\n"));
    EXPECT_FALSE(KeyRing::parse(good.substr(0, good.find("key 1"))));
}

} // namespace
} // namespace zikao
