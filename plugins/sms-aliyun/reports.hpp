#pragma once

#include <string>
#include <string_view>

#include "plugins/api/message_sender.hpp"

namespace zikao::aliyun {

/// Reads a push body; the answer keeps the provider from repeating it after 1, 5 and 10 minutes. Phone numbers in it are
/// not kept. @errors `invalid_argument`
Result<api::DeliveryReports> readReports(std::string_view body);

} // namespace zikao::aliyun
