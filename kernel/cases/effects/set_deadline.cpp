#include "kernel/cases/effects/effect.hpp"
#include "kernel/exams/windows.hpp"
#include "kernel/storage/outbox.hpp"

namespace zikao::cases::effects {

namespace {

Failure noInstant(const std::string& rule)
{
    return fail(ErrorCode::invalid_argument, rule + ": must return YYYY-MM-DD or YYYY-MM-DD HH:MM:SS",
                "rule_error");
}

/// A day is meant whole: it ends when the next one begins in Beijing.
Result<Instant> fromText(const std::string& rule, const std::string& text)
{
    if (text.size() < 10)
        return noInstant(rule);
    const auto day = Date::parse(text.substr(0, 10));
    if (!day)
        return noInstant(rule);
    if (text.size() == 10)
        return beijingInstant(day->plusDays(1));
    int hour = 0, minute = 0, second = 0;
    const bool timed = text.size() == 19 &&
                       std::sscanf(text.c_str() + 10, " %2d:%2d:%2d", &hour, &minute, &second) == 3 &&
                       hour < 24 && minute < 60 && second < 60 && hour >= 0 && minute >= 0 && second >= 0;
    if (!timed)
        return noInstant(rule);
    return beijingInstant(*day, std::chrono::seconds{hour * 3600 + minute * 60 + second});
}

/// "window.<name>.opens" or "window.<name>.closes"
Result<Instant> fromWindow(const Asking& asking, const std::string& at)
{
    const auto dot = at.rfind('.');
    auto window = exams::Windows(asking.services.tenant).find(at.substr(7, dot - 7));
    if (!window)
        return fail(window.error());
    if (!*window)
        return fail(ErrorCode::refused, "there is no such window", "no_window");
    return at.ends_with(".opens") ? (*window)->opens : (*window)->closes;
}

Result<std::optional<Instant>> dueAt(const Asking& asking)
{
    if (asking.args.contains("days"))
        return std::optional(
            beijingInstant(beijingDate(asking.now).plusDays(asking.args["days"].get<int>() + 1)));
    return momentOf(asking, asking.args.value("at", ""));
}

/// News for `Engine::remind`, some days before it is due, once however often it is set to the same time; whoever is later
/// than that needs no reminder.
Result<void> postReminder(storage::Transaction& tx, const std::string& case_id, const std::string& action,
                          Instant due, const Json& remind, Instant now)
{
    const Instant when = due - std::chrono::days{remind["days"].get<int>()};
    if (when <= now)
        return ok();
    auto posted = storage::post(
        tx,
        {"case_reminder",
         {{"case_id", case_id}, {"action", action}, {"due_ms", due.ms}, {"template", remind["template"]}},
         when,
         "reminder:" + case_id + ":" + action + ":" + std::to_string(due.ms)},
        now);
    return posted ? ok() : Result<void>(fail(posted.error()));
}

} // namespace

Result<std::optional<Instant>> momentOf(const Asking& asking, const std::string& at)
{
    const auto some = [](const Result<Instant>& moment) {
        return moment ? Result<std::optional<Instant>>(std::optional(*moment)) : fail(moment.error());
    };
    if (at.starts_with("window."))
        return some(fromWindow(asking, at));
    if (!at.starts_with("sitting.")) {
        auto answers = asking.services.tenant.evaluator.run(asking.package,
                                                            {rules::Call::onText(at, asking.rule_facts)});
        if (!answers)
            return fail(answers.error());
        const Json& value = answers->front().value;
        if (value.is_null())
            return std::optional<Instant>{};
        return some(value.is_string() ? fromText(at, value.get<std::string>())
                                      : Result<Instant>(noInstant(at)));
    }
    auto sitting = asking.facts.sitting();
    if (!sitting)
        return fail(sitting.error());
    if (!*sitting)
        return fail(ErrorCode::refused, "the case's sitting is gone", "no_sitting");
    if (at == "sitting.signup_opens")
        return std::optional((*sitting)->signup_opens);
    return std::optional(at == "sitting.signup_closes" ? (*sitting)->signup_closes : (*sitting)->pay_until);
}

Result<Apply> setDeadline(const Asking& asking)
{
    auto due = dueAt(asking);
    if (!due)
        return fail(due.error());
    return Apply{[due = *due, action = asking.args.value("action", ""),
                  remind = asking.args.value("remind", Json()), now = asking.now,
                  &store = asking.store](storage::Transaction& tx, Moving& moving) -> Result<void> {
        const std::string& id = moving.record.id;
        if (!due)
            return store.withdrawDeadline(tx, id, action);
        // The revision keeps a moved deadline's row apart from the earlier one, which is withdrawn.
        const std::string key = id + ":" + action + ":" + std::to_string(moving.record.revision);
        auto put = store.putDeadline(tx, id, {{action, *due}, "deadline:" + key}, now);
        if (!put || remind.is_null())
            return put;
        return postReminder(tx, id, action, *due, remind, now);
    }};
}

} // namespace zikao::cases::effects
