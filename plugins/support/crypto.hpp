#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/api/date.hpp"
#include "plugins/api/result.hpp"

struct evp_pkey_st;
struct x509_st;

namespace zikao::support {

std::string sha256(std::string_view bytes); ///< raw, 32 bytes
std::string sha1(std::string_view bytes);   ///< raw; providers still use it for files and old signatures
std::string md5(std::string_view bytes);    ///< raw; only where a provider names a certificate by it
std::string hmacSha256(std::string_view key, std::string_view bytes);
std::string hmacSha1(std::string_view key, std::string_view bytes);

/// `count` bytes of the system's generator, as lower-case hex (2 × count characters).
std::string randomHex(int count);

/// An RSA key of ours. @threads any
class PrivateKey
{
public:
    /// @param pem  PKCS#8 or PKCS#1, not encrypted
    /// @errors `invalid_argument`: no RSA key of at least 2048 bits in it
    static Result<PrivateKey> parse(std::string_view pem);
    /// SHA256withRSA, PKCS#1 v1.5, base 64.
    [[nodiscard]] Result<std::string> sign(std::string_view bytes) const;

private:
    std::shared_ptr<evp_pkey_st> key_;
};

/// An RSA key of theirs. @threads any
class PublicKey
{
public:
    /// @errors as PrivateKey::parse
    static Result<PublicKey> parse(std::string_view pem);
    /// Whether `signature` (base 64) is SHA256withRSA of the bytes. Anything malformed is simply not a
    /// signature.
    [[nodiscard]] bool verify(std::string_view bytes, std::string_view signature) const;

private:
    friend class Certificate;
    std::shared_ptr<evp_pkey_st> key_;
};

/// An X.509 certificate. @threads any
class Certificate
{
public:
    /// @errors `invalid_argument`: no certificate in the text, or one that cannot be read
    static Result<std::vector<Certificate>> parseBundle(std::string_view pem);
    static Result<Certificate> parse(std::string_view pem); ///< the first of a bundle

    [[nodiscard]] std::string serialHex() const; ///< upper case, without leading zeros
    [[nodiscard]] std::string serialDecimal() const;
    /// `CN=…,OU=…,O=…,C=…`: the issuer from its last RDN to its first.
    [[nodiscard]] std::string issuerReversed() const;
    [[nodiscard]] std::string signatureOid() const; ///< dotted
    [[nodiscard]] bool validAt(Instant at) const;
    /// @errors `invalid_argument`: not an RSA key
    [[nodiscard]] Result<PublicKey> publicKey() const;
    /// Whether a path of valid signatures leads from this certificate to a self-signed one of `bundle`, at
    /// `at`.
    [[nodiscard]] bool chainsTo(const std::vector<Certificate>& bundle, Instant at) const;

private:
    std::shared_ptr<x509_st> cert_;
};

/// @param sealed  ciphertext followed by the 16-byte tag
/// @errors `invalid_argument`: wrong key or nonce length, or the tag does not fit
Result<std::string> aes256GcmOpen(std::string_view key, std::string_view nonce, std::string_view associated,
                                  std::string_view sealed);

} // namespace zikao::support
