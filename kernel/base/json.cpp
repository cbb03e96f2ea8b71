#include "kernel/base/json.hpp"

namespace zikao {

namespace {

/// Builds the value and refuses repeated keys, depth and node counts as they appear, not afterwards.
class StrictReader : public nlohmann::detail::json_sax_dom_parser<Json>
{
    using Base = nlohmann::detail::json_sax_dom_parser<Json>;

public:
    StrictReader(Json& out, const JsonLimits& limits) : Base(out, false), limits_(limits) {}

    bool null() { return count() && Base::null(); }
    bool boolean(bool value) { return count() && Base::boolean(value); }
    bool number_integer(Json::number_integer_t value) { return count() && Base::number_integer(value); }
    bool number_unsigned(Json::number_unsigned_t value) { return count() && Base::number_unsigned(value); }
    bool number_float(Json::number_float_t value, const std::string& text)
    {
        return count() && Base::number_float(value, text);
    }
    bool string(std::string& value) { return count() && Base::string(value); }
    bool start_object(std::size_t size)
    {
        keys_.emplace_back();
        return enter() && Base::start_object(size);
    }
    bool end_object()
    {
        keys_.pop_back();
        --depth_;
        return Base::end_object();
    }
    bool start_array(std::size_t size) { return enter() && Base::start_array(size); }
    bool end_array()
    {
        --depth_;
        return Base::end_array();
    }
    bool key(std::string& value)
    {
        if (!keys_.back().insert(value).second) {
            reason_ = "json_repeated_key";
            return false;
        }
        return Base::key(value);
    }

    [[nodiscard]] const std::string& reason() const { return reason_; }

private:
    bool count()
    {
        if (++nodes_ <= limits_.max_nodes)
            return true;
        reason_ = "json_too_big";
        return false;
    }
    bool enter()
    {
        if (++depth_ > limits_.max_depth) {
            reason_ = "json_too_big";
            return false;
        }
        return count();
    }

    const JsonLimits& limits_;
    std::vector<std::set<std::string>> keys_;
    std::size_t nodes_ = 0;
    std::size_t depth_ = 0;
    std::string reason_ = "json_malformed";
};

} // namespace

Result<Json> parseJson(std::string_view text, const JsonLimits& limits)
{
    if (text.size() > limits.max_bytes)
        return fail(ErrorCode::too_large, "JSON text over the limit", "json_too_big");
    Json value;
    StrictReader reader(value, limits);
    if (!Json::sax_parse(text.begin(), text.end(), &reader))
        return fail(ErrorCode::invalid_argument, "JSON refused: " + reader.reason(), reader.reason());
    return value;
}

std::string dumpJson(const Json& value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string textAt(const Json& object, const std::string& key)
{
    if (!object.is_object())
        return {};
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

} // namespace zikao
