#pragma once

#include <string>
#include <vector>

#include "kernel/base/decision.hpp"
#include "kernel/cases/definition.hpp"
#include "kernel/identity/actor.hpp"
#include "kernel/identity/codes.hpp"

namespace zikao::cases {

/// What the `phone_code` fields of a form came to.
struct PhoneCodes
{
    std::vector<Reason> faults;
    std::vector<std::string> right; ///< ids to use up in the transaction of the action (identity::Codes::use)
};

/// Looks at the code of each visible `phone_code` field: it must be the one that was sent, in this session and for this
/// purpose, to the number in the field it names. A number that the person has proved already needs none.
/// @param state   of the case: decides which pages are there
/// @param proved  the phone of the case's account; empty: there is none yet
Result<PhoneCodes> checkPhoneCodes(identity::Codes& codes, const Definition& definition, const Json& fields,
                                   const Json& secrets, const std::string& proved,
                                   const identity::Actor& actor, const std::string& state);

} // namespace zikao::cases
