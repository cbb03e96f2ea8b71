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

Result<Instant> dueAt(const Asking& asking)
{
    if (asking.args.contains("days"))
        return beijingInstant(beijingDate(asking.now).plusDays(asking.args["days"].get<int>() + 1));
    const std::string at = asking.args.value("at", "");
    if (at.starts_with("window."))
        return fromWindow(asking, at);
    if (!at.starts_with("sitting.")) {
        auto answers = asking.services.tenant.evaluator.run(asking.package, {{at, asking.rule_facts}});
        if (!answers)
            return fail(answers.error());
        const Json& value = answers->front().value;
        return value.is_string() ? fromText(at, value.get<std::string>()) : Result<Instant>(noInstant(at));
    }
    auto sitting = asking.facts.sitting();
    if (!sitting)
        return fail(sitting.error());
    if (!*sitting)
        return fail(ErrorCode::refused, "the case's sitting is gone", "no_sitting");
    if (at == "sitting.signup_opens")
        return (*sitting)->signup_opens;
    return at == "sitting.signup_closes" ? (*sitting)->signup_closes : (*sitting)->pay_until;
}

} // namespace

Result<Apply> setDeadline(const Asking& asking)
{
    auto due = dueAt(asking);
    if (!due)
        return fail(due.error());
    const std::string action = asking.args.value("action", "");
    return Apply{[due = *due, action, now = asking.now,
                  &store = asking.store](storage::Transaction& tx, Moving& moving) -> Result<void> {
        // The revision keeps a moved deadline's row apart from the earlier one, which is withdrawn.
        const std::string key =
            "deadline:" + moving.record.id + ":" + action + ":" + std::to_string(moving.record.revision);
        if (auto put = store.putDeadline(tx, moving.record.id, {{action, due}, key}); !put)
            return put;
        auto posted = storage::post(
            tx, {"case_deadline", {{"case_id", moving.record.id}, {"action", action}}, due, key}, now);
        return posted ? ok() : Result<void>(fail(posted.error()));
    }};
}

} // namespace zikao::cases::effects
