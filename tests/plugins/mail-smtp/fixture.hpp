#pragma once

#include "plugins/mail-smtp/dialogue.hpp"
#include "plugins/mail-smtp/sender.hpp"
#include "plugins/support/tls.hpp"
#include "tests/plugins/mail-smtp/mail_server.hpp"
#include "tests/plugins/vectors.hpp"

namespace zikao::mail {

using vectors::Json;

inline Json settingsJson(int port)
{
    return {{"host", "localhost"},
            {"port", port},
            {"security", "none"},
            {"user", "zikao"},
            {"password", "TestOnlyPassword"},
            {"from", "zikao@exam.test"},
            {"from_name", "灯笼省教育考试院"},
            {"timeout_ms", 3000},
            {"templates",
             {{"verification_code",
               {{"subject", "验证码 ${code}"},
                {"text", "您的验证码是 ${code}，${minutes} 分钟内有效。\n请勿告诉他人。"}}}}}};
}

/// A sender of these settings, `changed` laid over them.
inline std::unique_ptr<Sender> senderFor(const MailServer& server, const Json& changed = Json::object())
{
    Json json = settingsJson(server.port());
    json.update(changed);
    auto settings = Settings::parse(json.dump());
    EXPECT_TRUE(settings) << settings.error().message;
    auto tls = support::tlsClient({}, settings->ca_certificate);
    EXPECT_TRUE(tls) << tls.error().message;
    return std::make_unique<Sender>(*settings, *tls, [] { return vectors::kNow; });
}

inline api::OutgoingMessage message(const std::string& recipient = "lamp@example.test")
{
    return {"m-14-0001", recipient, "verification_code", {{"code", "042619"}, {"minutes", "5"}}};
}

} // namespace zikao::mail
