#include "kernel/identity/id_number.hpp"

#include <algorithm>

namespace zikao::identity {

namespace {

constexpr std::size_t kLength = 18;
constexpr int kOldestBirthYear = 1900;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// ISO 7064 MOD 11-2, as GB 11643 uses it.
char checkCharacter(std::string_view first_seventeen)
{
    static constexpr int kWeights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (std::size_t i = 0; i < first_seventeen.size(); ++i)
        sum += kWeights[i] * (first_seventeen[i] - '0');
    return "10X98765432"[sum % 11];
}

} // namespace

Result<IdNumber> IdNumber::parse(std::string_view text)
{
    if (text.size() != kLength)
        return fail(ErrorCode::invalid_argument, "ID number: not 18 characters", "id_number_length");
    IdNumber number;
    number.text_ = std::string(text);
    if (number.text_.back() == 'x')
        number.text_.back() = 'X';
    const std::string_view body = std::string_view(number.text_).substr(0, kLength - 1);
    const char last = number.text_.back();
    if (!std::all_of(body.begin(), body.end(), isDigit) || !(isDigit(last) || last == 'X'))
        return fail(ErrorCode::invalid_argument, "ID number: a character that cannot be",
                    "id_number_characters");
    const std::string day(body.substr(6, 8));
    const auto birth = Date::parse(day.substr(0, 4) + "-" + day.substr(4, 2) + "-" + day.substr(6, 2));
    if (!birth || birth->year() < kOldestBirthYear)
        return fail(ErrorCode::invalid_argument, "ID number: no such birth date", "id_number_birth_date");
    if (checkCharacter(body) != last)
        return fail(ErrorCode::invalid_argument, "ID number: wrong check digit", "id_number_check_digit");
    number.birth_ = *birth;
    return number;
}

std::string IdNumber::masked() const
{
    return text_.substr(0, 3) + std::string(kLength - 5, '*') + text_.substr(kLength - 2);
}

std::string maskPhone(std::string_view phone, bool for_owner)
{
    const std::size_t head = for_owner ? 3 : 0;
    const std::size_t tail = for_owner ? 4 : 2;
    // Too short to hide anything: show nothing rather than all of it.
    if (phone.size() <= head + tail)
        return std::string(phone.size(), '*');
    return std::string(phone.substr(0, head)) + std::string(phone.size() - head - tail, '*') +
           std::string(phone.substr(phone.size() - tail));
}

} // namespace zikao::identity
