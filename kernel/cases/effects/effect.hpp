#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "kernel/base/decision.hpp"
#include "kernel/cases/facts.hpp"
#include "kernel/rules/package.hpp"

namespace zikao::cases::effects {

/// A case as it moves: effects may change the record before it is written.
struct Moving
{
    Record& record;
    std::string opened_account;
    std::string admission_number; ///< given in this action; the account opened after it takes it
};

/// What an effect sees before the transaction, when rules and other slow parts may still be asked.
struct Asking
{
    Services& services;
    const Store& store;
    const Definition& definition;
    const rules::Package& package;
    const Action& action;
    const Record& record; ///< with the fields of this request, in the state it leaves
    const Input& input;
    const Json& args;
    Facts& facts;
    const std::string& rule_facts; ///< what the action's guard saw: the text of a table
    const identity::Actor& actor;
    Instant now;
};

/// The part that happens in the transaction. It may run several times and must change nothing but the
/// transaction and `Moving`; what it needs it holds by value.
/// @errors with a `reason` and code `conflict`, `invalid_argument` or `refused`: the action is refused for it
using Apply = std::function<Result<void>(storage::Transaction& tx, Moving& moving)>;

/// Makes an effect ready. @errors as `Apply`
using Prepare = Result<Apply> (*)(const Asking& asking);

/// The moment that `at` of set_deadline and `ends_by` of charge name: of the sitting, of a named window, or what a rule says
/// (a day is meant whole); nothing when the rule says nil.
/// @errors `no_sitting`, `no_window`; `rule_error`: the rule said neither a day nor an instant
Result<std::optional<Instant>> momentOf(const Asking& asking, const std::string& at);

Result<Apply> openAccount(const Asking& asking);
Result<Apply> claimAccount(const Asking& asking);
Result<Apply> updatePerson(const Asking& asking);
Result<Apply> signUp(const Asking& asking);
Result<Apply> voidSignUp(const Asking& asking);
Result<Apply> releaseSignUp(const Asking& asking);
Result<Apply> confirmSignUp(const Asking& asking);
Result<Apply> charge(const Asking& asking);
Result<Apply> sendMessage(const Asking& asking);
Result<Apply> setDeadline(const Asking& asking);
/// 准考证号 (DEF-GEN-11): the province's rule says how it begins, a series of the kernel how it ends. Whoever has one
/// keeps it. @errors `numbers_used_up`
Result<Apply> assignNumber(const Asking& asking);
/// Changes fields of the subject's other open case and moves it by one of its system actions, in the same
/// transaction. No such case: nothing. @errors `amend_settled`: it is completed; `amend_locked`: not from its state
Result<Apply> amend(const Asking& asking);
/// Notes for good what the ledger of this case fills by waivers and substitutions. @errors `plan_unknown`,
/// `course_granted`, `credit_used`
Result<Apply> grantCourses(const Asking& asking);
/// Takes back what this case granted, as long as the definition leads there.
Result<Apply> revokeCourses(const Asking& asking);
/// Files a pass that an office saw papers of, from fields of the case. @errors those of Records::file;
/// `number_missing`
Result<Apply> recordCredit(const Asking& asking);
/// Merges the numbers of a `rows` field (columns number, kind) into the subject's own; takes them back.
/// @errors those of Records::link; `number_missing`
Result<Apply> mergeNumbers(const Asking& asking);
Result<Apply> unmergeNumbers(const Asking& asking);
Result<Apply> verifyDegree(const Asking& asking);

/// The effect of a verb; the definition's check knows the same verbs.
Prepare effectFor(std::string_view verb);

/// A text with its {marks} filled in.
std::string filled(std::string text, const std::map<std::string, std::string>& values);

/// What a `charge` would ask for. @errors `invalid_argument` with reason `rule_error`: the rule's data is no
/// list of lines
Result<std::vector<billing::Line>> quote(Services& services, const rules::Package& package,
                                         const std::string& rule, const std::string& facts);

} // namespace zikao::cases::effects
