#include "plugins/payment-alipay/settings.hpp"

#include "plugins/support/encoding.hpp"
#include "plugins/support/http.hpp"
#include "plugins/support/json.hpp"

namespace zikao::alipay {

namespace {

constexpr std::string_view kRsaSignatures = "1.2.840.113549.1.1";

void readCertificates(support::Settings& from, Settings& made, Instant now)
{
    const auto app = support::Certificate::parse(from.required("app_certificate"));
    const auto alipay = support::Certificate::parseBundle(from.required("alipay_certificate"));
    const auto roots = support::Certificate::parseBundle(from.required("root_certificates"));
    if (!app || !alipay || !roots) {
        from.complain(
            "app_certificate, alipay_certificate and root_certificates must all be PEM certificates");
        return;
    }
    if (!app->validAt(now))
        from.complain("app_certificate is not valid today");
    made.app_cert_sn = certificateSn(*app);
    made.root_cert_sn = rootCertificateSn(*roots);
    for (const auto& certificate : *alipay) {
        const auto key = certificate.publicKey();
        if (!key)
            from.complain("alipay_certificate: " + key.error().message);
        else if (!certificate.chainsTo(*roots, now))
            from.complain("alipay_certificate does not chain to root_certificates, or is not valid today");
        else
            made.alipay_keys.insert_or_assign(certificateSn(certificate), *key);
    }
}

} // namespace

Result<Settings> Settings::parse(const std::string& settings_json, Instant now)
{
    support::Settings from(settings_json);
    Settings made;
    made.gateway_url = from.optional("gateway_url", "https://openapi.alipay.com/gateway.do");
    if (const auto url = support::Url::parse(made.gateway_url);
        !url || url->target.find('?') != std::string::npos)
        from.complain("gateway_url must be an address without a query");
    made.app_id = from.required("app_id");
    made.seller_id = from.required("seller_id");
    made.product_code = from.optional("product_code", "FACE_TO_FACE_PAYMENT");
    made.bill_host = from.optional("bill_host", "dwbillcenter.alipay.com");
    made.timeout = std::chrono::milliseconds{from.integer("timeout_ms", 4000, 500, 30'000)};
    if (auto key = support::PrivateKey::parse(from.required("app_private_key")))
        made.app_key = *key;
    else
        from.complain("app_private_key: " + key.error().message);
    const std::string public_key = from.optional("alipay_public_key");
    const bool certificates = !from.optional("app_certificate").empty();
    if (certificates == !public_key.empty()) {
        from.complain(
            "either alipay_public_key, or app_certificate with alipay_certificate and root_certificates");
    } else if (certificates) {
        readCertificates(from, made, now);
    } else if (auto key = support::PublicKey::parse(public_key)) {
        made.alipay_keys.insert_or_assign("", *key);
    } else {
        from.complain("alipay_public_key: " + key.error().message);
    }
    if (auto good = from.check(); !good)
        return fail(good.error());
    return made;
}

std::string certificateSn(const support::Certificate& certificate)
{
    return support::hex(support::md5(certificate.issuerReversed() + certificate.serialDecimal()));
}

std::string rootCertificateSn(const std::vector<support::Certificate>& bundle)
{
    std::string joined;
    for (const auto& certificate : bundle) {
        if (!certificate.signatureOid().starts_with(kRsaSignatures))
            continue;
        joined += (joined.empty() ? "" : "_") + certificateSn(certificate);
    }
    return joined;
}

} // namespace zikao::alipay
