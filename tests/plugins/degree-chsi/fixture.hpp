#pragma once

#include <openssl/evp.h>

#include "plugins/degree-chsi/checker.hpp"
#include "plugins/support/encoding.hpp"
#include "plugins/support/signed_text.hpp"
#include "tests/plugins/vectors.hpp"

namespace zikao::chsi {

using vectors::Json;

inline const Json& published()
{
    static const Json kVectors = Json::parse(vectors::file("chsi.json"));
    return kVectors;
}

inline Json settingsJson()
{
    return {{"base_url", "https://register.example.invalid"},
            {"client_id", "zikao-test"},
            {"key_id", "zikao-key-1"},
            {"private_key", vectors::file("keys/chsi_platform_private.pem")},
            {"register_keys", {{"chsi-test-1", vectors::file("keys/chsi_provider_public.pem")}}},
            {"aead_key", published().at("chsi_aead_key")},
            {"purposes",
             {{"registration", "ZK_UPGRADE_REG"},
              {"graduation", "ZK_GRADUATION"},
              {"exemption", "ZK_EXEMPTION"}}}};
}

/// The request of the published vector.
inline api::DegreeRequest request()
{
    return {"CV14202604000000000001",
            api::DegreePurpose::registration,
            "张三",
            "140105200001010011",
            "7e57f00d7e57f00d7e57f00d7e57f00d",
            std::chrono::seconds{300},
            "https://exam.example.invalid/callback/chsi/14"};
}

/// The result of the published callback, to be changed and sealed anew.
inline Json result()
{
    return Json::parse(vectors::text(vectors::find(published(), "chsi_callback_authorized"), "decrypted"));
}

/// Seals as the register would. @param nonce  12 characters
inline Json seal(const Json& plain, const std::string& associated = "chsi-result",
                 const std::string& nonce = "chsinonce002")
{
    const std::string key = vectors::text(published(), "chsi_aead_key"), text = plain.dump();
    std::string sealed(text.size() + 16, '\0');
    int length = 0;
    std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> context(EVP_CIPHER_CTX_new(),
                                                                       EVP_CIPHER_CTX_free);
    const auto bytes = [](const std::string& from) {
        return reinterpret_cast<const unsigned char*>(from.data());
    };
    auto* out = reinterpret_cast<unsigned char*>(sealed.data());
    EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes(key), bytes(nonce));
    EVP_EncryptUpdate(context.get(), nullptr, &length, bytes(associated),
                      static_cast<int>(associated.size()));
    EVP_EncryptUpdate(context.get(), out, &length, bytes(text), static_cast<int>(text.size()));
    EVP_EncryptFinal_ex(context.get(), out + length, &length);
    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, 16, out + text.size());
    return {{"algorithm", "AEAD_AES_256_GCM"},
            {"nonce", nonce},
            {"associated_data", associated},
            {"ciphertext", support::base64(sealed)}};
}

/// The headers the register would sign a body with.
inline support::Headers sign(const std::string& body, const std::string& timestamp = "1772420000",
                             const std::string& key_id = "chsi-test-1")
{
    const auto key = support::PrivateKey::parse(vectors::file("keys/chsi_provider_private.pem"));
    return {{"x-verify-timestamp", timestamp},
            {"x-verify-nonce", "7e57"},
            {"x-verify-key-id", key_id},
            {"x-verify-signature", key->sign(support::answerText(timestamp, "7e57", body)).value()}};
}

/// A checker whose network, clock and nonces the test holds.
struct Bench
{
    explicit Bench(const Json& settings = settingsJson())
        : transport(std::make_shared<vectors::FakeTransport>())
    {
        auto parsed = Settings::parse(settings.dump());
        EXPECT_TRUE(parsed) << parsed.error().message;
        checker = std::make_unique<Checker>(
            *parsed, support::Environment{transport, [this] { return now; }, [this] { return nonce; }});
    }

    void answerSigned(const Json& body) { transport->answer(200, sign(body.dump()), body.dump()); }
    Result<api::DegreeAnswer> callback(const Json& plain,
                                       const std::string& event = "VERIFICATION.AUTHORIZED",
                                       const std::string& associated = "chsi-result")
    {
        const std::string body =
            Json{{"event_id", "e-1"}, {"event_type", event}, {"resource", seal(plain, associated)}}.dump();
        return checker->readCallback({sign(body), body}, now);
    }

    std::shared_ptr<vectors::FakeTransport> transport;
    Instant now = vectors::kNow;
    std::string nonce = "7e570001";
    std::unique_ptr<Checker> checker;
};

} // namespace zikao::chsi
