#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <Poco/Net/HTTPRequest.h>

#include "kernel/http/target.hpp"
#include "plugins/api/result.hpp"

namespace zikao::http {

/// Bounds of a request head (C1).
struct HeadLimits
{
    std::size_t max_bytes = 16 * 1024;
    std::size_t max_fields = 100;
};

/// Looks for the end of a head in bytes as they arrive. Says at the first doubtful byte that the head is
/// malformed: a bare LF, a CR without LF, a control character, an empty first line.
class HeadScanner
{
public:
    enum class State { incomplete, complete, malformed };
    /// @param bytes  everything received of this request so far; only the new part is looked at
    State scan(std::string_view bytes);
    /// Length of the head with its final empty line; valid when complete.
    [[nodiscard]] std::size_t length() const { return at_; }
    /// Reason code when malformed.
    [[nodiscard]] const char* fault() const { return fault_; }

private:
    State malformed(const char* fault);

    std::size_t at_ = 0;
    std::size_t line_start_ = 0;
    const char* fault_ = "";
};

/// A head that leaves no doubt about where the request ends and whom it addresses.
struct Head
{
    Poco::Net::HTTPRequest message; ///< method, raw target, version, fields
    Target target;
    std::string host; ///< lower case, without port
    std::optional<std::uint64_t> content_length;
    bool chunked = false;
    bool expects_continue = false;
    bool keep_alive = true;

    [[nodiscard]] bool hasBody() const { return chunked || content_length.value_or(0) > 0; }
};

/// Reads a complete head. Stricter than any parser behind it: exact CRLF, one valid Host, at most one
/// Content-Length of digits, never together with Transfer-Encoding, which may only be `chunked`; no folded
/// lines, no space before a colon; methods GET, HEAD, POST, PUT, DELETE; HTTP/1.1 or 1.0 (C2).
/// @errors `invalid_argument` with a reason starting with `head_` or `target_`
Result<std::unique_ptr<Head>> parseHead(std::string_view bytes, const HeadLimits& limits);

} // namespace zikao::http
