#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "plugins/support/encoding.hpp"

struct evp_pkey_st;

namespace zikao::ccb {

/// MD5 in lower-case hexadecimal. The bank's protocol knows nothing stronger; it is used nowhere else.
std::string md5Hex(std::string_view bytes);

/// `NAME=value&…` in the given order, raw values, empty ones kept: what a MAC covers.
std::string macText(const support::Pairs& fields);

/// The counter's public key: its tail is the secret in an order's MAC, the whole verifies notices.
/// @threads any
class CounterKey
{
public:
    /// @param hex  of a DER SubjectPublicKeyInfo
    /// @errors `invalid_argument`: not hexadecimal, or no RSA key of at least 1024 bits
    static Result<CounterKey> parse(std::string_view hex);

    /// The last 30 hexadecimal characters.
    [[nodiscard]] const std::string& tail() const { return tail_; }
    /// Whether `signature` (hexadecimal) is MD5withRSA, PKCS#1 v1.5, of the bytes.
    [[nodiscard]] bool verify(std::string_view bytes, std::string_view signature) const;

private:
    std::shared_ptr<evp_pkey_st> key_;
    std::string tail_;
};

/// What the signature of a notice covers: the bank's fields in the bank's order, raw bytes (GBK). Fields that
/// are always signed are there even when they did not arrive; optional ones only when they did.
std::string noticeText(const support::Pairs& fields);

} // namespace zikao::ccb
