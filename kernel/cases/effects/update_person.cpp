#include "kernel/cases/effects/person_from_fields.hpp"

namespace zikao::cases::effects {

Result<Apply> updatePerson(const Asking& asking)
{
    auto person = asking.services.identity.person(asking.record.subject_id);
    if (!person)
        return fail(person.error());
    fillPerson(*person, asking);
    return Apply{
        [person = *person, &identity = asking.services.identity](storage::Transaction& tx, Moving& moving) {
            identity::Person changed = person;
            if (!moving.record.office_code.empty())
                changed.office_code = moving.record.office_code;
            return identity.updatePerson(tx, changed);
        }};
}

} // namespace zikao::cases::effects
