#include "kernel/plugin/proxy.hpp"

namespace zikao::plugin {

namespace {

using api::MessageSender;
using namespace std::chrono_literals;

constexpr auto kDeadline = 8s;

class SenderProxy : public MessageSender
{
public:
    explicit SenderProxy(Line& line) : line_(line) {}

    Result<api::SendReceipt> send(const api::OutgoingMessage& message) override
    {
        Json arguments{{"message_id", message.message_id},
                       {"recipient", message.recipient},
                       {"template_key", message.template_key},
                       {"params", message.params}};
        return line_.call("send", std::move(arguments), {}, kDeadline, [](const Json& head, std::string&) {
            return api::SendReceipt{head.at("provider_id").get<std::string>()};
        });
    }

private:
    Line& line_;
};

worker::Message writeReceipt(api::SendReceipt&& receipt)
{
    return {Json{{"provider_id", receipt.provider_id}}};
}

Result<worker::Message> answer(MessageSender& sender, const worker::Message& call)
{
    const Json& in = call.head;
    if (in.at("method") != "send")
        return unknownMethod(in.at("method").get<std::string>());
    return pack(sender.send({in.at("message_id").get<std::string>(), in.at("recipient").get<std::string>(),
                             in.at("template_key").get<std::string>(),
                             in.at("params").get<std::map<std::string, std::string>>()}),
                writeReceipt);
}

} // namespace

worker::Handler serveSender(std::shared_ptr<api::Plugin> plugin)
{
    return
        [plugin](const worker::Message& call) { return answer(static_cast<MessageSender&>(*plugin), call); };
}

Result<std::unique_ptr<Loaded<api::MessageSender>>> loadMessageSender(const LoadOptions& options)
{
    return LoadedPlugin<MessageSender, SenderProxy>::load(options);
}

} // namespace zikao::plugin
