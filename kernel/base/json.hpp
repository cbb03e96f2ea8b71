#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "plugins/api/result.hpp"

namespace zikao {

using Json = nlohmann::json;

/// Bounds on a JSON text from outside.
struct JsonLimits
{
    std::size_t max_bytes = 256 * 1024;
    std::size_t max_depth = 16;
    std::size_t max_nodes = 10'000;
};

/// Parses strictly: one value, valid UTF-8, no repeated key at any level, within the limits (C16).
/// @errors `invalid_argument` with reason `json_malformed`, `json_repeated_key` or `json_too_big`
Result<Json> parseJson(std::string_view text, const JsonLimits& limits = {});

/// Compact text; never throws: strings that are not UTF-8 are written with replacement characters.
std::string dumpJson(const Json& value);

/// The text under `key`; empty when `object` is none or holds no text there.
std::string textAt(const Json& object, const std::string& key);

} // namespace zikao
