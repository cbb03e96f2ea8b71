#include "plugins/support/encoding.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <set>

#include <iconv.h>
#include <openssl/evp.h>

namespace zikao::support {

namespace {

constexpr char kLower[] = "0123456789abcdef";
constexpr char kUpper[] = "0123456789ABCDEF";

bool unreserved(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

void appendEscaped(std::string& out, char c)
{
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kUpper[byte >> 4];
    out += kUpper[byte & 15];
}

Result<std::string> formDecodeOne(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? nibble(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? nibble(text[i + 2]) : -1;
        if (high < 0 || low < 0)
            return fail(ErrorCode::invalid_argument, "broken % escape");
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

/// Opened once, before the worker is confined: iconv loads its tables from files.
iconv_t gbkConverter()
{
    static const std::unique_ptr<void, int (*)(iconv_t)> converter(iconv_open("UTF-8", "GB18030"),
                                                                   &iconv_close);
    return converter.get();
}

} // namespace

std::string hex(std::string_view bytes)
{
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        out += kLower[static_cast<unsigned char>(c) >> 4];
        out += kLower[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

std::string base64(std::string_view bytes)
{
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

Result<std::string> fromBase64(std::string_view text)
{
    const auto valid = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
               c == '/';
    };
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    if (text.size() % 4 != 0 || !std::all_of(text.begin(), text.end() - static_cast<long>(padding), valid))
        return fail(ErrorCode::invalid_argument, "not base 64");
    std::string out(text.size() / 4 * 3, '\0');
    const int length =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (length < 0)
        return fail(ErrorCode::invalid_argument, "not base 64");
    out.resize(static_cast<std::size_t>(length) - padding);
    return out;
}

std::string percentEncode(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (unreserved(c))
            out += c;
        else
            appendEscaped(out, c);
    }
    return out;
}

std::string formEncode(const Pairs& pairs)
{
    std::string out;
    const auto append = [&](std::string_view text) {
        for (const char c : text) {
            if (c == ' ')
                out += '+';
            else if (c != '~' && unreserved(c))
                out += c;
            else if (c == '*')
                out += c;
            else
                appendEscaped(out, c);
        }
    };
    for (const auto& [name, value] : pairs) {
        if (!out.empty())
            out += '&';
        append(name);
        out += '=';
        append(value);
    }
    return out;
}

Result<Pairs> formDecode(std::string_view text)
{
    Pairs pairs;
    std::set<std::string> seen;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (pair.empty())
            continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        auto name = formDecodeOne(pair.substr(0, equals));
        auto value = formDecodeOne(equals < pair.size() ? pair.substr(equals + 1) : std::string_view{});
        if (!name || !value)
            return fail(ErrorCode::invalid_argument, "broken % escape in a form");
        if (!seen.insert(*name).second)
            return fail(ErrorCode::invalid_argument, "a form field occurs twice");
        pairs.emplace_back(std::move(*name), std::move(*value));
    }
    return pairs;
}

std::string_view valueOf(const Pairs& pairs, std::string_view name)
{
    const auto found =
        std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == name; });
    return found == pairs.end() ? std::string_view{} : std::string_view{found->second};
}

std::string sortedQuery(Pairs pairs)
{
    std::sort(pairs.begin(), pairs.end());
    std::string out;
    for (const auto& [name, value] : pairs) {
        if (value.empty())
            continue;
        if (!out.empty())
            out += '&';
        out += name + '=' + value;
    }
    return out;
}

Result<std::string> gbkToUtf8(std::string_view bytes)
{
    const iconv_t converter = gbkConverter();
    if (converter == reinterpret_cast<iconv_t>(-1))
        return fail(ErrorCode::internal, "this system cannot convert GB18030");
    iconv(converter, nullptr, nullptr, nullptr, nullptr);
    std::string out;
    std::array<char, 4096> buffer;
    char* from = const_cast<char*>(bytes.data());
    std::size_t left = bytes.size();
    while (left > 0) {
        char* to = buffer.data();
        std::size_t room = buffer.size();
        const std::size_t done = iconv(converter, &from, &left, &to, &room);
        out.append(buffer.data(), buffer.size() - room);
        if (done == static_cast<std::size_t>(-1) && errno != E2BIG)
            return fail(ErrorCode::invalid_argument, "not GBK text");
    }
    return out;
}

int characters(std::string_view text)
{
    int count = 0;
    for (std::size_t i = 0; i < text.size(); ++count) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead < 0x80                   ? 1
                                   : lead >= 0xC2 && lead < 0xE0 ? 2
                                   : lead >= 0xE0 && lead < 0xF0 ? 3
                                   : lead >= 0xF0 && lead < 0xF5 ? 4
                                                                 : 0;
        if (length == 0 || i + length > text.size())
            return -1;
        for (std::size_t k = 1; k < length; ++k)
            if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80)
                return -1;
        i += length;
    }
    return count;
}

} // namespace zikao::support
