#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "plugins/api/result.hpp"

namespace zikao {

/// A calendar day without a zone. Deadlines of the authorities are days in Beijing.
class Date
{
public:
    constexpr Date() = default;
    constexpr Date(int year, unsigned month, unsigned day)
        : ymd_(std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day})
    {}
    constexpr explicit Date(std::chrono::sys_days days) : ymd_(days) {}

    /// Reads YYYY-MM-DD exactly; a day that does not exist is refused.
    static Result<Date> parse(std::string_view text)
    {
        auto digits = [&](std::size_t from, std::size_t count) {
            int value = 0;
            for (std::size_t i = from; i < from + count; ++i) {
                if (text[i] < '0' || text[i] > '9')
                    return -1;
                value = value * 10 + (text[i] - '0');
            }
            return value;
        };
        if (text.size() != 10 || text[4] != '-' || text[7] != '-')
            return fail(ErrorCode::invalid_argument, "not a date YYYY-MM-DD");
        const int y = digits(0, 4), m = digits(5, 2), d = digits(8, 2);
        if (y < 0 || m < 0 || d < 0)
            return fail(ErrorCode::invalid_argument, "not a date YYYY-MM-DD");
        const Date date{y, static_cast<unsigned>(m), static_cast<unsigned>(d)};
        if (!date.ymd_.ok())
            return fail(ErrorCode::invalid_argument, "no such day");
        return date;
    }

    [[nodiscard]] std::string text() const
    {
        char buffer[32];
        std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u", year(), month(), day());
        return buffer;
    }
    [[nodiscard]] constexpr int year() const { return static_cast<int>(ymd_.year()); }
    [[nodiscard]] constexpr unsigned month() const { return static_cast<unsigned>(ymd_.month()); }
    [[nodiscard]] constexpr unsigned day() const { return static_cast<unsigned>(ymd_.day()); }
    [[nodiscard]] constexpr std::chrono::sys_days days() const { return std::chrono::sys_days{ymd_}; }
    [[nodiscard]] constexpr Date plusDays(int count) const { return Date{days() + std::chrono::days{count}}; }

    friend constexpr auto operator<=>(const Date& a, const Date& b) { return a.ymd_ <=> b.ymd_; }
    friend constexpr bool operator==(const Date& a, const Date& b) { return a.ymd_ == b.ymd_; }

private:
    std::chrono::year_month_day ymd_{std::chrono::year{1970}, std::chrono::month{1}, std::chrono::day{1}};
};

/// An instant in UTC, milliseconds since 1970. Storage and plugins speak it; Beijing time is for screens.
struct Instant
{
    std::int64_t ms = 0;

    friend constexpr auto operator<=>(Instant, Instant) = default;
    friend constexpr Instant operator+(Instant at, std::chrono::milliseconds span)
    {
        return {at.ms + span.count()};
    }
    friend constexpr Instant operator-(Instant at, std::chrono::milliseconds span)
    {
        return {at.ms - span.count()};
    }
};

/// Beijing has been UTC+8 without daylight saving since 1992.
inline constexpr std::chrono::hours kBeijingOffset{8};

/// The day in Beijing at an instant.
inline Date beijingDate(Instant at)
{
    using namespace std::chrono;
    return Date{floor<days>(sys_time<milliseconds>{milliseconds{at.ms} + kBeijingOffset})};
}

/// Beijing wall time "YYYY-MM-DD HH:MM:SS" of an instant.
inline std::string beijingText(Instant at)
{
    using namespace std::chrono;
    const auto local = sys_time<milliseconds>{milliseconds{at.ms} + kBeijingOffset};
    const hh_mm_ss time{floor<seconds>(local - floor<days>(local))};
    char buffer[16];
    std::snprintf(buffer, sizeof buffer, " %02d:%02d:%02d", static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
    return beijingDate(at).text() + buffer;
}

/// The instant of a Beijing wall time on a day.
constexpr Instant beijingInstant(Date day, std::chrono::seconds since_midnight = {})
{
    using namespace std::chrono;
    return {
        duration_cast<milliseconds>(day.days().time_since_epoch() + since_midnight - kBeijingOffset).count()};
}

} // namespace zikao
