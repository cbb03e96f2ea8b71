#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace zikao {

/// An amount in fen (1/100 yuan). Integer arithmetic only; may be negative in ledgers.
class Money
{
public:
    constexpr Money() = default;
    static constexpr Money fen(std::int64_t amount) { return Money(amount); }
    static constexpr Money zero() { return Money(0); }

    [[nodiscard]] constexpr std::int64_t inFen() const { return fen_; }
    /// Two decimals, no thousands separator: 3500 fen are "35.00".
    [[nodiscard]] std::string inYuan() const
    {
        const std::int64_t whole = fen_ / 100;
        const std::int64_t rest = fen_ % 100;
        const std::int64_t cents = rest < 0 ? -rest : rest;
        return (fen_ < 0 && whole == 0 ? "-" : "") + std::to_string(whole) + (cents < 10 ? ".0" : ".") +
               std::to_string(cents);
    }

    friend constexpr Money operator+(Money a, Money b) { return Money(a.fen_ + b.fen_); }
    friend constexpr Money operator-(Money a, Money b) { return Money(a.fen_ - b.fen_); }
    constexpr Money& operator+=(Money other)
    {
        fen_ += other.fen_;
        return *this;
    }
    friend constexpr auto operator<=>(Money, Money) = default;

private:
    explicit constexpr Money(std::int64_t amount) : fen_(amount) {}
    std::int64_t fen_ = 0;
};

} // namespace zikao
