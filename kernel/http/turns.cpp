#include "kernel/http/turns.hpp"

namespace zikao::http {

Turns::Answer Turns::ask(std::uint32_t place)
{
    std::lock_guard lock(mutex_);
    if (named_.erase(place) > 0)
        return Answer::now;
    if (free_ > 0) {
        --free_;
        return Answer::now;
    }
    if (waiting_.size() >= line_)
        return Answer::never;
    waiting_.push_back(place);
    return Answer::later;
}

std::optional<std::uint32_t> Turns::pass()
{
    std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
        ++free_;
        return std::nullopt;
    }
    const std::uint32_t place = waiting_.front();
    waiting_.pop_front();
    named_.insert(place);
    return place;
}

std::size_t Turns::waiting() const
{
    std::lock_guard lock(mutex_);
    return waiting_.size();
}

} // namespace zikao::http
