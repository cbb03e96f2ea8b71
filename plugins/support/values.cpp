#include "plugins/support/values.hpp"

#include <algorithm>
#include <charconv>

namespace zikao::support {

namespace {

bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/// Two digits at a place; -1 when there are none or they exceed `most`.
int twoDigits(std::string_view text, std::size_t from, int most)
{
    if (from + 2 > text.size() || !digit(text[from]) || !digit(text[from + 1]))
        return -1;
    const int value = (text[from] - '0') * 10 + (text[from + 1] - '0');
    return value <= most ? value : -1;
}

/// Seconds since midnight of `HH:MM:SS`; -1 when malformed.
int clockSeconds(std::string_view text)
{
    const int hours = twoDigits(text, 0, 23), minutes = twoDigits(text, 3, 59),
              seconds = twoDigits(text, 6, 60);
    if (hours < 0 || minutes < 0 || seconds < 0 || text[2] != ':' || text[5] != ':')
        return -1;
    return hours * 3600 + minutes * 60 + seconds;
}

Failure notAnInstant()
{
    return fail(ErrorCode::invalid_argument, "not a date with time");
}

/// Drops `.123` in front of the rest; false when a point stands there without digits.
bool skipFraction(std::string_view& rest)
{
    if (!rest.starts_with('.'))
        return true;
    rest.remove_prefix(1);
    const auto count =
        static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), digit) - rest.begin());
    rest.remove_prefix(count);
    return count > 0;
}

} // namespace

Result<Money> moneyFromYuan(std::string_view text)
{
    const bool negative = text.starts_with('-');
    if (negative)
        text.remove_prefix(1);
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string_view whole = text.substr(0, point);
    std::string cents(point < text.size() ? text.substr(point + 1) : std::string_view{});
    if (whole.empty() || whole.size() > 13 || cents.size() > 2 || (point < text.size() && cents.empty()) ||
        !std::all_of(whole.begin(), whole.end(), digit) || !std::all_of(cents.begin(), cents.end(), digit))
        return fail(ErrorCode::invalid_argument, "not an amount in yuan");
    cents.resize(2, '0');
    std::int64_t yuan = 0;
    std::from_chars(whole.data(), whole.data() + whole.size(), yuan);
    const std::int64_t fen = yuan * 100 + (cents[0] - '0') * 10 + (cents[1] - '0');
    return Money::fen(negative ? -fen : fen);
}

std::string rfc3339(Instant at)
{
    std::string text = beijingText(at);
    text[10] = 'T';
    return text + "+08:00";
}

Result<Instant> fromRfc3339(std::string_view text)
{
    if (text.size() < 20 || (text[10] != 'T' && text[10] != ' '))
        return notAnInstant();
    const auto day = Date::parse(text.substr(0, 10));
    const int seconds = clockSeconds(text.substr(11, 8));
    std::string_view rest = text.substr(19);
    if (!day || seconds < 0 || !skipFraction(rest))
        return notAnInstant();
    int offset = 0;
    if (rest != "Z") {
        const int hours = twoDigits(rest, 1, 14), minutes = twoDigits(rest, 4, 59);
        if (rest.size() != 6 || rest[3] != ':' || hours < 0 || minutes < 0 ||
            (rest[0] != '+' && rest[0] != '-'))
            return notAnInstant();
        offset = (hours * 3600 + minutes * 60) * (rest[0] == '-' ? -1 : 1);
    }
    return beijingInstant(*day, std::chrono::seconds{seconds - offset} + kBeijingOffset);
}

Result<Instant> fromBeijingText(std::string_view text)
{
    if (text.size() < 19 || text[10] != ' ')
        return notAnInstant();
    const auto day = Date::parse(text.substr(0, 10));
    const int seconds = clockSeconds(text.substr(11, 8));
    std::string_view rest = text.substr(19);
    if (!day || seconds < 0 || !skipFraction(rest) || !rest.empty())
        return notAnInstant();
    return beijingInstant(*day, std::chrono::seconds{seconds});
}

std::string utcText(Instant at)
{
    std::string text = beijingText(at - kBeijingOffset);
    text[10] = 'T';
    return text + 'Z';
}

bool isAttemptNo(std::string_view number)
{
    return number.size() >= 6 && number.size() <= 32 && std::all_of(number.begin(), number.end(), [](char c) {
               return digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
           });
}

} // namespace zikao::support
