#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/catalog/catalog.hpp"
#include "kernel/exams/records.hpp"

namespace zikao::exams {

/// What somebody asks for a missing course, or an office granted: free of it by a proof, or another pass in its
/// place (未通过课程处理).
struct Treatment
{
    std::string course;            ///< of the plan
    std::string kind;              ///< "waiver" | "substitution"
    std::string rule_id;           ///< catalog::WaiverRule or catalog::Substitution
    std::vector<std::string> with; ///< passed courses, with a substitution
    bool granted = false;
};

/// Why a treatment does not hold: a code and its figures, for the one who asked.
struct TreatmentFault
{
    std::string course; ///< of the plan
    std::string
        code; ///< treatment_not_needed, treatment_rule_unknown, treatment_rule_over, treatment_not_listed,
              ///< treatment_not_passed, treatment_pass_used, treatment_incomplete, treatment_credits_short
    Json args;
};

enum class Standing { passed, waived, substituted, missing };
const char* name(Standing standing);

/// Something that could still fill a missing course.
struct Way
{
    std::string
        kind; ///< "exam" | "waiver" | "substitution" | "filing" (a pass lies in papers not yet on file)
    std::string rule_id; ///< empty with "exam" and "filing"
    std::string text;    ///< the certificate that frees; empty: none is needed
    std::string evidence;
    std::vector<std::string> with; ///< substitution: what stands in, all together with mode together
    int min_credits = 0;           ///< of a pool
    /// Nothing but asking for it is missing: the passes are there and unused. With "waiver": always, the proof
    /// decides. With "exam" of a practical part: its theory part is done.
    bool ready = false;
};

/// One course of the plan.
struct Line
{
    catalog::PlanCourse course;
    Standing standing = Standing::missing;
    bool needed = true;               ///< false: of a group that has what it asks for, and not done
    int credits = 0;                  ///< counted ones: those of the plan's course, however it was filled
    std::optional<PassRecord> record; ///< passed: the best pass
    std::string rule_id;              ///< waived, substituted
    /// waived: the certificate that frees, in the words of the catalogue. Empty: none is needed, or the rule that an
    /// office granted by is no longer in the catalogue
    std::string basis;
    std::vector<std::string> with; ///< substituted: the passes that stand in
    bool granted = false;          ///< an office decided it; otherwise it is asked for, or automatic
    std::vector<Way> ways;         ///< missing: what could still fill it
};

struct GroupStanding
{
    catalog::PlanGroup group;
    int courses = 0, credits = 0; ///< done ones
    bool whole = false;           ///< all of it is wanted (all_without)
    bool fulfilled = false;
};

/// A person measured by a plan: each course, what it rests on, and the sums.
struct Ledger
{
    std::string plan_id;
    std::vector<Line> lines; ///< in the order of the plan
    std::vector<GroupStanding> groups;
    int courses = 0, credits = 0; ///< done
    int min_courses = 0, min_credits = 0;
    std::vector<std::string> missing;         ///< codes of needed courses that are not done
    std::vector<PassRecord> spare;            ///< passes that fill nothing, one per course
    std::vector<TreatmentFault> faults;       ///< treatments that do not hold; their courses stay missing
    bool complete = false;                    ///< nothing needed is missing and the sums are reached
    std::map<std::string, std::string> names; ///< of every course that is spoken of, by code
    std::vector<AlteredRow> altered; ///< what was left out, since somebody changed its row in the database
};

/// What a ledger is made from; everything is a value, so that it can be made again and explained.
struct LedgerInput
{
    std::string plan_id;
    std::string study_level; ///< of the major, for waivers that hold for one level
    int min_courses = 0, min_credits = 0;
    std::vector<catalog::PlanCourse> courses;
    std::vector<catalog::PlanGroup> groups;
    std::vector<catalog::Substitution> substitutions; ///< of the plan's courses
    std::vector<catalog::WaiverRule> waivers;         ///< of the plan's courses
    std::vector<PassRecord> passes;
    std::vector<Treatment> treatments;                ///< granted ones first
    std::map<std::string, catalog::PlanCourse> known; ///< courses that passes and rules speak of, by code
    std::string today;                                ///< YYYY-MM-DD: which rules are in force
    /// Passes moved in before this day count only once an office has filed them. Empty: all count.
    std::string transfers_from;
};

/// The arithmetic alone, without a database: a pass fills its own course first, the best one counts; then what was
/// granted, what is asked for, what the rules do by themselves. A pass fills one course, unless its rule is shared.
/// @threads any
Ledger settle(const LedgerInput& input);

/// The ledger of a person for the plan of a major. Rows that are not as the platform wrote them count for nothing. @param treatments  what is asked for beside the grants on file
/// @errors `not_found` with `plan_unknown`: the major has no plan on file
Result<Ledger> ledgerOf(Records& records, catalog::Catalog& catalog, const catalog::Major& major,
                        const std::string& account_id, const std::string& admission_number,
                        const std::vector<Treatment>& treatments, Date today,
                        const std::string& transfers_from = {});

/// As rules, candidate and clerk read it (docs/rule-author.md, fact `ledger`).
Json toJson(const Ledger& ledger);

} // namespace zikao::exams
