#include "kernel/app/texts.hpp"

namespace zikao::app {

namespace {

std::string asText(const Json& value)
{
    return value.is_string() ? value.get<std::string>() : dumpJson(value);
}

} // namespace

std::string fillPlaceholders(std::string_view text, const Json& args)
{
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t open = text.find('{', at);
        const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos)
            return out.append(text.substr(at));
        out.append(text.substr(at, open - at));
        const auto value = args.is_object() ? args.find(text.substr(open + 1, close - open - 1)) : args.end();
        if (value != args.end())
            out += asText(*value);
        else
            out.append(text.substr(open, close - open + 1));
        at = close + 1;
    }
    return out;
}

} // namespace zikao::app
