#include "plugins/degree-chsi/messages.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "plugins/support/encoding.hpp"
#include "plugins/support/signed_text.hpp"
#include "plugins/support/values.hpp"

namespace zikao::chsi {

using support::Json;
using support::textAt;

namespace {

constexpr std::size_t kMostRecords = 50; // nobody holds more degrees; a longer list is not a list of degrees
constexpr std::size_t kMostText = 200;   // bytes of one value
constexpr int kFirstYear = 1900, kLastYear = 2200;

Failure forbidden(const char* what, const char* reason)
{
    return fail(ErrorCode::forbidden, what, reason);
}

std::optional<std::int64_t> wholeNumber(std::string_view text)
{
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || failed != std::errc{} || end != text.data() + text.size() || number < 0)
        return std::nullopt;
    return number;
}

/// A year as text or number; absent or empty is 0, which means "not said". Nothing: it is no year.
std::optional<int> yearAt(const Json& record, const char* key)
{
    const auto found = record.find(key);
    if (found == record.end() || found->is_null() || *found == "")
        return 0;
    const auto number = found->is_number_integer() ? std::optional(found->get<std::int64_t>())
                                                   : wholeNumber(textAt(record, key));
    if (!number || *number < kFirstYear || *number > kLastYear)
        return std::nullopt;
    return static_cast<int>(*number);
}

bool readRecord(const Json& json, api::DegreeRecord& record)
{
    if (!json.is_object())
        return false;
    const std::pair<const char*, std::string*> texts[] = {
        {"record_id", &record.record_id},
        {"name", &record.name},
        {"id_number", &record.id_number},
        {"school", &record.school},
        {"major", &record.major},
        {"level", &record.level},
        {"study_form", &record.study_form},
        {"type", &record.type},
        {"conclusion", &record.conclusion},
        {"certificate_no", &record.certificate_no},
        {"verify_code", &record.verify_code},
        {"verify_code_expires", &record.verify_code_expires}};
    for (const auto& [key, into] : texts) {
        *into = textAt(json, key);
        if (into->size() > kMostText)
            return false;
    }
    const auto admitted = yearAt(json, "admission_year"), graduated = yearAt(json, "graduation_year");
    if (!admitted || !graduated || record.record_id.empty() || record.name.empty() ||
        record.id_number.empty() || record.level.empty() || record.conclusion.empty())
        return false;
    record.admission_year = *admitted;
    record.graduation_year = *graduated;
    return true;
}

bool readRecords(const Json& result, api::DegreeAnswer& answer)
{
    const auto list = result.find("records");
    if (list == result.end())
        return answer.state != api::DegreeState::authorized;
    if (!list->is_array() || list->size() > kMostRecords)
        return false;
    std::set<std::string> ids;
    for (const Json& one : *list)
        if (!readRecord(one, answer.records.emplace_back()) ||
            !ids.insert(answer.records.back().record_id).second)
            return false;
    return answer.records.empty() == (answer.state != api::DegreeState::authorized);
}

} // namespace

bool isRequestNo(std::string_view number)
{
    return !number.empty() && number.size() <= 32 && std::all_of(number.begin(), number.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    });
}

std::string subjectDigest(const api::DegreeRequest& request)
{
    return "sha256:" +
           support::hex(support::sha256(request.name + '|' + request.id_number + '|' + request.request_no));
}

std::string createBody(const api::DegreeRequest& request, const Settings& settings)
{
    return nlohmann::ordered_json{
        {"request_no", request.request_no},         {"purpose", settings.purposes.at(request.purpose)},
        {"subject_digest", subjectDigest(request)}, {"qr_nonce", request.code_nonce},
        {"expires_in", request.lives.count()},      {"callback_url", request.callback_url}}
        .dump();
}

Result<support::Headers> signedHeaders(const Settings& settings, std::string_view method,
                                       std::string_view target, std::string_view body, Instant now,
                                       std::string_view nonce)
{
    const std::string timestamp = std::to_string(now.ms / 1000);
    auto signature = settings.key.sign(support::requestText(method, target, timestamp, nonce, body));
    if (!signature)
        return fail(signature.error());
    const std::string& prefix = settings.header_prefix;
    return support::Headers{{prefix + "Client", settings.client_id},
                            {prefix + "Key-Id", settings.key_id},
                            {prefix + "Timestamp", timestamp},
                            {prefix + "Nonce", std::string(nonce)},
                            {prefix + "Signature", std::move(*signature)}};
}

Result<void> verify(const Settings& settings, const support::Headers& headers, std::string_view body,
                    Instant now)
{
    const std::string& prefix = settings.header_prefix;
    const auto timestamp = support::headerOf(headers, prefix + "Timestamp");
    const auto nonce = support::headerOf(headers, prefix + "Nonce");
    const auto key_id = support::headerOf(headers, prefix + "Key-Id");
    const auto signature = support::headerOf(headers, prefix + "Signature");
    if (timestamp.empty() || nonce.empty() || key_id.empty() || signature.empty())
        return forbidden("a signature header is missing", "signature");
    const auto seconds = wholeNumber(timestamp);
    if (!seconds || std::chrono::seconds{std::abs(now.ms / 1000 - *seconds)} > settings.tolerance)
        return forbidden("signed at another time", "timestamp");
    const auto key = settings.register_keys.find(key_id);
    if (key == settings.register_keys.end())
        return forbidden("no key of the register has this id", "key");
    if (!key->second.verify(support::answerText(timestamp, nonce, body), signature))
        return forbidden("the signature does not fit", "signature");
    return ok();
}

Result<api::DegreeAnswer> openResult(const Settings& settings, const Json& resource)
{
    const auto sealed = support::fromBase64(textAt(resource, "ciphertext"));
    if (!sealed || textAt(resource, "algorithm") != "AEAD_AES_256_GCM" ||
        textAt(resource, "associated_data") != settings.associated_data)
        return forbidden("a result sealed in an unknown way", "cipher");
    const auto plain = support::aes256GcmOpen(settings.aead_key, textAt(resource, "nonce"),
                                              settings.associated_data, *sealed);
    if (!plain)
        return forbidden("a result that cannot be opened", "cipher");
    const auto result = support::parseObject(*plain);
    if (!result)
        return forbidden("a result that is not JSON", "body");
    api::DegreeAnswer answer;
    answer.request_no = textAt(*result, "request_no");
    answer.code_nonce = textAt(*result, "qr_nonce");
    const auto state = stateNamed(textAt(*result, "status"));
    if (!state || !isRequestNo(answer.request_no) || answer.code_nonce.empty())
        return forbidden("a result without number, nonce or state", "body");
    answer.state = *state;
    if (const std::string at = textAt(*result, "authorized_at"); !at.empty()) {
        const auto instant = support::fromRfc3339(at);
        if (!instant)
            return forbidden("a result with a time that is none", "body");
        answer.authorized_at = *instant;
    }
    if (!readRecords(*result, answer))
        return forbidden("a result whose records cannot be read", "body");
    return answer;
}

std::optional<api::DegreeState> stateNamed(std::string_view word)
{
    using enum api::DegreeState;
    static constexpr std::pair<std::string_view, api::DegreeState> kWords[] = {{"PENDING", pending},
                                                                               {"AUTHORIZED", authorized},
                                                                               {"REJECTED", rejected},
                                                                               {"EXPIRED", expired},
                                                                               {"NO_RECORD", no_record}};
    for (const auto& [name, state] : kWords)
        if (name == word)
            return state;
    return std::nullopt;
}

} // namespace zikao::chsi
