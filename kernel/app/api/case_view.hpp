#pragma once

#include "kernel/app/call.hpp"

namespace zikao::app {

/// Wraps an endpoint below a case.
/// Officers whose duties are not about cases know of none, whatever office they belong to (C13): portraits and papers
/// are for the owner and the reviewers (docs/data-register.md).
Endpoint ofCase(Result<http::Response> (*endpoint)(Call&));

/// A case as the interface shows it to one caller: masked where the caller is staff, compared for reviewers.
Result<std::string> caseViewText(Call& call, const cases::View& view);

/// The notice in front of a form, from a definition's `gate`: {title, text, tick, button}; null when there is none.
Json gateJson(const Json& gate, const Json& texts);

/// {checks: [{code, passed, verdict, found, allowed, detail}], points}; null when nothing was inspected.
Json inspectionJson(const Json& inspection, const Json& package_texts);
/// @param warns  with what the picture's segments say of editing (files/traces.hpp): for reviewers alone
Json fileJson(const files::File& file, const Json& package_texts, bool warns = false);
/// The sentences that a reviewer may pick as an action's reason: the tenant's for this action; without any and where a
/// reason is demanded, those of the pictures and then the tenant's for the case.
/// @param demand  "none", "optional" or "required"
Json reasonChoices(const Json& profile, const std::string& type, const std::string& action,
                   const std::string& demand, Json of_pictures = Json::array());
Json offerJson(const cases::Offer& offer, const cases::View& view, Call& call);

/// What was typed beside what was read and what the ID number itself says, field by field, in the order of
/// the pages.
Json comparisonJson(Site& site, const cases::View& view);

/// What a state is called; its id where the definition no longer has it.
std::string titleOfState(const cases::Definition& definition, const std::string& id);

/// Who has the case in its present state and how long that takes, as a sentence; may be empty.
std::string waitsFor(const cases::View& view);

/// Readings by field: {state, values, detail}. Without values for staff, who get them compared and masked
/// instead.
Json readingsJson(const cases::View& view, bool for_staff);

/// The value of a field as people read it: the name behind a code, Chinese dates, masked where `masked`.
std::string shownValue(Site& site, const cases::Field& field, const Json& value, bool masked);

} // namespace zikao::app
