#include "plugins/payment-alipay/signature.hpp"

#include <algorithm>

#include "plugins/support/json.hpp"

namespace zikao::alipay {

namespace {

support::Pairs without(support::Pairs params, std::initializer_list<std::string_view> names)
{
    std::erase_if(params, [&](const auto& pair) {
        return std::find(names.begin(), names.end(), pair.first) != names.end();
    });
    return params;
}

Failure notAnAnswer()
{
    return fail(ErrorCode::unavailable, "the gateway's answer cannot be read");
}

void skipBlanks(std::string_view text, std::size_t& at)
{
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n'))
        ++at;
}

/// Moves past a string that begins at `at`; false when it does not end.
bool skipString(std::string_view text, std::size_t& at)
{
    for (++at; at < text.size(); ++at) {
        if (text[at] == '\\')
            ++at;
        else if (text[at] == '"')
            return ++at, true;
    }
    return false;
}

/// Moves past an object or a string. The text as a whole was parsed before, so only the extent is of
/// interest.
bool skipValue(std::string_view text, std::size_t& at)
{
    if (at >= text.size())
        return false;
    if (text[at] == '"')
        return skipString(text, at);
    if (text[at] != '{')
        return false;
    int depth = 0;
    while (at < text.size()) {
        if (text[at] == '"') {
            if (!skipString(text, at))
                return false;
            continue;
        }
        depth += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
        ++at;
        if (depth == 0)
            return true;
    }
    return false;
}

} // namespace

std::string requestText(const support::Pairs& params)
{
    return support::sortedQuery(without(params, {"sign"}));
}

std::string noticeText(const support::Pairs& params)
{
    return support::sortedQuery(without(params, {"sign", "sign_type"}));
}

Result<RawAnswer> splitAnswer(std::string_view body, std::string_view key)
{
    const auto whole = support::parseObject(body);
    if (!whole)
        return notAnAnswer();
    RawAnswer answer;
    answer.sign = support::textAt(*whole, "sign");
    answer.cert_sn = support::textAt(*whole, "alipay_cert_sn");
    std::size_t at = body.find('{') + 1;
    std::size_t members = 0;
    for (skipBlanks(body, at); at < body.size() && body[at] == '"'; skipBlanks(body, at)) {
        const std::size_t name_at = at + 1;
        if (!skipString(body, at))
            return notAnAnswer();
        const std::string_view name = body.substr(name_at, at - name_at - 1);
        skipBlanks(body, at);
        ++at; // the colon
        skipBlanks(body, at);
        const std::size_t value_at = at;
        if (!skipValue(body, at))
            return notAnAnswer();
        ++members;
        if (name == key || name == "error_response") {
            if (!answer.object.empty() || body[value_at] != '{')
                return notAnAnswer();
            answer.object = body.substr(value_at, at - value_at);
            answer.error = name != key;
        }
        skipBlanks(body, at);
        if (at < body.size() && body[at] == ',')
            ++at;
    }
    // A repeated member would let one copy be verified and another be read.
    if (answer.object.empty() || members != whole->size())
        return notAnAnswer();
    return answer;
}

bool verifyNotice(const support::Pairs& params, const support::PublicKey& key)
{
    const std::string_view sign = support::valueOf(params, "sign");
    return key.verify(noticeText(params), sign) || key.verify(requestText(params), sign);
}

} // namespace zikao::alipay
