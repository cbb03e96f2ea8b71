#pragma once

#include "kernel/cases/effects/effect.hpp"
#include "kernel/identity/identity.hpp"

namespace zikao::cases::effects {

/// Lays the visible fields that describe a person over a record: name, id_number, phone, email, sex,
/// ethnicity, birth_date, and the office that the case lies in.
void fillPerson(identity::Person& person, const Asking& asking);

} // namespace zikao::cases::effects
