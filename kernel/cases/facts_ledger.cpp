#include "kernel/cases/facts.hpp"
#include "kernel/cases/treatments.hpp"
#include "kernel/catalog/catalog.hpp"
#include "kernel/catalog/fees.hpp"
#include "kernel/exams/windows.hpp"

namespace zikao::cases {

Result<std::optional<exams::Ledger>> Facts::ledger()
{
    if (ledger_)
        return *ledger_;
    ledger_.emplace();
    const Field* field = definition_.fieldOf("major");
    const auto chosen = field ? record_.fields.find(field->id) : record_.fields.end();
    if (record_.visitor || !field || chosen == record_.fields.end() || !chosen->is_string())
        return *ledger_;
    auto major = services_.catalog.major(chosen->get<std::string>());
    if (!major)
        return fail(major.error());
    if (!*major || (*major)->plan_id.empty())
        return *ledger_;
    auto made = makeLedger(**major);
    if (!made)
        return fail(made.error());
    *ledger_ = std::move(*made);
    return *ledger_;
}

Result<exams::Ledger> Facts::makeLedger(const catalog::Major& major)
{
    auto subject = person();
    if (!subject)
        return fail(subject.error());
    std::vector<exams::Treatment> wishes;
    if (const Field* plan = definition_.fieldOf("course_plan"))
        if (const auto value = record_.fields.find(plan->id); value != record_.fields.end())
            wishes = treatmentsIn(*value);
    exams::Records records(services_.tenant);
    return exams::ledgerOf(records, services_.catalog, major, record_.subject_id,
                           *subject ? (*subject)->admission_number : std::string{}, wishes,
                           services_.tenant.clock.today(), definition_.transfers_from);
}

Result<Json> Facts::ledgerFact()
{
    auto made = ledger();
    if (!made)
        return fail(made.error());
    return *made ? exams::toJson(**made) : Json();
}

Result<Json> Facts::feesFact()
{
    auto fees = catalog::feesOn(services_.tenant, services_.tenant.clock.today().text());
    if (!fees)
        return fail(fees.error());
    Json fact = Json::object();
    for (const catalog::Fee& fee : *fees)
        fact[fee.id] = {{"name", fee.name}, {"amount_fen", fee.amount.inFen()}, {"from", fee.effective_from}};
    return fact;
}

Result<Json> Facts::windowsFact()
{
    auto windows = exams::Windows(services_.tenant).all();
    if (!windows)
        return fail(windows.error());
    const Instant now = services_.tenant.clock.now();
    Json fact = Json::object();
    for (const exams::Window& window : *windows)
        fact[window.name] = {{"title", window.title},
                             {"opens", beijingText(window.opens)},
                             {"closes", beijingText(window.closes)},
                             {"open", window.opens <= now && now < window.closes}};
    return fact;
}

} // namespace zikao::cases
