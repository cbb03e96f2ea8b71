#include "plugins/support/json.hpp"

#include <limits>

namespace zikao::support {

Result<Json> parseObject(std::string_view text)
{
    Json value = Json::parse(text, nullptr, false);
    if (!value.is_object())
        return fail(ErrorCode::invalid_argument, "not a JSON object");
    return value;
}

std::string textAt(const Json& object, const char* key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<std::int64_t> integerAt(const Json& object, const char* key)
{
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_integer())
        return std::nullopt;
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
    if (found->is_number_unsigned() && found->get<std::uint64_t>() > kMost)
        return std::nullopt;
    return found->get<std::int64_t>();
}

const Json& objectAt(const Json& object, const char* key)
{
    static const Json kEmpty = Json::object();
    const auto found = object.find(key);
    return found != object.end() && found->is_object() ? *found : kEmpty;
}

Settings::Settings(const std::string& settings_json)
{
    auto parsed = parseObject(settings_json);
    if (parsed)
        values_ = std::move(*parsed);
    else
        complain("the settings are not a JSON object");
}

std::string Settings::required(const char* key)
{
    std::string value = textAt(values_, key);
    if (value.empty())
        complain(std::string(key) + " is missing");
    return value;
}

std::string Settings::optional(const char* key, std::string otherwise)
{
    std::string value = textAt(values_, key);
    return value.empty() ? std::move(otherwise) : value;
}

std::int64_t Settings::integer(const char* key, std::int64_t otherwise, std::int64_t least, std::int64_t most)
{
    const std::int64_t value = integerAt(values_, key).value_or(otherwise);
    if (value < least || value > most)
        complain(std::string(key) + " must be between " + std::to_string(least) + " and " +
                 std::to_string(most));
    return value;
}

bool Settings::flag(const char* key, bool otherwise)
{
    const auto found = values_.find(key);
    return found != values_.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

const Json& Settings::object(const char* key)
{
    return objectAt(values_, key);
}

void Settings::complain(const std::string& problem)
{
    problems_ += (problems_.empty() ? "" : "; ") + problem;
}

Result<void> Settings::check() const
{
    if (!problems_.empty())
        return fail(ErrorCode::invalid_argument, problems_);
    return ok();
}

} // namespace zikao::support
