#include "kernel/base/crypto.hpp"

#include <charconv>
#include <cstdint>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdexcept>

#include "kernel/base/encoding.hpp"
#include "kernel/base/id.hpp"

namespace zikao {

namespace {

constexpr std::string_view kRingTitle = "zikao-key-ring 1";
constexpr std::size_t kSecretBytes = 32;

// A sealed value: algorithm (1), key version (2, big-endian), nonce (16), ciphertext, MAC (32).
constexpr char kSm4CtrHmacSm3 = 1;
constexpr std::size_t kHeadBytes = 3, kNonceBytes = 16, kMacBytes = 32, kSm4KeyBytes = 16;

void wipe(std::string& secret)
{
    OPENSSL_cleanse(secret.data(), secret.size());
    secret.clear();
}

[[noreturn]] void broken(const char* what)
{
    throw std::runtime_error(std::string("OpenSSL refuses ") + what);
}

std::string bigEndian(std::uint64_t number)
{
    std::string bytes(8, '\0');
    for (int i = 7; i >= 0; --i, number >>= 8)
        bytes[static_cast<std::size_t>(i)] = static_cast<char>(number & 0xFF);
    return bytes;
}

/// Each thread keeps its context: finding the digest anew costs more than the digest of a short value.
EVP_MAC_CTX* hmacContext()
{
    static EVP_MAC* const kHmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    thread_local const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> kContext = [] {
        std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> made(EVP_MAC_CTX_new(kHmac),
                                                                       EVP_MAC_CTX_free);
        char digest[] = "SM3";
        const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string("digest", digest, 0),
                                     OSSL_PARAM_construct_end()};
        if (!made || EVP_MAC_CTX_set_params(made.get(), params) != 1)
            broken("HMAC-SM3");
        return made;
    }();
    return kContext.get();
}

std::string hmacSm3(std::string_view key, std::initializer_list<std::string_view> parts)
{
    EVP_MAC_CTX* const context = hmacContext();
    if (EVP_MAC_init(context, reinterpret_cast<const unsigned char*>(key.data()), key.size(), nullptr) != 1)
        broken("HMAC-SM3");
    for (const std::string_view part : parts)
        if (EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(part.data()), part.size()) != 1)
            broken("HMAC-SM3");
    std::string mac(kMacBytes, '\0');
    std::size_t length = 0;
    if (EVP_MAC_final(context, reinterpret_cast<unsigned char*>(mac.data()), &length, mac.size()) != 1 ||
        length != kMacBytes)
        broken("HMAC-SM3");
    return mac;
}

/// The same operation encrypts and decrypts.
std::string sm4Ctr(std::string_view key, std::string_view nonce, std::string_view input)
{
    static EVP_CIPHER* const kSm4 = EVP_CIPHER_fetch(nullptr, "SM4-CTR", nullptr);
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                  EVP_CIPHER_CTX_free);
    std::string output(input.size(), '\0');
    int length = 0;
    if (!context ||
        EVP_EncryptInit_ex(context.get(), kSm4, nullptr, reinterpret_cast<const unsigned char*>(key.data()),
                           reinterpret_cast<const unsigned char*>(nonce.data())) != 1 ||
        EVP_EncryptUpdate(context.get(), reinterpret_cast<unsigned char*>(output.data()), &length,
                          reinterpret_cast<const unsigned char*>(input.data()),
                          static_cast<int>(input.size())) != 1)
        broken("SM4-CTR");
    return output;
}

std::string macOf(const KeyRing::Keys& keys, std::string_view purpose, std::string_view head_nonce_cipher)
{
    return hmacSm3(keys.mac, {bigEndian(purpose.size()), purpose, head_nonce_cipher});
}

Result<std::string> secretFrom(std::string_view text)
{
    auto bytes = fromBase64(text);
    if (!bytes || bytes->size() != kSecretBytes)
        return fail(ErrorCode::corrupt, "a key of the key ring is damaged");
    return bytes;
}

} // namespace

KeyRing::Keys::Keys(std::string given)
    : master(std::move(given)),
      cipher(hmacSm3(master, {"zikao sm4-ctr"}).substr(0, kSm4KeyBytes)),
      mac(hmacSm3(master, {"zikao hmac-sm3"}))
{}

KeyRing::Keys::~Keys()
{
    for (std::string* secret : {&master, &cipher, &mac})
        wipe(*secret);
}

