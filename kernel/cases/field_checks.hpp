#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/base/decision.hpp"
#include "kernel/cases/definition.hpp"
#include "kernel/exams/exams.hpp"
#include "kernel/files/files.hpp"
#include "plugins/api/date.hpp"

namespace zikao::catalog {
class Catalog;
}

namespace zikao::cases {

/// Whether the kind and size of each value fit its field; what a draft may hold.
/// @errors `invalid_argument` with reason `field_unknown`, `field_type` or `field_size`; names the field,
///         never the value
Result<void> checkShapes(const Definition& definition, const Json& fields);

/// Lays changed fields over stored ones; null takes a field away.
Json merged(const Json& stored, const Json& changed);

/// Whether a page is there in a state (`only_in`).
bool isShown(const Page& page, const std::string& state);

/// Fields that are asked for in a state with these values, in the order of the pages.
std::vector<const Field*> visibleFields(const Definition& definition, const std::string& state,
                                        const Json& fields);

/// The values of the visible fields: what rules and effects get to see.
Json visibleValues(const Definition& definition, const std::string& state, const Json& fields);

/// Ids of fields that `changed` would give another value, although they cannot be changed in this state.
std::vector<std::string> fixedOnes(const Definition& definition, const std::string& state, const Json& stored,
                                   const Json& changed);

/// What the checks of filled fields look at.
struct FieldInput
{
    const Definition& definition;
    const Json& fields;
    const Json& secrets;
    bool asks_secrets =
        false; ///< the account is opened on the way; afterwards secrets are not asked any more
    const std::vector<files::File>& files;
    std::optional<exams::Sitting> sitting;
    Date today;
    catalog::Catalog& catalog;
    std::string state = {};                      ///< decides which pages are there; empty: none is left out
    std::vector<std::string> open_sittings = {}; ///< codes that a field with the widget "sitting" may take
    bool has_degree = false;                     ///< the subject's previous degree is verified or expected
};

/// Every fault of the visible fields, in their order; empty: all right.
Result<std::vector<Reason>> checkFields(const FieldInput& input);

} // namespace zikao::cases
