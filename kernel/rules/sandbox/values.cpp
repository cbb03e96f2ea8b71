#include "kernel/rules/sandbox/values.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "kernel/base/encoding.hpp"
#include "kernel/rules/sandbox/state.hpp"

namespace zikao::rules::sandbox {

namespace {

/// Builds the value on Lua's stack as the text is read: no tree of it is made in between.
class Builder
{
public:
    explicit Builder(lua_State* L) : L(L) {}

    bool null()
    {
        if (!open_.empty() && open_.back().is_list)
            luaL_error(L, "a list among the facts holds null");
        if (open_.empty())
            lua_pushnil(L);
        else
            lua_pop(L, 1); // its key: what is null is absent
        return true;
    }
    bool boolean(bool value)
    {
        lua_pushboolean(L, value);
        return settle();
    }
    bool number_integer(std::int64_t value)
    {
        lua_pushinteger(L, value);
        return settle();
    }
    bool number_unsigned(std::uint64_t value)
    {
        if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            luaL_error(L, "a fact is a number beyond 64 bits");
        return number_integer(static_cast<std::int64_t>(value));
    }
    bool number_float(double value, const std::string&)
    {
        lua_Integer whole = 0;
        if (!lua_numbertointeger(value, &whole) || static_cast<double>(whole) != value)
            luaL_error(L, "a fact is not a whole number");
        return number_integer(whole);
    }
    bool string(const std::string& value)
    {
        lua_pushlstring(L, value.data(), value.size());
        return settle();
    }
    bool binary(const Json::binary_t&) { return luaL_error(L, "a fact of a kind that does not cross") == 0; }
    bool start_object(std::size_t) { return start(false); }
    bool key(const std::string& name)
    {
        lua_pushlstring(L, name.data(), name.size());
        ++open_.back().count;
        return true;
    }
    bool end_object() { return end(); }
    bool start_array(std::size_t) { return start(true); }
    bool end_array() { return end(); }
    bool parse_error(std::size_t at, const std::string&, const std::exception&)
    {
        return luaL_error(L, "the facts are no JSON at byte %d", static_cast<int>(at)) == 0;
    }

private:
    struct Table
    {
        bool is_list;
        int count;
    };

    /// Tables beside each other are alike: room for as many entries as the last one of this depth had.
    bool start(bool is_list)
    {
        luaL_checkstack(L, 6, "value nested too deep");
        const std::size_t depth = open_.size();
        if (depth == room_.size())
            room_.push_back(0);
        lua_createtable(L, is_list ? room_[depth] : 0, is_list ? 0 : room_[depth]);
        open_.push_back({is_list, 0});
        return true;
    }
    bool end()
    {
        const Table closed = open_.back();
        open_.pop_back();
        room_[open_.size()] = closed.count;
        return settle();
    }
    /// Lays the value on top into the table that is open.
    bool settle()
    {
        if (open_.empty())
            return true;
        if (open_.back().is_list)
            lua_rawseti(L, -2, ++open_.back().count);
        else
            lua_rawset(L, -3);
        return true;
    }

    lua_State* L;
    std::vector<Table> open_;
    std::vector<int> room_; ///< by depth
};

} // namespace

void push(lua_State* L, std::string_view text)
{
    luaL_checkstack(L, 6, "value nested too deep");
    Builder builder(L);
    Json::sax_parse(text.begin(), text.end(), &builder);
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
