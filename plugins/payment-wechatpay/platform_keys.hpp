#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/support/crypto.hpp"

namespace zikao::wechatpay {

/// The provider's keys by the serial that `Wechatpay-Serial` names: certificates and public keys side by
/// side, because a merchant that migrates receives both kinds on the same day.
class PlatformKeys
{
public:
    void add(const std::string& id, support::PublicKey key);
    /// @errors `invalid_argument`: a certificate without an RSA key
    Result<void> add(const std::vector<support::Certificate>& certificates);

    [[nodiscard]] bool empty() const { return keys_.empty(); }
    /// The key of a serial, unless its certificate is not valid at `at`.
    [[nodiscard]] const support::PublicKey* find(std::string_view serial, Instant at) const;
    /// The serial of the certificate added last that is valid at `at`; empty when there is none.
    [[nodiscard]] std::string newestCertificate(Instant at) const;

private:
    struct Entry
    {
        support::PublicKey key;
        std::optional<support::Certificate> certificate;
        int order = 0;
    };
    std::map<std::string, Entry, std::less<>> keys_;
};

/// Decrypts the certificates of a `GET /v3/certificates` answer and checks that each is what its entry says.
/// The answer's own signature must be verified with one of them before any is used.
/// @errors `unavailable`: not such an answer, wrong APIv3 key, or a serial that differs from its certificate
Result<std::vector<support::Certificate>> readCertificates(std::string_view body, std::string_view apiv3_key);

} // namespace zikao::wechatpay
