#pragma once

#include <string>

#include "plugins/api/plugin.hpp"

namespace zikao::api {

/// What was read off the portrait side of an ID card. Empty fields were not legible.
struct IdCardReading
{
    std::string name;
    std::string sex;        ///< 男 or 女
    std::string ethnicity;  ///< without 族 suffix handling: "汉族"
    std::string birth_date; ///< YYYY-MM-DD
    std::string id_number;  ///< 18 characters, check digit verified
    std::string address;
    int confidence = 0; ///< 0-100, of the worst field that was read
};

class IdCardReader : public Plugin
{
public:
    static constexpr const char* kName = "IdCardReader";
    static constexpr int kVersion = 1;

    /// Takes about one second. @errors `invalid_argument` with reason `card_unreadable` when neither a number
    /// nor a name was found.
    virtual Result<IdCardReading> read(const std::string& image_bytes) = 0;
};

} // namespace zikao::api
