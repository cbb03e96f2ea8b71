#include "kernel/billing/billing.hpp"
#include "kernel/cases/effects/person_from_fields.hpp"
#include "kernel/identity/identity.hpp"
#include "kernel/notify/notify.hpp"

namespace zikao::cases::effects {

namespace {

Result<std::map<std::string, std::string>> valuesFor(const Asking& asking)
{
    std::map<std::string, std::string> values{{"title", asking.definition.title},
                                              {"reason", asking.input.reason}};
    auto sitting = asking.facts.sitting();
    if (!sitting)
        return fail(sitting.error());
    if (*sitting)
        values["sitting"] = (*sitting)->name;
    auto order = asking.services.billing.newestOrderOfCase(asking.record.id);
    if (!order)
        return fail(order.error());
    if (*order) {
        values["order_no"] = (*order)->no;
        values["amount_yuan"] = (*order)->total.inYuan();
    }
    return values;
}

/// `phone = true`, or a condition on a switch of the province's profile that holds.
bool goesByPhone(const Asking& asking)
{
    const Json phone = asking.args.value("phone", Json(false));
    if (!phone.is_object())
        return phone.get<bool>();
    const Json settings = asking.services.tenant.profile.raw.value("settings", Json::object());
    return settings.value(phone.value("setting", ""), false) == phone.value("is", true);
}

} // namespace

std::string filled(std::string text, const std::map<std::string, std::string>& values)
{
    for (const auto& [name, value] : values) {
        const std::string mark = "{" + name + "}";
        for (std::size_t at = text.find(mark); at != std::string::npos;
             at = text.find(mark, at + value.size()))
            text.replace(at, mark.size(), value);
    }
    return text;
}

Result<Apply> sendMessage(const Asking& asking)
{
    // A visitor has a box from the moment that the same action opened an account.
    const bool opening = asking.record.visitor;
    auto values = valuesFor(asking);
    if (!values)
        return fail(values.error());
    const std::string key = asking.args.value("template", "");
    notify::BoxMessage message;
    message.account_id = opening ? std::string() : asking.record.subject_id;
    message.title = asking.definition.title + "：" + asking.definition.states.at(asking.action.to).title;
    message.text = filled(asking.package.texts.value(key, ""), *values);
    message.case_id = asking.record.id;
    message.sent_at = asking.now;
    std::string phone;
    const bool by_phone = goesByPhone(asking);
    if (by_phone && opening) {
        identity::Person typed;
        fillPerson(typed, asking);
        phone = typed.phone;
    } else if (by_phone) {
        auto person = asking.services.identity.person(asking.record.subject_id);
        if (!person)
            return fail(person.error());
        phone = person->phone;
    }
    return Apply{[message, phone, key, values = *values, &notify = asking.services.notify](
                     storage::Transaction& tx, Moving& moving) -> Result<void> {
        notify::BoxMessage own = message;
        if (own.account_id.empty())
            own.account_id = moving.opened_account;
        if (own.account_id.empty())
            return ok();
        if (auto boxed = notify.toBox(tx, own); !boxed || phone.empty())
            return boxed;
        return notify.toPhone(tx, phone, key, values);
    }};
}

} // namespace zikao::cases::effects
