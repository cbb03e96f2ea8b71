#pragma once

#include <string>
#include <string_view>

namespace zikao {

/// A fresh id: 26 characters of lower-case base 32, 50 bits of milliseconds and 80 bits that cannot be guessed. Those of
/// one process sort in the order in which they were made, within a millisecond and over a clock set back, too.
/// @threads any
std::string newId();

/// Random bytes from the system's generator.
std::string randomBytes(std::size_t count);

/// A token of `bits` random bits in URL-safe base 64 without padding.
std::string randomToken(int bits = 128);

} // namespace zikao
