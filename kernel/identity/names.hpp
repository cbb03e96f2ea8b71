#pragma once

#include <string>
#include <string_view>

namespace zikao::identity {

/// A person's name as it is compared: without blanks, and with one middle dot for the several that keyboards and card
/// readers write (尼玛·次仁).
std::string plainName(std::string_view name);

} // namespace zikao::identity
