#include "kernel/http/seats.hpp"

namespace zikao::http {
namespace {

thread_local bool seated = false;

} // namespace

bool Seats::sit()
{
    if (seated)
        return true;
    std::unique_lock lock(mutex_);
    freed_.wait(lock, [this] { return closed_ || free_ > 0; });
    if (closed_)
        return false;
    --free_;
    return seated = true;
}

void Seats::stand()
{
    if (!seated)
        return;
    seated = false;
    {
        std::lock_guard lock(mutex_);
        ++free_;
    }
    freed_.notify_one();
}

void Seats::close()
{
    {
        std::lock_guard lock(mutex_);
        closed_ = true;
    }
    freed_.notify_all();
}

} // namespace zikao::http
