#pragma once

#include <map>
#include <string>

#include "kernel/base/crypto.hpp"
#include "kernel/base/json.hpp"

namespace zikao {

/// A message to a phone or mailbox on its way through the outbox, as the payload of a row of kind "message".
/// Whoever has news posts it; notify sends it. Recipient and parameters are S3 and lie there sealed.
struct QueuedMessage
{
    std::string channel;                       ///< "sms" | "email"
    std::string recipient;                     ///< 11 digits, or an address
    std::string template_key;                  ///< "verification_code" …
    std::map<std::string, std::string> params; ///< {"code", "123456"}
    std::int64_t useless_after_ms = 0;         ///< UTC; a code that expired is not sent any more. 0: never
};

/// {channel, recipient, template, params, useless_after_ms}; recipient and params are base 64 of sealed
/// values.
Json sealMessage(const Vault& vault, const QueuedMessage& message);

/// @errors `corrupt`: not such a payload, or altered
Result<QueuedMessage> openMessage(const Vault& vault, const Json& payload);

} // namespace zikao
