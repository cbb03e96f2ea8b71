#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/api/result.hpp"

namespace zikao::http {

/// The target of a request line, decoded: path and query.
struct Target
{
    std::string path; ///< starts with '/', UTF-8, without empty, "." or ".." segments
    std::vector<std::pair<std::string, std::string>> query; ///< names are unique
    /// Whether every value of the query is UTF-8; one that is not is empty here. Only who reads the raw target
    /// itself may answer then (a bank's notice in GBK).
    bool query_is_utf8 = true;
};

/// Reads an origin-form target ("/a/b?c=d"). Other forms, characters that must be encoded, broken
/// percent-encoding, an encoded slash, backslash, control character or dot segment, empty segments, a path or a
/// query name that is not UTF-8 and a query name given twice are refused (C2, C16).
/// @errors `invalid_argument` with a reason starting with `target_`
Result<Target> parseTarget(std::string_view text);

} // namespace zikao::http
