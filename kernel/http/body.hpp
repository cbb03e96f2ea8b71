#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "plugins/api/result.hpp"

namespace zikao::http {

/// A request body while it arrives and afterwards: in memory up to a bound, then in a file without a name,
/// which disappears with the last descriptor even when the process is killed.
class Body
{
public:
    Body() = default;
    /// @param memory_limit  bytes kept in memory
    /// @param spool_dir     folder for the nameless file
    Body(std::size_t memory_limit, std::string spool_dir);
    ~Body();
    Body(Body&& other) noexcept;
    Body& operator=(Body&& other) noexcept;

    /// @errors `unavailable`: the spool folder cannot take it
    Result<void> append(std::string_view bytes);
    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] bool spooled() const { return file_ >= 0; }
    /// The whole body. @errors `unavailable`: the spool file could not be read
    [[nodiscard]] Result<std::string> bytes() const;

private:
    Result<void> openSpool();
    Result<void> write(std::string_view bytes);

    std::size_t memory_limit_ = 0;
    std::string spool_dir_;
    std::string memory_;
    std::uint64_t size_ = 0;
    int file_ = -1;
};

/// Takes a chunked body apart as it arrives. No extensions, no trailers, sizes of at most 8 hexadecimal
/// digits.
class ChunkDecoder
{
public:
    explicit ChunkDecoder(std::uint64_t limit) : limit_(limit) {}

    /// Consumes bytes, appending content to `body`. @return how many were consumed; fewer only when the body
    /// ended
    /// @errors `invalid_argument` with a reason `chunk_…`; `too_large`; `unavailable` from the body
    Result<std::size_t> feed(std::string_view bytes, Body& body);
    [[nodiscard]] bool done() const { return state_ == State::done; }

private:
    enum class State { size, size_lf, data, data_cr, data_lf, end_cr, end_lf, done };
    Result<void> step(char c);

    State state_ = State::size;
    std::uint64_t limit_;
    std::uint64_t left_ = 0;
    std::uint64_t total_ = 0;
    int digits_ = 0;
};

} // namespace zikao::http
