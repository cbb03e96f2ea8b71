#include <algorithm>
#include <vector>

#include "kernel/rules/sandbox/library.hpp"
#include "kernel/rules/sandbox/state.hpp"

namespace zikao::rules::sandbox {

namespace {

/// The length of the list at `index`: up to the first nil.
lua_Integer lengthOf(lua_State* L, int index)
{
    luaL_checktype(L, index, LUA_TTABLE);
    const auto size = static_cast<lua_Integer>(lua_rawlen(L, index));
    charge(L, size);
    return size;
}

/// Pushes item `at`, or its field when a name is given at `name` (nil: the item itself).
void pushPart(lua_State* L, int list, lua_Integer at, int name)
{
    lua_rawgeti(L, list, at);
    if (lua_isnoneornil(L, name))
        return;
    if (lua_type(L, -1) != LUA_TTABLE)
        raise(L, "item " + std::to_string(at) + " of the list has no fields");
    lua_pushvalue(L, name);
    lua_rawget(L, -2);
    lua_remove(L, -2);
}

int contains(lua_State* L)
{
    const lua_Integer size = lengthOf(L, 1);
    luaL_checkany(L, 2);
    bool found = false;
    for (lua_Integer at = 1; at <= size && !found; ++at) {
        lua_rawgeti(L, 1, at);
        found = lua_rawequal(L, -1, 2) != 0;
        lua_pop(L, 1);
    }
    lua_pushboolean(L, found);
    return 1;
}

/// find(list, field, value): the first item whose field has the value, or nil.
int find(lua_State* L)
{
    const lua_Integer size = lengthOf(L, 1);
    luaL_checktype(L, 2, LUA_TSTRING);
    luaL_checkany(L, 3);
    for (lua_Integer at = 1; at <= size; ++at) {
        pushPart(L, 1, at, 2);
        if (lua_rawequal(L, -1, 3)) {
            lua_rawgeti(L, 1, at);
            return 1;
        }
        lua_pop(L, 1);
    }
    lua_pushnil(L);
    return 1;
}

int where(lua_State* L)
{
    const lua_Integer size = lengthOf(L, 1);
    luaL_checktype(L, 2, LUA_TSTRING);
    luaL_checkany(L, 3);
    lua_settop(L, 3);
    lua_createtable(L, 0, 0);
    lua_Integer into = 0;
    for (lua_Integer at = 1; at <= size; ++at) {
        pushPart(L, 1, at, 2);
        const bool match = lua_rawequal(L, -1, 3) != 0;
        lua_pop(L, 1);
        if (match) {
            lua_rawgeti(L, 1, at);
            lua_rawseti(L, 4, ++into);
        }
    }
    return 1;
}

int pluck(lua_State* L)
{
    const lua_Integer size = lengthOf(L, 1);
    luaL_checktype(L, 2, LUA_TSTRING);
    lua_settop(L, 2);
    lua_createtable(L, static_cast<int>(size), 0);
    lua_Integer into = 0;
    for (lua_Integer at = 1; at <= size; ++at) {
        pushPart(L, 1, at, 2);
        if (lua_isnil(L, -1))
            lua_pop(L, 1);
        else
            lua_rawseti(L, 3, ++into);
    }
    return 1;
}

/// sum(list) or sum(list, field): whole numbers; refuses an overflow instead of wrapping.
int sum(lua_State* L)
{
    const lua_Integer size = lengthOf(L, 1);
    lua_settop(L, 2);
    lua_Integer total = 0;
    for (lua_Integer at = 1; at <= size; ++at) {
        pushPart(L, 1, at, 2);
        int whole = 0;
        const lua_Integer value =
            lua_isnumber(L, -1) && lua_type(L, -1) == LUA_TNUMBER ? lua_tointegerx(L, -1, &whole) : 0;
        if (!whole)
            raise(L, "sum: item " + std::to_string(at) + " is no whole number");
        if (__builtin_add_overflow(total, value, &total))
            raise(L, "sum: beyond 64 bits");
        lua_pop(L, 1);
    }
    lua_pushinteger(L, total);
    return 1;
}

/// keep(list, test), map(list, change), any(list, test), all(list, test), count(list, test): the functions
/// are the script's own, so the hook counts them.
bool holds(lua_State* L, lua_Integer at)
{
    lua_pushvalue(L, 2);
    lua_rawgeti(L, 1, at);
    lua_call(L, 1, 1);
    const bool yes = lua_toboolean(L, -1) != 0;
    lua_pop(L, 1);
    return yes;
}

lua_Integer begin(lua_State* L)
{
    const lua_Integer size = lengthOf(L, 1);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    return size;
}

int keep(lua_State* L)
{
    const lua_Integer size = begin(L);
    lua_createtable(L, 0, 0);
    lua_Integer into = 0;
    for (lua_Integer at = 1; at <= size; ++at)
        if (holds(L, at)) {
            lua_rawgeti(L, 1, at);
            lua_rawseti(L, 3, ++into);
        }
    return 1;
}

int map(lua_State* L)
{
    const lua_Integer size = begin(L);
    lua_createtable(L, static_cast<int>(size), 0);
    for (lua_Integer at = 1; at <= size; ++at) {
        lua_pushvalue(L, 2);
        lua_rawgeti(L, 1, at);
        lua_call(L, 1, 1);
        if (lua_isnil(L, -1))
            raise(L, "map: the function returned nothing for item " + std::to_string(at));
        lua_rawseti(L, 3, at);
    }
    return 1;
}

int any(lua_State* L)
{
    const lua_Integer size = begin(L);
    bool found = false;
    for (lua_Integer at = 1; at <= size && !found; ++at)
        found = holds(L, at);
    lua_pushboolean(L, found);
    return 1;
}

int all(lua_State* L)
{
    const lua_Integer size = begin(L);
    bool good = true;
    for (lua_Integer at = 1; at <= size && good; ++at)
        good = holds(L, at);
    lua_pushboolean(L, good);
    return 1;
}

int count(lua_State* L)
{
    const lua_Integer size = begin(L);
    lua_Integer found = 0;
    for (lua_Integer at = 1; at <= size; ++at)
        found += holds(L, at) ? 1 : 0;
    lua_pushinteger(L, found);
    return 1;
}

/// A copy in order, by value or by a field; whole numbers and texts only, never a function of the script.
int sorted(lua_State* L)
{
    const lua_Integer size = lengthOf(L, 1);
    lua_settop(L, 2);
    struct Item
    {
        lua_Integer at, number;
        std::string_view text;
    };
    std::vector<Item> items;
    items.reserve(static_cast<std::size_t>(std::min<lua_Integer>(size, 100'000)));
    lua_createtable(L, static_cast<int>(size), 0); // 3: the keys, kept alive while their text is looked at
    int kind = LUA_TNIL;
    for (lua_Integer at = 1; at <= size; ++at) {
        pushPart(L, 1, at, 2);
        const int type = lua_isinteger(L, -1)             ? LUA_TNUMBER
                         : lua_type(L, -1) == LUA_TSTRING ? LUA_TSTRING
                                                          : LUA_TNIL;
        if (type == LUA_TNIL || (kind != LUA_TNIL && kind != type))
            raise(L, "sorted: all items must be whole numbers, or all text");
        kind = type;
        Item item{at, 0, {}};
        if (type == LUA_TNUMBER) {
            item.number = lua_tointeger(L, -1);
        } else {
            std::size_t bytes = 0;
            const char* text = lua_tolstring(L, -1, &bytes);
            item.text = {text, bytes};
        }
        lua_rawseti(L, 3, at);
        items.push_back(item);
    }
    charge(L, size * 4);
    std::stable_sort(items.begin(), items.end(), [&](const Item& a, const Item& b) {
        return kind == LUA_TNUMBER ? a.number < b.number : a.text < b.text;
    });
    lua_createtable(L, static_cast<int>(size), 0);
    for (std::size_t i = 0; i < items.size(); ++i) {
        lua_rawgeti(L, 1, items[i].at);
        lua_rawseti(L, 4, static_cast<lua_Integer>(i) + 1);
    }
    return 1;
}

int keys(lua_State* L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    pushSortedKeys(L, 1);
    return 1;
}

/// A copy without repetitions, the first of each kept.
int unique(lua_State* L)
{
    const lua_Integer size = lengthOf(L, 1);
    lua_settop(L, 1);
    lua_createtable(L, 0, 0); // 2: result
    lua_createtable(L, 0, 0); // 3: seen
    lua_Integer into = 0;
    for (lua_Integer at = 1; at <= size; ++at) {
        lua_rawgeti(L, 1, at);
        lua_pushvalue(L, -1);
        const bool seen = lua_rawget(L, 3) != LUA_TNIL;
        lua_pop(L, 1);
        if (seen) {
            lua_pop(L, 1);
            continue;
        }
        lua_pushvalue(L, -1);
        lua_pushboolean(L, 1);
        lua_rawset(L, 3);
        lua_rawseti(L, 2, ++into);
    }
    lua_settop(L, 2);
    return 1;
}

/// A new list: all of the first, then all of the second.
int concat(lua_State* L)
{
    const lua_Integer first = lengthOf(L, 1), second = lengthOf(L, 2);
    lua_settop(L, 2);
    lua_createtable(L, static_cast<int>(first + second), 0);
    for (lua_Integer at = 1; at <= first; ++at) {
        lua_rawgeti(L, 1, at);
        lua_rawseti(L, 3, at);
    }
    for (lua_Integer at = 1; at <= second; ++at) {
        lua_rawgeti(L, 2, at);
        lua_rawseti(L, 3, first + at);
    }
    return 1;
}

} // namespace

void pushList(lua_State* L)
{
    static constexpr luaL_Reg kWords[] = {
        {"contains", host<contains>}, {"find", host<find>},     {"where", host<where>},
        {"pluck", host<pluck>},       {"sum", host<sum>},       {"keep", host<keep>},
        {"map", host<map>},           {"any", host<any>},       {"all", host<all>},
        {"count", host<count>},       {"sorted", host<sorted>}, {"keys", host<keys>},
        {"unique", host<unique>},     {"concat", host<concat>}, {nullptr, nullptr}};
    lua_createtable(L, 0, 14);
    luaL_setfuncs(L, kWords, 0);
}

} // namespace zikao::rules::sandbox
