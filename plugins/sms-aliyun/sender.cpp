#include "plugins/sms-aliyun/sender.hpp"

#include <algorithm>

#include "plugins/sms-aliyun/reports.hpp"
#include "plugins/support/crypto.hpp"
#include "plugins/support/json.hpp"
#include "plugins/support/values.hpp"

namespace zikao::aliyun {

namespace {

constexpr const char* kForm = "application/x-www-form-urlencoded";

bool isMobile(std::string_view number)
{
    return number.size() == 11 && number[0] == '1' &&
           std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

ErrorCode meaningOf(std::string_view code)
{
    if (code == "isv.BUSINESS_LIMIT_CONTROL" || code.starts_with("Throttling"))
        return ErrorCode::too_many;
    if (code == "isv.MOBILE_NUMBER_ILLEGAL" || code == "isv.DOMESTIC_NUMBER_NOT_SUPPORTED")
        return ErrorCode::invalid_argument;
    if (code == "isp.SYSTEM_ERROR")
        return ErrorCode::timeout;
    return ErrorCode::unavailable;
}

} // namespace

Result<Settings> Settings::parse(const std::string& settings_json)
{
    support::Settings from(settings_json);
    Settings made;
    made.base_url = from.optional("base_url", "https://dysmsapi.aliyuncs.com");
    if (const auto url = support::Url::parse(made.base_url);
        !url || url->target != "/" || made.base_url.ends_with('/'))
        from.complain("base_url must be an origin such as https://host");
    made.access_key_id = from.required("access_key_id");
    made.access_key_secret = from.required("access_key_secret");
    made.sign_name = from.required("sign_name");
    const std::string signature = from.optional("signature", "acs3");
    made.rpc = signature == "rpc";
    if (!made.rpc && signature != "acs3")
        from.complain("signature must be acs3 or rpc");
    made.timeout = std::chrono::milliseconds{from.integer("timeout_ms", 4000, 1000, 30'000)};
    for (const auto& [key, code] : from.object("templates").items()) {
        if (code.is_string() && !code.get<std::string>().empty())
            made.templates.emplace(key, code.get<std::string>());
        else
            from.complain("templates." + key + " must be a template code");
    }
    if (made.templates.empty())
        from.complain("templates is missing");
    if (auto good = from.check(); !good)
        return fail(good.error());
    return made;
}

Result<std::unique_ptr<api::MessageSender>> Sender::create(const api::PluginContext& context)
{
    auto settings = Settings::parse(context.settings_json);
    if (!settings)
        return fail(settings.error());
    return std::unique_ptr<api::MessageSender>(
        std::make_unique<Sender>(std::move(*settings), support::Environment::system()));
}

Sender::Sender(Settings settings, support::Environment environment)
    : settings_(std::move(settings)),
      environment_(std::move(environment))
{}

support::HttpRequest Sender::acs3Request(const support::Pairs& params)
{
    Acs3Request signed_part;
    signed_part.body = canonicalQuery(params);
    signed_part.headers = {{"host", support::Url::parse(settings_.base_url)->authority()},
                           {"content-type", kForm},
                           {"x-acs-action", "SendSms"},
                           {"x-acs-version", "2017-05-25"},
                           {"x-acs-date", support::utcText(environment_.now())},
                           {"x-acs-signature-nonce", environment_.nonce()},
                           {"x-acs-content-sha256", support::hex(support::sha256(signed_part.body))}};
    support::HttpRequest request;
    request.headers.assign(signed_part.headers.begin() + 1, signed_part.headers.end());
    request.headers.emplace_back("Authorization", acs3Authorization(signed_part, settings_.access_key_id,
                                                                    settings_.access_key_secret));
    request.body = std::move(signed_part.body);
    return request;
}

support::HttpRequest Sender::rpcRequest(support::Pairs params)
{
    params.insert(params.end(), {{"Action", "SendSms"},
                                 {"Version", "2017-05-25"},
                                 {"Format", "JSON"},
                                 {"AccessKeyId", settings_.access_key_id},
                                 {"SignatureMethod", "HMAC-SHA1"},
                                 {"SignatureVersion", "1.0"},
                                 {"SignatureNonce", environment_.nonce()},
                                 {"Timestamp", support::utcText(environment_.now())}});
    params.emplace_back("Signature", rpcSignature("POST", params, settings_.access_key_secret));
    support::HttpRequest request;
    request.headers = {{"Content-Type", kForm}};
    request.body = canonicalQuery(params);
    return request;
}

Result<api::SendReceipt> Sender::doSend(const api::OutgoingMessage& message)
{
    if (!isMobile(message.recipient))
        return fail(ErrorCode::invalid_argument, "not a mobile number of the mainland", "recipient");
    const auto found = settings_.templates.find(message.template_key);
    if (found == settings_.templates.end())
        return fail(ErrorCode::unavailable, "no template code is configured for " + message.template_key,
                    "template");
    support::Pairs params{{"PhoneNumbers", message.recipient},
                          {"SignName", settings_.sign_name},
                          {"TemplateCode", found->second}};
    if (!message.params.empty())
        params.emplace_back("TemplateParam", support::Json(message.params).dump());
    if (!message.message_id.empty())
        params.emplace_back("OutId", message.message_id);
    support::HttpRequest request = settings_.rpc ? rpcRequest(std::move(params)) : acs3Request(params);
    request.method = "POST";
    request.url = settings_.base_url + '/';
    request.headers.emplace_back("Accept", "application/json");
    request.headers.emplace_back("User-Agent", "zikao/1");
    request.deadline = settings_.timeout;
    const auto response = environment_.transport->send(request);
    if (!response)
        return fail(response.error());
    return readReceipt(response->status, response->body);
}

Result<api::SendReceipt> readReceipt(int status, std::string_view body)
{
    const auto answer = support::parseObject(body);
    if (!answer)
        return fail(ErrorCode::timeout,
                    "SendSms: HTTP " + std::to_string(status) + " without a readable answer");
    const std::string code = support::textAt(*answer, "Code");
    const std::string provider_id = support::textAt(*answer, "BizId");
    if (status == 200 && code == "OK" && !provider_id.empty())
        return api::SendReceipt{provider_id};
    return fail(code.empty() ? ErrorCode::timeout : meaningOf(code),
                "SendSms: HTTP " + std::to_string(status) + ' ' + code + ", request " +
                    support::textAt(*answer, "RequestId"),
                code);
}

Result<api::SendReceipt> Sender::send(const api::OutgoingMessage& message)
{
    return support::guarded([&] { return doSend(message); });
}

Result<api::DeliveryReports> Sender::readReports(const std::string& body)
{
    return support::guarded([&] { return aliyun::readReports(body); });
}

} // namespace zikao::aliyun
