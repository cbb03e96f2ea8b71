#pragma once

#include "kernel/app/call.hpp"

namespace zikao::app {

/// A sitting with its courses by name.
Result<Json> sittingJson(Site& site, const exams::Sitting& sitting);

} // namespace zikao::app
