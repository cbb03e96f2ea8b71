#include "kernel/http/cookies.hpp"

#include <gtest/gtest.h>

namespace zikao::http {
namespace {

Request withCookies(const std::string& cookies, bool secure)
{
    Request request;
    request.head = std::make_unique<Head>();
    request.head->message.set("Cookie", cookies);
    request.secure = secure;
    return request;
}

TEST(Cookies, OverTlsTheNameMakesTheBrowserInsistOnItsHost)
{
    Response response;
    setSessionCookie(response, "lantern", "tok", true);
    EXPECT_EQ(response.head.get("Set-Cookie"),
              "__Host-zikao_lantern=tok; Path=/; HttpOnly; SameSite=Lax; Secure");
}

TEST(Cookies, OverPlainHttpTheNameGoesWithoutThePrefixThatBrowsersWouldRefuse)
{
    Response response;
    setSessionCookie(response, "lantern", "tok", false);
    EXPECT_EQ(response.head.get("Set-Cookie"), "zikao_lantern=tok; Path=/; HttpOnly; SameSite=Lax");
}

TEST(Cookies, ATokenIsFoundAmongOtherCookies)
{
    EXPECT_EQ(sessionToken(withCookies("a=b; zikao_lantern=tok ;c=d", false), "lantern"), "tok");
    EXPECT_EQ(sessionToken(withCookies("__Host-zikao_lantern=tok", true), "lantern"), "tok");
}

TEST(Cookies, ACookieOfAnotherTenantOrOfPlainHttpIsNotTaken)
{
    EXPECT_FALSE(sessionToken(withCookies("zikao_other=tok", false), "lantern"));
    EXPECT_FALSE(sessionToken(withCookies("zikao_lantern=tok", true), "lantern"));
    EXPECT_FALSE(sessionToken(withCookies("xzikao_lantern=tok", false), "lantern"));
}

TEST(Cookies, ATokenGivenTwiceIsNoToken)
{
    EXPECT_FALSE(sessionToken(withCookies("zikao_lantern=a; zikao_lantern=a", false), "lantern"));
}

TEST(Cookies, AnEmptyOrEndlessTokenIsNoToken)
{
    EXPECT_FALSE(sessionToken(withCookies("zikao_lantern=", false), "lantern"));
    EXPECT_FALSE(sessionToken(withCookies("zikao_lantern=" + std::string(129, 'a'), false), "lantern"));
}

} // namespace
} // namespace zikao::http
