#pragma once

#include <condition_variable>
#include <mutex>

namespace zikao::http {

/// How many of the gate's threads wait for events at one time. More of them than the cores can run only wake each
/// other; fewer would leave the door unattended while handlers wait for a database. So a thread sits while it
/// waits and while it answers from memory, and stands up before it may have to wait for something else, which
/// gives its seat to one that stands by.
/// @threads any; each thread holds at most one seat, of one gate
class Seats
{
public:
    explicit Seats(int count) : free_(count) {}

    /// Takes a seat unless this thread has one; waits until one is free.
    /// @return false once closed
    bool sit();
    /// Gives this thread's seat to the next one, if it holds one.
    void stand();
    /// Nobody waits for a seat any longer.
    void close();

private:
    std::mutex mutex_;
    std::condition_variable freed_;
    int free_;
    bool closed_ = false;
};

} // namespace zikao::http
