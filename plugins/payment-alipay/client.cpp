#include "plugins/payment-alipay/client.hpp"

#include <algorithm>

#include "plugins/payment-alipay/signature.hpp"

namespace zikao::alipay {

using support::textAt;

namespace {

constexpr std::size_t kMaxAnswerBytes = 1024 * 1024;

} // namespace

Client::Client(Settings settings, support::Environment environment)
    : settings_(std::move(settings)),
      environment_(std::move(environment))
{}

Result<support::Pairs> Client::signedParams(const std::string& method, const support::Json& biz_content,
                                            const std::string& notify_url) const
{
    support::Pairs params{{"app_id", settings_.app_id},
                          {"method", method},
                          {"format", "JSON"},
                          {"charset", "utf-8"},
                          {"sign_type", "RSA2"},
                          {"timestamp", beijingText(now())},
                          {"version", "1.0"}};
    if (settings_.certificateMode()) {
        params.emplace_back("app_cert_sn", settings_.app_cert_sn);
        params.emplace_back("alipay_root_cert_sn", settings_.root_cert_sn);
    }
    if (!notify_url.empty())
        params.emplace_back("notify_url", notify_url);
    params.emplace_back("biz_content", biz_content.dump());
    auto sign = settings_.app_key.sign(requestText(params));
    if (!sign)
        return fail(sign.error());
    params.emplace_back("sign", std::move(*sign));
    return params;
}

Result<Answer> Client::call(const std::string& method, const support::Json& biz_content,
                            const std::string& notify_url)
{
    auto params = signedParams(method, biz_content, notify_url);
    if (!params)
        return fail(params.error());
    support::Pairs query, form;
    for (auto& pair : *params)
        (pair.first == "biz_content" ? form : query).push_back(std::move(pair));
    support::HttpRequest request;
    request.method = "POST";
    request.url = settings_.gateway_url + '?' + support::formEncode(query);
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded;charset=utf-8"},
                       {"User-Agent", "zikao/1"}};
    request.body = support::formEncode(form);
    request.deadline = settings_.timeout;
    request.max_body_bytes = kMaxAnswerBytes;
    const auto response = environment_.transport->send(request);
    if (!response)
        return fail(response.error());
    if (response->status >= 500)
        return fail(ErrorCode::timeout, method + ": HTTP " + std::to_string(response->status));
    if (response->status != 200)
        return fail(ErrorCode::unavailable, method + ": HTTP " + std::to_string(response->status));
    return readAnswer(response->body, method, settings_);
}

Result<Answer> readAnswer(std::string_view body, const std::string& method, const Settings& settings)
{
    std::string key = method + "_response";
    std::replace(key.begin(), key.end(), '.', '_');
    const auto raw = splitAnswer(body, key);
    if (!raw)
        return fail(raw.error());
    const auto object = support::parseObject(raw->object);
    if (!object)
        return fail(ErrorCode::unavailable, method + ": the answer is not JSON");
    Answer answer;
    answer.code = textAt(*object, "code");
    answer.sub_code = textAt(*object, "sub_code");
    answer.message = textAt(*object, "msg") + ' ' + textAt(*object, "sub_msg");
    if (raw->error)
        return fail(ErrorCode::unavailable,
                    method + ": " + answer.code + ' ' + answer.sub_code + ' ' + answer.message,
                    answer.sub_code);
    const auto known = settings.alipay_keys.find(settings.certificateMode() ? raw->cert_sn : std::string{});
    if (known == settings.alipay_keys.end())
        return fail(ErrorCode::unavailable, method + ": signed with a certificate that is not configured",
                    "serial");
    if (!known->second.verify(raw->object, raw->sign))
        return fail(ErrorCode::unavailable, method + ": the answer's signature does not fit", "signature");
    answer.body = std::move(*object);
    return answer;
}

Result<std::string> Client::download(const std::string& url, std::size_t max_bytes)
{
    const auto parsed = support::Url::parse(url);
    const auto gateway = support::Url::parse(settings_.gateway_url);
    if (!parsed || !gateway ||
        (parsed->host != settings_.bill_host && parsed->authority() != gateway->authority()))
        return fail(ErrorCode::unavailable, "bill download: an address that is not allowed");
    support::HttpRequest request;
    request.url = url;
    request.headers = {{"User-Agent", "zikao/1"}};
    request.deadline = settings_.timeout * 3;
    request.max_body_bytes = max_bytes;
    auto response = environment_.transport->send(request);
    if (!response)
        return fail(response.error());
    if (response->status != 200)
        return fail(ErrorCode::unavailable, "bill download: HTTP " + std::to_string(response->status));
    return std::move(response->body);
}

} // namespace zikao::alipay
