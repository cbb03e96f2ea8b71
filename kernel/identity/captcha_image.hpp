#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "plugins/api/result.hpp"

namespace zikao::identity {

/// Letters and digits that nobody confuses: no 0/O/Q/D, 1/I/L, 2/Z, 5/S, 8/B, 6/G, U/V.
inline constexpr std::string_view kCaptchaAlphabet = "ACEFHJKMNPRTWXY34679";
inline constexpr int kCaptchaWidth = 160;
inline constexpr int kCaptchaHeight = 56;

/// A fresh answer from the system's generator.
std::string newCaptchaText(int length);

/// What is compared: surrounding spaces and case do not matter.
std::string normalCaptchaAnswer(std::string_view answer);

/// Draws an answer as a PNG, distorted and with noise. The same seed draws the same picture.
/// @errors `internal`: Cairo could not draw
Result<std::string> drawCaptcha(std::string_view text, std::uint64_t seed);

} // namespace zikao::identity
