#include "plugins/support/signed_text.hpp"

#include <initializer_list>

namespace zikao::support {

namespace {

std::string lines(std::initializer_list<std::string_view> parts)
{
    std::string text;
    for (const std::string_view line : parts) {
        text += line;
        text += '\n';
    }
    return text;
}

} // namespace

std::string requestText(std::string_view method, std::string_view target, std::string_view timestamp,
                        std::string_view nonce, std::string_view body)
{
    return lines({method, target, timestamp, nonce, body});
}

std::string answerText(std::string_view timestamp, std::string_view nonce, std::string_view body)
{
    return lines({timestamp, nonce, body});
}

} // namespace zikao::support
