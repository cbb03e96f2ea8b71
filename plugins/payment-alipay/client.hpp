#pragma once

#include <string>

#include "plugins/payment-alipay/settings.hpp"
#include "plugins/support/encoding.hpp"
#include "plugins/support/http.hpp"
#include "plugins/support/json.hpp"

namespace zikao::alipay {

/// The verified object of an answer.
struct Answer
{
    support::Json body = support::Json::object();
    std::string code, sub_code, message;

    [[nodiscard]] bool good() const { return code == "10000"; }
};

/// Signs, sends and verifies. @threads any
class Client
{
public:
    Client(Settings settings, support::Environment environment);

    [[nodiscard]] const Settings& settings() const { return settings_; }
    [[nodiscard]] Instant now() const { return environment_.now(); }

    /// All parameters of a request, `sign` last.
    Result<support::Pairs> signedParams(const std::string& method, const support::Json& biz_content,
                                        const std::string& notify_url = {}) const;

    /// @errors `unavailable`: no connection, or an answer that cannot be trusted; `timeout`: outcome unknown
    Result<Answer> call(const std::string& method, const support::Json& biz_content,
                        const std::string& notify_url = {});

    /// Fetches a bill from the gateway's host or `bill_host`, unsigned as the provider has it.
    Result<std::string> download(const std::string& url, std::size_t max_bytes);

private:
    const Settings settings_;
    support::Environment environment_;
};

/// Reads and verifies the raw text of an answer. @errors as `Client::call`
Result<Answer> readAnswer(std::string_view body, const std::string& method, const Settings& settings);

} // namespace zikao::alipay
