#include <algorithm>
#include <vector>

#include "kernel/rules/sandbox/library.hpp"
#include "kernel/rules/sandbox/state.hpp"

namespace zikao::rules::sandbox {

namespace {

int typeOf(lua_State* L)
{
    luaL_checkany(L, 1);
    lua_pushstring(L, luaL_typename(L, 1));
    return 1;
}

/// Never an address: tables and functions are named by their kind alone.
int toText(lua_State* L)
{
    luaL_checkany(L, 1);
    switch (lua_type(L, 1)) {
    case LUA_TSTRING: lua_settop(L, 1); return 1;
    case LUA_TNUMBER:
        lua_settop(L, 1);
        lua_tolstring(L, 1, nullptr);
        return 1;
    case LUA_TBOOLEAN: lua_pushstring(L, lua_toboolean(L, 1) ? "true" : "false"); return 1;
    default: lua_pushstring(L, luaL_typename(L, 1)); return 1;
    }
}

/// Whole numbers only: "12" is 12, anything else is nil.
int toNumber(lua_State* L)
{
    luaL_checkany(L, 1);
    if (lua_isinteger(L, 1)) {
        lua_settop(L, 1);
        return 1;
    }
    if (lua_type(L, 1) == LUA_TSTRING) {
        std::size_t size = 0;
        const char* text = lua_tolstring(L, 1, &size);
        const std::size_t sign = size > 0 && text[0] == '-' ? 1 : 0;
        const bool digits =
            size > sign && size <= sign + 18 &&
            std::all_of(text + sign, text + size, [](char c) { return c >= '0' && c <= '9'; });
        if (digits) {
            lua_Integer value = 0;
            for (std::size_t i = sign; i < size; ++i)
                value = value * 10 + (text[i] - '0');
            lua_pushinteger(L, sign ? -value : value);
            return 1;
        }
    }
    lua_pushnil(L);
    return 1;
}

int raiseError(lua_State* L)
{
    raise(L, lua_type(L, 1) == LUA_TSTRING ? lua_tostring(L, 1) : "error without text");
}

int assertThat(lua_State* L)
{
    luaL_checkany(L, 1);
    if (lua_toboolean(L, 1))
        return lua_gettop(L);
    raise(L, lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "assertion failed");
}

/// upvalues: table, its sorted keys, position
int step(lua_State* L)
{
    const auto keys = lua_upvalueindex(2);
    lua_Integer at = lua_tointeger(L, lua_upvalueindex(3));
    for (;;) {
        if (lua_rawgeti(L, keys, ++at) == LUA_TNIL)
            return 1;
        lua_pushvalue(L, -1);
        if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) { // not removed meanwhile
            lua_pushinteger(L, at);
            lua_replace(L, lua_upvalueindex(3));
            return 2;
        }
        lua_pop(L, 2);
    }
}

int pairsInOrder(lua_State* L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_pushvalue(L, 1);
    pushSortedKeys(L, 1);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, host<step>, 3);
    return 1;
}

int listStep(lua_State* L)
{
    const lua_Integer at = luaL_checkinteger(L, 2) + 1;
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_pushinteger(L, at);
    return lua_rawgeti(L, 1, at) == LUA_TNIL ? 1 : 2;
}

