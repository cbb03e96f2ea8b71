#include "kernel/cases/effects/effect.hpp"

#include <array>

namespace zikao::cases::effects {

Prepare effectFor(std::string_view verb)
{
    static constexpr auto kEffects = std::to_array<std::pair<std::string_view, Prepare>>({
        {"open_account", &openAccount},
        {"claim_account", &claimAccount},
        {"update_person", &updatePerson},
        {"sign_up", &signUp},
        {"void_sign_up", &voidSignUp},
        {"release_sign_up", &releaseSignUp},
        {"confirm_sign_up", &confirmSignUp},
        {"charge", &charge},
        {"send_message", &sendMessage},
        {"set_deadline", &setDeadline},
        {"assign_number", &assignNumber},
        {"amend", &amend},
        {"grant_courses", &grantCourses},
        {"revoke_courses", &revokeCourses},
        {"record_credit", &recordCredit},
        {"merge_numbers", &mergeNumbers},
        {"unmerge_numbers", &unmergeNumbers},
        {"verify_degree", &verifyDegree},
    });
    for (const auto& [name, prepare] : kEffects)
        if (name == verb)
            return prepare;
    return nullptr;
}

} // namespace zikao::cases::effects
