#include "kernel/identity/totp.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdexcept>

#include "kernel/base/encoding.hpp"
#include "kernel/base/id.hpp"

namespace zikao::identity {

namespace {

constexpr std::int64_t kStepMs = 30'000;
constexpr std::size_t kSecretBytes = 20;
constexpr std::uint32_t kModulus = 1'000'000;
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

std::string percentEncoded(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '-' || c == '.' || c == '_' || c == '~';
        out += plain ? std::string(1, c) : "%" + hex(std::string_view(&c, 1));
    }
    return out;
}

} // namespace

std::string newTotpSecret()
{
    return randomBytes(kSecretBytes);
}

std::int64_t totpStep(Instant at)
{
    return at.ms / kStepMs;
}

std::string totpCode(std::string_view secret, std::int64_t step)
{
    unsigned char counter[8];
    for (int i = 0; i < 8; ++i)
        counter[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (56 - 8 * i));
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    if (HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter, sizeof counter, mac,
             &length) == nullptr)
        throw std::runtime_error("HMAC failed");
    const unsigned char* at = mac + (mac[length - 1] & 15);
    const std::uint32_t number = (static_cast<std::uint32_t>(at[0] & 0x7F) << 24) |
                                 (static_cast<std::uint32_t>(at[1]) << 16) |
                                 (static_cast<std::uint32_t>(at[2]) << 8) | static_cast<std::uint32_t>(at[3]);
    const std::string digits = std::to_string(number % kModulus);
    return std::string(6 - digits.size(), '0') + digits;
}

std::optional<std::int64_t> totpMatch(std::string_view secret, std::string_view code, Instant now,
                                      std::int64_t last_used_step)
{
    const std::int64_t current = totpStep(now);
    std::optional<std::int64_t> matched;
    for (const std::int64_t step : {current - 1, current, current + 1})
        if (equalInConstantTime(totpCode(secret, step), code) && step > last_used_step)
            matched = step;
    return matched;
}

std::string base32(std::string_view bytes)
{
    std::string out;
    std::uint32_t buffer = 0;
    int bits = 0;
    for (const char byte : bytes) {
        buffer = (buffer << 8) | static_cast<unsigned char>(byte);
        for (bits += 8; bits >= 5; bits -= 5)
            out += kBase32[(buffer >> (bits - 5)) & 31];
    }
    if (bits > 0)
        out += kBase32[(buffer << (5 - bits)) & 31];
    return out;
}

Result<std::string> fromBase32(std::string_view text)
{
    std::string out;
    std::uint32_t buffer = 0;
    int bits = 0;
    for (char c : text) {
        if (c == ' ' || c == '=')
            continue;
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        const std::size_t value = kBase32.find(c);
        if (value == std::string_view::npos)
            return fail(ErrorCode::invalid_argument, "not base 32");
        buffer = (buffer << 5) | static_cast<std::uint32_t>(value);
        bits += 5;
        if (bits >= 8) {
            out += static_cast<char>((buffer >> (bits - 8)) & 255);
            bits -= 8;
        }
    }
    return out;
}

std::string totpUri(std::string_view secret, std::string_view issuer, std::string_view account)
{
    return "otpauth://totp/" + percentEncoded(issuer) + ":" + percentEncoded(account) +
           "?secret=" + base32(secret) + "&issuer=" + percentEncoded(issuer) +
           "&algorithm=SHA1&digits=6&period=30";
}

} // namespace zikao::identity
