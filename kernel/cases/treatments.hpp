#pragma once

#include <vector>

#include "kernel/base/decision.hpp"
#include "kernel/cases/definition.hpp"
#include "kernel/exams/ledger.hpp"
#include "kernel/files/files.hpp"

namespace zikao::cases {

/// The widget `course_plan` (未通过课程处理): the plan of the chosen major, and for missing courses what is asked
/// for: { course, kind = "waiver" | "substitution", rule, with = { codes } }. The proof of a waived course is a file
/// of the field "<field>.<course>".

/// Whether a value has the shape of treatments.
bool isTreatments(const Json& value);
std::vector<exams::Treatment> treatmentsIn(const Json& value);

/// The field whose file it is: "courses" of "courses.13000"; the name itself where there is no dot.
std::string fieldOfFile(const std::string& name);
std::string proofName(const Field& field, const std::string& course);

/// Waived courses without proof.
std::vector<std::string> unproven(const Field& field, const Json& value,
                                  const std::vector<files::File>& files);

/// Why treatments do not hold, as reasons of the field: code and figures with the course by name.
std::vector<Reason> treatmentReasons(const Field& field, const exams::Ledger& ledger);

} // namespace zikao::cases
