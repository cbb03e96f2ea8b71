#pragma once

#include "kernel/app/call.hpp"

namespace zikao::app {

/// The one thing a candidate is to do now, {title, text, button, path, deadline_ms}; null: nothing. What was sent back
/// goes before what is to be paid, that before what an office has passed on to the candidate, a draft, and last what
/// could be begun and has an end.
/// @param running  the candidate's cases that are not over, as the candidate sees them
Json nextStep(const std::vector<cases::View>& running, const std::vector<cases::Engine::Tile>& tiles,
              Instant now);

/// What is due for a case and has not come yet, in the words of the actions that then happen: [{title, at_ms}].
Json deadlinesJson(const cases::View& view, Instant now);

} // namespace zikao::app
