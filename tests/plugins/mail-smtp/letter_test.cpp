#include "plugins/mail-smtp/letter.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "plugins/support/encoding.hpp"

namespace zikao::mail {
namespace {

std::vector<std::string> linesOf(const std::string& text)
{
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find("\r\n", at);
        EXPECT_NE(end, std::string::npos) << "a line without CRLF";
        lines.push_back(text.substr(at, end - at));
        at = end + 2;
    }
    return lines;
}

Letter letter()
{
    return {"zikao@exam.test", "考试院",        "lamp@example.test", "验证码",
            "第一行\n第二行",  "m-1@exam.test", {1772420000000}};
}

TEST(Letter, IsWrittenToTheByte)
{
    EXPECT_EQ(written(letter()), "Date: Mon, 02 Mar 2026 10:53:20 +0800\r\n"
                                 "From: =?UTF-8?B?6ICD6K+V6Zmi?=\r\n <zikao@exam.test>\r\n"
                                 "To: <lamp@example.test>\r\n"
                                 "Subject: =?UTF-8?B?6aqM6K+B56CB?=\r\n"
                                 "Message-ID: <m-1@exam.test>\r\n"
                                 "Auto-Submitted: auto-generated\r\n"
                                 "MIME-Version: 1.0\r\n"
                                 "Content-Type: text/plain; charset=UTF-8\r\n"
                                 "Content-Transfer-Encoding: base64\r\n\r\n" +
                                     support::base64("第一行\r\n第二行") + "\r\n");
}

TEST(Letter, ALongSubjectIsSplitBetweenCharactersAndNoLineIsTooLong)
{
    Letter one = letter();
    one.subject.clear();
    for (int i = 0; i < 40; ++i)
        one.subject += i % 3 == 0 ? "a" : i % 3 == 1 ? "验" : "𠮷";
    one.text = std::string(4000, 'x');
    std::string subject;
    for (const std::string& line : linesOf(written(one))) {
        EXPECT_LE(line.size(), 76u) << line;
        const std::size_t begin = line.find("=?UTF-8?B?");
        if (begin == std::string::npos || line.starts_with("From"))
            continue;
        const std::string word =
            support::fromBase64(line.substr(begin + 10, line.size() - begin - 12)).value();
        EXPECT_GE(support::characters(word), 1) << "a character was split between two words";
        subject += word;
    }
    EXPECT_EQ(subject, one.subject);
}

TEST(Letter, NoValueCanBeginAHeader)
{
    Letter one = letter();
    one.subject = "x\r\nBcc: all@example.test\r\n\r\nbody";
    one.from_name = "y\nReply-To: thief@example.test";
    for (const std::string& line : linesOf(written(one)))
        EXPECT_FALSE(line.starts_with("Bcc") || line.starts_with("Reply-To") || line.starts_with("body"))
            << line;
}

TEST(Address, IsTakenOrRefused)
{
    for (const char* good :
         {"a@b.cn", "zhang.san+exam@mail.example.cn", "10001@qq.com", "x_y-z@a-b.example", "a@localhost"})
        EXPECT_TRUE(isAddress(good)) << good;
    for (const std::string bad :
         {"", "a", "@b.cn", "a@", "a@b@c.cn", "a b@c.cn", "a@b..cn", "a@.cn", "a@b.cn.", "a@-b.cn", "a@b.cn>",
          "<a@b.cn", "a@b.cn\r\nRCPT TO:<x@y.cn>", "a\n@b.cn", "\"a\"@b.cn", "张@b.cn", "a@例.cn",
          "a@b.cn,c@d.cn", "a@[127.0.0.1]"})
        EXPECT_FALSE(isAddress(bad)) << bad;
    EXPECT_FALSE(isAddress(std::string("a\0b@c.cn", 8)));
    EXPECT_FALSE(isAddress(std::string(65, 'a') + "@b.cn"));
    EXPECT_FALSE(isAddress("a@" + std::string(64, 'b') + ".cn"));
}

TEST(Template, IsFilledWithTheMessagesValuesAlone)
{
    EXPECT_EQ(filled("${a}-${b}${a}", {{"a", "1"}, {"b", "${a}"}}).value(), "1-${a}1")
        << "a value was read as a template";
    EXPECT_EQ(filled("no values $ {a}", {}).value(), "no values $ {a}");
    EXPECT_EQ(filled("${missing}", {{"a", "1"}}).error().code, ErrorCode::unavailable);
    EXPECT_EQ(filled("${a", {{"a", "1"}}).error().code, ErrorCode::unavailable);
}

} // namespace
} // namespace zikao::mail
