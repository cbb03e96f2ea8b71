#include "kernel/rules/sandbox/program.hpp"

#include "kernel/rules/sandbox/library.hpp"
#include "kernel/rules/sandbox/values.hpp"

namespace zikao::rules::sandbox {

namespace {

using std::chrono::steady_clock;

/// Registry keys; their addresses are the keys.
char kProgramKey, kModulesKey;

int collect(lua_State*, const void* bytes, std::size_t size, void* into)
{
    static_cast<std::string*>(into)->append(static_cast<const char*>(bytes), size);
    return 0;
}

const Program& programOf(lua_State* L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &kProgramKey);
    const auto* program = static_cast<const Program*>(lua_touserdata(L, -1));
    lua_pop(L, 1);
    return *program;
}

/// Runs a file of the program with the environment at `environment` and leaves what it returned on top.
void runFile(lua_State* L, const std::string& path, const std::string& code, int environment)
{
    environment = lua_absindex(L, environment);
    const std::string name = "@" + path;
    if (luaL_loadbufferx(L, code.data(), code.size(), name.c_str(), "b") != LUA_OK)
        lua_error(L);
    lua_pushvalue(L, environment);
    lua_setupvalue(L, -2, 1);
    lua_call(L, 0, 1);
}

/// Leaves the module's table on top. A module runs once in a state; one that is still running is a cycle.
void loadModule(lua_State* L, const std::string& path, int environment)
{
    environment = lua_absindex(L, environment);
    luaL_checkstack(L, 8, nullptr);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &kModulesKey);
    lua_pushlstring(L, path.data(), path.size());
    switch (lua_rawget(L, -2)) {
    case LUA_TTABLE: lua_remove(L, -2); return;
    case LUA_TBOOLEAN: raise(L, "modules use each other in a circle: " + path);
    default: lua_pop(L, 1);
    }
    const Program& program = programOf(L);
    const auto found = program.code.find(path);
    if (found == program.code.end())
        raise(L, "there is no " + path);
    const auto mark = [&](auto pushValue) {
        lua_pushlstring(L, path.data(), path.size());
        pushValue();
        lua_rawset(L, -3);
    };
    mark([&] { lua_pushboolean(L, 1); });
    runFile(L, path, found->second, environment);
    if (lua_type(L, -1) != LUA_TTABLE)
        raise(L, path + " must return a table of functions");
    lua_insert(L, -2); // module, modules
    lua_pushlstring(L, path.data(), path.size());
    lua_pushvalue(L, -3);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

/// use "common.credit"; its environment is an upvalue-free lookup in the registry's modules owner.
char kEnvironmentKey;

int use(lua_State* L)
{
    luaL_checktype(L, 1, LUA_TSTRING);
    std::size_t size = 0;
    const char* text = lua_tolstring(L, 1, &size);
    const std::string module(text, size);
    if (!module.starts_with("rules.") && !module.starts_with("common."))
        raise(L, "use takes \"rules.…\" or \"common.…\"");
    lua_rawgetp(L, LUA_REGISTRYINDEX, &kEnvironmentKey);
    loadModule(L, fileOf(module), -1);
    return 1;
}

/// A state with program, modules and environment; the environment is left on top.
void prepare(lua_State* L, const Program& program, bool data)
{
    lua_pushlightuserdata(L, const_cast<Program*>(&program));
    lua_rawsetp(L, LUA_REGISTRYINDEX, &kProgramKey);
    lua_createtable(L, 0, 0);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &kModulesKey);
    pushEnvironment(L, data ? nullptr : host<use>);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &kEnvironmentKey);
}

/// A decision whose args are empty is read as an empty list; decisions have maps.
void tidyDecision(Json& value)
{
    if (!value.is_object() || !value.contains("allowed") || !value.contains("reasons") ||
        !value["reasons"].is_array())
        return;
    for (Json& reason : value["reasons"])
        if (reason.is_object() && reason.contains("args") && reason["args"].is_array() &&
            reason["args"].empty())
            reason["args"] = Json::object();
}

} // namespace

std::string fileOf(std::string module)
{
    std::replace(module.begin(), module.end(), '.', '/');
    return module + ".lua";
}

Result<std::string> compileText(const std::string& path, const std::string& text, const Limits& limits)
{
    State state(limits);
    std::string code;
    const std::string name = "@" + path;
    auto done = state.protectedly([&](lua_State* L) {
        if (luaL_loadbufferx(L, text.data(), text.size(), name.c_str(), "t") != LUA_OK)
            lua_error(L);
        lua_dump(L, collect, &code, 0);
    });
    if (!done)
        return fail(done.error());
    return code;
}

