#include "kernel/app/ctl/demo_dates.hpp"

#include <algorithm>
#include <cstdio>

#include "kernel/app/ctl/context.hpp"
#include "kernel/audit/audit.hpp"
#include "kernel/exams/windows.hpp"

namespace zikao::ctl {

namespace {

using std::chrono::days;

/// A demonstration put up on a Friday still shows an open sitting on Monday.
constexpr days kSoon{3};

std::chrono::seconds timeOfDay(const std::string& text)
{
    return std::chrono::hours{std::stoi(text.substr(0, 2))} +
           std::chrono::minutes{std::stoi(text.substr(3, 2))};
}

Date dayAfter(Date today, const Json& offset)
{
    return today.plusDays(offset.get<int>());
}

exams::Sitting sittingOf(const Json& described, Date today)
{
    exams::Sitting sitting;
    sitting.code = described.at("code");
    sitting.name = described.at("name");
    sitting.state = "published";
    sitting.signup_opens = beijingInstant(dayAfter(today, described.at("signup_opens_days")));
    sitting.signup_closes = beijingInstant(dayAfter(today, described.at("signup_closes_days")));
    sitting.pay_until = beijingInstant(dayAfter(today, described.at("pay_until_days")));
    for (const Json& slot : described.at("slots")) {
        const Date on = dayAfter(today, slot.at("day"));
        sitting.slots.push_back({slot.at("slot_no"), beijingInstant(on, timeOfDay(slot.at("starts"))),
                                 beijingInstant(on, timeOfDay(slot.at("ends"))), slot.at("courses")});
    }
    return sitting;
}

exams::Window windowOf(const Json& described, Date today)
{
    exams::Window window;
    window.name = described.at("name");
    window.title = described.at("title");
    window.opens = beijingInstant(dayAfter(today, described.at("opens_days")));
    window.closes = beijingInstant(dayAfter(today, described.at("closes_days")));
    window.within = described.at("within");
    return window;
}

/// The day of the first slot. @pre there is a slot
Date firstDay(const exams::Sitting& sitting)
{
    return beijingDate(std::ranges::min_element(sitting.slots, {}, &exams::Slot::starts_at)->starts_at);
}

/// The dates of `fresh` where they are later. Both are in order by themselves, so the result is.
exams::Sitting movedOn(exams::Sitting kept, const exams::Sitting& fresh)
{
    kept.signup_opens = std::min(kept.signup_opens, fresh.signup_opens);
    kept.signup_closes = std::max(kept.signup_closes, fresh.signup_closes);
    kept.pay_until = std::max(kept.pay_until, fresh.pay_until);
    if (kept.slots.empty() || fresh.slots.empty())
        return kept;
    const days by = std::max(days{0}, firstDay(fresh).days() - firstDay(kept).days());
    for (exams::Slot& slot : kept.slots) {
        slot.starts_at = slot.starts_at + by;
        slot.ends_at = slot.ends_at + by;
    }
    return kept;
}

exams::Window movedOn(exams::Window kept, const exams::Window& fresh)
{
    kept.opens = std::min(kept.opens, fresh.opens);
    kept.closes = std::max(kept.closes, fresh.closes);
    return kept;
}

class DemoDates
{
public:
    explicit DemoDates(app::Site& site)
        : site_(site),
          windows_(*site.tenant),
          today_(site.tenant->clock.today()),
          soon_(site.tenant->clock.now() + kSoon)
    {}

    Result<void> make(const Json& demo)
    {
        const exams::Sitting sitting = sittingOf(demo.at("sitting"), today_);
        const auto held = site_.exams.sitting(sitting.code);
        if (!held)
            return fail(held.error());
        const auto open = windows_.all();
        if (!open)
            return fail(open.error());
        std::vector<exams::Window> fresh;
        for (const Json& each : demo.value("windows", Json::array()))
            fresh.push_back(windowOf(each, today_));
        const auto keptOf = [&](const exams::Window& window) {
            return std::ranges::find(*open, window.name, &exams::Window::name);
        };

        // One window may lie within another: they move together.
        bool due = *held && (*held)->signup_closes <= soon_;
        for (const exams::Window& window : fresh)
            due = due || (keptOf(window) != open->end() && keptOf(window)->closes <= soon_);

        if (!*held || due)
            if (auto saved = save(*held ? movedOn(**held, sitting) : sitting); !saved)
                return saved;
        for (const exams::Window& window : fresh) {
            const auto kept = keptOf(window);
            if (kept != open->end() && !due)
                continue;
            if (auto saved = save(kept == open->end() ? window : movedOn(*kept, window)); !saved)
                return saved;
        }
        return ok();
    }

private:
    Result<void> save(const exams::Sitting& sitting)
    {
        std::printf("%s: sitting %s\n", site_.id().c_str(), sitting.code.c_str());
        return site_.tenant->database->transaction([&](storage::Transaction& tx) -> Result<void> {
            if (auto saved = site_.exams.save(tx, sitting); !saved)
                return saved;
            return audited(tx, "sitting.save", "sitting:" + sitting.code);
        });
    }

    Result<void> save(const exams::Window& window)
    {
        std::printf("%s: window %s\n", site_.id().c_str(), window.name.c_str());
        return site_.tenant->database->transaction([&](storage::Transaction& tx) -> Result<void> {
            if (auto saved = windows_.save(tx, window); !saved)
                return saved;
            return audited(tx, "window.save", "window:" + window.name);
        });
    }

    Result<void> audited(storage::Transaction& tx, const std::string& act, const std::string& subject)
    {
        return audit::append(tx, {kOperator, act, subject, "{}", {}}, site_.tenant->clock.now());
    }

    app::Site& site_;
    exams::Windows windows_;
    const Date today_;
    const Instant soon_;
};

} // namespace

Result<void> makeDemoDates(app::Site& site, const Json& demo)
{
    return DemoDates(site).make(demo);
}

} // namespace zikao::ctl
