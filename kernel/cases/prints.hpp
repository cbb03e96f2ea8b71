#pragma once

#include <string>
#include <vector>

#include "kernel/base/json.hpp"

namespace zikao::rules {
struct Package;
}

namespace zikao::cases {

class Faults;
class Node;
struct Definition;

/// One place of a printed form: a label and where its value comes from (kernel/cases/sources.hpp).
struct PrintCell
{
    std::string label, from;
    std::string list; ///< code list that names the value; empty: as it is shown
    bool whole_row = false;
};
struct PrintBlock
{
    /// "cells" | "rows" (of a field with the widget rows) | "courses" (the plan ledger) | "text" (of a field) |
    /// "opinion" (an office's words and seal)
    std::string block;
    std::string title, field;
    std::vector<PrintCell> cells;
    std::string
        picture; ///< "graduation_photo.photo": a field for pictures, of this case ("fields.photo") or another
    int per_row = 2, least_rows = 0, least_height = 60;
    std::string period; ///< head of the column into which the two days of a period are put together
    std::string signed_by, seal;
    bool dated = false;
    /// An officer's action that is said in the block once it was taken, and the one that takes it back; `says`: text key.
    std::string recorded, undone_by, says;
};
/// `prints`: a form of the case on paper, A4 (`blocks`) or A3 across (`left`, `right`).
struct Print
{
    std::string id, title, heading;
    bool a3 = false;
    std::vector<std::vector<PrintBlock>> columns;
    std::vector<std::string> draft_in; ///< states in which it is marked as not yet handed in
    std::string draft_mark;
};

/// Whether a form is offered in a state: not before the pages of the fields it prints are there (`only_in`).
bool isShown(const Print& print, const Definition& definition, const std::string& state);

/// Reads `prints`, noting every fault.
std::vector<Print> readPrints(const Node& definition);
/// What forms point at must be there: fields, pictures, sources, states, actions, texts.
void checkPrints(const Definition& definition, const rules::Package& package, Faults& faults);

} // namespace zikao::cases