Result<Outcome> callRule(const Program& program, const std::string& rule, std::string_view facts,
                         const Limits& limits)
{
    const auto begun = steady_clock::now();
    const std::size_t dot = rule.rfind('.');
    const std::string path = dot == std::string::npos ? "" : fileOf("rules." + rule.substr(0, dot));
    if (!program.code.contains(path))
        return fail(ErrorCode::invalid_argument, "there is no rule " + rule, "rule_unknown");
    Outcome outcome;
    std::optional<Error> wrong;
    State state(limits);
    auto done = state.protectedly([&](lua_State* L) {
        prepare(L, program, false);
        loadModule(L, path, 1);
        lua_pushlstring(L, rule.data() + dot + 1, rule.size() - dot - 1);
        if (lua_rawget(L, -2) != LUA_TFUNCTION) {
            wrong = Error{ErrorCode::invalid_argument, "there is no rule " + rule, "rule_unknown"};
            return;
        }
        push(L, facts);
        lua_call(L, 1, 1);
        ValueFault fault;
        if (read(L, -1, {}, outcome.value, fault))
            return;
        const std::string where = fault.path.empty() ? "" : " at " + fault.path;
        wrong = fault.over_limit ? Error{ErrorCode::limit_exceeded,
                                         rule + ": result" + where + ": " + fault.message, "result"}
                                 : Error{ErrorCode::invalid_argument,
                                         rule + ": result" + where + ": " + fault.message, "rule_error"};
    });
    if (!done)
        return fail(done.error().code, rule + ": " + done.error().message, done.error().reason);
    if (wrong)
        return fail(*wrong);
    tidyDecision(outcome.value);
    outcome.memory_bytes = state.budget().peak;
    outcome.instructions = state.budget().instructions;
    outcome.micros =
        std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - begun).count();
    return outcome;
}

Result<Json> evaluateData(const Program& program, const std::string& path, const Limits& limits,
                          std::vector<Fault>& faults)
{
    Json value;
    State state(limits);
    ValueFault fault;
    bool good = false;
    auto done = state.protectedly([&](lua_State* L) {
        prepare(L, program, true);
        runFile(L, path, program.code.at(path), 1);
        good = read(L, -1, {}, value, fault);
    });
    if (!done)
        return fail(done.error());
    if (!good)
        faults.push_back({path, fault.line, fault.path, fault.message});
    return value;
}

Result<std::vector<std::string>> listRules(const Program& program, const std::string& path,
                                           const Limits& limits)
{
    std::vector<std::string> names;
    State state(limits);
    auto done = state.protectedly([&](lua_State* L) {
        prepare(L, program, false);
        loadModule(L, path, 1);
        const int module = lua_gettop(L);
        pushSortedKeys(L, module);
        for (lua_Integer at = 1; lua_rawgeti(L, module + 1, at) == LUA_TSTRING; ++at) {
            std::size_t size = 0;
            const char* name = lua_tolstring(L, -1, &size);
            lua_pushvalue(L, -1);
            if (lua_rawget(L, module) == LUA_TFUNCTION)
                names.emplace_back(name, size);
            lua_settop(L, module + 1);
        }
    });
    if (!done)
        return fail(done.error());
    return names;
}

Fault faultOf(const Error& error, const std::string& file)
{
    Fault fault{file, 0, "", error.message};
    // "rules/fees.lua:12: message"; the file may be another one than the one asked for.
    const std::size_t mark = error.message.find(".lua:");
    if (mark == std::string::npos)
        return fault;
    std::size_t at = mark + 5;
    int line = 0;
    while (at < error.message.size() && error.message[at] >= '0' && error.message[at] <= '9' &&
           line < 1'000'000)
        line = line * 10 + (error.message[at++] - '0');
    if (at + 1 >= error.message.size() || error.message[at] != ':')
        return fault;
    const std::size_t begin = error.message.rfind(' ', mark);
    fault.file = error.message.substr(begin == std::string::npos ? 0 : begin + 1,
                                      mark + 4 - (begin == std::string::npos ? 0 : begin + 1));
    fault.line = line;
    fault.message = error.message.substr(std::min(at + 2, error.message.size()));
    return fault;
}

} // namespace zikao::rules::sandbox
