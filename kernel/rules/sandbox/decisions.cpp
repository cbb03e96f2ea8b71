#include <string_view>

#include "kernel/rules/sandbox/library.hpp"
#include "kernel/rules/sandbox/state.hpp"

namespace zikao::rules::sandbox {

namespace {

bool isCode(std::string_view text)
{
    return !text.empty() && text.size() <= 80 && text[0] >= 'a' && text[0] <= 'z' &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

/// Pushes {allowed = …, reasons = {}} and leaves the reasons on top of it.
void pushDecision(lua_State* L, bool allowed)
{
    lua_createtable(L, 0, 2);
    lua_pushboolean(L, allowed);
    lua_setfield(L, -2, "allowed");
    lua_createtable(L, 1, 0);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "reasons");
}

int allow(lua_State* L)
{
    pushDecision(L, true);
    lua_pop(L, 1);
    return 1;
}

int refuse(lua_State* L)
{
    std::size_t size = 0;
    const char* code = luaL_checklstring(L, 1, &size);
    if (!isCode({code, size}))
        raise(L, "refuse: the code must be lower-case words joined by _, like credits_short");
    if (!lua_isnoneornil(L, 2))
        luaL_checktype(L, 2, LUA_TTABLE);
    if (!lua_isnoneornil(L, 3))
        luaL_checktype(L, 3, LUA_TSTRING);
    lua_settop(L, 3);
    pushDecision(L, false);
    lua_createtable(L, 0, 3);
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, "code");
    if (lua_isnil(L, 2))
        lua_createtable(L, 0, 0);
    else
        lua_pushvalue(L, 2);
    lua_setfield(L, -2, "args");
    if (!lua_isnil(L, 3)) {
        lua_pushvalue(L, 3);
        lua_setfield(L, -2, "field");
    }
    lua_rawseti(L, -2, 1);
    lua_pop(L, 1);
    return 1;
}

/// Joins decisions: allowed when none of them refuses, else with every reason in order.
int refuseAll(lua_State* L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    pushDecision(L, true); // 2: decision, 3: its reasons
    lua_Integer into = 0;
    for (lua_Integer at = 1; lua_rawgeti(L, 1, at) != LUA_TNIL; ++at) {
        if (lua_type(L, 4) != LUA_TTABLE)
            raise(L,
                  "refuse_all: item " + std::to_string(at) + " is no decision; write refuse(…) or allow()");
        lua_pushliteral(L, "reasons");
        if (lua_rawget(L, 4) != LUA_TTABLE)
            raise(L,
                  "refuse_all: item " + std::to_string(at) + " is no decision; write refuse(…) or allow()");
        for (lua_Integer inner = 1; lua_rawgeti(L, 5, inner) != LUA_TNIL; ++inner) {
            charge(L, 1);
            lua_rawseti(L, 3, ++into);
        }
        lua_settop(L, 3);
    }
    lua_settop(L, 3);
    lua_pushboolean(L, into == 0);
    lua_setfield(L, 2, "allowed");
    lua_settop(L, 2);
    return 1;
}

} // namespace

void addDecisions(lua_State* L)
{
    static constexpr luaL_Reg kWords[] = {{"allow", host<allow>},
                                          {"refuse", host<refuse>},
                                          {"refuse_all", host<refuseAll>},
                                          {nullptr, nullptr}};
    luaL_setfuncs(L, kWords, 0);
}

} // namespace zikao::rules::sandbox
