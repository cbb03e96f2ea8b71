#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/api/result.hpp"

namespace zikao::aliyun {

/// What became of one message, as the provider's unsigned push says: information, never proof.
struct DeliveryReport
{
    std::string provider_id, message_id; ///< BizId, and our OutId
    bool delivered = false;
    std::string code;
};

/// Reads a push body. Phone numbers in it are not kept. @errors `invalid_argument`
Result<std::vector<DeliveryReport>> readReports(std::string_view body);

/// What the provider must read, or it repeats the push after 1, 5 and 10 minutes.
std::string reportReceived();

} // namespace zikao::aliyun
