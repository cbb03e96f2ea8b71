#include "plugins/degree-chsi/checker.hpp"

#include <algorithm>

#include "plugins/support/encoding.hpp"
#include "plugins/support/values.hpp"

namespace zikao::chsi {

using support::Json;
using support::textAt;

namespace {

constexpr std::size_t kMaxAnswerBytes = 256 * 1024;
constexpr std::size_t kMostCode = 1000; // characters; more does not fit a code that a telephone reads
constexpr std::size_t kNonceDigits = 32;
constexpr std::chrono::seconds kShortest{60}, kLongest{600};
const std::string kEvent = "VERIFICATION.";

/// What a refusal means to the caller. All calls are repeatable, so an error of the register is "not now".
Failure refusal(const char* call, const support::HttpResponse& response)
{
    std::string code;
    if (const auto body = support::parseObject(response.body))
        code = textAt(*body, "code");
    const std::string text = std::string(call) + ": HTTP " + std::to_string(response.status) + ' ' + code;
    switch (response.status) {
    case 400: return fail(ErrorCode::invalid_argument, text, code);
    case 404: return fail(ErrorCode::not_found, text, code);
    case 409: return fail(ErrorCode::conflict, text, "request_reused");
    case 429: return fail(ErrorCode::too_many, text, code);
    default: return fail(ErrorCode::unavailable, text, code);
    }
}

/// An answer that cannot be trusted is no answer; a callback that cannot is a forgery.
Failure distrusted(const Error& why)
{
    return fail(ErrorCode::unavailable, "an answer that cannot be trusted: " + why.message, why.reason);
}

bool isNonce(std::string_view nonce)
{
    return nonce.size() == kNonceDigits && std::all_of(nonce.begin(), nonce.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

/// The code must carry our nonce, or it is somebody else's.
bool carries(const std::string& code, const std::string& nonce)
{
    const auto url = support::Url::parse(code);
    if (!url || code.size() > kMostCode)
        return false;
    const std::size_t question = url->target.find('?');
    if (question == std::string::npos)
        return false;
    const auto query = support::formDecode(std::string_view(url->target).substr(question + 1));
    return query && support::valueOf(*query, "n") == nonce;
}

} // namespace

Result<std::unique_ptr<api::DegreeChecker>> Checker::create(const api::PluginContext& context)
{
    auto settings = Settings::parse(context.settings_json);
    if (!settings)
        return fail(settings.error());
    return std::unique_ptr<api::DegreeChecker>(
        std::make_unique<Checker>(std::move(*settings), support::Environment::system()));
}

Checker::Checker(Settings settings, support::Environment environment)
    : settings_(std::move(settings)),
      environment_(std::move(environment))
{}

Result<support::HttpResponse> Checker::exchange(const std::string& method, const std::string& target,
                                                const std::string& body)
{
    auto headers = signedHeaders(settings_, method, target, body, environment_.now(), environment_.nonce());
    if (!headers)
        return fail(headers.error());
    support::HttpRequest request;
    request.method = method;
    request.url = settings_.base_url + target;
    request.headers = std::move(*headers);
    request.headers.emplace_back("Accept", "application/json");
    request.headers.emplace_back("User-Agent", "zikao/1");
    if (!body.empty())
        request.headers.emplace_back("Content-Type", "application/json");
    request.body = body;
    request.deadline = settings_.timeout;
    request.max_body_bytes = kMaxAnswerBytes;
    return environment_.transport->send(request);
}

Result<api::DegreeCode> Checker::doCreate(const api::DegreeRequest& request)
{
    const auto callback = support::Url::parse(request.callback_url);
    if (!isRequestNo(request.request_no) || !isNonce(request.code_nonce) || request.name.empty() ||
        request.id_number.empty() || request.lives < kShortest || request.lives > kLongest || !callback ||
        callback->target.find('?') != std::string::npos)
        return fail(ErrorCode::invalid_argument, "create: number, nonce, person, life or address");
    const auto response = exchange("POST", settings_.path, createBody(request, settings_));
    if (!response)
        return fail(response.error());
    if (response->status != 200)
        return refusal("create", *response);
    const auto body = support::parseObject(response->body);
    if (!body)
        return fail(ErrorCode::unavailable, "create: an answer that is not JSON");
    std::string code = textAt(*body, "qr_content");
    const auto expires = support::fromRfc3339(textAt(*body, "expires_at"));
    if (!expires || !carries(code, request.code_nonce))
        return fail(ErrorCode::unavailable, "create: an answer without our code", "broken_answer");
    // The register's clock may be ahead of ours; nobody waits longer than was asked for.
    return api::DegreeCode{std::move(code), std::min(*expires, environment_.now() + request.lives)};
}

Result<api::DegreeAnswer> Checker::doQuery(const std::string& request_no)
{
    if (!isRequestNo(request_no))
        return fail(ErrorCode::invalid_argument, "query: not a number of ours");
    const auto response = exchange("GET", settings_.path + '/' + request_no, {});
    if (!response)
        return fail(response.error());
    if (response->status != 200)
        return refusal("query", *response);
    if (auto good = verify(settings_, response->headers, response->body, environment_.now()); !good)
        return distrusted(good.error());
    const auto body = support::parseObject(response->body);
    const auto state = stateNamed(body ? textAt(*body, "status") : std::string{});
    if (!state)
        return fail(ErrorCode::unavailable, "query: an answer without a state", "broken_answer");
    api::DegreeAnswer answer;
    const Json& resource = support::objectAt(*body, "resource");
    if (!resource.empty()) {
        auto opened = openResult(settings_, resource);
        if (!opened)
            return distrusted(opened.error());
        answer = std::move(*opened);
        if (answer.request_no != request_no || answer.state != *state)
            return fail(ErrorCode::unavailable, "query: an answer about another request", "broken_answer");
    } else if (*state != api::DegreeState::pending && *state != api::DegreeState::expired) {
        return fail(ErrorCode::unavailable, "query: a result without its sealed part", "broken_answer");
    }
    answer.request_no = request_no;
    answer.state = *state;
    answer.raw_digest = support::hex(support::sha256(response->body));
    return answer;
}

Result<api::DegreeAnswer> Checker::doReadCallback(const api::RawNotice& notice, Instant now)
{
    if (auto good = verify(settings_, notice.headers, notice.body, now); !good)
        return fail(good.error());
    const auto envelope = support::parseObject(notice.body);
    if (!envelope)
        return fail(ErrorCode::forbidden, "callback: not JSON", "body");
    auto answer = openResult(settings_, support::objectAt(*envelope, "resource"));
    if (!answer)
        return answer;
    const std::string event = textAt(*envelope, "event_type");
    const auto said =
        event.starts_with(kEvent) ? stateNamed(std::string_view(event).substr(kEvent.size())) : std::nullopt;
    answer->event_id = textAt(*envelope, "event_id");
    if (said != answer->state || said == api::DegreeState::pending || answer->event_id.empty() ||
        answer->event_id.size() > 80)
        return fail(ErrorCode::forbidden, "callback: its event is not what it holds", "body");
    answer->raw_digest = support::hex(support::sha256(notice.body));
    return answer;
}

Result<api::DegreeCode> Checker::create(const api::DegreeRequest& request)
{
    return support::guarded([&] { return doCreate(request); });
}

Result<api::DegreeAnswer> Checker::query(const std::string& request_no)
{
    return support::guarded([&] { return doQuery(request_no); });
}

Result<api::DegreeAnswer> Checker::readCallback(const api::RawNotice& notice, Instant now)
{
    return support::guarded([&] { return doReadCallback(notice, now); });
}

api::NoticeReply Checker::acknowledge(bool accepted)
{
    if (accepted)
        return {204, "", ""};
    return {500, "application/json", R"({"code":"SYSTEM_ERROR","message":"稍后重试"})"};
}

} // namespace zikao::chsi
