#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "plugins/payment-wechatpay/settings.hpp"
#include "plugins/support/http.hpp"
#include "plugins/support/json.hpp"

namespace zikao::wechatpay {

/// An answer whose signature was verified, or a refusal (status 4xx or 5xx, unsigned, believed only as a
/// refusal).
struct Answer
{
    int status = 0;
    support::Json body = support::Json::object();
    std::string code;    ///< of a refusal: ORDER_NOT_EXIST …
    std::string message; ///< of a refusal, for the log

    [[nodiscard]] bool good() const { return status == 200 || status == 204; }
};

/// Signs, sends and verifies; keeps the provider's keys fresh. @threads any
class Client
{
public:
    Client(Settings settings, support::Environment environment);

    [[nodiscard]] const Settings& settings() const { return settings_; }
    [[nodiscard]] Instant now() const { return environment_.now(); }

    /// @param target  path and query, percent-encoded
    /// @errors `unavailable`: no connection, or an answer that cannot be trusted; `timeout`: outcome unknown
    Result<Answer> call(const std::string& method, const std::string& target, const std::string& body = {});

    /// Fetches bill bytes. Such answers carry no signature; the caller checks the hash it was told.
    Result<std::string> download(const std::string& target, std::size_t max_bytes);

    /// @errors `forbidden` with the reason of `verify`
    Result<void> verifyNotice(const support::Headers& headers, std::string_view body, Instant now);

private:
    Result<support::HttpResponse> exchange(const std::string& method, const std::string& target,
                                           const std::string& body, std::size_t max_bytes);
    Result<void> verifyAnswer(const support::HttpResponse& response);
    std::string wantedSerial();
    /// Fetches certificates when none is usable, the last ones are an hour old, or a serial is unknown.
    Result<void> refreshCertificates(bool unknown_serial);
    PlatformKeys keys();

    const Settings settings_;
    support::Environment environment_;
    std::mutex mutex_;
    PlatformKeys keys_;
    std::optional<Instant> fetched_at_, tried_at_;
};

} // namespace zikao::wechatpay
