#include "plugins/support/crypto.hpp"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "plugins/support/encoding.hpp"

namespace zikao::support {

namespace {

constexpr int kSmallestRsaBits = 2048;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Bio bioOf(std::string_view text)
{
    return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

const unsigned char* raw(std::string_view bytes)
{
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string digest(const EVP_MD* kind, std::string_view bytes)
{
    std::string out(static_cast<std::size_t>(EVP_MD_get_size(kind)), '\0');
    EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr, kind,
               nullptr);
    return out;
}

std::string hmac(const EVP_MD* kind, std::string_view key, std::string_view bytes)
{
    std::string out(static_cast<std::size_t>(EVP_MD_get_size(kind)), '\0');
    unsigned length = 0;
    HMAC(kind, key.data(), static_cast<int>(key.size()), raw(bytes), bytes.size(),
         reinterpret_cast<unsigned char*>(out.data()), &length);
    return out;
}

bool usableRsa(EVP_PKEY* key)
{
    ERR_clear_error();
    return key && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) >= kSmallestRsaBits;
}

} // namespace

std::string sha256(std::string_view bytes)
{
    return digest(EVP_sha256(), bytes);
}

std::string sha1(std::string_view bytes)
{
    return digest(EVP_sha1(), bytes);
}

std::string md5(std::string_view bytes)
{
    return digest(EVP_md5(), bytes);
}

std::string hmacSha256(std::string_view key, std::string_view bytes)
{
    return hmac(EVP_sha256(), key, bytes);
}

std::string hmacSha1(std::string_view key, std::string_view bytes)
{
    return hmac(EVP_sha1(), key, bytes);
}

std::string randomHex(int count)
{
    std::string bytes(static_cast<std::size_t>(count), '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), count) != 1)
        throw std::runtime_error("the system gives no random bytes");
    return hex(bytes);
}

Result<PrivateKey> PrivateKey::parse(std::string_view pem)
{
    const Bio bio = bioOf(pem);
    PrivateKey made;
    made.key_.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, const_cast<char*>("")),
                    &EVP_PKEY_free);
    if (!usableRsa(made.key_.get()))
        return fail(ErrorCode::invalid_argument, "not an RSA private key (PEM, 2048 bits or more)");
    return made;
}

Result<std::string> PrivateKey::sign(std::string_view bytes) const
{
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    std::size_t length = 0;
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &length, raw(bytes), bytes.size()) != 1)
        return fail(ErrorCode::internal, "signing failed");
    std::string signature(length, '\0');
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, raw(bytes),
                       bytes.size()) != 1)
        return fail(ErrorCode::internal, "signing failed");
    signature.resize(length);
    return base64(signature);
}

Result<PublicKey> PublicKey::parse(std::string_view pem)
{
    const Bio bio = bioOf(pem);
    PublicKey made;
    made.key_.reset(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
    if (!usableRsa(made.key_.get()))
        return fail(ErrorCode::invalid_argument, "not an RSA public key (PEM, 2048 bits or more)");
    return made;
}

bool PublicKey::verify(std::string_view bytes, std::string_view signature) const
{
    const auto decoded = fromBase64(signature);
    if (!decoded)
        return false;
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    const bool good =
        EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
        EVP_DigestVerify(context.get(), raw(*decoded), decoded->size(), raw(bytes), bytes.size()) == 1;
    ERR_clear_error();
    return good;
}

Result<std::vector<Certificate>> Certificate::parseBundle(std::string_view pem)
{
    const Bio bio = bioOf(pem);
    std::vector<Certificate> found;
    while (X509* cert = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
        Certificate made;
        made.cert_.reset(cert, &X509_free);
        found.push_back(std::move(made));
    }
    const unsigned long last = ERR_peek_last_error();
    ERR_clear_error();
    if (found.empty() || ERR_GET_REASON(last) != PEM_R_NO_START_LINE)
        return fail(ErrorCode::invalid_argument, "no readable certificate (PEM)");
    return found;
}

Result<Certificate> Certificate::parse(std::string_view pem)
{
    auto bundle = parseBundle(pem);
    if (!bundle)
        return fail(bundle.error());
    return std::move(bundle->front());
}

std::string Certificate::serialHex() const
{
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(
        ASN1_INTEGER_to_BN(X509_get0_serialNumber(cert_.get()), nullptr), &BN_free);
    const std::unique_ptr<char, void (*)(char*)> text(BN_bn2hex(number.get()),
                                                      [](char* p) { OPENSSL_free(p); });
    std::string_view digits = text.get();
    while (digits.size() > 1 && digits.front() == '0')
        digits.remove_prefix(1);
    return std::string(digits);
}

std::string Certificate::serialDecimal() const
{
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(
        ASN1_INTEGER_to_BN(X509_get0_serialNumber(cert_.get()), nullptr), &BN_free);
    const std::unique_ptr<char, void (*)(char*)> text(BN_bn2dec(number.get()),
                                                      [](char* p) { OPENSSL_free(p); });
    return text.get();
}

std::string Certificate::issuerReversed() const
{
    const X509_NAME* issuer = X509_get_issuer_name(cert_.get());
    std::string out;
    for (int i = X509_NAME_entry_count(issuer) - 1; i >= 0; --i) {
        const X509_NAME_ENTRY* entry = X509_NAME_get_entry(issuer, i);
        unsigned char* utf8 = nullptr;
        const int length = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));
        if (!out.empty())
            out += ',';
        out += OBJ_nid2sn(OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)));
        out += '=';
        if (length > 0)
            out.append(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(length));
        OPENSSL_free(utf8);
    }
    return out;
}

