#include "plugins/mail-smtp/letter.hpp"

#include <algorithm>

#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

#include "plugins/support/encoding.hpp"

namespace zikao::mail {

namespace {

constexpr std::size_t kMostAddress = 254, kMostLocal = 64; // RFC 5321, 4.5.3.1
constexpr std::size_t kWordBytes = 39; // with "Subject: " before it a line stays within 76 characters
constexpr std::size_t kBodyColumns = 76;

bool isLocal(unsigned char c)
{
    return std::isalnum(c) != 0 ||
           std::string_view("!#$%&'*+-/=?^_`{|}~.").find(static_cast<char>(c)) != std::string_view::npos;
}

bool isDomain(std::string_view domain)
{
    while (true) {
        const std::string_view label = domain.substr(0, domain.find('.'));
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-' ||
            !std::ranges::all_of(label, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; }))
            return false;
        if (label.size() == domain.size())
            return true;
        domain.remove_prefix(label.size() + 1);
    }
}

/// Where the part of at most `most` bytes ends that splits no character.
std::size_t wholeCharacters(std::string_view text, std::size_t most)
{
    if (text.size() <= most)
        return text.size();
    std::size_t end = most;
    while (end > most - 4 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return end;
}

std::string mailDate(Instant at)
{
    constexpr std::int64_t kBeijingMs = 8 * 3'600'000;
    return Poco::DateTimeFormatter::format(Poco::Timestamp((at.ms + kBeijingMs) * 1000),
                                           "%w, %d %b %Y %H:%M:%S") +
           " +0800";
}

std::string bodyLines(const std::string& text)
{
    std::string lines;
    for (const char c : text) // base 64 hides the lines from servers, so they are made whole before it
        lines += c == '\n' ? std::string("\r\n") : c == '\r' ? std::string() : std::string(1, c);
    const std::string encoded = support::base64(lines);
    std::string body;
    for (std::size_t at = 0; at < encoded.size(); at += kBodyColumns)
        body += encoded.substr(at, kBodyColumns) + "\r\n";
    return body;
}

} // namespace

bool isAddress(std::string_view text)
{
    const std::size_t at = text.find('@');
    if (at == std::string_view::npos || at == 0 || at > kMostLocal || text.size() > kMostAddress)
        return false;
    return std::ranges::all_of(text.substr(0, at), isLocal) && isDomain(text.substr(at + 1));
}

Result<std::string> filled(const std::string& text, const std::map<std::string, std::string>& values)
{
    std::string out;
    std::size_t at = 0;
    for (std::size_t begin = text.find("${"); begin != std::string::npos; begin = text.find("${", at)) {
        const std::size_t end = text.find('}', begin);
        const auto value =
            end == std::string::npos ? values.end() : values.find(text.substr(begin + 2, end - begin - 2));
        if (value == values.end())
            return fail(ErrorCode::unavailable, "the template asks for a value that the message has not",
                        "template");
        out += text.substr(at, begin - at) + value->second;
        at = end + 1;
    }
    return out + text.substr(at);
}

std::string encodedWords(std::string_view text)
{
    std::string words;
    while (!text.empty()) {
        const std::size_t size = wholeCharacters(text, kWordBytes);
        words +=
            (words.empty() ? "" : "\r\n ") + ("=?UTF-8?B?" + support::base64(text.substr(0, size))) + "?=";
        text.remove_prefix(size);
    }
    return words;
}

std::string written(const Letter& letter)
{
    const std::string address = '<' + letter.from + '>';
    return "Date: " + mailDate(letter.at) + "\r\nFrom: " +
           (letter.from_name.empty() ? address : encodedWords(letter.from_name) + "\r\n " + address) +
           "\r\nTo: <" + letter.to + ">\r\nSubject: " + encodedWords(letter.subject) + "\r\nMessage-ID: <" +
           letter.message_id +
           ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
           "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
           bodyLines(letter.text);
}

} // namespace zikao::mail
