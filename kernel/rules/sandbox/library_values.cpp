#include "kernel/rules/sandbox/library.hpp"
#include "kernel/rules/sandbox/state.hpp"
#include "plugins/api/date.hpp"
#include "plugins/api/money.hpp"

namespace zikao::rules::sandbox {

namespace {

Date dateAt(lua_State* L, int index)
{
    luaL_checktype(L, index, LUA_TSTRING);
    std::size_t size = 0;
    const char* text = lua_tolstring(L, index, &size);
    auto date = Date::parse({text, size});
    if (!date)
        raise(L, "not a date YYYY-MM-DD: '" + std::string(text, std::min<std::size_t>(size, 20)) + "'");
    return *date;
}

int giveDate(lua_State* L, Date date)
{
    if (date.year() < 1 || date.year() > 9999)
        raise(L, "a date beyond the years 1 to 9999");
    const std::string text = date.text();
    lua_pushlstring(L, text.data(), text.size());
    return 1;
}

lua_Integer smallInteger(lua_State* L, int index)
{
    const lua_Integer value = luaL_checkinteger(L, index);
    if (value < -4'000'000 || value > 4'000'000)
        raise(L, "a span of time beyond reason");
    return value;
}

int isDate(lua_State* L)
{
    std::size_t size = 0;
    const char* text = lua_type(L, 1) == LUA_TSTRING ? lua_tolstring(L, 1, &size) : nullptr;
    lua_pushboolean(L, text && Date::parse({text, size}).has_value());
    return 1;
}

int addDays(lua_State* L)
{
    return giveDate(L, dateAt(L, 1).plusDays(static_cast<int>(smallInteger(L, 2))));
}

/// The same day of another month; the last one where that month is shorter.
Date shiftMonths(Date date, lua_Integer months)
{
    using namespace std::chrono;
    const auto target = year_month{year{date.year()}, month{date.month()}} + std::chrono::months{months};
    const unsigned last = static_cast<unsigned>((target / std::chrono::last).day());
    return {static_cast<int>(target.year()), static_cast<unsigned>(target.month()),
            std::min(date.day(), last)};
}

int addMonths(lua_State* L)
{
    const Date date = dateAt(L, 1);
    const lua_Integer months = smallInteger(L, 2);
    if (months < -120'000 || months > 120'000)
        raise(L, "a span of time beyond reason");
    return giveDate(L, shiftMonths(date, months));
}

int addYears(lua_State* L)
{
    const Date date = dateAt(L, 1);
    const lua_Integer years = smallInteger(L, 2);
    if (years < -10'000 || years > 10'000)
        raise(L, "a span of time beyond reason");
    return giveDate(L, shiftMonths(date, years * 12));
}

int daysBetween(lua_State* L)
{
    lua_pushinteger(L, (dateAt(L, 2).days() - dateAt(L, 1).days()).count());
    return 1;
}

int compare(lua_State* L)
{
    const Date a = dateAt(L, 1), b = dateAt(L, 2);
    lua_pushinteger(L, a < b ? -1 : a == b ? 0 : 1);
    return 1;
}

int within(lua_State* L)
{
    const Date day = dateAt(L, 1);
    lua_pushboolean(L, day >= dateAt(L, 2) && day <= dateAt(L, 3));
    return 1;
}

int yearOf(lua_State* L)
{
    lua_pushinteger(L, dateAt(L, 1).year());
    return 1;
}
int monthOf(lua_State* L)
{
    lua_pushinteger(L, dateAt(L, 1).month());
    return 1;
}
int dayOf(lua_State* L)
{
    lua_pushinteger(L, dateAt(L, 1).day());
    return 1;
}

/// Completed years of life (周岁) on a day.
int ageOn(lua_State* L)
{
    const Date born = dateAt(L, 1), on = dateAt(L, 2);
    const bool before_birthday =
        on.month() < born.month() || (on.month() == born.month() && on.day() < born.day());
    lua_pushinteger(L, on.year() - born.year() - (before_birthday ? 1 : 0));
    return 1;
}

int yuan(lua_State* L)
{
    const std::string text = Money::fen(luaL_checkinteger(L, 1)).inYuan();
    lua_pushlstring(L, text.data(), text.size());
    return 1;
}

/// times(fen, count): refuses an overflow instead of wrapping.
int times(lua_State* L)
{
    lua_Integer product = 0;
    if (__builtin_mul_overflow(luaL_checkinteger(L, 1), luaL_checkinteger(L, 2), &product))
        raise(L, "an amount beyond 64 bits");
    lua_pushinteger(L, product);
    return 1;
}

int maximum(lua_State* L)
{
    lua_Integer best = luaL_checkinteger(L, 1);
    for (int at = 2; at <= lua_gettop(L); ++at)
        best = std::max(best, luaL_checkinteger(L, at));
    lua_pushinteger(L, best);
    return 1;
}

int minimum(lua_State* L)
{
    lua_Integer best = luaL_checkinteger(L, 1);
    for (int at = 2; at <= lua_gettop(L); ++at)
        best = std::min(best, luaL_checkinteger(L, at));
    lua_pushinteger(L, best);
    return 1;
}

int absolute(lua_State* L)
{
    const lua_Integer value = luaL_checkinteger(L, 1);
    if (value == LUA_MININTEGER)
        raise(L, "a number beyond 64 bits");
    lua_pushinteger(L, value < 0 ? -value : value);
    return 1;
}

} // namespace

void pushDate(lua_State* L)
{
    static constexpr luaL_Reg kWords[] = {{"is", host<isDate>},
                                          {"add_days", host<addDays>},
                                          {"add_months", host<addMonths>},
                                          {"add_years", host<addYears>},
                                          {"days_between", host<daysBetween>},
                                          {"compare", host<compare>},
                                          {"within", host<within>},
                                          {"year", host<yearOf>},
                                          {"month", host<monthOf>},
                                          {"day", host<dayOf>},
                                          {"age_on", host<ageOn>},
                                          {nullptr, nullptr}};
    lua_createtable(L, 0, 11);
    luaL_setfuncs(L, kWords, 0);
}

void pushMoney(lua_State* L)
{
    static constexpr luaL_Reg kWords[] = {{"yuan", host<yuan>}, {"times", host<times>}, {nullptr, nullptr}};
    lua_createtable(L, 0, 2);
    luaL_setfuncs(L, kWords, 0);
}

void pushMath(lua_State* L)
{
    static constexpr luaL_Reg kWords[] = {
        {"max", host<maximum>}, {"min", host<minimum>}, {"abs", host<absolute>}, {nullptr, nullptr}};
    lua_createtable(L, 0, 3);
    luaL_setfuncs(L, kWords, 0);
}

} // namespace zikao::rules::sandbox
