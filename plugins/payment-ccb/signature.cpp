#include "plugins/payment-ccb/signature.hpp"

#include <algorithm>
#include <array>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

namespace zikao::ccb {

namespace {

constexpr int kLeastBits = 1000; // "1024 bit" counters; a key may lack its topmost bits
constexpr std::size_t kTail = 30;

/// Empty when the text is not hexadecimal.
std::string fromHex(std::string_view text)
{
    const auto value = [](char c) {
        return c >= '0' && c <= '9'   ? c - '0'
               : c >= 'a' && c <= 'f' ? c - 'a' + 10
               : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                      : -1;
    };
    std::string bytes;
    if (text.size() % 2 != 0)
        return bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = value(text[i]), low = value(text[i + 1]);
        if (high < 0 || low < 0)
            return {};
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

const unsigned char* raw(std::string_view bytes)
{
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

} // namespace

std::string md5Hex(std::string_view bytes)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_md5(), nullptr) != 1)
        throw std::runtime_error("no MD5 in this OpenSSL");
    return support::hex({reinterpret_cast<const char*>(digest.data()), length});
}

std::string macText(const support::Pairs& fields)
{
    std::string text;
    for (const auto& [name, value] : fields)
        text += (text.empty() ? "" : "&") + name + '=' + value;
    return text;
}

Result<CounterKey> CounterKey::parse(std::string_view hex)
{
    const std::string der = fromHex(hex);
    const unsigned char* from = raw(der);
    CounterKey made;
    made.key_.reset(d2i_PUBKEY(nullptr, &from, static_cast<long>(der.size())), &EVP_PKEY_free);
    ERR_clear_error();
    const bool usable = made.key_ && EVP_PKEY_base_id(made.key_.get()) == EVP_PKEY_RSA &&
                        EVP_PKEY_bits(made.key_.get()) >= kLeastBits && hex.size() >= kTail;
    if (!usable)
        return fail(ErrorCode::invalid_argument, "not the hexadecimal text of an RSA public key");
    made.tail_ = hex.substr(hex.size() - kTail);
    return made;
}

bool CounterKey::verify(std::string_view bytes, std::string_view signature) const
{
    const std::string decoded = fromHex(signature);
    if (decoded.empty() || !key_)
        return false;
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    const bool good =
        EVP_DigestVerifyInit(context.get(), nullptr, EVP_md5(), nullptr, key_.get()) == 1 &&
        EVP_DigestVerify(context.get(), raw(decoded), decoded.size(), raw(bytes), bytes.size()) == 1;
    ERR_clear_error();
    return good;
}

std::string noticeText(const support::Pairs& fields)
{
    static constexpr std::pair<const char*, bool> kFields[] = {
        {"POSID", true},   {"BRANCHID", true}, {"ORDERID", true},   {"PAYMENT", true}, {"CURCODE", true},
        {"REMARK1", true}, {"REMARK2", true},  {"ACC_TYPE", false}, {"SUCCESS", true}, {"TYPE", true},
        {"REFERER", true}, {"CLIENTIP", true}, {"ACCDATE", false},  {"USRMSG", false}, {"INSTALLNUM", false},
        {"ERRMSG", false}, {"USRINFO", false}, {"DISCOUNT", false}};
    std::string text;
    for (const auto& [name, always] : kFields) {
        const auto found = std::find_if(fields.begin(), fields.end(),
                                        [name = name](const auto& field) { return field.first == name; });
        if (found == fields.end() && !always)
            continue;
        text += (text.empty() ? "" : "&") + std::string(name) + '=' +
                (found == fields.end() ? std::string() : found->second);
    }
    return text;
}

} // namespace zikao::ccb
