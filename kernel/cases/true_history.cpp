#include "kernel/cases/true_history.hpp"

#include <algorithm>

namespace zikao::cases {

namespace {

/// Whether the history tells of this decision, in the state that the case stands in.
bool isTold(const Review& review, const std::vector<Event>& events)
{
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
        const Json as = event->decision.is_object() ? event->decision.value("as", Json()) : Json();
        // Events are older than the list of those in whose name they decide.
        const bool by_it = as.is_null() || std::ranges::count(as, Json(review.reviewer)) > 0;
        if (event->action == review.decision && event->at == review.decided_at && by_it)
            return true;
        if (event->from != event->to)
            return false; // before it, the case stood elsewhere
    }
    return false;
}

} // namespace

std::string alteredRow(const Definition& definition, const Record& record, const std::vector<Review>& reviews,
                       const Store::Told& told)
{
    if (!told.altered.empty())
        return told.altered;
    if (!told.events.empty() && told.events.back().seq > record.revision)
        return {}; // somebody acted between the readings: the revision says so in time
    const std::string& led_to = told.events.empty() ? definition.initial : told.events.back().to;
    const auto state = definition.states.find(record.state);
    if (led_to != record.state || state == definition.states.end())
        return "case_record " + record.id;
    for (const std::string& reviewer : state->second.reviewers) {
        const auto row = std::ranges::find_if(reviews, [&](const Review& review) {
            return review.reviewer == reviewer && review.state == record.state;
        });
        if (row == reviews.end() || (!row->decision.empty() && !isTold(*row, told.events)))
            return "case_review " + record.id + "/" + reviewer;
    }
    return {};
}

} // namespace zikao::cases
