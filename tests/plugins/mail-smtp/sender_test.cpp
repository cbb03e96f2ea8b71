#include <chrono>

#include <gmock/gmock.h>

#include "plugins/support/encoding.hpp"
#include "tests/plugins/mail-smtp/fixture.hpp"

namespace zikao::mail {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(MailSender, GoesThroughTheDialogueAndNamesTheMail)
{
    MailServer server;
    const auto receipt = senderFor(server)->send(message());
    ASSERT_TRUE(receipt) << receipt.error().message;
    EXPECT_EQ(receipt->provider_id, "m-14-0001@exam.test");
    EXPECT_THAT(server.commands(),
                ElementsAre("EHLO exam.test",
                            "AUTH PLAIN " + support::base64(std::string("\0zikao\0TestOnlyPassword", 23)),
                            "MAIL FROM:<zikao@exam.test>", "RCPT TO:<lamp@example.test>", "DATA", "QUIT"));
    const std::string mail = server.mail();
    EXPECT_THAT(mail, HasSubstr("Message-ID: <m-14-0001@exam.test>\r\n"));
    EXPECT_THAT(mail, HasSubstr("Subject: =?UTF-8?B?" + support::base64("验证码 042619") + "?=\r\n"));
    std::string body = mail.substr(mail.find("\r\n\r\n") + 4);
    std::erase_if(body, [](char c) { return c == '\r' || c == '\n'; });
    EXPECT_EQ(support::fromBase64(body).value(), "您的验证码是 042619，5 分钟内有效。\r\n请勿告诉他人。");
}

TEST(MailSender, LogsInTheOldWayWhereToldAndNotAtAllWithoutAUser)
{
    MailServer old({{"AUTH", "334 VXNlcm5hbWU6"}, {"name", "334 UGFzc3dvcmQ6"}, {"password", "235 ok"}});
    EXPECT_TRUE(senderFor(old, {{"auth", "login"}})->send(message()));
    EXPECT_TRUE(old.heard(support::base64("TestOnlyPassword") + "\r\n"));
    MailServer relay;
    EXPECT_TRUE(senderFor(relay, {{"user", ""}, {"password", ""}})->send(message()));
    EXPECT_FALSE(relay.heard("AUTH"));
}

TEST(MailSender, DotsAtTheBeginningOfALineEndNoMail)
{
    MailServer server;
    const Settings settings = Settings::parse(settingsJson(server.port()).dump()).value();
    const std::string text = "Subject: x\r\n\r\n.\r\n..\r\n.hidden\r\nQUIT\r\n";
    ASSERT_TRUE(handOver(settings, support::tlsClient().value(), "lamp@example.test", text));
    EXPECT_EQ(server.mail(), text);
    EXPECT_TRUE(server.heard("\r\n..\r\n...\r\n..hidden\r\n"));
}

TEST(MailSender, WhatIsNoAddressNeverReachesTheServer)
{
    MailServer server;
    for (const char* bad : {"13800000000", "a@b.cn>\r\nRCPT TO:<thief@example.test", "a@b.cn\nDATA", ""})
        EXPECT_EQ(senderFor(server)->send(message(bad)).error().code, ErrorCode::invalid_argument) << bad;
    EXPECT_TRUE(senderFor(server)->send(message())) << "the one connection was used up";
    EXPECT_FALSE(server.heard("thief"));
}

TEST(MailSender, ATemplateOrValueThatIsMissingIsForStaffToMend)
{
    MailServer server;
    auto none = message();
    none.template_key = "sign_up_paid";
    EXPECT_EQ(senderFor(server)->send(none).error().reason, "template");
    auto less = message();
    less.params.erase("minutes");
    EXPECT_EQ(senderFor(server)->send(less).error().code, ErrorCode::unavailable);
    EXPECT_TRUE(senderFor(server)->send(message()));
}

struct Outcome
{
    const char *command, *reply;
    ErrorCode code;
    const char* reason;
};

TEST(MailSender, EveryRefusalSaysWhetherToTryAgainAndNamesNobody)
{
    constexpr Outcome kOutcomes[] = {
        {"greeting", "554 5.3.2 no service", ErrorCode::unavailable, "SMTP 554"},
        {"greeting", "421 4.3.2 later", ErrorCode::unavailable, "SMTP 421"},
        {"AUTH", "535 5.7.8 wrong", ErrorCode::unavailable, "SMTP 535"},
        {"MAIL", "550 5.7.1 not yours", ErrorCode::unavailable, "SMTP 550 5.7.1"},
        {"MAIL", "451 4.3.0 later", ErrorCode::unavailable, "SMTP 451 4.3.0"},
        {"RCPT", "550 5.1.1 <lamp@example.test> unknown", ErrorCode::invalid_argument, "SMTP 550 5.1.1"},
        {"RCPT", "550 lamp@example.test unknown", ErrorCode::invalid_argument, "SMTP 550"},
        {"RCPT", "554 5.7.1 relay access denied", ErrorCode::unavailable, "SMTP 554 5.7.1"},
        {"RCPT", "450 4.2.0 greylisted", ErrorCode::unavailable, "SMTP 450 4.2.0"},
        {"RCPT", "452 4.2.2 full", ErrorCode::unavailable, "SMTP 452 4.2.2"},
        {"DATA", "503 5.5.1 no recipient", ErrorCode::unavailable, "SMTP 503 5.5.1"},
        {".", "451 4.3.0 later", ErrorCode::unavailable, "SMTP 451 4.3.0"},
        {".", "554 5.7.1 looks like spam", ErrorCode::invalid_argument, "SMTP 554 5.7.1"},
        {".", "nonsense", ErrorCode::timeout, "SMTP 0"}};
    for (const Outcome& each : kOutcomes) {
        MailServer server({{each.command, each.reply}});
        const auto sent = senderFor(server)->send(message());
        ASSERT_FALSE(sent) << each.command << ' ' << each.reply;
        EXPECT_EQ(sent.error().code, each.code)
            << each.command << ' ' << each.reply << ": " << sent.error().message;
        EXPECT_EQ(sent.error().reason, each.reason) << each.command << ' ' << each.reply;
        EXPECT_EQ(sent.error().message.find("lamp"), std::string::npos) << sent.error().message;
    }
}

TEST(MailSender, AServerThatHangsOrLeavesCostsNoMoreThanTheTimeLimit)
{
    for (const char* how : {"", "close", "drip"})
        for (const char* at : {"greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "."}) {
            MailServer server({{at, how}});
            const auto sender = senderFor(server, {{"timeout_ms", std::string(at) == "." ? 1000 : 200}});
            const auto began = std::chrono::steady_clock::now();
            const auto sent = sender->send(message());
            EXPECT_LT(std::chrono::steady_clock::now() - began, 3s) << at << ' ' << how;
            ASSERT_FALSE(sent) << at;
            EXPECT_EQ(sent.error().code, std::string(at) == "." ? ErrorCode::timeout : ErrorCode::unavailable)
                << at << ' ' << how << ": " << sent.error().message;
        }
}

TEST(MailSender, AReplyWithoutEndFillsNoMemory)
{
    std::string endless;
    for (int i = 0; i < 4000; ++i)
        endless += "250-" + std::string(60, 'x') + "\r\n";
    MailServer server({{"EHLO", endless + "250 end"}});
    EXPECT_EQ(senderFor(server)->send(message()).error().code, ErrorCode::unavailable);
    EXPECT_FALSE(server.heard("AUTH"));
}

TEST(MailSender, AMailThatWasTakenIsSentWhateverQuitIsAnswered)
{
    for (const char* reply : {"500 what", "", "close"}) {
        MailServer server({{"QUIT", reply}});
        EXPECT_TRUE(senderFor(server, {{"timeout_ms", 1000}})->send(message())) << reply;
    }
}

TEST(MailSender, WhereNobodyListensNothingWasSent)
{
    int port = 0;
    {
        Poco::Net::ServerSocket gone(Poco::Net::SocketAddress("127.0.0.1", 0), 1);
        port = gone.address().port();
    }
    const Settings settings = Settings::parse(settingsJson(port).dump()).value();
    EXPECT_EQ(handOver(settings, support::tlsClient().value(), "lamp@example.test", "x\r\n").error().code,
              ErrorCode::unavailable);
}

TEST(MailSettings, TellEverythingThatIsWrongAtOnce)
{
    const auto parsed =
        Settings::parse(R"({"host": "a b", "port": 70000, "security": "ssl", "auth": "ntlm", "user": "u",
        "from": "nobody", "templates": {"verification_code": {"subject": "x"}}, "timeout_ms": 60000})");
    ASSERT_FALSE(parsed);
    for (const char* part : {"host", "port", "security", "auth", "belong together", "from must",
                             "verification_code", "timeout_ms"})
        EXPECT_THAT(parsed.error().message, HasSubstr(part));
    EXPECT_THAT(Settings::parse("{}").error().message, HasSubstr("templates is missing"));
}

TEST(MailSettings, APasswordLeavesTheMachineUnderTlsAlone)
{
    Json json = settingsJson(25);
    json["host"] = "mail.example.test";
    EXPECT_THAT(Settings::parse(json.dump()).error().message, HasSubstr("tls or starttls alone"));
    json["security"] = "starttls";
    json.erase("port");
    EXPECT_EQ(Settings::parse(json.dump()).value().port, 587);
}

} // namespace
} // namespace zikao::mail
