#include <algorithm>

#include "kernel/cases/effects/effect.hpp"
#include "kernel/identity/identity.hpp"

namespace zikao::cases::effects {

namespace {

constexpr std::size_t kLongestPrefix = 30;

Failure noPrefix(const std::string& rule)
{
    return fail(ErrorCode::invalid_argument, rule + ": must return a text of digits", "rule_error");
}

/// The next number below a prefix, filled up with zeros. @errors `numbers_used_up`
Result<std::string> next(const Store& store, storage::Transaction& tx, const std::string& prefix, int digits)
{
    auto serial = store.nextNumber(tx, "admission:" + prefix);
    if (!serial)
        return fail(serial.error());
    std::string text = std::to_string(*serial);
    if (static_cast<int>(text.size()) > digits)
        return fail(ErrorCode::refused, "no number is left below this prefix", "numbers_used_up");
    text.insert(0, static_cast<std::size_t>(digits) - text.size(), '0');
    return prefix + text;
}

} // namespace

Result<Apply> assignNumber(const Asking& asking)
{
    std::optional<identity::Person> person;
    if (!asking.record.visitor) {
        auto known = asking.services.identity.person(asking.record.subject_id);
        if (!known)
            return fail(known.error());
        if (!known->admission_number.empty())
            return Apply{[](storage::Transaction&, Moving&) { return ok(); }};
        person = std::move(*known);
    }
    const std::string rule = asking.args.value("prefix", "");
    auto answers =
        asking.services.tenant.evaluator.run(asking.package, {rules::Call::onText(rule, asking.rule_facts)});
    if (!answers)
        return fail(answers.error());
    const Json& value = answers->front().value;
    const std::string prefix = value.is_string() ? value.get<std::string>() : std::string{};
    if (prefix.empty() || prefix.size() > kLongestPrefix ||
        !std::ranges::all_of(prefix, [](char c) { return c >= '0' && c <= '9'; }))
        return noPrefix(rule);
    return Apply{
        [person, prefix, digits = asking.args.value("digits", 1), &store = asking.store,
         &identity = asking.services.identity](storage::Transaction& tx, Moving& moving) -> Result<void> {
            auto number = next(store, tx, prefix, digits);
            if (!number)
                return fail(number.error());
            moving.admission_number = *number;
            if (!person)
                return ok(); // the account that is opened next takes it
            identity::Person changed = *person;
            changed.admission_number = *number;
            return identity.updatePerson(tx, changed);
        }};
}

} // namespace zikao::cases::effects
