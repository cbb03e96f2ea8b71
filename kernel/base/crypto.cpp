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
/// What a line of a ring means that names no sealing.
constexpr std::optional<Sealing> kUnnamed = Sealing::sm4_ctr_hmac_sm3;

// A sealed value: sealing (1), key version (2, big-endian), nonce, ciphertext, proof (a MAC or a tag).
constexpr std::size_t kHeadBytes = 3;
constexpr std::size_t kSm4KeyBytes = 16, kSm4NonceBytes = 16, kMacBytes = 32;
constexpr std::size_t kGcmNonceBytes = 12, kGcmTagBytes = 16;

struct Layout
{
    std::size_t nonce, proof; ///< bytes
};

Layout layoutOf(Sealing sealing)
{
    return sealing == Sealing::aes_256_gcm ? Layout{kGcmNonceBytes, kGcmTagBytes}
                                           : Layout{kSm4NonceBytes, kMacBytes};
}

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

const unsigned char* bytesOf(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// AES-256-GCM both ways, bound to head and purpose. `proof` is written when sealing and compared when opening.
/// @return nothing when the proof does not fit
std::optional<std::string> aesGcm(bool seals, std::string_view key, std::string_view nonce,
                                  std::string_view head, std::string_view purpose, std::string_view input,
                                  std::string& proof)
{
    static EVP_CIPHER* const kAes = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                  EVP_CIPHER_CTX_free);
    std::string output(input.size(), '\0');
    int length = 0;
    if (!context ||
        EVP_CipherInit_ex(context.get(), kAes, nullptr, bytesOf(key), bytesOf(nonce), seals ? 1 : 0) != 1)
        broken("AES-256-GCM");
    for (const std::string_view bound : {head, purpose})
        if (EVP_CipherUpdate(context.get(), nullptr, &length, bytesOf(bound),
                             static_cast<int>(bound.size())) != 1)
            broken("AES-256-GCM");
    auto* into = reinterpret_cast<unsigned char*>(output.data());
    if (EVP_CipherUpdate(context.get(), into, &length, bytesOf(input), static_cast<int>(input.size())) != 1)
        broken("AES-256-GCM");
    if (!seals && EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(kGcmTagBytes),
                                      proof.data()) != 1)
        broken("AES-256-GCM");
    if (EVP_CipherFinal_ex(context.get(), into + length, &length) != 1) {
        if (seals)
            broken("AES-256-GCM");
        return std::nullopt;
    }
    if (seals) {
        proof.resize(kGcmTagBytes);
        if (EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(kGcmTagBytes),
                                proof.data()) != 1)
            broken("AES-256-GCM");
    }
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

std::string_view name(Sealing sealing)
{
    return sealing == Sealing::aes_256_gcm ? "aes-256-gcm" : "sm4-ctr-hmac-sm3";
}

std::optional<Sealing> sealingNamed(std::string_view name)
{
    for (const Sealing sealing : {Sealing::sm4_ctr_hmac_sm3, Sealing::aes_256_gcm})
        if (name == zikao::name(sealing))
            return sealing;
    return std::nullopt;
}

KeyRing::Keys::Keys(Sealing how, std::string given)
    : sealing(how),
      master(std::move(given)),
      cipher(sealing == Sealing::aes_256_gcm ? hmacSm3(master, {"zikao aes-256-gcm"})
                                             : hmacSm3(master, {"zikao sm4-ctr"}).substr(0, kSm4KeyBytes)),
      mac(hmacSm3(master, {"zikao hmac-sm3"}))
{}

KeyRing::Keys::~Keys()
{
    for (std::string* secret : {&master, &cipher, &mac})
        wipe(*secret);
}

KeyRing KeyRing::generate(Sealing sealing)
{
    KeyRing ring;
    ring.index_ = randomBytes(kSecretBytes);
    ring.keys_.try_emplace(1, sealing, randomBytes(kSecretBytes));
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
            const std::string_view rest = line.substr(space + 1);
            const std::size_t border = rest.find(' ');
            const std::optional<Sealing> sealing =
                border == std::string_view::npos ? kUnnamed : sealingNamed(rest.substr(0, border));
            if (!sealing)
                return fail(ErrorCode::corrupt, "a key of the key ring seals in an unknown way");
            auto secret = secretFrom(border == std::string_view::npos ? rest : rest.substr(border + 1));
            if (!secret)
                return fail(secret.error());
            if (!ring.keys_.try_emplace(version, *sealing, std::move(*secret)).second)
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
        text += "key " + std::to_string(version) + " " +
                (keys.sealing == kUnnamed ? "" : std::string(name(keys.sealing)) + " ") +
                base64(keys.master) + "\n";
    return text;
}

