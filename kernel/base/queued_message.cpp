#include "kernel/base/queued_message.hpp"

#include "kernel/base/encoding.hpp"

namespace zikao {

namespace {

constexpr const char* kRecipient = "message.recipient";
constexpr const char* kParams = "message.params";

Result<std::string> opened(const Vault& vault, const Json& payload, const char* key, const char* purpose)
{
    const auto sealed = fromBase64(payload.at(key).get_ref<const std::string&>());
    if (!sealed)
        return fail(ErrorCode::corrupt, std::string("queued message: ") + key);
    return vault.open(*sealed, purpose);
}

bool isPayload(const Json& payload)
{
    if (!payload.is_object())
        return false;
    for (const char* key : {"channel", "recipient", "template", "params"})
        if (!payload.contains(key) || !payload.at(key).is_string())
            return false;
    return payload.contains("useless_after_ms") && payload.at("useless_after_ms").is_number_integer();
}

} // namespace

Json sealMessage(const Vault& vault, const QueuedMessage& message)
{
    return {{"channel", message.channel},
            {"recipient", base64(vault.seal(message.recipient, kRecipient))},
            {"template", message.template_key},
            {"params", base64(vault.seal(dumpJson(message.params), kParams))},
            {"useless_after_ms", message.useless_after_ms}};
}

Result<QueuedMessage> openMessage(const Vault& vault, const Json& payload)
{
    if (!isPayload(payload))
        return fail(ErrorCode::corrupt, "queued message: not a payload");
    const auto recipient = opened(vault, payload, "recipient", kRecipient);
    if (!recipient)
        return fail(recipient.error());
    const auto text = opened(vault, payload, "params", kParams);
    if (!text)
        return fail(text.error());
    const auto params = parseJson(*text);
    if (!params || !params->is_object())
        return fail(ErrorCode::corrupt, "queued message: params");
    QueuedMessage message{
        payload.at("channel"), *recipient, payload.at("template"), {}, payload.at("useless_after_ms")};
    for (const auto& [key, value] : params->items()) {
        if (!value.is_string())
            return fail(ErrorCode::corrupt, "queued message: params");
        message.params.emplace(key, value.get<std::string>());
    }
    return message;
}

} // namespace zikao
