#pragma once

#include "kernel/cases/definition_reader.hpp"

namespace zikao::cases {

/// Judges the values of the keys that only some widgets have; which widget may have which key is vocabulary.hpp's.
void checkWidgetKeys(const Node& field);

} // namespace zikao::cases