KeyRing KeyRing::generate()
{
    KeyRing ring;
    ring.index_ = randomBytes(kSecretBytes);
    ring.keys_.emplace(1, randomBytes(kSecretBytes));
    return ring;
}

Result<KeyRing> KeyRing::parse(std::string_view text)
{
    KeyRing ring;
    bool titled = false;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (!titled) {
            if (line != kRingTitle)
                return fail(ErrorCode::corrupt, "not a key ring");
            titled = true;
        } else if (line.substr(0, 6) == "index " && ring.index_.empty()) {
            auto secret = secretFrom(line.substr(6));
            if (!secret)
                return fail(secret.error());
            ring.index_ = std::move(*secret);
        } else if (line.substr(0, 4) == "key ") {
            int version = 0;
            const auto number = std::from_chars(line.data() + 4, line.data() + line.size(), version);
            const auto space = static_cast<std::size_t>(number.ptr - line.data());
            if (number.ec != std::errc{} || version < 1 || version > 0xFFFF || space >= line.size() ||
                line[space] != ' ')
                return fail(ErrorCode::corrupt, "a line of the key ring is damaged");
            auto secret = secretFrom(line.substr(space + 1));
            if (!secret)
                return fail(secret.error());
            if (!ring.keys_.emplace(version, std::move(*secret)).second)
                return fail(ErrorCode::corrupt, "a key version appears twice in the key ring");
        } else {
            return fail(ErrorCode::corrupt, "a line of the key ring is damaged");
        }
    }
    if (ring.index_.empty() || ring.keys_.empty())
        return fail(ErrorCode::corrupt, "the key ring is not complete");
    return ring;
}

std::string KeyRing::serialise() const
{
    std::string text(kRingTitle);
    text += "\nindex " + base64(index_) + "\n";
    for (const auto& [version, keys] : keys_)
        text += "key " + std::to_string(version) + " " + base64(keys.master) + "\n";
    return text;
}

void KeyRing::rotate()
{
    keys_.emplace(newest() + 1, randomBytes(kSecretBytes));
}

KeyRing::~KeyRing()
{
    wipe(index_);
}

int KeyRing::newest() const
{
    return keys_.empty() ? 0 : keys_.rbegin()->first;
}

const KeyRing::Keys* KeyRing::keys(int version) const
{
    const auto found = keys_.find(version);
    return found == keys_.end() ? nullptr : &found->second;
}

std::string Vault::seal(std::string_view plain, std::string_view purpose) const
{
    const int version = keys_->newest();
    const KeyRing::Keys& keys = *keys_->keys(version);
    std::string sealed{kSm4CtrHmacSm3, static_cast<char>(version >> 8), static_cast<char>(version & 0xFF)};
    sealed += randomBytes(kNonceBytes);
    sealed += sm4Ctr(keys.cipher, std::string_view(sealed).substr(kHeadBytes, kNonceBytes), plain);
    sealed += macOf(keys, purpose, sealed);
    return sealed;
}

Result<std::string> Vault::open(std::string_view sealed, std::string_view purpose) const
{
    if (sealed.size() < kHeadBytes + kNonceBytes + kMacBytes || sealed[0] != kSm4CtrHmacSm3)
        return fail(ErrorCode::corrupt, "not a sealed value");
    const int version = static_cast<unsigned char>(sealed[1]) << 8 | static_cast<unsigned char>(sealed[2]);
    const KeyRing::Keys* keys = keys_->keys(version);
    if (keys == nullptr)
        return fail(ErrorCode::corrupt,
                    "sealed under key version " + std::to_string(version) +
                        ", which the key ring does not hold",
                    "key_unknown");
    const std::string_view body = sealed.substr(0, sealed.size() - kMacBytes);
    if (!equalInConstantTime(macOf(*keys, purpose, body), sealed.substr(body.size())))
        return fail(ErrorCode::corrupt, "a sealed value was altered or belongs elsewhere");
    return sm4Ctr(keys->cipher, body.substr(kHeadBytes, kNonceBytes), body.substr(kHeadBytes + kNonceBytes));
}

std::string Vault::index(std::string_view plain, std::string_view purpose) const
{
    return hex(hmacSm3(keys_->indexSecret(), {bigEndian(purpose.size()), purpose, plain}));
}

} // namespace zikao
