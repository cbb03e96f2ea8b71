#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <Poco/Net/HTTPResponse.h>

#include "kernel/base/json.hpp"

namespace zikao::http {

using Status = Poco::Net::HTTPResponse::HTTPStatus;

/// An answer. The gate adds length, date, connection and security headers; a header set here wins.
struct Response
{
    Poco::Net::HTTPResponse head{Status::HTTP_OK};
    std::string body = {};
    std::shared_ptr<const std::string> shared = {}; ///< instead of `body`: bytes that many answers share
    bool close = false;                             ///< end the connection afterwards

    [[nodiscard]] Status status() const { return head.getStatus(); }
    [[nodiscard]] std::string_view content() const { return shared ? std::string_view(*shared) : body; }

    static Response json(const Json& value, Status status = Status::HTTP_OK);
    /// @param text  of a JSON value
    static Response jsonText(std::string text, Status status = Status::HTTP_OK);
    /// @param type  empty: without one, for an answer without a body
    static Response text(std::string body, const std::string& type = "text/plain; charset=utf-8");
    /// Bytes that must not run in the page's origin: `attachment` asks the browser to save them (C46).
    static Response download(std::string bytes, const std::string& type, const std::string& file_name,
                             bool attachment);
    static Response noContent();
};

/// Head of the answer as sent, security headers included (C4).
/// @param secure   adds Strict-Transport-Security
/// @param closing  adds `Connection: close`
std::string serialiseHead(const Response& response, bool secure, bool closing);

} // namespace zikao::http