void KeyRing::rotate(Sealing sealing)
{
    keys_.try_emplace(newest() + 1, sealing, randomBytes(kSecretBytes));
}

KeyRing::~KeyRing()
{
    wipe(index_);
}

int KeyRing::newest() const
{
    return keys_.empty() ? 0 : keys_.rbegin()->first;
}

bool KeyRing::goesOn(const KeyRing& former) const
{
    return index_ == former.index_ &&
           std::all_of(former.keys_.begin(), former.keys_.end(), [this](const auto& entry) {
               const Keys* same = keys(entry.first);
               return same != nullptr && same->master == entry.second.master;
           });
}

const KeyRing::Keys* KeyRing::keys(int version) const
{
    const auto found = keys_.find(version);
    return found == keys_.end() ? nullptr : &found->second;
}

Vault::Vault(std::shared_ptr<const KeyRing> keys, Source source)
    : keys_(std::move(keys)),
      source_(std::move(source))
{}

Result<int> Vault::renew()
{
    const auto present = ring();
    if (!source_)
        return present->newest();
    auto fresh = source_();
    if (!fresh)
        return fail(fresh.error());
    if (!fresh->goesOn(*present))
        return fail(ErrorCode::conflict, "the key ring lacks keys that sealed values before");
    if (fresh->newest() == present->newest())
        return present->newest();
    const auto taken = std::make_shared<const KeyRing>(std::move(*fresh));
    keys_.store(taken, std::memory_order_release);
    return taken->newest();
}

std::string Vault::seal(std::string_view plain, std::string_view purpose) const
{
    const auto ring = this->ring();
    const int version = ring->newest();
    const KeyRing::Keys& keys = *ring->keys(version);
    std::string sealed{static_cast<char>(keys.sealing), static_cast<char>(version >> 8),
                       static_cast<char>(version & 0xFF)};
    const std::string nonce = randomBytes(layoutOf(keys.sealing).nonce);
    if (keys.sealing == Sealing::aes_256_gcm) {
        std::string tag;
        const std::string cipher = *aesGcm(true, keys.cipher, nonce, sealed, purpose, plain, tag);
        return sealed + nonce + cipher + tag;
    }
    sealed += nonce;
    sealed += sm4Ctr(keys.cipher, nonce, plain);
    sealed += macOf(keys, purpose, sealed);
    return sealed;
}

Result<std::string> Vault::open(std::string_view sealed, std::string_view purpose) const
{
    if (sealed.size() < kHeadBytes)
        return fail(ErrorCode::corrupt, "not a sealed value");
    const int version = static_cast<unsigned char>(sealed[1]) << 8 | static_cast<unsigned char>(sealed[2]);
    auto ring = this->ring();
    if (ring->keys(version) == nullptr && source_) {
        // Another server may have sealed it with a key that was added a moment ago.
        if (auto fresh = source_())
            ring = std::make_shared<const KeyRing>(std::move(*fresh));
    }
    const KeyRing::Keys* keys = ring->keys(version);
    if (keys == nullptr)
        return fail(ErrorCode::corrupt,
                    "sealed under key version " + std::to_string(version) +
                        ", which the key ring does not hold",
                    "key_unknown");
    const Layout layout = layoutOf(keys->sealing);
    if (sealed[0] != static_cast<char>(keys->sealing) ||
        sealed.size() < kHeadBytes + layout.nonce + layout.proof)
        return fail(ErrorCode::corrupt, "not a sealed value");
    const std::string_view body = sealed.substr(0, sealed.size() - layout.proof);
    const std::string_view nonce = body.substr(kHeadBytes, layout.nonce),
                           cipher = body.substr(kHeadBytes + layout.nonce);
    std::string proof(sealed.substr(body.size()));
    if (keys->sealing == Sealing::aes_256_gcm) {
        if (auto plain =
                aesGcm(false, keys->cipher, nonce, body.substr(0, kHeadBytes), purpose, cipher, proof))
            return std::move(*plain);
    } else if (equalInConstantTime(macOf(*keys, purpose, body), proof)) {
        return sm4Ctr(keys->cipher, nonce, cipher);
    }
    return fail(ErrorCode::corrupt, "a sealed value was altered or belongs elsewhere");
}

std::string Vault::index(std::string_view plain, std::string_view purpose) const
{
    return hex(hmacSm3(ring()->indexSecret(), {bigEndian(purpose.size()), purpose, plain}));
}

} // namespace zikao
