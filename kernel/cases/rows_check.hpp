#pragma once

#include "kernel/base/decision.hpp"
#include "kernel/cases/definition_reader.hpp"
#include "plugins/api/date.hpp"

namespace zikao::cases {

/// The widget `rows`: a table that the candidate fills row by row. `columns` names its cells (text, date, choice);
/// `period = { from = …, to = … }` names two date columns that must follow each other without a gap, the last row
/// up to now (its `to` left empty, or today).

/// Reads the keys of a rows field; notes every fault.
void readRows(const Node& node);

/// Whether a value has the shape of rows: a short list of tables of texts.
bool isRows(const Json& value);

/// What is wrong with a value of isRows' shape, each with figures; rows and columns count from 1 and by label.
std::vector<std::pair<std::string, Json>> rowFaults(const Json& raw, const Json& value, Date today);

} // namespace zikao::cases
