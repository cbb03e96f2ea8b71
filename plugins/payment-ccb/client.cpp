#include "plugins/payment-ccb/client.hpp"

#include "plugins/support/json.hpp"

namespace zikao::ccb {

using support::textAt;

namespace {

constexpr std::size_t kMaxAnswerBytes = 8 * 1024 * 1024;
constexpr const char* kVersion = "?CCB_IBSVersion=V6";

bool saysSuccess(const support::Json& answer)
{
    const auto found = answer.find("SUCCESS");
    return found != answer.end() && (*found == "true" || *found == true);
}

/// [?] Integrations spell the names of an error's members in two ways.
std::string either(const support::Json& answer, const char* one, const char* other)
{
    const std::string text = textAt(answer, one);
    return text.empty() ? textAt(answer, other) : text;
}

} // namespace

Client::Client(Settings settings, support::Environment environment)
    : settings_(std::move(settings)),
      environment_(std::move(environment))
{}

Result<std::string> Client::exchange(support::HttpRequest request, const char* what)
{
    request.headers.emplace_back("User-Agent", "zikao/1");
    request.deadline = settings_.timeout;
    request.max_body_bytes = kMaxAnswerBytes;
    auto response = environment_.transport->send(request);
    if (!response)
        return fail(response.error());
    if (response->status >= 500)
        return fail(ErrorCode::timeout, std::string(what) + ": HTTP " + std::to_string(response->status));
    if (response->status != 200)
        return fail(ErrorCode::unavailable, std::string(what) + ": HTTP " + std::to_string(response->status));
    return std::move(response->body);
}

Result<std::string> Client::step(const std::string& url, const char* key)
{
    support::HttpRequest request;
    request.url = url;
    const auto body = exchange(std::move(request), "code");
    if (!body)
        return fail(body.error());
    const auto answer = support::parseObject(*body);
    if (!answer)
        return fail(ErrorCode::unavailable, "code: an answer that is no JSON", "not_json");
    const std::string value = textAt(*answer, key);
    if (saysSuccess(*answer) && !value.empty())
        return value;
    const std::string code = either(*answer, "ERRORCODE", "ERRCODE");
    const bool refused = settings_.refused_codes.contains(code);
    return fail(refused ? ErrorCode::invalid_argument : ErrorCode::unavailable,
                "code: " + code + ' ' + either(*answer, "ERRORMSG", "ERRMSG"), code);
}

Result<std::string> Client::code(const api::ChargeRequest& request)
{
    const auto pay_url =
        step(settings_.gateway_url + kVersion + '&' + support::formEncode(orderFields(settings_, request)),
             "PAYURL");
    if (!pay_url)
        return pay_url;
    const auto parsed = support::Url::parse(*pay_url);
    const auto gateway = support::Url::parse(settings_.gateway_url);
    const bool known = parsed && gateway && parsed->secure == gateway->secure &&
                       (parsed->authority() == gateway->authority() || parsed->host == settings_.code_host);
    if (!known)
        return fail(ErrorCode::unavailable, "code: step 2 lies on a host that is not allowed", "code_host");
    const auto escaped = step(*pay_url, "QRURL");
    if (!escaped)
        return escaped;
    // The member is one escaped value; a `+` in an address stays one.
    std::string plus_kept;
    for (const char c : *escaped)
        plus_kept += c == '+' ? std::string("%2B") : std::string(1, c);
    const auto decoded = support::formDecode("q=" + plus_kept);
    if (!decoded || decoded->size() != 1 || support::characters(decoded->front().second) < 1)
        return fail(ErrorCode::unavailable, "code: QRURL cannot be read");
    return decoded->front().second;
}

Result<Answer> Client::query(const Search& search)
{
    support::HttpRequest request;
    request.method = "POST";
    request.url = settings_.gateway_url + kVersion;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = support::formEncode(queryFields(settings_, search));
    const auto body = exchange(std::move(request), "query");
    if (!body)
        return fail(body.error());
    return readAnswer(*body, settings_);
}

Result<Element> Client::bankClient(const std::string& code, const std::string& serial,
                                   const std::string& info)
{
    support::HttpRequest request;
    request.method = "POST";
    request.url = settings_.bank_client_url;
    request.headers = {{"Content-Type", "text/xml; charset=GB2312"}};
    request.body = clientRequest(settings_, code, serial, info);
    const auto body = exchange(std::move(request), "bank client");
    if (!body)
        return fail(body.error());
    const auto text = support::gbkToUtf8(*body);
    auto root = text ? parseXml(*text) : Result<Element>(fail(text.error()));
    if (!root || root->textOf("RETURN_CODE").empty())
        return fail(ErrorCode::unavailable, "bank client: an answer that cannot be read");
    return root;
}

} // namespace zikao::ccb
