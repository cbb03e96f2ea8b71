#pragma once

#include <set>
#include <string>

#include "kernel/cases/definition.hpp"

namespace zikao::cases {

class Faults;

/// Everything a definition points at must be there, every state reachable, and none a dead end: fields,
/// states, rules, texts, other cases of the package.
void checkReferences(const Definition& definition, const rules::Package& package, Faults& faults);

/// The code lists that its fields choose from.
void checkLists(const Definition& definition, const std::set<std::string>& lists, Faults& faults);

} // namespace zikao::cases
