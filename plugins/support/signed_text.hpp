#pragma once

#include <string>
#include <string_view>

namespace zikao::support {

/// What several parties sign alike: lines, each ended.

/// Of a request: method, path with query, time in seconds, nonce, body.
std::string requestText(std::string_view method, std::string_view target, std::string_view timestamp,
                        std::string_view nonce, std::string_view body);

/// Of an answer or a notice: time in seconds, nonce, body.
std::string answerText(std::string_view timestamp, std::string_view nonce, std::string_view body);

} // namespace zikao::support
