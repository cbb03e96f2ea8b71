#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "kernel/app/site.hpp"
#include "kernel/audit/witness.hpp"
#include "kernel/storage/outbox.hpp"

namespace zikao::app {

/// What happens in a tenant without a request: news are delivered (a paid order becomes a system action on
/// its case), messages sent, ID cards read, open payments asked after, each day's bills compared, what is
/// over swept away, the audit chains witnessed. One thread per tenant for what is quick and one for readings,
/// which take a second each.
class Background
{
public:
    explicit Background(Site& site);
    ~Background(); ///< stops

    void start();
    void stop();
    /// One round of everything that is due. For tests, instead of `start`. @return rows delivered
    int runOnce();

private:
    void loop(int milliseconds, const std::function<void()>& round);
    Result<void> readIdCard(const Json& payload);
    void witnessAudit();

    Site& site_;
    storage::OutboxRunner news_;
    storage::OutboxRunner readings_;
    audit::Witness witness_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace zikao::app
