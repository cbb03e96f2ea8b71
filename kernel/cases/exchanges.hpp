#pragma once

#include <string>
#include <vector>

namespace zikao::rules {
struct Package;
}

namespace zikao::cases {

class Faults;
class Node;
struct Definition;

struct ExchangeColumn
{
    std::string id, from; ///< from: as in kernel/cases/sources.hpp
    std::string list;     ///< code list that names the value; empty: as it is shown
};
/// `exchanges`: cases of one state go to an outside authority as a file, and its answers come back as a file. What the
/// files look like is the province's plugin's to know.
struct Exchange
{
    std::string id, title;
    std::string from; ///< state; what waits there is handed over, and answers are for what still waits there
    std::string number;  ///< source of the number that people know
    std::string picture; ///< source of the portrait that goes along; empty: none
    std::vector<ExchangeColumn> columns;
    std::string pass, fail; ///< reviewers' actions that the answers take
};

/// Reads `exchanges`, noting every fault.
std::vector<Exchange> readExchanges(const Node& definition);
void checkExchanges(const Definition& definition, const rules::Package& package, Faults& faults);

} // namespace zikao::cases
