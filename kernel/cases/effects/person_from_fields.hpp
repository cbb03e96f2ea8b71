#pragma once

#include "kernel/cases/effects/effect.hpp"
#include "kernel/identity/identity.hpp"

namespace zikao::cases::effects {

/// Lays the visible fields that describe a person over a record: name, id_number, phone, email, sex,
/// ethnicity, birth_date, and, under `more`, those that the effect's `keep` names.
void fillPerson(identity::Person& person, const Asking& asking);

/// Hashes the password of the form, which takes its time: before the transaction. @errors as `Passwords::hash`
Result<std::string> passwordHash(const Asking& asking);

} // namespace zikao::cases::effects
