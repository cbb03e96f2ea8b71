#include "kernel/http/body.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace zikao::http {

Body::Body(std::size_t memory_limit, std::string spool_dir)
    : memory_limit_(memory_limit),
      spool_dir_(std::move(spool_dir))
{}

Body::~Body()
{
    if (file_ >= 0)
        ::close(file_);
}

Body::Body(Body&& other) noexcept
    : memory_limit_(other.memory_limit_),
      spool_dir_(std::move(other.spool_dir_)),
      memory_(std::move(other.memory_)),
      size_(std::exchange(other.size_, 0)),
      file_(std::exchange(other.file_, -1))
{}

Body& Body::operator=(Body&& other) noexcept
{
    std::swap(memory_limit_, other.memory_limit_);
    std::swap(spool_dir_, other.spool_dir_);
    std::swap(memory_, other.memory_);
    std::swap(size_, other.size_);
    std::swap(file_, other.file_);
    return *this;
}

Result<void> Body::openSpool()
{
    file_ = ::open(spool_dir_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file_ < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
        // A file system without O_TMPFILE: a name for the blink of an eye.
        std::string name = spool_dir_ + "/body-XXXXXX";
        file_ = ::mkostemp(name.data(), O_CLOEXEC);
        if (file_ >= 0)
            ::unlink(name.c_str());
    }
    if (file_ < 0)
        return fail(ErrorCode::unavailable, std::string("no spool file: ") + std::strerror(errno));
    auto moved = write(memory_);
    std::string().swap(memory_);
    return moved;
}

Result<void> Body::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(file_, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR)
                continue;
            return fail(ErrorCode::unavailable, std::string("spool file: ") + std::strerror(errno));
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return ok();
}

Result<void> Body::append(std::string_view bytes)
{
    if (file_ < 0 && memory_.size() + bytes.size() > memory_limit_) {
        if (auto opened = openSpool(); !opened)
            return opened;
    }
    size_ += bytes.size();
    if (file_ >= 0)
        return write(bytes);
    memory_.append(bytes);
    return ok();
}

Result<std::string> Body::bytes() const
{
    if (file_ < 0)
        return memory_;
    std::string all(size_, '\0');
    std::size_t at = 0;
    while (at < all.size()) {
        const ssize_t got = ::pread(file_, all.data() + at, all.size() - at, static_cast<off_t>(at));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fail(ErrorCode::unavailable, "spool file is short");
        at += static_cast<std::size_t>(got);
    }
    return all;
}

Result<void> ChunkDecoder::step(char c)
{
    const auto bad = [](const char* reason) {
        return fail(ErrorCode::invalid_argument, "chunked body", reason);
    };
    switch (state_) {
    case State::size: {
        if (c == '\r') {
            if (digits_ == 0)
                return bad("chunk_size");
            state_ = State::size_lf;
            return ok();
        }
        int digit = -1;
        if (c >= '0' && c <= '9')
            digit = c - '0';
        else if (c >= 'a' && c <= 'f')
            digit = c - 'a' + 10;
        else if (c >= 'A' && c <= 'F')
            digit = c - 'A' + 10;
        if (digit < 0)
            return bad(c == ';' ? "chunk_extension" : "chunk_size");
        if (++digits_ > 8)
            return bad("chunk_size");
        left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
        return ok();
    }
    case State::size_lf:
        if (c != '\n')
            return bad("chunk_line_end");
        total_ += left_;
        if (total_ > limit_)
            return fail(ErrorCode::too_large, "chunked body", "body_too_large");
        state_ = left_ == 0 ? State::end_cr : State::data;
        return ok();
    case State::data_cr:
        if (c != '\r')
            return bad("chunk_line_end");
        state_ = State::data_lf;
        return ok();
    case State::data_lf:
        if (c != '\n')
            return bad("chunk_line_end");
        state_ = State::size;
        digits_ = 0;
        return ok();
    case State::end_cr:
        if (c != '\r')
            return bad("chunk_trailer");
        state_ = State::end_lf;
        return ok();
    case State::end_lf:
        if (c != '\n')
            return bad("chunk_line_end");
        state_ = State::done;
        return ok();
    case State::data:
    case State::done: break;
    }
    return ok();
}

Result<std::size_t> ChunkDecoder::feed(std::string_view bytes, Body& body)
{
    std::size_t at = 0;
    while (at < bytes.size() && state_ != State::done) {
        if (state_ == State::data) {
            const auto take = std::min<std::uint64_t>(left_, bytes.size() - at);
            if (auto kept = body.append(bytes.substr(at, take)); !kept)
                return fail(kept.error());
            at += take;
            left_ -= take;
            if (left_ == 0)
                state_ = State::data_cr;
            continue;
        }
        if (auto moved = step(bytes[at]); !moved)
            return fail(moved.error());
        ++at;
    }
    return at;
}

} // namespace zikao::http
