#include "tests/kernel/http/gate_fixture.hpp"

namespace zikao::http::test {
namespace {

using namespace std::string_view_literals;

/// Every request of which one could doubt where it ends, whom it means, or what it asks is answered 400, the
/// connection ends, and the handler never hears of it (C2).
class Framing : public GateTest
{
protected:
    void SetUp() override { start(); }

    void expectRefused(std::string_view bytes, const char* why)
    {
        SCOPED_TRACE(why);
        const auto malformed = gate->stats().malformed;
        RawClient client = connect();
        const auto answer = client.ask(bytes);
        EXPECT_EQ(answer.status, 400);
        EXPECT_TRUE(answer.has("Connection: close"));
        EXPECT_TRUE(answer.has("X-Content-Type-Options: nosniff"));
        EXPECT_NE(answer.body.find("\"request_malformed\""), std::string::npos);
        EXPECT_TRUE(client.ended());
        EXPECT_EQ(handler->handled.load(), 0);
        EXPECT_EQ(gate->stats().malformed, malformed + 1);
    }

    static std::string get(const std::string& target, const std::string& fields = "")
    {
        return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
    }
    static std::string post(const std::string& fields, const std::string& body = "")
    {
        return "POST /x HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n" + body;
    }
};

TEST_F(Framing, ARequestWithoutAnyFaultIsAnswered)
{
    EXPECT_EQ(connect().ask(get("/a%20b?c=%E8%80%83")).status, 200);
    EXPECT_EQ(connect().ask(post("Content-Length: 3\r\n", "abc")).body, "POST /x abc");
}

TEST_F(Framing, ABareLineFeedIsRefused)
{
    expectRefused("GET / HTTP/1.1\nHost: h\n\n", "whole head with bare LF");
    expectRefused("GET / HTTP/1.1\r\nHost: h\r\nA: b\n\r\n", "one line with bare LF");
    expectRefused("GET / HTTP/1.1\r\nHost: h\r\n\n", "end with bare LF");
}

TEST_F(Framing, ABareCarriageReturnIsRefused)
{
    expectRefused("GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n", "inside a line");
    expectRefused("GET / HTTP/1.1\r\nHost: h\r\r\n\r\n", "doubled");
}

TEST_F(Framing, ANulOrControlCharacterIsRefused)
{
    expectRefused("GET / HTTP/1.1\r\nHost: h\r\nA: b\0c\r\n\r\n"sv, "NUL in a value");
    expectRefused("GET / HTTP/1.1\r\nHost: h\r\nA: b\x01\r\n\r\n", "control");
    expectRefused("GET / HTTP/1.1\r\nHost: h\r\nA: b\x7f\r\n\r\n", "delete");
}

TEST_F(Framing, AnEmptyLineBeforeTheRequestIsRefused)
{
    expectRefused("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", "empty line");
}

TEST_F(Framing, AMissingHostIsRefused)
{
    expectRefused("GET / HTTP/1.1\r\n\r\n", "no fields");
    expectRefused("GET / HTTP/1.1\r\nA: b\r\n\r\n", "others only");
    expectRefused("GET / HTTP/1.0\r\n\r\n", "1.0 as well");
}

TEST_F(Framing, TwoHostsAreRefusedEvenWhenEqual)
{
    expectRefused("GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", "equal");
    expectRefused("GET / HTTP/1.1\r\nHost: h\r\nhOST: i\r\n\r\n", "different");
}

TEST_F(Framing, AnInvalidHostIsRefused)
{
    for (const char* host : {"", " ", "a b", "a/b", "u@h", "h:", "h:0", "h:65536", "h:8x", "h:123456", "[::1",
                             "[]", "h,i", ".h", "h..i", "-h", "h:80:80", "h%41"})
        expectRefused("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n", host);
}

TEST_F(Framing, OrdinaryHostsAreTaken)
{
    for (const char* host :
         {"h", "exam.example.org:8080", "127.0.0.1:1", "[::1]:8080", "[2001:db8::1]", "A-b_c.d"})
        EXPECT_EQ(connect().ask("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n").status, 200)
            << host;
}

TEST_F(Framing, TwoContentLengthsAreRefusedEvenWhenEqual)
{
    expectRefused(post("Content-Length: 1\r\nContent-Length: 1\r\n", "a"), "equal");
    expectRefused(post("Content-Length: 1\r\nContent-Length: 2\r\n", "ab"), "different");
    expectRefused(post("Content-Length: 1, 1\r\n", "a"), "as a list");
}

TEST_F(Framing, AContentLengthThatIsNoPlainNumberIsRefused)
{
    for (const char* length :
         {"-1", "+1", "0x1", "1 1", "", "1.0", "1e1", "18446744073709551617", "99999999999999999999"})
        expectRefused(post("Content-Length: " + std::string(length) + "\r\n", "a"), length);
}

TEST_F(Framing, ALengthTogetherWithChunkingIsRefused)
{
    expectRefused(post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), "length first");
    expectRefused(post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"), "chunked first");
}

TEST_F(Framing, ATransferEncodingOtherThanChunkedIsRefused)
{
    for (const char* coding :
         {"gzip", "gzip, chunked", "chunked, chunked", "identity", "xchunked", "chunked;q=1", "\"chunked\""})
        expectRefused(post("Transfer-Encoding: " + std::string(coding) + "\r\n", "0\r\n\r\n"), coding);
    expectRefused(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), "twice");
    expectRefused("POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.0");
}

TEST_F(Framing, AFaultyChunkIsRefused)
{
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    for (const char* body :
         {"x\r\n", "\r\n", "-1\r\n", " 1\r\na\r\n0\r\n\r\n", "1 \r\na\r\n0\r\n\r\n", "1\na\r\n0\r\n\r\n",
          "1\r\nab\r\n0\r\n\r\n", "1\r\na\n0\r\n\r\n", "1;x=y\r\na\r\n0\r\n\r\n", "123456789\r\n",
          "0\r\nTrailer: t\r\n\r\n", "0\r\n\n", "0x1\r\na\r\n0\r\n\r\n"})
        expectRefused(post(chunked, body), body);
}

TEST_F(Framing, AMethodOutsideTheListIsRefused)
{
    for (const char* method : {"TRACE", "CONNECT", "OPTIONS", "PATCH", "get", "GETT", "G\tET", ""})
        expectRefused(std::string(method) + " / HTTP/1.1\r\nHost: h\r\n\r\n", method);
}

TEST_F(Framing, AFaultyRequestLineIsRefused)
{
    for (const char* line : {"GET /", "GET  / HTTP/1.1", "GET /  HTTP/1.1", "GET / HTTP/1.1 ",
                             " GET / HTTP/1.1", "GET / HTTP/2.0", "GET / HTTP/0.9", "GET / http/1.1",
                             "GET / HTTP/1.1x", "GET\t/\tHTTP/1.1", "GET / x HTTP/1.1"})
        expectRefused(std::string(line) + "\r\nHost: h\r\n\r\n", line);
}

TEST_F(Framing, ATargetThatIsNotAPathIsRefused)
{
    for (const char* target : {"http://h/", "*", "h:80", "?a", "//evil", "/a//b", "/\\", "/a#b", "/<", "/\"",
                               "/{", "/|", "/^", "/`"})
        expectRefused(get(target), target);
}

TEST_F(Framing, BrokenOrDangerousPercentEncodingIsRefused)
{
    for (const char* target :
         {"/%", "/%4", "/%zz", "/%2", "/a%2fb", "/a%2Fb", "/a%5cb", "/%00", "/%0a", "/%0d", "/%7f", "/%ff",
          "/%c0%af", "/%ed%a0%80", "/?a=%", "/?a=%00", "/?a=%0d%0a"})
        expectRefused(get(target), target);
}

TEST_F(Framing, ADotSegmentIsRefusedHoweverItIsWritten)
{
    for (const char* target : {"/..", "/.", "/a/../b", "/a/./b", "/%2e%2e/b", "/.%2e", "/%2E", "/a/.."})
        expectRefused(get(target), target);
}

TEST_F(Framing, AQueryNameGivenTwiceIsRefused)
{
    expectRefused(get("/?a=1&a=2"), "plain");
    expectRefused(get("/?a=1&%61=2"), "encoded");
}

TEST_F(Framing, AFaultyFieldLineIsRefused)
{
    for (const char* line : {"A : b", "A", ": b", "A b: c", " A: b", "\tA: b", "A(: b", "A\xc3\xa9: b"})
        expectRefused(get("/", std::string(line) + "\r\n"), line);
    expectRefused(get("/", "A: b\r\n folded\r\n"), "folded");
    expectRefused(get("/", "A: b\r\n\tfolded\r\n"), "folded by tab");
}

TEST_F(Framing, ARepeatedFieldThatMustBeSingleIsRefused)
{
    for (const char* name : {"Cookie", "Content-Type", "Authorization", "X-CSRF-Token", "Expect"}) {
        const std::string value = std::string(name) == "Expect" ? "100-continue" : "a";
        expectRefused(get("/", std::string(name) + ": " + value + "\r\n" + name + ": " + value + "\r\n"),
                      name);
    }
}

TEST_F(Framing, AHeadOverSixteenKilobytesIsRefused)
{
    const std::string frame = get("/", "A: \r\n");
    const std::string full = get("/", "A: " + std::string(16 * 1024 - frame.size(), 'a') + "\r\n");
    ASSERT_EQ(full.size(), 16u * 1024);
    EXPECT_EQ(connect().ask(full).status, 200);
    handler->handled = 0;
    expectRefused(get("/", "A: " + std::string(16 * 1024 - frame.size() + 1, 'a') + "\r\n"), "one byte over");
    expectRefused("GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(20'000, 'a'), "without an end in sight");
}

TEST_F(Framing, AHeadOfMoreThanAHundredFieldsIsRefused)
{
    std::string fields;
    for (int i = 0; i < 99; ++i)
        fields += "A" + std::to_string(i) + ": b\r\n";
    EXPECT_EQ(connect().ask(get("/", fields)).status, 200);
    handler->handled = 0;
    expectRefused(get("/", fields + "Z: z\r\n"), "101 fields with Host");
}

TEST_F(Framing, AnUnknownExpectationIsRefused)
{
    expectRefused(get("/", "Expect: 200-ok\r\n"), "unknown");
}

TEST_F(Framing, NothingBehindAMalformedRequestIsTaken)
{
    RawClient client = connect();
    client.send("GET / HTTP/1.1\r\n\r\n" + get("/smuggled"));
    EXPECT_EQ(client.read().status, 400);
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(handler->handled.load(), 0);
}

} // namespace
} // namespace zikao::http::test
