#include "tests/plugins/vectors.hpp"

#include "plugins/support/crypto.hpp"
#include "plugins/support/encoding.hpp"

using namespace zikao;
using namespace zikao::support;
using zikao::vectors::file;

TEST(Crypto, BothSpellingsOfAPrivateKeySignAlikeAndTheirPublicKeyAgrees)
{
    const auto pkcs8 = PrivateKey::parse(file("keys/alipay_app_private.pem"));
    const auto pkcs1 = PrivateKey::parse(file("keys/alipay_app_private_pkcs1.pem"));
    const auto shown = PublicKey::parse(file("keys/alipay_app_public.pem"));
    ASSERT_TRUE(pkcs8 && pkcs1 && shown);
    const std::string signature = pkcs8->sign("报考费").value();
    EXPECT_EQ(pkcs1->sign("报考费").value(), signature);
    EXPECT_TRUE(shown->verify("报考费", signature));
    EXPECT_FALSE(shown->verify("报考费 ", signature));
    EXPECT_FALSE(shown->verify("报考费", "not base 64"));
    EXPECT_FALSE(shown->verify("报考费", ""));
}

TEST(Crypto, AKeyOfTheWrongKindIsRefused)
{
    EXPECT_FALSE(PrivateKey::parse("-----BEGIN NONSENSE-----"));
    EXPECT_FALSE(PrivateKey::parse(file("keys/alipay_app_public.pem")));
    EXPECT_FALSE(PublicKey::parse(file("keys/alipay_app_private.pem")));
    EXPECT_FALSE(PublicKey::parse(""));
}

TEST(Crypto, ACertificateTellsItsNumbersAndItsPath)
{
    const auto root = Certificate::parseBundle(file("keys/alipay_root_bundle.pem"));
    const auto leaf = Certificate::parse(file("keys/alipay_platform_cert.pem"));
    const auto stranger = Certificate::parse(file("keys/wechat_platform_cert.pem"));
    ASSERT_TRUE(root && leaf && stranger);
    EXPECT_EQ(root->size(), 2u);
    EXPECT_EQ(stranger->serialHex(), "5A6B7C8D9EAFB0C1D2E3F405162738495A6B7C8D");
    EXPECT_TRUE(leaf->chainsTo(*root, vectors::kNow));
    EXPECT_FALSE(stranger->chainsTo(*root, vectors::kNow));
    EXPECT_FALSE(leaf->chainsTo(*root, Instant{0}));
    EXPECT_TRUE(leaf->validAt(vectors::kNow));
    EXPECT_FALSE(leaf->validAt(Instant{0}));
}

TEST(Crypto, ABundleWithADamagedCertificateIsRefusedAsAWhole)
{
    std::string pem = file("keys/alipay_root_bundle.pem");
    pem.replace(pem.rfind("MII"), 3, "???");
    EXPECT_FALSE(Certificate::parseBundle(pem));
    EXPECT_FALSE(Certificate::parseBundle(""));
}

TEST(Crypto, GcmOpensOnlyWithItsKeyNonceAssociatedDataAndTag)
{
    const auto vectors = vectors::Json::parse(file("wechatpay.json"));
    const auto answer =
        vectors::Json::parse(vectors::text(vectors::find(vectors, "certificates_response"), "body"));
    const auto& entry = answer.at("data").at(0).at("encrypt_certificate");
    const std::string key = vectors::text(vectors, "apiv3_key");
    const std::string nonce = vectors::text(entry, "nonce"),
                      associated = vectors::text(entry, "associated_data");
    const std::string sealed = fromBase64(vectors::text(entry, "ciphertext")).value();
    EXPECT_TRUE(aes256GcmOpen(key, nonce, associated, sealed)->starts_with("-----BEGIN CERTIFICATE-----"));
    const auto changed = [](std::string text, std::size_t at) {
        text[at] = static_cast<char>(text[at] ^ 1);
        return text;
    };
    EXPECT_FALSE(aes256GcmOpen(changed(key, 0), nonce, associated, sealed));
    EXPECT_FALSE(aes256GcmOpen(key, changed(nonce, 0), associated, sealed));
    EXPECT_FALSE(aes256GcmOpen(key, nonce, "", sealed));
    EXPECT_FALSE(aes256GcmOpen(key, nonce, associated, changed(sealed, 0)));
    EXPECT_FALSE(aes256GcmOpen(key, nonce, associated, changed(sealed, sealed.size() - 1)));
    EXPECT_FALSE(aes256GcmOpen(key, nonce, associated, sealed.substr(0, sealed.size() - 1)));
    EXPECT_FALSE(aes256GcmOpen(key.substr(1), nonce, associated, sealed));
    EXPECT_FALSE(aes256GcmOpen(key, nonce.substr(1), associated, sealed));
    EXPECT_FALSE(aes256GcmOpen(key, nonce, associated, "short"));
}

TEST(Crypto, RandomTextIsLongEnoughAndNotRepeated)
{
    EXPECT_EQ(randomHex(16).size(), 32u);
    EXPECT_NE(randomHex(16), randomHex(16));
}
