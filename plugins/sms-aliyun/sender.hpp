#pragma once

#include <chrono>
#include <map>
#include <memory>

#include "plugins/api/message_sender.hpp"
#include "plugins/sms-aliyun/signature.hpp"
#include "plugins/support/http.hpp"

namespace zikao::aliyun {

struct Settings
{
    std::string base_url, access_key_id, access_key_secret, sign_name;
    std::map<std::string, std::string> templates;
    bool rpc = false;
    std::chrono::milliseconds timeout{4000};

    /// @errors `invalid_argument` naming everything that is wrong
    static Result<Settings> parse(const std::string& settings_json);
};

/// Text messages through Aliyun (SendSms). Never repeats by itself: after `timeout` the message may have gone
/// out.
/// @threads any
class Sender : public api::MessageSender
{
public:
    static Result<std::unique_ptr<api::MessageSender>> create(const api::PluginContext& context);
    Sender(Settings settings, support::Environment environment);

    Result<api::SendReceipt> send(const api::OutgoingMessage& message) override;
    Result<api::DeliveryReports> readReports(const std::string& body) override;

private:
    Result<api::SendReceipt> doSend(const api::OutgoingMessage& message);
    support::HttpRequest acs3Request(const support::Pairs& params);
    support::HttpRequest rpcRequest(support::Pairs params);

    const Settings settings_;
    support::Environment environment_;
};

/// Reads the answer of SendSms; a refusal's code is the error's `reason`. @errors as `MessageSender::send`
Result<api::SendReceipt> readReceipt(int status, std::string_view body);

} // namespace zikao::aliyun
