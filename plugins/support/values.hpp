#pragma once

#include <string>
#include <string_view>

#include "plugins/api/date.hpp"
#include "plugins/api/money.hpp"
#include "plugins/api/result.hpp"

namespace zikao::support {

/// Reads yuan as providers write them: `184.00`, `-36.00`, `12`, at most two decimals, no sign but a minus.
/// @errors `invalid_argument`: anything else, or more than 13 digits before the point
Result<Money> moneyFromYuan(std::string_view text);

/// `2026-03-02T11:23:20+08:00`, cut to whole seconds.
std::string rfc3339(Instant at);
/// Reads RFC 3339 with any offset; fractions of a second are dropped. @errors `invalid_argument`
Result<Instant> fromRfc3339(std::string_view text);

/// Reads Beijing wall time `YYYY-MM-DD HH:MM:SS`, with or without a fraction. @errors `invalid_argument`
Result<Instant> fromBeijingText(std::string_view text);

/// `2026-03-02T02:53:20Z`.
std::string utcText(Instant at);

/// Whether the number has 6 to 32 letters and digits: what every provider accepts.
bool isAttemptNo(std::string_view number);

} // namespace zikao::support
