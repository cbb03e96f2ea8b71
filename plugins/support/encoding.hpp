#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/api/result.hpp"

namespace zikao::support {

std::string hex(std::string_view bytes);    ///< lower case
std::string base64(std::string_view bytes); ///< padded, without line breaks
/// @errors `invalid_argument`: not padded base 64
Result<std::string> fromBase64(std::string_view text);

/// RFC 3986: keeps letters, digits and `-_.~`; everything else becomes %XX in upper case, byte by byte.
std::string percentEncode(std::string_view text);

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// application/x-www-form-urlencoded, in the given order (a space becomes `+`).
std::string formEncode(const Pairs& pairs);
/// Decodes once. @errors `invalid_argument`: a broken escape, or a name that occurs twice
Result<Pairs> formDecode(std::string_view text);
/// The value of a name; empty when absent.
std::string_view valueOf(const Pairs& pairs, std::string_view name);

/// `name=value&…` sorted by name in byte order, raw values, pairs without a value left out.
std::string sortedQuery(Pairs pairs);

/// UTF-8 text of GBK (GB18030) bytes. @errors `invalid_argument`: not GBK
Result<std::string> gbkToUtf8(std::string_view bytes);

/// Number of Unicode characters of a UTF-8 text; -1 when it is not UTF-8.
int characters(std::string_view text);

} // namespace zikao::support
