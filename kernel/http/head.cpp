#include "kernel/http/head.hpp"

#include <algorithm>
#include <array>

namespace zikao::http {
namespace {

Failure refuse(const char* reason)
{
    return fail(ErrorCode::invalid_argument, "request head", reason);
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool sameIgnoringCase(std::string_view a, std::string_view b)
{
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isAlnum(char c)
{
    return isDigit(c) || (lower(c) >= 'a' && lower(c) <= 'z');
}

bool isToken(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return isAlnum(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

std::string_view trim(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

/// name[:port] or [v6][:port]; gives the name in lower case.
std::optional<std::string> readHost(std::string_view text)
{
    std::size_t end = 0;
    if (!text.empty() && text.front() == '[') {
        end = text.find(']');
        if (end == std::string_view::npos || end < 3)
            return std::nullopt;
        for (char c : text.substr(1, end - 1)) {
            if (!isDigit(c) && !(lower(c) >= 'a' && lower(c) <= 'f') && c != ':' && c != '.')
                return std::nullopt;
        }
        ++end;
    } else {
        while (end < text.size() &&
               (isAlnum(text[end]) || text[end] == '-' || text[end] == '.' || text[end] == '_'))
            ++end;
        const std::string_view name = text.substr(0, end);
        if (name.empty() || name.size() > 253 || name.front() == '.' || name.front() == '-' ||
            name.find("..") != std::string_view::npos)
            return std::nullopt;
    }
    const std::string_view port = text.substr(end);
    if (!port.empty()) {
        const std::string_view digits = port.substr(1);
        if (port.front() != ':' || digits.empty() || digits.size() > 5 ||
            !std::all_of(digits.begin(), digits.end(), isDigit))
            return std::nullopt;
        int value = 0;
        for (char c : digits)
            value = value * 10 + (c - '0');
        if (value < 1 || value > 65535)
            return std::nullopt;
    }
    std::string host(text.substr(0, end));
    std::transform(host.begin(), host.end(), host.begin(), lower);
    return host;
}

/// Fields whose repetition two readers could understand differently.
constexpr std::array<std::string_view, 9> kOnce = {"host",          "content-length", "transfer-encoding",
                                                   "content-type",  "cookie",         "expect",
                                                   "authorization", "x-csrf-token",   "x-forwarded-proto"};

bool hasListItem(std::string_view list, std::string_view wanted)
{
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        if (sameIgnoringCase(trim(list.substr(0, comma)), wanted))
            return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

class Reader
{
public:
    Reader(std::string_view bytes, const HeadLimits& limits) : rest_(bytes), limits_(limits) {}

    Result<std::unique_ptr<Head>> read()
    {
        if (auto done = requestLine(nextLine()); !done)
            return fail(done.error());
        std::size_t count = 0;
        for (std::string_view line = nextLine(); !line.empty(); line = nextLine()) {
            if (++count > limits_.max_fields)
                return refuse("head_too_many_fields");
            if (auto done = field(line); !done)
                return fail(done.error());
        }
        if (auto done = judge(); !done)
            return fail(done.error());
        return std::move(head_);
    }

private:
    std::string_view nextLine()
    {
        const std::size_t end = std::min(rest_.find("\r\n"), rest_.size());
        const std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 2, rest_.size()));
        return line;
    }

    Result<void> requestLine(std::string_view line)
    {
        const std::size_t first = line.find(' ');
        const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
        if (second == std::string_view::npos || line.find(' ', second + 1) != std::string_view::npos)
            return refuse("head_request_line");
        const std::string_view method = line.substr(0, first);
        const std::string_view target = line.substr(first + 1, second - first - 1);
        const std::string_view version = line.substr(second + 1);

        constexpr std::array<std::string_view, 5> kMethods = {"GET", "HEAD", "POST", "PUT", "DELETE"};
        if (std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end())
            return refuse("head_method");
        if (version != "HTTP/1.1" && version != "HTTP/1.0")
            return refuse("head_version");
        auto parsed = parseTarget(target);
        if (!parsed)
            return fail(parsed.error());
        old_ = version == "HTTP/1.0";
        head_->target = std::move(*parsed);
        head_->message.setMethod(std::string(method));
        head_->message.setURI(std::string(target));
        head_->message.setVersion(std::string(version));
        return ok();
    }

    Result<void> field(std::string_view line)
    {
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !isToken(line.substr(0, colon)))
            return refuse("head_field_name");
        const std::string_view name = line.substr(0, colon);
        const std::string_view value = trim(line.substr(colon + 1));
        for (std::size_t i = 0; i < kOnce.size(); ++i) {
            if (!sameIgnoringCase(name, kOnce[i]))
                continue;
            if (seen_[i])
                return refuse("head_field_repeated");
            seen_[i] = true;
        }
        if (sameIgnoringCase(name, "host")) {
            auto host = readHost(value);
            if (!host)
                return refuse("head_host");
            head_->host = std::move(*host);
        } else if (sameIgnoringCase(name, "content-length")) {
            if (auto done = contentLength(value); !done)
                return done;
        } else if (sameIgnoringCase(name, "transfer-encoding")) {
            if (!sameIgnoringCase(value, "chunked"))
                return refuse("head_transfer_encoding");
            head_->chunked = true;
        } else if (sameIgnoringCase(name, "expect")) {
            if (!sameIgnoringCase(value, "100-continue"))
                return refuse("head_expect");
            head_->expects_continue = true;
        } else if (sameIgnoringCase(name, "connection")) {
            if (hasListItem(value, "close"))
                head_->keep_alive = false;
        }
        head_->message.add(std::string(name), std::string(value));
        return ok();
    }

    Result<void> contentLength(std::string_view value)
    {
        // 15 digits are a petabyte: nothing that fits them overflows.
        if (value.empty() || value.size() > 15 || !std::all_of(value.begin(), value.end(), isDigit))
            return refuse("head_content_length");
        std::uint64_t length = 0;
        for (char c : value)
            length = length * 10 + static_cast<std::uint64_t>(c - '0');
        head_->content_length = length;
        return ok();
    }

    Result<void> judge()
    {
        if (head_->host.empty())
            return refuse("head_host_missing");
        if (head_->chunked && head_->content_length)
            return refuse("head_length_and_chunked");
        if (head_->chunked && old_)
            return refuse("head_chunked_in_1_0");
        if (old_)
            head_->keep_alive = false;
        return ok();
    }

    std::string_view rest_;
    const HeadLimits& limits_;
    std::unique_ptr<Head> head_ = std::make_unique<Head>();
    std::array<bool, kOnce.size()> seen_{};
    bool old_ = false;
};

} // namespace

HeadScanner::State HeadScanner::malformed(const char* fault)
{
    fault_ = fault;
    return State::malformed;
}

HeadScanner::State HeadScanner::scan(std::string_view bytes)
{
    while (at_ < bytes.size()) {
        const auto c = static_cast<unsigned char>(bytes[at_]);
        if (c == '\r') {
            if (at_ + 1 == bytes.size())
                return State::incomplete;
            if (bytes[at_ + 1] != '\n')
                return malformed("head_bare_cr");
            const bool empty_line = at_ == line_start_;
            if (empty_line && at_ == 0)
                return malformed("head_empty_first_line");
            at_ += 2;
            line_start_ = at_;
            if (empty_line)
                return State::complete;
            continue;
        }
        if (c == '\n')
            return malformed("head_bare_lf");
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return malformed("head_control_character");
        if (at_ == line_start_ && (c == ' ' || c == '\t'))
            return malformed("head_folded_line");
        ++at_;
    }
    return State::incomplete;
}

Result<std::unique_ptr<Head>> parseHead(std::string_view bytes, const HeadLimits& limits)
{
    if (bytes.size() > limits.max_bytes)
        return refuse("head_too_large");
    return Reader(bytes, limits).read();
}

} // namespace zikao::http
