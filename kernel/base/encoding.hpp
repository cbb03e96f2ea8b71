#pragma once

#include <string>
#include <string_view>

#include "plugins/api/result.hpp"

namespace zikao {

std::string hex(std::string_view bytes);
std::string base64(std::string_view bytes);
std::string base64Url(std::string_view bytes);
/// @errors `invalid_argument`: not base 64 with padding
Result<std::string> fromBase64(std::string_view text);

/// SHA-256 and SM3 of some bytes, raw (32 bytes each).
std::string sha256(std::string_view bytes);
std::string sm3(std::string_view bytes);

/// Equal in a time that does not depend on where the two differ.
bool equalInConstantTime(std::string_view a, std::string_view b);

/// Number of Unicode characters; nothing when the text is not UTF-8.
std::size_t utf8Length(std::string_view text);
bool isUtf8(std::string_view text);

} // namespace zikao
