#include <algorithm>
#include <charconv>
#include <cstring>

#include "plugins/support/http.hpp"

namespace zikao::support {

namespace {

constexpr std::size_t kMaxHeadBytes = 32 * 1024;
constexpr std::size_t kMaxHeaders = 100;
constexpr std::size_t kMaxChunkLine = 256;

bool sameName(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
    });
}

Failure malformed(const char* what)
{
    return fail(ErrorCode::unavailable, std::string("answer is not proper HTTP: ") + what);
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

/// Digits only, in full. -1 when it is anything else or too big to be true.
std::int64_t number(std::string_view text, int base)
{
    std::int64_t value = -1;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return failed == std::errc{} && end == text.data() + text.size() && !text.empty() && text[0] != '-'
               ? value
               : -1;
}

/// Takes bytes as they come and hands them out by line or by count.
class Source
{
public:
    explicit Source(const std::function<Result<std::string>()>& read) : read_(read) {}

    Result<bool> more() ///< false: the peer closed
    {
        auto bytes = read_();
        if (!bytes)
            return fail(bytes.error());
        pending_ += *bytes;
        return !bytes->empty();
    }

    Result<std::string> line(std::size_t limit)
    {
        for (;;) {
            const std::size_t end = pending_.find("\r\n");
            if (end != std::string::npos && end <= limit) {
                std::string text = pending_.substr(0, end);
                pending_.erase(0, end + 2);
                return text;
            }
            if (pending_.size() > limit + 1) // the CR of a line that is just short enough may have come alone
                return malformed("a line is too long");
            auto came = more();
            if (!came)
                return fail(came.error());
            if (!*came)
                return fail(ErrorCode::timeout, "the connection ended within the answer");
        }
    }

    Result<std::string> exactly(std::size_t count)
    {
        while (pending_.size() < count) {
            auto came = more();
            if (!came)
                return fail(came.error());
            if (!*came)
                return fail(ErrorCode::timeout, "the connection ended within the answer");
        }
        std::string bytes = pending_.substr(0, count);
        pending_.erase(0, count);
        return bytes;
    }

    Result<std::string> rest(std::size_t limit)
    {
        for (;;) {
            if (pending_.size() > limit)
                return fail(ErrorCode::too_large, "the answer is larger than allowed");
            auto came = more();
            if (!came)
                return fail(came.error());
            if (!*came)
                return std::move(pending_);
        }
    }

private:
    const std::function<Result<std::string>()>& read_;
    std::string pending_;
};

Result<HttpResponse> readHead(Source& source)
{
    auto status_line = source.line(kMaxHeadBytes);
    if (!status_line)
        return fail(status_line.error());
    const std::string_view text = *status_line;
    if (text.size() < 12 || !text.starts_with("HTTP/1.") || text[8] != ' ')
        return malformed("status line");
    HttpResponse response;
    response.status = static_cast<int>(number(text.substr(9, 3), 10));
    if (response.status < 100 || (text.size() > 12 && text[12] != ' '))
        return malformed("status line");
    std::size_t total = text.size();
    for (;;) {
        auto line = source.line(kMaxHeadBytes);
        if (!line)
            return fail(line.error());
        if (line->empty())
            return response;
        total += line->size();
        const std::size_t colon = line->find(':');
        if (colon == 0 || colon == std::string::npos || line->find_first_of(" \t") < colon)
            return malformed("header");
        if (total > kMaxHeadBytes || response.headers.size() == kMaxHeaders)
            return malformed("too many headers");
        response.headers.emplace_back(line->substr(0, colon),
                                      std::string(trimmed(std::string_view(*line).substr(colon + 1))));
    }
}

Result<std::string> readChunks(Source& source, std::size_t max_body_bytes)
{
    std::string body;
    for (;;) {
        auto line = source.line(kMaxChunkLine);
        if (!line)
            return fail(line.error());
        const std::int64_t size = number(trimmed(std::string_view(*line).substr(0, line->find(';'))), 16);
        if (size < 0)
            return malformed("chunk size");
        if (static_cast<std::uint64_t>(size) > max_body_bytes - body.size())
            return fail(ErrorCode::too_large, "the answer is larger than allowed");
        if (size == 0)
            break;
        auto chunk = source.exactly(static_cast<std::size_t>(size) + 2);
        if (!chunk)
            return fail(chunk.error());
        if (!chunk->ends_with("\r\n"))
            return malformed("chunk end");
        body.append(*chunk, 0, static_cast<std::size_t>(size));
    }
    for (std::size_t trailers = 0; trailers < kMaxHeaders; ++trailers) {
        auto line = source.line(kMaxHeadBytes);
        if (!line)
            return fail(line.error());
        if (line->empty())
            return body;
    }
    return malformed("too many trailers");
}

} // namespace

std::string_view headerOf(const Headers& headers, std::string_view name)
{
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [&](const auto& header) { return sameName(header.first, name); });
    return found == headers.end() ? std::string_view{} : std::string_view{found->second};
}

Result<HttpResponse> readResponse(const std::function<Result<std::string>()>& read,
                                  std::size_t max_body_bytes)
{
    Source source(read);
    auto response = readHead(source);
    while (response && response->status < 200)
        response = readHead(source);
    if (!response)
        return response;
    if (response->status == 204 || response->status == 304)
        return response;
    const auto count = [&](std::string_view name) {
        return std::count_if(response->headers.begin(), response->headers.end(),
                             [&](const auto& header) { return sameName(header.first, name); });
    };
    const bool chunked = count("Transfer-Encoding") > 0;
    if (count("Content-Length") > 1 || (chunked && count("Content-Length") > 0))
        return malformed("two lengths");
    Result<std::string> body = std::string{};
    if (chunked) {
        if (!sameName(headerOf(response->headers, "Transfer-Encoding"), "chunked"))
            return malformed("transfer encoding");
        body = readChunks(source, max_body_bytes);
    } else if (count("Content-Length") == 1) {
        const std::int64_t length = number(headerOf(response->headers, "Content-Length"), 10);
        if (length < 0)
            return malformed("length");
        if (static_cast<std::uint64_t>(length) > max_body_bytes)
            return fail(ErrorCode::too_large, "the answer is larger than allowed");
        body = source.exactly(static_cast<std::size_t>(length));
    } else {
        body = source.rest(max_body_bytes);
    }
    if (!body)
        return fail(body.error());
    response->body = std::move(*body);
    return response;
}

} // namespace zikao::support
