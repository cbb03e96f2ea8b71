#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace zikao::idcard {

/// Recognized UTF-8 text; every byte carries the confidence (0-100) of its character.
struct Text
{
    std::string bytes;
    std::vector<float> confidence;

    void append(std::string_view symbol, float sure)
    {
        bytes.append(symbol);
        confidence.insert(confidence.end(), symbol.size(), sure);
    }
};

/// One value of the card; empty when it was not legible.
struct Field
{
    std::string text;
    float confidence = 0; ///< 0-100, mean of its characters
};

struct Fields
{
    Field name, sex, ethnicity, birth_date, id_number, address;

    /// Whether every value that a form asks for was legible; the address may be missing.
    [[nodiscard]] bool isWhole() const
    {
        return !name.text.empty() && !sex.text.empty() && !ethnicity.text.empty() &&
               !birth_date.text.empty() && !id_number.text.empty();
    }
    /// Takes over what is missing here and was read there.
    void complete(const Fields& other);
};

/// Finds the card's values behind their printed labels. The number is the run of 18 digits whose date exists
/// and whose check digit is right, after repairing letters that look like digits. The birth date is the
/// printed one; only where that is not legible it is taken from the number.
Fields readFields(const Text& text);

} // namespace zikao::idcard
