#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/api/result.hpp"

namespace zikao::ccb {

/// An element of the bank's answers: no attributes, either text or children.
struct Element
{
    std::string name, text;
    std::vector<Element> children;

    /// The first child of that name; null when there is none.
    [[nodiscard]] const Element* child(std::string_view child_name) const;
    /// The text of the first child of that name; empty when there is none.
    [[nodiscard]] std::string textOf(std::string_view child_name) const;
};

/// Reads the little XML the bank writes, already UTF-8: a declaration, elements, text with the five named
/// entities. Everything else (a document type, comments, attributes, more than 8 levels or 20,000 elements)
/// is refused, so nothing in an answer can be expensive to read.
/// @errors `invalid_argument`
Result<Element> parseXml(std::string_view text);

/// Escapes text for an element.
std::string xmlText(std::string_view text);

} // namespace zikao::ccb
