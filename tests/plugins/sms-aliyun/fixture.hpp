#pragma once

#include "plugins/sms-aliyun/sender.hpp"
#include "tests/plugins/vectors.hpp"

namespace zikao::aliyun {

using vectors::Json;

inline const Json& published()
{
    static const Json kVectors = Json::parse(vectors::file("sms.json"));
    return kVectors;
}

inline Json settingsJson()
{
    return {{"access_key_id", "LTAI5tTestOnlyAccessKey0"},
            {"access_key_secret", "TestOnlySecret0123456789abcdef"},
            {"sign_name", "自考测试"},
            {"templates", {{"verification_code", "SMS_000000001"}}}};
}

class Bench
{
public:
    explicit Bench(const Json& settings = settingsJson())
        : transport(std::make_shared<vectors::FakeTransport>())
    {
        auto parsed = Settings::parse(settings.dump());
        EXPECT_TRUE(parsed) << parsed.error().message;
        sender = std::make_unique<Sender>(
            *parsed, support::Environment{transport, [] { return vectors::kNow; }, [this] { return nonce; }});
    }

    std::shared_ptr<vectors::FakeTransport> transport;
    std::string nonce = "7e570000000040008000000000000002";
    std::unique_ptr<Sender> sender;
};

inline api::OutgoingMessage message()
{
    return {"reg-14-0001", "13800000000", "verification_code", {{"code", "042619"}}};
}

} // namespace zikao::aliyun
