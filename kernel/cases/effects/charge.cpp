#include <algorithm>

#include "kernel/billing/billing.hpp"
#include "kernel/cases/effects/effect.hpp"
#include "kernel/exams/exams.hpp"

namespace zikao::cases::effects {

namespace {

constexpr std::int64_t kMaxLine = 10'000'000; // fen; more is a slip of a rule, not a fee
constexpr std::size_t kMaxLines = 100;

Failure notLines(const std::string& rule, const std::string& what)
{
    return fail(ErrorCode::invalid_argument, rule + ": " + what, "rule_error");
}

/// An order with `ends_by` ends then at the latest, whatever codes it had: a code that prolonged it would be paid too late.
Result<void> endBy(const Asking& asking, billing::NewOrder& order)
{
    const std::string at = asking.args.value("ends_by", "");
    if (at.empty())
        return ok();
    auto until = momentOf(asking, at);
    if (!until)
        return fail(until.error());
    if (!*until)
        return ok();
    const auto left =
        std::chrono::floor<std::chrono::seconds>(std::chrono::milliseconds{(*until)->ms - asking.now.ms});
    if (left < std::chrono::seconds{1})
        return fail(ErrorCode::refused, "no time is left for paying", "order_no_time");
    order.lives = std::min(order.lives, left);
    order.code_lives = order.code_lives.count() > 0 ? std::min(order.code_lives, order.lives) : order.lives;
    return ok();
}

} // namespace

Result<std::vector<billing::Line>> quote(Services& services, const rules::Package& package,
                                         const std::string& rule, const std::string& facts)
{
    auto answers = services.tenant.evaluator.run(package, {rules::Call::onText(rule, facts)});
    if (!answers)
        return fail(answers.error());
    const Json& value = answers->front().value;
    const Json& list = value.is_object() && value.contains("lines") ? value["lines"] : value;
    if (!list.is_array() || list.empty() || list.size() > kMaxLines)
        return notLines(rule, "must return a list of lines");
    std::vector<billing::Line> lines;
    for (const Json& one : list) {
        const bool shaped = one.is_object() && one.contains("code") && one["code"].is_string() &&
                            one.contains("name") && one["name"].is_string() && one.contains("amount_fen") &&
                            one["amount_fen"].is_number_integer();
        if (!shaped)
            return notLines(rule, "a line is {code, name, amount_fen}");
        const auto fen = one["amount_fen"].get<std::int64_t>();
        if (fen < 0 || fen > kMaxLine)
            return notLines(rule, "amount_fen is out of bounds");
        lines.push_back({one["code"].get<std::string>(), one["name"].get<std::string>(), Money::fen(fen)});
    }
    return lines;
}

Result<Apply> charge(const Asking& asking)
{
    auto lines = quote(asking.services, asking.package, asking.args.value("lines", ""), asking.rule_facts);
    if (!lines)
        return fail(lines.error());
    billing::NewOrder order;
    order.case_id = asking.record.id;
    order.candidate_id = asking.record.subject_id;
    order.business = asking.args.value("business", "");
    order.subject = asking.definition.title;
    if (auto sitting = asking.facts.sitting(); sitting && *sitting)
        order.subject = (*sitting)->name;
    order.lines = std::move(*lines);
    order.lives = std::chrono::seconds{asking.args.value("lives_seconds", 180)};
    order.code_lives = std::chrono::seconds{asking.args.value("code_seconds", 0)};
    order.operation_id = asking.input.request_key;
    if (auto fits = endBy(asking, order); !fits)
        return fail(fits.error());
    auto signed_up = asking.services.exams.ofCase(asking.record.id);
    if (!signed_up)
        return fail(signed_up.error());
    const bool locks = signed_up->has_value();
    return Apply{
        [order, locks, &services = asking.services](storage::Transaction& tx, Moving&) -> Result<void> {
            if (auto opened = services.billing.open(tx, order); !opened)
                return fail(opened.error());
            return locks ? services.exams.move(tx, order.case_id, "submitted", "ordered") : ok();
        }};
}

} // namespace zikao::cases::effects