int ipairsOf(lua_State* L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_pushcfunction(L, host<listStep>);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

/// The first key of a table in order, or the one after `key`. Linear: for the question "is it empty?".
int nextInOrder(lua_State* L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    pushSortedKeys(L, 1);
    lua_Integer at = 1;
    if (!lua_isnil(L, 2))
        for (bool found = false; !found; ++at) {
            if (lua_rawgeti(L, 3, at) == LUA_TNIL)
                raise(L, "next: the key is not in the table");
            found = lua_rawequal(L, -1, 2) != 0;
            lua_pop(L, 1);
        }
    if (lua_rawgeti(L, 3, at) == LUA_TNIL)
        return 1;
    lua_pushvalue(L, -1);
    lua_rawget(L, 1);
    return 2;
}

int refuseWrite(lua_State* L)
{
    const char* name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    raise(L, std::string("'") + name + "' may not be written here; use local");
}

int refuseUnknown(lua_State* L)
{
    const char* name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    raise(L, std::string("unknown name '") + name + "'");
}

/// A key as it sorts; strings stay in Lua and are compared there.
struct Key
{
    int rank = 0;
    lua_Number number = 0;
    std::string_view text;
    lua_Integer whole = 0;
    bool is_whole = false;
};

bool before(const Key& a, const Key& b)
{
    if (a.rank != b.rank)
        return a.rank < b.rank;
    if (a.rank == 0 && a.is_whole && b.is_whole)
        return a.whole < b.whole;
    return a.rank == 1 ? a.text < b.text : a.number < b.number;
}

} // namespace

void pushSortedKeys(lua_State* L, int index)
{
    index = lua_absindex(L, index);
    luaL_checkstack(L, 5, nullptr);
    std::vector<Key> keys;
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
        Key& key = keys.emplace_back();
        switch (lua_type(L, -2)) {
        case LUA_TNUMBER:
            key.number = lua_tonumber(L, -2);
            key.is_whole = lua_isinteger(L, -2) != 0;
            key.whole = key.is_whole ? lua_tointeger(L, -2) : 0;
            break;
        case LUA_TSTRING: {
            std::size_t size = 0;
            const char* text = lua_tolstring(L, -2, &size);
            key.rank = 1;
            key.text = {text, size};
            break;
        }
        case LUA_TBOOLEAN:
            key.rank = 2;
            key.number = lua_toboolean(L, -2);
            break;
        default: raise(L, std::string("a table with keys of type ") + luaL_typename(L, -2) + " has no order");
        }
        if (keys.size() % 1024 == 0)
            charge(L, 1024);
    }
    charge(L, static_cast<std::int64_t>(keys.size() % 1024) * 2);
    std::sort(keys.begin(), keys.end(), before);
    lua_createtable(L, static_cast<int>(keys.size()), 0);
    lua_Integer at = 0;
    for (const Key& key : keys) {
        if (key.rank == 1)
            lua_pushlstring(L, key.text.data(), key.text.size());
        else if (key.rank == 2)
            lua_pushboolean(L, key.number != 0);
        else if (key.is_whole)
            lua_pushinteger(L, key.whole);
        else
            lua_pushnumber(L, key.number);
        lua_rawseti(L, -2, ++at);
    }
}

void addBase(lua_State* L)
{
    static constexpr luaL_Reg kWords[] = {
        {"type", host<typeOf>},      {"tostring", host<toText>},   {"tonumber", host<toNumber>},
        {"error", host<raiseError>}, {"assert", host<assertThat>}, {"pairs", host<pairsInOrder>},
        {"ipairs", host<ipairsOf>},  {"next", host<nextInOrder>},  {nullptr, nullptr}};
    luaL_setfuncs(L, kWords, 0);
}

void seal(lua_State* L)
{
    lua_createtable(L, 0, 0);
    lua_createtable(L, 0, 2);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, host<refuseWrite>);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
    lua_remove(L, -2);
}

void pushEnvironment(lua_State* L, lua_CFunction use)
{
    lua_createtable(L, 0, 24);
    addBase(L);
    addDecisions(L);
    if (use) {
        lua_pushcfunction(L, use);
        lua_setfield(L, -2, "use");
    }
    const std::pair<const char*, void (*)(lua_State*)> libraries[] = {
        {"text", pushText}, {"list", pushList}, {"date", pushDate}, {"money", pushMoney}, {"math", pushMath}};
    for (const auto& [name, pushLibrary] : libraries) {
        pushLibrary(L);
        seal(L);
        lua_setfield(L, -2, name);
    }
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, host<refuseUnknown>);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    seal(L);
}

} // namespace zikao::rules::sandbox
