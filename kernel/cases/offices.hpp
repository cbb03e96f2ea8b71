#pragma once

#include <string>

#include "kernel/cases/definition.hpp"
#include "kernel/catalog/catalog.hpp"

namespace zikao::cases {

/// Code of the office that a field names: by itself, by a code list that maps it (`<list>.office`), or as the host school
/// of a major. Empty: nothing is chosen.
Result<std::string> officeOf(catalog::Catalog& catalog, const Definition& def, const std::string& field_id,
                             const Json& fields);

/// The office and those above it as rules see them, nearest first: [{code, name, level, traits}].
Result<Json> officeLine(catalog::Catalog& catalog, const std::string& code);

} // namespace zikao::cases
