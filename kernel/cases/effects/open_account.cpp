#include "kernel/cases/effects/person_from_fields.hpp"
#include "kernel/cases/field_checks.hpp"
#include "kernel/identity/passwords.hpp"
#include "kernel/identity/people_on_file.hpp"

namespace zikao::cases::effects {

void fillPerson(identity::Person& person, const Asking& asking)
{
    const Json values = visibleValues(asking.definition, asking.record.state, asking.record.fields);
    const auto take = [&](const char* id, std::string& into) {
        const auto value = values.find(id);
        if (value != values.end() && value->is_string())
            into = value->get<std::string>();
    };
    take("name", person.name);
    take("id_number", person.id_number);
    take("phone", person.phone);
    take("email", person.email);
    take("sex", person.sex);
    take("ethnicity", person.ethnicity);
    take("birth_date", person.birth_date);
    for (const Json& id : asking.args.value("keep", Json::array())) {
        const auto value = values.find(id.get<std::string>());
        if (value != values.end() && value->is_string())
            person.more[id] = value->get<std::string>();
        else
            person.more.erase(id);
    }
    // The last letter X is kept upper case (DEF-GEN-01).
    if (const auto number = identity::IdNumber::parse(person.id_number))
        person.id_number = number->whole();
}

Result<std::string> passwordHash(const Asking& asking)
{
    std::string password;
    for (const Page& page : asking.definition.pages)
        for (const Field& field : page.fields)
            if (field.widget == "secret" && !field.raw.contains("confirms") &&
                asking.input.secrets.contains(field.id))
                password = asking.input.secrets[field.id].get<std::string>();
    return asking.services.passwords.hash(password, identity::Passwords::Cost::candidate);
}

Result<Apply> openAccount(const Asking& asking)
{
    if (!asking.record.visitor)
        return fail(ErrorCode::refused, "the case has an account", "already_open");
    identity::NewCandidate candidate;
    fillPerson(candidate.person, asking);
    // Who is on file has a record already, and an admission number: a second one must not begin.
    auto waits = identity::PeopleOnFile(asking.services.tenant).waits(candidate.person.id_number);
    if (!waits)
        return fail(waits.error());
    if (*waits)
        return fail(ErrorCode::refused, "on file", "person_on_file");
    auto hash = passwordHash(asking);
    if (!hash)
        return fail(hash.error());
    candidate.password_hash = *hash;
    return Apply{[candidate, &identity = asking.services.identity](storage::Transaction& tx,
                                                                   Moving& moving) -> Result<void> {
        identity::NewCandidate fresh = candidate;
        fresh.person.office_code = moving.record.office_code;
        if (!moving.admission_number.empty())
            fresh.person.admission_number = moving.admission_number;
        auto account = identity.openCandidate(tx, fresh);
        if (!account)
            return fail(account.error());
        moving.record.subject_id = *account;
        moving.record.visitor = false;
        moving.opened_account = *account;
        return ok();
    }};
}

} // namespace zikao::cases::effects
