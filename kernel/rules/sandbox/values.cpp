#include "kernel/rules/sandbox/values.hpp"

#include <cmath>
#include <limits>

#include "kernel/base/encoding.hpp"
#include "kernel/rules/sandbox/state.hpp"

namespace zikao::rules::sandbox {

void push(lua_State* L, const Json& value)
{
    luaL_checkstack(L, 4, "value nested too deep");
    switch (value.type()) {
    case Json::value_t::null: lua_pushnil(L); return;
    case Json::value_t::boolean: lua_pushboolean(L, value.get<bool>()); return;
    case Json::value_t::number_integer: lua_pushinteger(L, value.get<std::int64_t>()); return;
    case Json::value_t::number_unsigned:
        if (value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            luaL_error(L, "a fact is a number beyond 64 bits");
        lua_pushinteger(L, value.get<std::int64_t>());
        return;
    case Json::value_t::number_float: {
        lua_Integer whole = 0;
        if (!lua_numbertointeger(value.get<double>(), &whole) ||
            static_cast<double>(whole) != value.get<double>())
            luaL_error(L, "a fact is not a whole number");
        lua_pushinteger(L, whole);
        return;
    }
    case Json::value_t::string: {
        const auto& text = value.get_ref<const std::string&>();
        lua_pushlstring(L, text.data(), text.size());
        return;
    }
    case Json::value_t::array: {
        lua_createtable(L, static_cast<int>(value.size()), 0);
        lua_Integer at = 0;
        for (const Json& item : value) {
            if (item.is_null())
                luaL_error(L, "a list among the facts holds null");
            push(L, item);
            lua_rawseti(L, -2, ++at);
        }
        return;
    }
    case Json::value_t::object:
        lua_createtable(L, 0, static_cast<int>(value.size()));
        for (const auto& [key, item] : value.items()) {
            if (item.is_null())
                continue;
            lua_pushlstring(L, key.data(), key.size());
            push(L, item);
            lua_rawset(L, -3);
        }
        return;
    default: luaL_error(L, "a fact of a kind that does not cross");
    }
}

namespace {

class Reader
{
public:
    Reader(lua_State* L, const ResultLimits& limits, ValueFault& fault) : L(L), limits_(limits), fault_(fault)
    {}

    bool read(int index, Json& out, int depth)
    {
        if (depth > limits_.max_depth)
            return tooMuch("nested deeper than " + std::to_string(limits_.max_depth));
        if (++nodes_ > limits_.max_nodes)
            return tooMuch("more than " + std::to_string(limits_.max_nodes) + " values");
        luaL_checkstack(L, 4, "value nested too deep");
        switch (lua_type(L, index)) {
        case LUA_TNIL: out = nullptr; return true;
        case LUA_TBOOLEAN: out = lua_toboolean(L, index) != 0; return true;
        case LUA_TNUMBER: return number(index, out);
        case LUA_TSTRING: return text(index, out);
        case LUA_TTABLE: return table(lua_absindex(L, index), out, depth);
        case LUA_TFUNCTION: return function(index);
        default: return wrong("a value of a kind that does not cross");
        }
    }

private:
    bool wrong(std::string message)
    {
        fault_.path = path_;
        fault_.message = std::move(message);
        return false;
    }
    bool tooMuch(std::string message)
    {
        fault_.over_limit = true;
        return wrong(std::move(message));
    }

    bool number(int index, Json& out)
    {
        int whole = 0;
        const lua_Integer value = lua_tointegerx(L, index, &whole);
        if (!whole)
            return wrong("not a whole number; money is counted in fen");
        out = static_cast<std::int64_t>(value);
        return true;
    }

    bool text(int index, Json& out)
    {
        std::size_t size = 0;
        const char* bytes = lua_tolstring(L, index, &size);
        bytes_ += size;
        if (bytes_ > limits_.max_bytes)
            return tooMuch("more than " + std::to_string(limits_.max_bytes) + " bytes");
        if (!isUtf8({bytes, size}))
            return wrong("text that is not UTF-8");
        out = std::string(bytes, size);
        return true;
    }

    bool function(int index)
    {
        lua_Debug about{};
        lua_pushvalue(L, index);
        lua_getinfo(L, ">S", &about);
        fault_.line = about.linedefined > 0 ? about.linedefined : 0;
        return wrong("a function; write the name of a rule instead");
    }

    /// Counts the keys first: a table is a list when its keys are exactly 1 to n.
    bool table(int index, Json& out, int depth)
    {
        lua_Integer count = 0, texts = 0, highest = 0;
        for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
            if (static_cast<std::size_t>(++count) > limits_.max_nodes) {
                lua_pop(L, 2);
                return tooMuch("more than " + std::to_string(limits_.max_nodes) + " values");
            }
            if (lua_isinteger(L, -2))
                highest = std::max(highest, lua_tointeger(L, -2));
            else if (lua_type(L, -2) == LUA_TSTRING)
                ++texts;
            else {
                lua_pop(L, 2);
                return wrong("a key that is neither text nor a position");
            }
        }
        if (texts == 0)
            return list(index, count, highest, out, depth);
        if (texts != count)
            return wrong("a table that is half list, half map");
        return map(index, out, depth);
    }

    bool list(int index, lua_Integer count, lua_Integer highest, Json& out, int depth)
    {
        if (highest != count)
            return wrong("a list with holes, or not counted from 1");
        out = Json::array();
        for (lua_Integer at = 1; at <= count; ++at) {
            const std::size_t mark = path_.size();
            path_ += "[" + std::to_string(at) + "]";
            lua_rawgeti(L, index, at);
            Json item;
            const bool good = read(-1, item, depth + 1);
            lua_pop(L, 1);
            if (!good)
                return false;
            path_.resize(mark);
            out.push_back(std::move(item));
        }
        return true;
    }

    bool map(int index, Json& out, int depth)
    {
        out = Json::object();
        for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
            Json key, item;
            const std::size_t mark = path_.size();
            bool good = text(-2, key);
            if (good) {
                const auto& name = key.get_ref<const std::string&>();
                path_ += (path_.empty() ? "" : ".") + name.substr(0, 60);
                good = read(-1, item, depth + 1);
            }
            if (!good) {
                lua_pop(L, 2);
                return false;
            }
            path_.resize(mark);
            out[key.get_ref<const std::string&>()] = std::move(item);
        }
        return true;
    }

    lua_State* L;
    const ResultLimits& limits_;
    ValueFault& fault_;
    std::size_t nodes_ = 0, bytes_ = 0;
    std::string path_;
};

} // namespace

bool read(lua_State* L, int index, const ResultLimits& limits, Json& out, ValueFault& fault)
{
    return Reader(L, limits, fault).read(index, out, 1);
}

} // namespace zikao::rules::sandbox
