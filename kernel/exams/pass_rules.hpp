#pragma once

#include <string>
#include <vector>

#include "kernel/exams/records.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::exams {

inline constexpr int kPassingScore = 60; // DEF-GEN-14

/// What is wrong with a record by itself; `column` as in a file.
struct PassFault
{
    std::string column, what;
};
/// Whether a record can be a pass: its number, day, source, and a score or a grade that passes (DEF-GEN-14).
std::vector<PassFault> passFaults(const PassRecord& record, Date today);

storage::Value scoreValue(const PassRecord& record);

} // namespace zikao::exams
