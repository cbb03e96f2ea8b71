#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/decision.hpp"
#include "kernel/http/response.hpp"
#include "plugins/api/result.hpp"

namespace zikao::http {

/// Finds the Chinese sentence of a code and fills its placeholders; empty when there is none.
using Texts = std::function<std::string(std::string_view code, const Json& args)>;

/// What an RFC 9457 problem document says. `detail` is looked up by `code`; messages of `Error` never get in
/// (C4).
struct Problem
{
    Status status;
    std::string code;
    Json args = Json::object();
    std::vector<Reason> errors = {};  ///< by field: {field, code, detail}
    std::vector<Reason> reasons = {}; ///< of a rule: {code, args, rule, field, detail}
    int retry_after_seconds = 0;      ///< 0: no Retry-After
    std::string general = {};         ///< whose sentence is shown when `code` has none of its own
};

/// The status of each error code: the one table of the product (E4).
Status statusOf(ErrorCode code);

/// `reason` where there is one, else the name of the code.
Problem problemOf(const Error& error);

/// application/problem+json with type, title, status, code, detail, errors, reasons, request_id.
Response problemResponse(const Problem& problem, const std::string& request_id, const Texts& texts);

} // namespace zikao::http
