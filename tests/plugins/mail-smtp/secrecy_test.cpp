#include "tests/plugins/mail-smtp/fixture.hpp"
#include "tests/plugins/own_certificate.hpp"

namespace zikao::mail {
namespace {

using Poco::Net::Context;

/// Mail over TLS, from the first byte and after STARTTLS, with servers that are who they say and with others.
class MailSecrecy : public testing::Test
{
protected:
    Context::Ptr serverSide()
    {
        return new Context(Context::TLS_SERVER_USE, own.key(), own.cert(), "", Context::VERIFY_NONE);
    }
    Json over(const char* security) { return {{"security", security}, {"ca_certificate", own.pem()}}; }

    test::OwnCertificate own;
};

TEST_F(MailSecrecy, ATrustedServerGetsTheMailUnderTls)
{
    MailServer at_once({}, serverSide(), true);
    const auto sent = senderFor(at_once, over("tls"))->send(message());
    EXPECT_TRUE(sent) << sent.error().message;
    EXPECT_EQ(at_once.commands().back(), "QUIT");

    MailServer later({}, serverSide());
    const auto after = senderFor(later, over("starttls"))->send(message());
    EXPECT_TRUE(after) << after.error().message;
    const auto commands = later.commands();
    EXPECT_EQ(commands.at(1), "STARTTLS");
    EXPECT_EQ(commands.at(2), "EHLO exam.test") << "what was said before the handshake still counts";
    EXPECT_TRUE(commands.at(3).starts_with("AUTH PLAIN"));
}

TEST_F(MailSecrecy, AServerNobodyVouchesForHearsNeitherPasswordNorMail)
{
    for (const char* security : {"tls", "starttls"}) {
        MailServer unknown({}, serverSide(), std::string(security) == "tls");
        EXPECT_EQ(senderFor(unknown, {{"security", security}})->send(message()).error().code,
                  ErrorCode::unavailable);
        EXPECT_FALSE(unknown.heard("AUTH")) << security;

        MailServer misnamed({}, serverSide(), std::string(security) == "tls");
        Json settings = over(security);
        settings["host"] = "127.0.0.1";
        EXPECT_EQ(senderFor(misnamed, settings)->send(message()).error().code, ErrorCode::unavailable);
        EXPECT_FALSE(misnamed.heard("AUTH")) << security;
    }
}

TEST_F(MailSecrecy, AServerThatTakesStarttlsBackHearsNeitherPasswordNorMail)
{
    MailServer server({{"STARTTLS", "454 4.7.0 not now"}}, serverSide());
    const auto sent = senderFor(server, over("starttls"))->send(message());
    EXPECT_EQ(sent.error().code, ErrorCode::unavailable);
    EXPECT_EQ(sent.error().reason, "SMTP 454 4.7.0");
    EXPECT_FALSE(server.heard("AUTH"));
}

TEST_F(MailSecrecy, WhatSomebodySlippedInBeforeTheHandshakeIsForgotten)
{
    // Were it kept, every later reply would be read one place too early, and a refused recipient taken for an accepted one.
    MailServer server({{"STARTTLS", "220 2.0.0 go on\r\n250 slipped in"}, {"RCPT", "550 5.1.1 unknown"}},
                      serverSide());
    const auto sent = senderFor(server, over("starttls"))->send(message());
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().reason, "SMTP 550 5.1.1") << sent.error().message;
}

TEST_F(MailSecrecy, AnAuthorityThatIsNoneRefusesTheStart)
{
    EXPECT_EQ(support::tlsClient({}, "no certificate").error().code, ErrorCode::invalid_argument);
    Json settings = settingsJson(25);
    settings["ca_certificate"] = "no certificate";
    const auto made = Sender::create({settings.dump(), {}});
    ASSERT_FALSE(made);
    EXPECT_NE(made.error().message.find("ca_certificate"), std::string::npos) << made.error().message;
}

} // namespace
} // namespace zikao::mail
