#pragma once

#include <map>
#include <string>
#include <vector>

#include "plugins/api/plugin.hpp"

namespace zikao::api {

struct OutgoingMessage
{
    std::string message_id;                    ///< ours; comes back in delivery reports
    std::string recipient;                     ///< 11-digit mobile number, or an e-mail address
    std::string template_key;                  ///< "verification_code", "review_result" …; settings map it
    std::map<std::string, std::string> params; ///< values of the template's variables
};

struct SendReceipt
{
    std::string provider_id; ///< the provider's number of the accepted message
};

/// What the provider says became of a message, in an unsigned push: information, never proof.
struct DeliveryReport
{
    std::string message_id; ///< ours, as in OutgoingMessage
    bool delivered = false;
    std::string code; ///< the provider's, "DELIVERED" …
};

struct DeliveryReports
{
    std::vector<DeliveryReport> reports;
    std::string answer; ///< what the provider must read, or it repeats the push
};

/// A channel to a person's phone or mailbox. Sending is not idempotent: after `timeout` the message may have
/// gone out, and repeating it is the caller's decision.
class MessageSender : public Plugin
{
public:
    static constexpr const char* kName = "MessageSender";
    static constexpr int kVersion = 2;

    /// @errors `invalid_argument`: the recipient cannot be reached; `too_many`: the provider's flow control,
    ///         `unavailable`: provider or account trouble, staff must act
    virtual Result<SendReceipt> send(const OutgoingMessage& message) = 0;

    /// Reads the body of a push with delivery reports. @errors `invalid_argument`: it is none
    virtual Result<DeliveryReports> readReports(const std::string& body) = 0;
};

} // namespace zikao::api
