#pragma once

#include <string>
#include <string_view>

#include "kernel/base/json.hpp"

namespace zikao::app {

/// The kernel's own sentences by code (kernel/app/texts/zh-CN.json, compiled in).
const Json& kernelTexts();

/// "已选 {have} 学分" with its arguments; a placeholder without argument stays as it is.
std::string fillPlaceholders(std::string_view text, const Json& args);

} // namespace zikao::app
