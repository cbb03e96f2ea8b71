#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernel/base/clock.hpp"

namespace zikao::identity {

/// Time-based one-time passwords of RFC 6238: SHA-1, 6 digits, steps of 30 s, as every authenticator speaks
/// it.

/// A fresh secret of 160 bits, raw.
std::string newTotpSecret();

/// The code of one step for a raw secret.
std::string totpCode(std::string_view secret, std::int64_t step);
std::int64_t totpStep(Instant at);

/// @return the step whose code was given: the current, the one before or the one after (clocks differ), and
/// later than `last_used_step`, so that a code seen over a shoulder is worth nothing; otherwise nothing
std::optional<std::int64_t> totpMatch(std::string_view secret, std::string_view code, Instant now,
                                      std::int64_t last_used_step);

/// RFC 4648 base 32 without padding, as authenticators read secrets. Reading takes lower case and spaces too.
std::string base32(std::string_view bytes);
/// @errors `invalid_argument`: a character outside the alphabet
Result<std::string> fromBase32(std::string_view text);

/// "otpauth://totp/…" for the enrolment code on the screen. @param issuer, account  any UTF-8
std::string totpUri(std::string_view secret, std::string_view issuer, std::string_view account);

} // namespace zikao::identity