std::string Certificate::signatureOid() const
{
    const X509_ALGOR* algorithm = X509_get0_tbs_sigalg(cert_.get());
    char text[80] = {};
    OBJ_obj2txt(text, sizeof text, algorithm->algorithm, 1);
    return text;
}

bool Certificate::validAt(Instant at) const
{
    time_t seconds = static_cast<time_t>(at.ms / 1000);
    return X509_cmp_time(X509_get0_notBefore(cert_.get()), &seconds) < 0 &&
           X509_cmp_time(X509_get0_notAfter(cert_.get()), &seconds) > 0;
}

Result<PublicKey> Certificate::publicKey() const
{
    PublicKey made;
    made.key_.reset(X509_get_pubkey(cert_.get()), &EVP_PKEY_free);
    if (!usableRsa(made.key_.get()))
        return fail(ErrorCode::invalid_argument, "the certificate holds no RSA key of 2048 bits or more");
    return made;
}

bool Certificate::chainsTo(const std::vector<Certificate>& bundle, Instant at) const
{
    const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), &X509_STORE_free);
    const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(X509_STORE_CTX_new(),
                                                                                  &X509_STORE_CTX_free);
    const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> between(
        sk_X509_new_null(), [](STACK_OF(X509) * stack) { sk_X509_free(stack); });
    for (const Certificate& other : bundle) {
        X509* cert = other.cert_.get();
        if (X509_NAME_cmp(X509_get_subject_name(cert), X509_get_issuer_name(cert)) == 0)
            X509_STORE_add_cert(store.get(), cert);
        else
            sk_X509_push(between.get(), cert);
    }
    if (X509_STORE_CTX_init(context.get(), store.get(), cert_.get(), between.get()) != 1)
        return false;
    X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(context.get()), static_cast<time_t>(at.ms / 1000));
    const bool good = X509_verify_cert(context.get()) == 1;
    ERR_clear_error();
    return good;
}

Result<std::string> aes256GcmOpen(std::string_view key, std::string_view nonce, std::string_view associated,
                                  std::string_view sealed)
{
    constexpr std::size_t kTag = 16;
    if (key.size() != 32 || nonce.size() != 12 || sealed.size() < kTag)
        return fail(ErrorCode::invalid_argument, "AES-256-GCM: wrong length of key, nonce or text");
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                  &EVP_CIPHER_CTX_free);
    std::string tag(sealed.substr(sealed.size() - kTag));
    const std::string_view text = sealed.substr(0, sealed.size() - kTag);
    std::string plain(text.size() + kTag, '\0');
    int length = 0, last = 0;
    auto* out = reinterpret_cast<unsigned char*>(plain.data());
    const bool good =
        EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, raw(key), raw(nonce)) == 1 &&
        EVP_DecryptUpdate(context.get(), nullptr, &length, raw(associated),
                          static_cast<int>(associated.size())) == 1 &&
        EVP_DecryptUpdate(context.get(), out, &length, raw(text), static_cast<int>(text.size())) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTag, tag.data()) == 1 &&
        EVP_DecryptFinal_ex(context.get(), out + length, &last) == 1;
    ERR_clear_error();
    if (!good)
        return fail(ErrorCode::invalid_argument, "AES-256-GCM: the tag does not fit");
    plain.resize(static_cast<std::size_t>(length));
    return plain;
}

} // namespace zikao::support
