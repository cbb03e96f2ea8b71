#pragma once

#include <string>
#include <vector>

#include "kernel/base/json.hpp"

namespace zikao::cases {

/// What was read off an uploaded ID card.
struct Reading
{
    std::string field, file_id;
    std::string state;             ///< "reading" | "done" | "failed"
    std::string reason;            ///< when failed: "card_unreadable" …
    Json values = Json::object();  ///< field id → value in the field's own form (codes for choices). S3
    std::vector<std::string> filled; ///< fields that were empty and took the value
};

} // namespace zikao::cases
