#include "kernel/cases/effects/person_from_fields.hpp"
#include "kernel/identity/people_on_file.hpp"

namespace zikao::cases::effects {

/// The record on file becomes an account: what the province knows of the person stays, the phone and what the effect's
/// `keep` names come from the form.
Result<Apply> claimAccount(const Asking& asking)
{
    if (!asking.record.visitor)
        return fail(ErrorCode::refused, "the case has an account", "already_open");
    identity::Person typed;
    fillPerson(typed, asking);
    identity::PeopleOnFile on_file(asking.services.tenant);
    auto person = on_file.claimable(typed.name, typed.id_number, typed.phone);
    if (!person)
        return fail(person.error());
    person->phone = typed.phone;
    if (!typed.email.empty())
        person->email = typed.email;
    for (const auto& [key, value] : typed.more)
        person->more[key] = value;
    auto hash = passwordHash(asking);
    if (!hash)
        return fail(hash.error());
    const identity::NewCandidate candidate{*person, *hash};
    return Apply{
        [candidate, &services = asking.services](storage::Transaction& tx, Moving& moving) -> Result<void> {
            identity::NewCandidate fresh = candidate;
            if (fresh.person.office_code.empty())
                fresh.person.office_code = moving.record.office_code;
            else if (moving.record.office_code.empty())
                moving.record.office_code = fresh.person.office_code;
            auto account = services.identity.openCandidate(tx, fresh);
            if (!account && account.error().reason == "id_number_taken")
                return fail(ErrorCode::refused, "has an account", "person_has_account");
            if (!account)
                return fail(account.error());
            if (auto claimed =
                    identity::PeopleOnFile(services.tenant).claim(tx, fresh.person.id_number, *account);
                !claimed)
                return claimed;
            moving.record.subject_id = *account;
            moving.record.visitor = false;
            moving.opened_account = *account;
            return ok();
        }};
}

} // namespace zikao::cases::effects
