#include "kernel/http/router.hpp"

#include <gtest/gtest.h>

#include <type_traits>

namespace zikao::http {
namespace {

using enum Method;

// Leaving any declaration out does not compile (C5).
static_assert(!std::is_default_constructible_v<Route>);
static_assert(!std::is_default_constructible_v<Need>);
static_assert(!std::is_default_constructible_v<BodyRule>);
static_assert(!std::is_constructible_v<Route, Method, std::string_view, Scope, Need, BodyRule, Rate>);
static_assert(!std::is_constructible_v<Route, Method, std::string_view, Scope, Need, BodyRule, Cost>);
static_assert(!std::is_constructible_v<Route, Method, std::string_view, Scope, Need, Rate, Cost>);
static_assert(!std::is_constructible_v<Route, Method, std::string_view, Scope, BodyRule, Rate, Cost>);
static_assert(!std::is_constructible_v<Route, Method, std::string_view, Need, BodyRule, Rate, Cost>);

// What `Route` refuses to compile with.
constexpr auto faultOf = faultOfRoute;
constexpr BodyRule kJson = BodyRule::json(1024);
constexpr BodyRule kNone = BodyRule::none();
static_assert(!faultOf(post, "/api/x", Scope::tenant, Need::visitor | Need::csrf, kJson));
static_assert(!faultOf(get, "/api/x/{id}", Scope::tenant, Need::anyone, kNone));
static_assert(!faultOf(post, "/api/n", Scope::tenant, Need::anyone | Need::signed_by_sender,
                       BodyRule::raw(10)));
static_assert(faultOf(post, "/api/x", Scope::tenant, Need::visitor, kJson), "a change without csrf");
static_assert(faultOf(get, "/api/x", Scope::tenant, Need::visitor | Need::csrf, kNone), "csrf for reading");
static_assert(faultOf(post, "/api/x", Scope::tenant, Need::csrf, kJson), "nobody named");
static_assert(faultOf(get, "/api/x", Scope::tenant, Need::staff | Need::visitor, kNone), "two callers named");
static_assert(faultOf(post, "/api/x", Scope::tenant, Need::anyone | Need::csrf, kJson),
              "csrf without a session");
static_assert(faultOf(get, "/api/x", Scope::tenant, Need::anyone, kJson), "GET with a body");
static_assert(faultOf(post, "/api/x", Scope::tenant, Need::visitor | Need::csrf, BodyRule::json(0)),
              "no size");
static_assert(faultOf(get, "/x", Scope::tenant, Need::anyone, kNone), "a tenant's route outside /api/");
static_assert(faultOf(get, "/api/{x", Scope::tenant, Need::anyone, kNone), "an open brace");
static_assert(faultOf(get, "/api/x/", Scope::tenant, Need::anyone, kNone), "a slash at the end");
static_assert(Need::roles(4).roleBits() == 4 && Need::roles(4).has(Need::staff));

constexpr Route kCase{get,        "/api/cases/{case}", Scope::tenant, Need::signed_in, BodyRule::none(),
                      Rate::read, Cost::light};
constexpr Route kAct{post,
                     "/api/cases/{case}/actions/{action}",
                     Scope::tenant,
                     Need::visitor | Need::csrf,
                     BodyRule::json(65536),
                     Rate::write,
                     Cost::light};
constexpr Route kMine{get,        "/api/cases/mine", Scope::tenant, Need::signed_in, BodyRule::none(),
                      Rate::read, Cost::light};
constexpr Route kRemove{
    del,         "/api/cases/{id}", Scope::tenant, Need::signed_in | Need::csrf, BodyRule::none(),
    Rate::write, Cost::light};
constexpr Route kRoot{get,        "/api/tenants", Scope::root, Need::anyone, BodyRule::none(),
                      Rate::read, Cost::light};

class Routes : public testing::Test
{
protected:
    Routes()
    {
        for (const auto& route : {kCase, kAct, kMine, kRemove, kRoot})
            table.add(route);
    }
    RouteTable table;
};

TEST_F(Routes, PlaceholdersAreFilled)
{
    const auto match = table.find(Scope::tenant, "POST", "/api/cases/c1/actions/submit");
    ASSERT_EQ(match.index, 1);
    EXPECT_EQ(match.params.at("case"), "c1");
    EXPECT_EQ(match.params.at("action"), "submit");
}

TEST_F(Routes, ALiteralWinsOverAPlaceholder)
{
    EXPECT_EQ(table.find(Scope::tenant, "GET", "/api/cases/mine").index, 2);
    EXPECT_EQ(table.find(Scope::tenant, "GET", "/api/cases/yours").index, 0);
}

TEST_F(Routes, AnotherMethodIsToldWhichOnesThereAre)
{
    const auto match = table.find(Scope::tenant, "PUT", "/api/cases/c1");
    EXPECT_EQ(match.index, -1);
    EXPECT_EQ(match.allowed, "GET, DELETE");
    EXPECT_TRUE(table.find(Scope::tenant, "GET", "/api/nothing").allowed.empty());
}

TEST_F(Routes, HeadFindsWhatGetFinds)
{
    EXPECT_EQ(table.find(Scope::tenant, "HEAD", "/api/cases/c1").index, 0);
}

TEST_F(Routes, OddPlaceholderValuesFindNothing)
{
    for (const std::string& value :
         {std::string(""), std::string("a b"), std::string("考"), std::string("a'b"), std::string(65, 'a')})
        EXPECT_EQ(table.find(Scope::tenant, "GET", "/api/cases/" + value).index, -1) << value;
}

TEST_F(Routes, ARootRouteIsNotFoundUnderATenantNorTheOtherWayRound)
{
    EXPECT_EQ(table.find(Scope::tenant, "GET", "/api/tenants").index, -1);
    EXPECT_EQ(table.find(Scope::root, "GET", "/api/cases/c1").index, -1);
    EXPECT_EQ(table.find(Scope::root, "GET", "/api/tenants").index, 4);
}

TEST_F(Routes, TwoRoutesOfOneShapeAreADefect)
{
    static constexpr Route kTwin{
        get, "/api/cases/{other}", Scope::tenant, Need::anyone, BodyRule::none(), Rate::read, Cost::light};
    EXPECT_THROW(table.add(kTwin), std::logic_error);
}

} // namespace
} // namespace zikao::http
