#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <set>

namespace zikao::http {

/// The line of requests that take much of the machine: a few are handled at one time, the others wait in the order
/// they came, and when the line is full the next one is sent away. What waits holds no thread.
/// @threads any
class Turns
{
public:
    Turns(int at_once, std::size_t line) : free_(at_once), line_(line) {}

    enum class Answer : std::uint8_t {
        now,   ///< handle it, then `pass`
        later, ///< it stands in line; ask again once `pass` has named its place
        never  ///< the line is full
    };
    Answer ask(std::uint32_t place);
    /// One is done. @return the place whose turn it is now
    std::optional<std::uint32_t> pass();
    [[nodiscard]] std::size_t waiting() const;

private:
    mutable std::mutex mutex_;
    int free_;
    std::size_t line_;
    std::deque<std::uint32_t> waiting_;
    std::set<std::uint32_t> named_; ///< whose turn it is and who has not asked since
};

} // namespace zikao::http
