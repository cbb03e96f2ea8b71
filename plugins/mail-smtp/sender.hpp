#pragma once

#include <functional>
#include <memory>

#include <Poco/Net/Context.h>

#include "plugins/api/date.hpp"
#include "plugins/api/message_sender.hpp"
#include "plugins/mail-smtp/settings.hpp"

namespace zikao::mail {

/// Mails through an SMTP server (RFC 5321). Never repeats by itself: after `timeout` a mail may have gone out.
/// @threads any
class Sender : public api::MessageSender
{
public:
    static Result<std::unique_ptr<api::MessageSender>> create(const api::PluginContext& context);
    /// @param tls  of support::tlsClient
    Sender(Settings settings, Poco::Net::Context::Ptr tls, std::function<Instant()> now);

    /// @return the mail's Message-ID, by which the server's own log finds it
    Result<api::SendReceipt> send(const api::OutgoingMessage& message) override;
    /// @errors `invalid_argument`, always: mail servers report by mail
    Result<api::DeliveryReports> readReports(const std::string& body) override;

private:
    Result<api::SendReceipt> doSend(const api::OutgoingMessage& message);

    const Settings settings_;
    const Poco::Net::Context::Ptr tls_;
    const std::function<Instant()> now_;
};

} // namespace zikao::mail
