#include "kernel/cases/effects/effect.hpp"

#include <array>

namespace zikao::cases::effects {

Prepare effectFor(std::string_view verb)
{
    static constexpr std::array<std::pair<std::string_view, Prepare>, 12> kEffects = {{
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
    }};
    for (const auto& [name, prepare] : kEffects)
        if (name == verb)
            return prepare;
    return nullptr;
}

} // namespace zikao::cases::effects
