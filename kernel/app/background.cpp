#include "kernel/app/background.hpp"

#include "kernel/app/installation.hpp"
#include "kernel/base/log.hpp"

namespace zikao::app {

namespace {

constexpr int kNewsMs = 250;
constexpr int kReadingsMs = 150;
constexpr std::int64_t kTickMs = 1000;
constexpr std::int64_t kSweepMs = 60'000;
constexpr std::int64_t kWitnessMs = 10'000;
constexpr std::int64_t kFileSweepMs = 3'600'000;
constexpr std::int64_t kReconcileMs = 3'600'000;

} // namespace

Background::Background(Site& site)
    : site_(site),
      news_(*site.tenant->database, site.tenant->clock),
      readings_(*site.tenant->database, site.tenant->clock),
      witness_(witnessPath(*site.tenant), *site.tenant->vault)
{
    // The outbox row's id is the request key, so that a row delivered twice acts once.
    const auto toCase = [&site](const char* action) {
        return [&site, action](const std::string& id, const Json& payload) {
            return site.engine.systemAction(textAt(payload, "case_id"), action, id);
        };
    };
    news_.on("order_paid", toCase("paid"));
    news_.on("order_expired", toCase("order_expired"));
    news_.on("order_refunded", toCase("order_refunded"));
    news_.on("case_deadline", [&site](const std::string& id, const Json& payload) {
        return site.engine.systemAction(textAt(payload, "case_id"), textAt(payload, "action"), id);
    });
    news_.on("case_reminder", [&site](const std::string& id, const Json& payload) {
        const cases::Deadline deadline{textAt(payload, "action"), {payload.value("due_ms", std::int64_t{0})}};
        return site.engine.remind(textAt(payload, "case_id"), deadline, textAt(payload, "template"), id);
    });
    news_.on("message", [&site](const std::string& id, const Json& payload) {
        return site.notify.deliver(id, payload);
    });
    // Someone must act: the money stands in the finance queue; the log raises the alarm.
    for (const auto& [kind, key] :
         {std::pair{"pay_exception", "exception_id"}, {"refund_failed", "refund_id"}})
        news_.on(kind, [&site, kind = kind, key = key](const std::string&, const Json& payload) {
            log::error(kind, {{"tenant", site.id()}, {key, textAt(payload, key)}});
            return Result<void>(ok());
        });
    readings_.on("read_id_card",
                 [this](const std::string&, const Json& payload) { return readIdCard(payload); });
}

Background::~Background()
{
    stop();
}

Result<void> Background::readIdCard(const Json& payload)
{
    const std::string case_id = textAt(payload, "case_id");
    const std::string field = textAt(payload, "field");
    const std::string file_id = textAt(payload, "file_id");
    const auto finish = [&](const Result<api::IdCardReading>& reading) {
        return site_.engine.finishReading(case_id, field, file_id, reading);
    };
    Result<std::optional<files::File>> file = site_.files.find(file_id);
    if (!file)
        return fail(file.error());
    if (!*file || (*file)->state != "kept")
        return ok(); // replaced or removed meanwhile
    if (!site_.tenant->id_cards)
        return finish(fail(ErrorCode::unavailable, "no reader is configured", "card_unreadable"));
    Result<std::string> bytes = site_.files.read(**file);
    if (!bytes)
        return fail(bytes.error());
    return finish(site_.tenant->id_cards->get().read(*bytes));
}

void Background::witnessAudit()
{
    // Someone must act: an audit trail without a witness can be rewritten unseen (C48).
    if (const auto written = witness_.checkpoint(*site_.tenant->database, site_.tenant->clock.now());
        !written)
        log::error("audit.witness_failed", {{"tenant", site_.id()}, {"why", written.error().message}});
}

int Background::runOnce()
{
    int delivered = 0;
    for (const Result<int>& round : {site_.billing.tick(), site_.degrees.tick(), site_.billing.reconcileDue(),
                                     news_.deliverDue(), readings_.deliverDue()}) {
        if (round)
            delivered += *round;
        else
            log::warning("background_failed", {{"tenant", site_.id()}, {"why", round.error().message}});
    }
    return delivered;
}

void Background::loop(int milliseconds, const std::function<void()>& round)
{
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        try {
            round();
        } catch (const std::exception& broken) {
            log::error("background_broken", {{"tenant", site_.id()}, {"why", broken.what()}});
        }
        lock.lock();
        wake_.wait_for(lock, std::chrono::milliseconds{milliseconds}, [this] { return stopping_; });
    }
}

void Background::start()
{
    const auto report = [this](const char* part, const Result<int>& done) {
        if (!done)
            log::warning("background_failed",
                         {{"tenant", site_.id()}, {"part", part}, {"why", done.error().message}});
    };
    threads_.emplace_back([this, report] {
        std::int64_t ticked = 0, swept = 0, files_swept = 0, witnessed = 0, reconciled = 0;
        loop(kNewsMs, [&] {
            report("news", news_.deliverDue());
            const std::int64_t now = site_.tenant->clock.now().ms;
            if (now - ticked >= kTickMs) {
                ticked = now;
                report("billing", site_.billing.tick());
                report("degrees", site_.degrees.tick());
            }
            if (now - swept >= kSweepMs) {
                swept = now;
                report("sweep", site_.identity.sweep());
                report("keys", site_.tenant->vault->renew());
            }
            if (now - files_swept >= kFileSweepMs) {
                files_swept = now;
                report("files", site_.files.sweep());
            }
            if (now - reconciled >= kReconcileMs) {
                reconciled = now;
                report("reconcile", site_.billing.reconcileDue());
            }
            if (now - witnessed >= kWitnessMs) {
                witnessed = now;
                witnessAudit();
            }
        });
        witnessAudit(); // what was done since the last checkpoint, before it ends
    });
    threads_.emplace_back(
        [this, report] { loop(kReadingsMs, [&] { report("readings", readings_.deliverDue(4)); }); });
}

void Background::stop()
{
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
    threads_.clear();
}

} // namespace zikao::app
