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

    Result<api::DeliveryReports> readReports(const std::string& body) override
    {
        return line_.call("read_reports", Json{{"body", body}}, {}, kDeadline,
                          [](const Json& head, std::string&) {
                              api::DeliveryReports read;
                              read.answer = head.at("answer").get<std::string>();
                              for (const Json& each : head.at("reports"))
                                  read.reports.push_back({each.at("message_id").get<std::string>(),
                                                          each.at("delivered").get<bool>(),
                                                          each.at("code").get<std::string>()});
                              return read;
                          });
    }

private:
    Line& line_;
};

worker::Message writeReceipt(api::SendReceipt&& receipt)
{
    return {Json{{"provider_id", receipt.provider_id}}};
}

worker::Message writeReports(api::DeliveryReports&& read)
{
    Json reports = Json::array();
    for (const api::DeliveryReport& each : read.reports)
        reports.push_back(
            {{"message_id", each.message_id}, {"delivered", each.delivered}, {"code", each.code}});
    return {Json{{"reports", std::move(reports)}, {"answer", read.answer}}};
}

Result<worker::Message> answer(MessageSender& sender, const worker::Message& call)
{
    const Json& in = call.head;
    if (in.at("method") == "read_reports")
        return pack(sender.readReports(in.at("body").get<std::string>()), writeReports);
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
