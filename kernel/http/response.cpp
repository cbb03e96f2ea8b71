#include "kernel/http/response.hpp"

#include <ctime>

namespace zikao::http {
namespace {

// Inline styles: the component library positions its pop-ups with style attributes. Scripts stay strict.
constexpr const char* kPagePolicy =
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action "
    "'self'; "
    "frame-ancestors 'none'";

/// The Date field, made once a second per thread.
const std::string& dateLine()
{
    thread_local std::time_t made_for = 0;
    thread_local std::string line;
    const std::time_t now = std::time(nullptr);
    if (now != made_for) {
        std::tm parts{};
        gmtime_r(&now, &parts);
        char buffer[64];
        const std::size_t size =
            std::strftime(buffer, sizeof buffer, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
        line.assign(buffer, size);
        made_for = now;
    }
    return line;
}

void addLine(std::string& out, std::string_view name, std::string_view value)
{
    out.append(name).append(": ").append(value).append("\r\n");
}

} // namespace

Response Response::json(const Json& value, Status status)
{
    return jsonText(dumpJson(value), status);
}

Response Response::jsonText(std::string text, Status status)
{
    Response response;
    response.head.setStatusAndReason(status);
    response.head.set("Content-Type", "application/json; charset=utf-8");
    response.body = std::move(text);
    return response;
}

Response Response::text(std::string body, const std::string& type)
{
    Response response;
    if (!type.empty())
        response.head.set("Content-Type", type);
    response.body = std::move(body);
    return response;
}

Response Response::download(std::string bytes, const std::string& type, const std::string& file_name,
                            bool attachment)
{
    Response response;
    response.head.set("Content-Type", type);
    response.head.set("Content-Disposition",
                      std::string(attachment ? "attachment" : "inline") + "; filename=\"" + file_name + "\"");
    response.head.set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'");
    response.body = std::move(bytes);
    return response;
}

Response Response::noContent()
{
    Response response;
    response.head.setStatusAndReason(Status::HTTP_NO_CONTENT);
    return response;
}

std::string serialiseHead(const Response& response, bool secure, bool closing)
{
    const auto& head = response.head;
    std::string out;
    out.reserve(1024);
    out.append("HTTP/1.1 ").append(std::to_string(head.getStatus())).append(" ").append(head.getReason());
    out.append("\r\n").append(dateLine());
    for (const auto& [name, value] : head)
        addLine(out, name, value);
    const Status status = response.status();
    // A HEAD answer names the length that GET would have; its body is left out by the connection.
    if (status != Status::HTTP_NO_CONTENT && status != Status::HTTP_NOT_MODIFIED)
        addLine(out, "Content-Length", std::to_string(response.content().size()));
    if (!head.has("Cache-Control"))
        addLine(out, "Cache-Control", "no-store");
    if (!head.has("Content-Security-Policy"))
        addLine(out, "Content-Security-Policy", kPagePolicy);
    out.append("X-Content-Type-Options: nosniff\r\n"
               "X-Frame-Options: DENY\r\n"
               "Referrer-Policy: same-origin\r\n"
               "Cross-Origin-Opener-Policy: same-origin\r\n"
               "Cross-Origin-Resource-Policy: same-origin\r\n"
               "Permissions-Policy: camera=(self), microphone=(), geolocation=()\r\n");
    if (secure)
        out.append("Strict-Transport-Security: max-age=31536000\r\n");
    if (closing)
        out.append("Connection: close\r\n");
    return out.append("\r\n");
}

} // namespace zikao::http
