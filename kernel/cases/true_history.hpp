#pragma once

#include "kernel/cases/definition.hpp"
#include "kernel/cases/engine.hpp"
#include "kernel/cases/store.hpp"

namespace zikao::cases {

/// The name of a row that contradicts what the platform wrote of a case; empty: none. The history carries MACs; where the
/// case stands, who decides and who has decided are rows without one, and must follow from it (docs/adr/0029).
/// @param reviews  read after the record and before the history: whatever somebody does between the readings is in the
///                 history then
std::string alteredRow(const Definition& definition, const Record& record, const std::vector<Review>& reviews,
                       const Store::Told& told);

} // namespace zikao::cases
