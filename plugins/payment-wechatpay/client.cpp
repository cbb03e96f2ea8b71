#include "plugins/payment-wechatpay/client.hpp"

#include "plugins/payment-wechatpay/signature.hpp"

namespace zikao::wechatpay {

namespace {

constexpr std::size_t kMaxAnswerBytes = 1024 * 1024;
constexpr std::chrono::minutes kCertificatesLive{60};
/// Strangers can name unknown serials; they must not make us ask the provider more often than this.
constexpr std::chrono::seconds kBetweenTries{60};

} // namespace

Client::Client(Settings settings, support::Environment environment)
    : settings_(std::move(settings)),
      environment_(std::move(environment)),
      keys_(settings_.keys)
{}

PlatformKeys Client::keys()
{
    std::lock_guard lock(mutex_);
    return keys_;
}

std::string Client::wantedSerial()
{
    return settings_.public_key_id.empty() ? keys().newestCertificate(now()) : settings_.public_key_id;
}

Result<support::HttpResponse> Client::exchange(const std::string& method, const std::string& target,
                                               const std::string& body, std::size_t max_bytes)
{
    const auto authorized =
        authorization(settings_.mchid, settings_.merchant_serial, settings_.merchant_key, method, target,
                      std::to_string(now().ms / 1000), environment_.nonce(), body);
    if (!authorized)
        return fail(authorized.error());
    support::HttpRequest request;
    request.method = method;
    request.url = settings_.base_url + target;
    request.body = body;
    request.deadline = settings_.timeout;
    request.max_body_bytes = max_bytes;
    request.headers = {
        {"Accept", "application/json"}, {"User-Agent", "zikao/1"}, {"Authorization", *authorized}};
    if (!body.empty())
        request.headers.emplace_back("Content-Type", "application/json");
    if (const std::string serial = wantedSerial(); !serial.empty())
        request.headers.emplace_back("Wechatpay-Serial", serial);
    return environment_.transport->send(request);
}

Result<void> Client::refreshCertificates(bool unknown_serial)
{
    if (!settings_.download_certificates)
        return ok();
    {
        std::lock_guard lock(mutex_);
        const Instant at = now();
        const bool usable = !settings_.public_key_id.empty() || !keys_.newestCertificate(at).empty();
        const bool fresh = fetched_at_ && at < *fetched_at_ + kCertificatesLive;
        if (fresh && !unknown_serial)
            return ok();
        if (tried_at_ && at < *tried_at_ + kBetweenTries) {
            if (usable)
                return ok();
            return fail(ErrorCode::unavailable,
                        "no platform certificate; the last try was less than a minute ago");
        }
        tried_at_ = at;
    }
    const auto response = exchange("GET", "/v3/certificates", {}, kMaxAnswerBytes);
    const auto problem = [&](Error error) -> Result<void> {
        if (wantedSerial().empty())
            return fail(ErrorCode::unavailable, "no platform certificate: " + error.message, error.reason);
        return ok();
    };
    if (!response)
        return problem(response.error());
    if (response->status != 200)
        return problem({ErrorCode::unavailable, "certificates: HTTP " + std::to_string(response->status)});
    const auto certificates = readCertificates(response->body, settings_.apiv3_key);
    if (!certificates)
        return problem(certificates.error());
    // The list proves itself: only who knows the APIv3 key can encrypt it, and one of its certificates must
    // have signed the answer (or a key we already trust).
    PlatformKeys fresh = keys();
    if (auto added = fresh.add(*certificates); !added)
        return problem(added.error());
    if (auto good = verify(response->headers, response->body, fresh, now(), settings_.tolerance); !good)
        return problem(good.error());
    std::lock_guard lock(mutex_);
    keys_ = std::move(fresh);
    fetched_at_ = now();
    return ok();
}

Result<void> Client::verifyAnswer(const support::HttpResponse& response)
{
    auto good = verify(response.headers, response.body, keys(), now(), settings_.tolerance);
    if (!good && good.error().reason == "serial" && refreshCertificates(true))
        good = verify(response.headers, response.body, keys(), now(), settings_.tolerance);
    if (!good)
        return fail(ErrorCode::unavailable, "an answer that cannot be trusted: " + good.error().message,
                    good.error().reason);
    return ok();
}

Result<Answer> Client::call(const std::string& method, const std::string& target, const std::string& body)
{
    if (auto ready = refreshCertificates(false); !ready)
        return fail(ready.error());
    const auto response = exchange(method, target, body, kMaxAnswerBytes);
    if (!response)
        return fail(response.error());
    Answer answer;
    answer.status = response->status;
    if (answer.good()) {
        if (auto trusted = verifyAnswer(*response); !trusted)
            return fail(trusted.error());
        if (response->status == 204)
            return answer;
        auto parsed = support::parseObject(response->body);
        if (!parsed)
            return fail(ErrorCode::unavailable, "an answer that is not JSON");
        answer.body = std::move(*parsed);
        return answer;
    }
    if (const auto parsed = support::parseObject(response->body)) {
        answer.code = support::textAt(*parsed, "code");
        answer.message = support::textAt(*parsed, "message");
    }
    return answer;
}

Result<std::string> Client::download(const std::string& target, std::size_t max_bytes)
{
    auto response = exchange("GET", target, {}, max_bytes);
    if (!response)
        return fail(response.error());
    if (response->status != 200)
        return fail(ErrorCode::unavailable, "bill download: HTTP " + std::to_string(response->status));
    return std::move(response->body);
}

Result<void> Client::verifyNotice(const support::Headers& headers, std::string_view body, Instant at)
{
    auto good = verify(headers, body, keys(), at, settings_.tolerance);
    if (!good && good.error().reason == "serial" && refreshCertificates(true))
        good = verify(headers, body, keys(), at, settings_.tolerance);
    return good;
}

} // namespace zikao::wechatpay
