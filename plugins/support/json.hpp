#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "plugins/api/result.hpp"

namespace zikao::support {

using Json = nlohmann::json;

/// An object out of a text from outside. @errors `invalid_argument`: no JSON, or not an object
Result<Json> parseObject(std::string_view text);

/// A string member; empty when absent or of another type.
std::string textAt(const Json& object, const char* key);
/// A whole-number member; nothing when absent, of another type or over 63 bits.
std::optional<std::int64_t> integerAt(const Json& object, const char* key);
/// An object member; an empty object when absent or of another type.
const Json& objectAt(const Json& object, const char* key);

/// A plugin's settings, read once. Each getter notes what is wrong; `problems` tells all at the end.
class Settings
{
public:
    explicit Settings(const std::string& settings_json);

    std::string required(const char* key);
    std::string optional(const char* key, std::string otherwise = {});
    std::int64_t integer(const char* key, std::int64_t otherwise, std::int64_t least, std::int64_t most);
    bool flag(const char* key, bool otherwise);
    const Json& object(const char* key);
    void complain(const std::string& problem);

    /// @errors `invalid_argument` naming every problem
    [[nodiscard]] Result<void> check() const;

private:
    Json values_;
    std::string problems_;
};

} // namespace zikao::support
