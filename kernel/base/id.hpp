#pragma once

#include <string>
#include <string_view>

namespace zikao {

/// A fresh id: 26 characters of lower-case base 32, sorted by creation time (48 bits of milliseconds),
/// then 80 random bits from the system, so that ids cannot be guessed.
/// @threads any
std::string newId();

/// Random bytes from the system's generator.
std::string randomBytes(std::size_t count);

/// A token of `bits` random bits in URL-safe base 64 without padding.
std::string randomToken(int bits = 128);

} // namespace zikao
