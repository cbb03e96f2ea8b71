#pragma once

#include <string>
#include <string_view>

#include "plugins/api/date.hpp"
#include "plugins/api/result.hpp"

namespace zikao::identity {

/// 公民身份号码 (GB 11643-1999): 18 characters, the last a check digit; X stored upper case (DEF-GEN-01).
/// Holds S3 data: has no stream operator, only `masked()`.
class IdNumber
{
public:
    /// @errors `invalid_argument` with reason `id_number_length`, `id_number_characters`,
    ///         `id_number_birth_date` or `id_number_check_digit`
    static Result<IdNumber> parse(std::string_view text);

    [[nodiscard]] const std::string& whole() const { return text_; }
    [[nodiscard]] std::string masked() const; ///< first 3 and last 2 (DEF-GEN-06)
    [[nodiscard]] Date birthDate() const { return birth_; }
    [[nodiscard]] bool male() const { return (text_[16] - '0') % 2 == 1; }

private:
    std::string text_;
    Date birth_;
};

/// 11 digits starting with 1; `138****1234` for the owner, `*********34` in staff lists (DEF-GEN-06).
std::string maskPhone(std::string_view phone, bool for_owner);

} // namespace zikao::identity
