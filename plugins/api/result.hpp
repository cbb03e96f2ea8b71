#pragma once

#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace zikao {

/// What kind of failure an operation met. The edge maps each to one HTTP status.
enum class ErrorCode {
    invalid_argument, ///< the caller's value is wrong; `reason` names which rule
    unauthenticated,  ///< nobody is signed in, or the session ended
    forbidden,        ///< signed in, but without the right
    not_found,        ///< does not exist, or must not be known to exist
    conflict,         ///< somebody else was first: stale revision, duplicate key
    refused,          ///< a rule or a state said no; reasons are in the decision
    too_large,        ///< over a size or count limit
    too_many,         ///< rate or queue limit; try later
    unavailable,      ///< a database, worker or outside party did not answer; calling again is safe
    timeout,          ///< the deadline passed; the outcome is unknown
    plugin_fault,     ///< a plugin crashed, threw or broke its contract
    limit_exceeded,   ///< a guest script used up time, memory or instructions
    corrupt,          ///< stored data fails its own check
    internal          ///< a defect of ours
};

/// The stable name of a code, as logs and problem documents print it ("invalid_argument").
constexpr const char* name(ErrorCode code)
{
    constexpr const char* kNames[] = {"invalid_argument", "unauthenticated", "forbidden",    "not_found",
                                      "conflict",         "refused",         "too_large",    "too_many",
                                      "unavailable",      "timeout",         "plugin_fault", "limit_exceeded",
                                      "corrupt",          "internal"};
    return kNames[static_cast<int>(code)];
}

/// An expected failure. `message` is for the log and never reaches a candidate; `reason` is a stable
/// snake_case code that texts are looked up by (`captcha_wrong`), empty where the code says it all.
struct Error
{
    ErrorCode code = ErrorCode::internal;
    std::string message;
    std::string reason = {};
};

/// What `fail` returns; converts to any `Result<T>`.
struct Failure
{
    Error error;
};

[[nodiscard]] inline Failure fail(ErrorCode code, std::string message, std::string reason = {})
{
    return {Error{code, std::move(message), std::move(reason)}};
}
[[nodiscard]] inline Failure fail(Error error)
{
    return {std::move(error)};
}

/// A value or an `Error`. Offers only names that std::expected has, so that a later compiler replaces it.
template <class T>
class [[nodiscard]] Result
{
public:
    using value_type = T;

    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Failure failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}

    [[nodiscard]] bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    T& value() & { return std::get<0>(state_); }
    const T& value() const& { return std::get<0>(state_); }
    /// By value, so that a range-for over what a call returned does not outlive it.
    T value() && { return std::get<0>(std::move(state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    [[nodiscard]] const Error& error() const { return std::get<1>(state_); }

    template <class U>
    T value_or(U&& other) const
    {
        return has_value() ? value() : static_cast<T>(std::forward<U>(other));
    }

    template <class F>
    auto and_then(F&& next) const -> std::invoke_result_t<F, const T&>
    {
        if (!has_value())
            return fail(error());
        return std::forward<F>(next)(value());
    }

    template <class F>
    auto transform(F&& map) const -> Result<std::invoke_result_t<F, const T&>>
    {
        if (!has_value())
            return fail(error());
        return std::forward<F>(map)(value());
    }

private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void>
{
public:
    using value_type = void;

    Result() = default;
    Result(Failure failure) : error_(std::move(failure.error)), failed_(true) {}

    [[nodiscard]] bool has_value() const { return !failed_; }
    explicit operator bool() const { return has_value(); }
    void value() const {}
    [[nodiscard]] const Error& error() const { return error_; }

private:
    Error error_;
    bool failed_ = false;
};

/// Success of an operation that has nothing to return.
[[nodiscard]] inline Result<void> ok()
{
    return {};
}

} // namespace zikao
