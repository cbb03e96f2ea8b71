#include "plugins/payment-wechatpay/platform_keys.hpp"

#include "plugins/support/encoding.hpp"
#include "plugins/support/json.hpp"

namespace zikao::wechatpay {

using support::textAt;

void PlatformKeys::add(const std::string& id, support::PublicKey key)
{
    keys_.insert_or_assign(id, Entry{std::move(key), std::nullopt, static_cast<int>(keys_.size())});
}

Result<void> PlatformKeys::add(const std::vector<support::Certificate>& certificates)
{
    for (const auto& certificate : certificates) {
        auto key = certificate.publicKey();
        if (!key)
            return fail(key.error());
        const int order = static_cast<int>(keys_.size());
        keys_.insert_or_assign(certificate.serialHex(), Entry{std::move(*key), certificate, order});
    }
    return ok();
}

const support::PublicKey* PlatformKeys::find(std::string_view serial, Instant at) const
{
    const auto found = keys_.find(serial);
    if (found == keys_.end() || (found->second.certificate && !found->second.certificate->validAt(at)))
        return nullptr;
    return &found->second.key;
}

std::string PlatformKeys::newestCertificate(Instant at) const
{
    std::string serial;
    int best = -1;
    for (const auto& [id, entry] : keys_) {
        if (entry.certificate && entry.order > best && entry.certificate->validAt(at)) {
            serial = id;
            best = entry.order;
        }
    }
    return serial;
}

Result<std::vector<support::Certificate>> readCertificates(std::string_view body, std::string_view apiv3_key)
{
    const auto answer = support::parseObject(body);
    const auto data = answer ? answer->find("data") : support::Json::const_iterator{};
    if (!answer || data == answer->end() || !data->is_array() || data->empty())
        return fail(ErrorCode::unavailable, "the certificate list cannot be read");
    std::vector<support::Certificate> certificates;
    for (const auto& item : *data) {
        const auto& sealed = support::objectAt(item, "encrypt_certificate");
        const auto bytes = support::fromBase64(textAt(sealed, "ciphertext"));
        const auto pem = bytes ? support::aes256GcmOpen(apiv3_key, textAt(sealed, "nonce"),
                                                        textAt(sealed, "associated_data"), *bytes)
                               : Result<std::string>{fail(bytes.error())};
        if (!pem)
            return fail(ErrorCode::unavailable, "a platform certificate cannot be decrypted (APIv3 key?)",
                        "cipher");
        auto certificate = support::Certificate::parse(*pem);
        if (!certificate)
            return fail(ErrorCode::unavailable, "a platform certificate cannot be read");
        if (certificate->serialHex() != textAt(item, "serial_no"))
            return fail(ErrorCode::unavailable, "a platform certificate has another serial than its entry",
                        "serial");
        certificates.push_back(std::move(*certificate));
    }
    return certificates;
}

} // namespace zikao::wechatpay
