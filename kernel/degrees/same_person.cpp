#include <algorithm>
#include <array>

#include "kernel/degrees/degrees.hpp"

namespace zikao::degrees {

namespace {

/// The dots that people, keyboards and registers put between the parts of a name (尼玛·次仁).
constexpr std::array<std::string_view, 9> kDots = {"·", "•", "‧", "∙", "⋅", "・", "･", "．", "."};

std::string_view nextCharacter(std::string_view text)
{
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    return text.substr(0, std::min(length, text.size()));
}

bool isBlank(std::string_view character)
{
    return character == " " || character == "\t" || character == "\u3000" || character == "\u00A0" ||
           character == "\u200B";
}

/// ASCII for a full-width form (U+FF01 to U+FF5E); otherwise the character itself.
std::string halfWidth(std::string_view character)
{
    if (character.size() != 3 || character[0] != '\xEF')
        return std::string(character);
    const unsigned point = 0xF000U | (static_cast<unsigned char>(character[1]) & 0x3FU) << 6 |
                           (static_cast<unsigned char>(character[2]) & 0x3FU);
    if (point < 0xFF01 || point > 0xFF5E)
        return std::string(character);
    return std::string(1, static_cast<char>(point - 0xFF01 + '!'));
}

/// Without blanks, half-width, one kind of dot, upper case.
std::string plain(std::string_view text)
{
    std::string result;
    while (!text.empty()) {
        const std::string_view character = nextCharacter(text);
        text.remove_prefix(character.size());
        if (isBlank(character))
            continue;
        std::string half = halfWidth(character);
        if (std::ranges::find(kDots, std::string_view(half)) != kDots.end())
            half = kDots[0];
        if (half.size() == 1 && half[0] >= 'a' && half[0] <= 'z')
            half[0] = static_cast<char>(half[0] - 'a' + 'A');
        result += half;
    }
    return result;
}

} // namespace

bool sameName(std::string_view a, std::string_view b)
{
    const std::string left = plain(a);
    return !left.empty() && left == plain(b);
}

bool sameIdNumber(std::string_view a, std::string_view b)
{
    return sameName(a, b);
}

} // namespace zikao::degrees
