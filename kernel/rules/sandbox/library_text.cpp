#include <algorithm>
#include <string>
#include <string_view>

#include "kernel/rules/sandbox/library.hpp"
#include "kernel/rules/sandbox/state.hpp"

namespace zikao::rules::sandbox {

namespace {

constexpr std::size_t kMaxNeedle = 200; ///< bytes; a search is bounded by both lengths

std::string_view argument(lua_State* L, int index)
{
    luaL_checktype(L, index, LUA_TSTRING); // numbers are not text
    std::size_t size = 0;
    const char* text = lua_tolstring(L, index, &size);
    charge(L, static_cast<std::int64_t>(size / 64));
    return {text, size};
}

int give(lua_State* L, std::string_view text)
{
    lua_pushlstring(L, text.data(), text.size());
    return 1;
}

bool isStart(char c)
{
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

lua_Integer characters(std::string_view text)
{
    return std::count_if(text.begin(), text.end(), isStart);
}

int len(lua_State* L)
{
    lua_pushinteger(L, characters(argument(L, 1)));
    return 1;
}

/// Byte offset of the n-th character (from 1); the end when there are fewer.
std::size_t offsetOf(std::string_view text, lua_Integer n)
{
    std::size_t at = 0;
    for (; at < text.size(); ++at)
        if (isStart(text[at]) && --n == 0)
            return at;
    return at;
}

int sub(lua_State* L)
{
    const std::string_view text = argument(L, 1);
    const lua_Integer count = characters(text);
    lua_Integer from = luaL_checkinteger(L, 2), to = luaL_optinteger(L, 3, -1);
    from = from < 0 ? std::max<lua_Integer>(count + from + 1, 1) : std::max<lua_Integer>(from, 1);
    to = to < 0 ? count + to + 1 : std::min(to, count);
    if (from > to)
        return give(L, "");
    const std::size_t begin = offsetOf(text, from);
    return give(L, text.substr(begin, offsetOf(text, to + 1) - begin));
}

int startsWith(lua_State* L)
{
    lua_pushboolean(L, argument(L, 1).starts_with(argument(L, 2)));
    return 1;
}

int endsWith(lua_State* L)
{
    lua_pushboolean(L, argument(L, 1).ends_with(argument(L, 2)));
    return 1;
}

std::size_t find(lua_State* L, std::string_view text, std::string_view needle, std::size_t from = 0)
{
    if (needle.size() > kMaxNeedle)
        raise(L, "text searched for is longer than 200 bytes");
    charge(L, static_cast<std::int64_t>((text.size() - from) * (needle.size() + 1) / 100));
    return text.find(needle, from);
}

int contains(lua_State* L)
{
    const std::string_view text = argument(L, 1), needle = argument(L, 2);
    lua_pushboolean(L, find(L, text, needle) != std::string_view::npos);
    return 1;
}

int trim(lua_State* L)
{
    std::string_view text = argument(L, 1);
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return give(L, "");
    return give(L, text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

template <char From, char To, int Shift>
int shifted(lua_State* L)
{
    std::string text(argument(L, 1));
    for (char& c : text)
        if (c >= From && c <= To)
            c = static_cast<char>(c + Shift);
    return give(L, text);
}

int isDigits(lua_State* L)
{
    const std::string_view text = argument(L, 1);
    lua_pushboolean(L, !text.empty() && std::all_of(text.begin(), text.end(),
                                                    [](char c) { return c >= '0' && c <= '9'; }));
    return 1;
}

/// Appends text or a whole number.
void append(lua_State* L, int index, std::string& out)
{
    if (lua_type(L, index) != LUA_TSTRING && !lua_isinteger(L, index))
        raise(L, "only text and whole numbers can be written into a text");
    lua_pushvalue(L, index);
    std::size_t size = 0;
    const char* text = lua_tolstring(L, -1, &size);
    charge(L, static_cast<std::int64_t>(1 + size / 64));
    if (out.size() + size > 1024 * 1024)
        raise(L, "a text over 1 MiB");
    out.append(text, size);
    lua_pop(L, 1);
}

int join(lua_State* L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    const std::string separator(lua_isnoneornil(L, 2) ? std::string_view{} : argument(L, 2));
    lua_settop(L, 2);
    std::string out;
    for (lua_Integer at = 1; lua_rawgeti(L, 1, at) != LUA_TNIL; ++at) {
        if (at > 1) {
            if (out.size() + separator.size() > 1024 * 1024)
                raise(L, "a text over 1 MiB");
            out += separator;
        }
        append(L, -1, out);
        lua_settop(L, 2);
    }
    return give(L, out);
}

int split(lua_State* L)
{
    const std::string_view text = argument(L, 1), separator = argument(L, 2);
    if (separator.empty())
        raise(L, "split: the separator is empty");
    lua_createtable(L, 0, 0);
    lua_Integer count = 0;
    std::size_t from = 0;
    for (;;) {
        charge(L, 2);
        const std::size_t at =
            separator.size() > kMaxNeedle ? find(L, text, separator) : text.find(separator, from);
        const std::size_t end = at == std::string_view::npos ? text.size() : at;
        charge(L, static_cast<std::int64_t>((end - from) * separator.size() / 100));
        lua_pushlstring(L, text.data() + from, end - from);
        lua_rawseti(L, -2, ++count);
        if (at == std::string_view::npos)
            return 1;
        from = at + separator.size();
    }
}

/// fill("共 {count} 门", { count = 3 })
int fill(lua_State* L)
{
    const std::string_view pattern = argument(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    std::string out;
    for (std::size_t at = 0; at < pattern.size();) {
        const std::size_t open = pattern.find('{', at);
        const std::size_t close = open == std::string_view::npos ? open : pattern.find('}', open);
        if (close == std::string_view::npos) {
            out += pattern.substr(at);
            break;
        }
        out += pattern.substr(at, open - at);
        const std::string name(pattern.substr(open + 1, close - open - 1));
        lua_pushlstring(L, name.data(), name.size());
        if (lua_rawget(L, 2) == LUA_TNIL)
            raise(L, "fill: no value for {" + name.substr(0, 60) + "}");
        append(L, -1, out);
        lua_pop(L, 1);
        at = close + 1;
    }
    return give(L, out);
}

int padLeft(lua_State* L)
{
    const std::string_view text =
        lua_isinteger(L, 1) ? (lua_tolstring(L, 1, nullptr), argument(L, 1)) : argument(L, 1);
    const lua_Integer width = luaL_checkinteger(L, 2);
    const std::string_view with = lua_isnoneornil(L, 3) ? std::string_view{"0"} : argument(L, 3);
    if (width > 200 || with.size() != 1)
        raise(L, "pad_left: at most 200 characters, filled with one plain character");
    const lua_Integer missing = std::max<lua_Integer>(0, width - characters(text));
    return give(L, std::string(static_cast<std::size_t>(missing), with[0]) + std::string(text));
}

} // namespace

void pushText(lua_State* L)
{
    static constexpr luaL_Reg kWords[] = {{"len", host<len>},
                                          {"sub", host<sub>},
                                          {"starts_with", host<startsWith>},
                                          {"ends_with", host<endsWith>},
                                          {"contains", host<contains>},
                                          {"trim", host<trim>},
                                          {"upper", host<shifted<'a', 'z', -32>>},
                                          {"lower", host<shifted<'A', 'Z', 32>>},
                                          {"is_digits", host<isDigits>},
                                          {"join", host<join>},
                                          {"split", host<split>},
                                          {"fill", host<fill>},
                                          {"pad_left", host<padLeft>},
                                          {nullptr, nullptr}};
    lua_createtable(L, 0, 13);
    luaL_setfuncs(L, kWords, 0);
}

} // namespace zikao::rules::sandbox
