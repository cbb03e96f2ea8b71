#include "kernel/http/target.hpp"

#include <algorithm>

#include "kernel/base/encoding.hpp"

namespace zikao::http {
namespace {

Failure refuse(const char* reason)
{
    return fail(ErrorCode::invalid_argument, "request target", reason);
}

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/// What RFC 3986 allows unencoded in a path or query, plus '[' and ']' which browsers leave in queries.
bool mayStandBare(char c)
{
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
        return true;
    return std::string_view("-._~!$&'()*+,;=:@/?%[]").find(c) != std::string_view::npos;
}

/// Bytes: what they mean is for the caller to judge.
Result<std::string> decodeBytes(std::string_view text, bool plus_is_space)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            const int high = i + 2 < text.size() ? hexDigit(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hexDigit(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return refuse("target_percent");
            c = static_cast<char>(high * 16 + low);
            i += 2;
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
                return refuse("target_control");
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        out += c;
    }
    return out;
}

Result<std::string> decode(std::string_view text, bool plus_is_space)
{
    auto out = decodeBytes(text, plus_is_space);
    if (out && !isUtf8(*out))
        return refuse("target_utf8");
    return out;
}

Result<std::string> decodePath(std::string_view raw)
{
    std::string path;
    path.reserve(raw.size());
    std::size_t from = 1;
    while (from <= raw.size()) {
        const std::size_t slash = std::min(raw.find('/', from), raw.size());
        auto segment = decode(raw.substr(from, slash - from), false);
        if (!segment)
            return fail(segment.error());
        if (segment->find_first_of("/\\") != std::string::npos)
            return refuse("target_encoded_slash");
        if (*segment == "." || *segment == "..")
            return refuse("target_dot_segment");
        if (segment->empty() && slash < raw.size())
            return refuse("target_empty_segment");
        path += '/';
        path += *segment;
        from = slash + 1;
    }
    return path;
}

} // namespace

Result<Target> parseTarget(std::string_view text)
{
    if (text.empty() || text.front() != '/')
        return refuse("target_form");
    if (!std::all_of(text.begin(), text.end(), mayStandBare))
        return refuse("target_character");

    const std::size_t mark = text.find('?');
    auto path = decodePath(text.substr(0, mark));
    if (!path)
        return fail(path.error());
    Target target{std::move(*path), {}, true};
    if (mark == std::string_view::npos)
        return target;

    std::string_view rest = text.substr(mark + 1);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('&'), rest.size());
        const std::string_view pair = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (pair.empty())
            continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        auto key = decode(pair.substr(0, equals), true);
        if (!key)
            return fail(key.error());
        auto value = decodeBytes(pair.substr(std::min(equals + 1, pair.size())), true);
        if (!value)
            return fail(value.error());
        const bool repeated = std::any_of(target.query.begin(), target.query.end(),
                                          [&](const auto& other) { return other.first == *key; });
        if (repeated)
            return refuse("target_query_repeated");
        if (!isUtf8(*value)) {
            target.query_is_utf8 = false;
            value->clear();
        }
        target.query.emplace_back(std::move(*key), std::move(*value));
    }
    return target;
}

} // namespace zikao::http
