#include "plugins/mail-smtp/sender.hpp"

#include <algorithm>

#include "plugins/mail-smtp/dialogue.hpp"
#include "plugins/mail-smtp/letter.hpp"
#include "plugins/support/crypto.hpp"
#include "plugins/support/http.hpp"
#include "plugins/support/tls.hpp"

namespace zikao::mail {

namespace {

/// The left side of a Message-ID: ours where it fits, so that the server's log can be searched for it.
std::string markOf(const std::string& message_id)
{
    const bool fits =
        !message_id.empty() && message_id.size() <= 64 &&
        std::ranges::all_of(message_id, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
    return fits ? message_id : support::randomHex(16);
}

} // namespace

Result<std::unique_ptr<api::MessageSender>> Sender::create(const api::PluginContext& context)
{
    auto settings = Settings::parse(context.settings_json);
    if (!settings)
        return fail(settings.error());
    auto tls = support::tlsClient({}, settings->ca_certificate);
    if (!tls)
        return fail(ErrorCode::invalid_argument, "ca_certificate: " + tls.error().message);
    return std::unique_ptr<api::MessageSender>(
        std::make_unique<Sender>(std::move(*settings), std::move(*tls), support::systemNow));
}

Sender::Sender(Settings settings, Poco::Net::Context::Ptr tls, std::function<Instant()> now)
    : settings_(std::move(settings)),
      tls_(std::move(tls)),
      now_(std::move(now))
{}

Result<api::SendReceipt> Sender::doSend(const api::OutgoingMessage& message)
{
    const auto words = settings_.templates.find(message.template_key);
    if (words == settings_.templates.end())
        return fail(ErrorCode::unavailable, "no text is configured for " + message.template_key, "template");
    auto subject = filled(words->second.subject, message.params);
    auto text = filled(words->second.text, message.params);
    if (!subject || !text)
        return fail(!subject ? subject.error() : text.error());
    const Letter letter{settings_.from,
                        settings_.from_name,
                        message.recipient,
                        std::move(*subject),
                        std::move(*text),
                        markOf(message.message_id) + settings_.from.substr(settings_.from.find('@')),
                        now_()};
    if (auto handed = handOver(settings_, tls_, message.recipient, written(letter)); !handed)
        return fail(handed.error());
    return api::SendReceipt{letter.message_id};
}

Result<api::SendReceipt> Sender::send(const api::OutgoingMessage& message)
{
    return support::guarded([&] { return doSend(message); });
}

Result<api::DeliveryReports> Sender::readReports(const std::string&)
{
    return fail(ErrorCode::invalid_argument, "mail servers send no such reports");
}

} // namespace zikao::mail
