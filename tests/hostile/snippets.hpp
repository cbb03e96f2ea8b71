#pragma once

#include <string>
#include <vector>

namespace zikao::hostile {

/// One hostile rule: the body of a function, or a whole file; and the limits that may stop it.
struct Snippet
{
    std::string name;
    std::string body;
    std::vector<std::string> stopped_by; ///< reasons; "fault": the package does not even compile
    bool whole_file = false;
};

inline std::string repeated(const std::string& text, int count)
{
    std::string all;
    for (int i = 0; i < count; ++i)
        all += text;
    return all;
}

/// 200 numbered local variables and a function that closes over more than it may.
inline std::string manyUpvalues()
{
    std::string text;
    for (int outer = 0; outer < 2; ++outer) {
        text += outer == 0 ? "" : "local function inner() ";
        for (int i = 0; i < 150; ++i)
            text += "local v" + std::to_string(outer) + "_" + std::to_string(i) + " = 1 ";
    }
    text += "return function() return 0";
    for (int outer = 0; outer < 2; ++outer)
        for (int i = 0; i < 150; ++i)
            text += " + v" + std::to_string(outer) + "_" + std::to_string(i);
    return text + " end end return inner()()";
}

inline std::vector<Snippet> snippets()
{
    const std::vector<std::string> spent = {"instructions", "time"};
    const std::vector<std::string> heavy = {"instructions", "time", "memory"};
    const std::vector<std::string> error = {"rule_error"};
    const std::string megabyte = "local s = '0123456789abcdef' for i = 1, 16 do s = s .. s end "; // 1 MiB
    return {
        // --- loops
        {"EndlessWhile", "while true do end", spent},
        {"EndlessRepeat", "repeat until false", spent},
        {"GotoCycle", "::again:: goto again", spent},
        {"NestedGoto", "::a:: do ::b:: goto a end", spent},
        {"TailCall", "local function f() return f() end return f()", spent},
        {"MutualTailCall",
         "local g local function f() return g() end g = function() return f() end return f()", spent},
        {"CountToTheEnd", "for i = 1, 9223372036854775807 do end", spent},
        {"CountDownForEver", "for i = -9223372036854775807 - 1, 9223372036854775807 do end", spent},
        {"OverflowNeverZero", "local i = 3 while i ~= 0 do i = i * 3 end", spent},
        {"FloatThatNeverGrows",
         "local x = 9007199254740992.0 while x < 9007199254740994.0 do x = x + 1.0 end", spent},
        {"ForOverNothing", "for _ in function() return 1 end do end", spent},
        {"LoopInAModule", "while true do end return {}", {"fault"}, true},
        {"LoopInACallback", "list.map({ 1 }, function() while true do end end)", spent},
        {"PredicateThatLoops", "return list.any({ 1, 2 }, function() while true do end end)", spent},
        // --- recursion
        // On a busy machine the growth of the stack takes longer than a rule may.
        {"DeepRecursion",
         "local function f(n) return 1 + f(n + 1) end return f(1)",
         {"rule_error", "memory", "time"}},
        {"RecursionThroughCallbacks", "local function f() return list.map({ 1 }, f)[1] end return f()",
         error},
        {"VarargGrowth",
         "local function f(...) return f(1, ...) end return f()",
         {"rule_error", "memory", "time", "instructions"}},
        {"VarargWide", "local function f(...) return f(..., ...) end return f(1, 2, 3)", heavy},
        // --- catching a stop
        {"PcallAroundALoop", "while true do pcall(function() while true do end end) end", error},
        {"LoopingErrorHandler", "xpcall(function() error() end, function() while true do end end)", error},
        {"CoroutineAroundALoop", "coroutine.wrap(function() while true do end end)()", error},
        {"LoopingFinalizer", "setmetatable({}, { __gc = function() while true do end end })", error},
        {"LoopingClose", "local x <close> = setmetatable({}, { __close = function() while true do end end })",
         error},
        {"CloseWithoutMetatable", "local x <close> = {}", error},
        {"ErrorObject", "error({ code = 1 })", error},
        {"ErrorNothing", "error(nil)", error},
        {"ErrorHuge", megabyte + "error(s)", error},
        {"ErrorThatIsAFunction", "error(function() while true do end end)", error},
        // --- memory
        {"StringDoubling", "local s = 'x' while true do s = s .. s end", heavy},
        {"StringTripling", "local s = 'x' while true do s = s .. s .. s end", heavy},
        {"LongCopies", megabyte + "s = s .. s .. s .. s while true do local t = s .. 'x' end", heavy},
        {"LongCompares", megabyte + "local a, b = s .. 'a', s .. 'b' while a < b do end", spent},
        {"TableWithoutEnd", "local t = {} while true do t[#t + 1] = t end", heavy},
        {"TableOfTables", "local t = {} while true do t = { t } end", heavy},
        {"KeysWithoutEnd", "local t, i = {}, 0 while true do i = i + 1 t['k' .. i] = i end", heavy},
        {"SparseKeys", "local t, i = {}, 1 while true do i = i * 2 + 1 t[i] = i end", spent},
        {"GarbageWithoutEnd", "while true do local t = { {}, {}, {} } end", spent},
        {"ClosuresWithoutEnd",
         "local t = {} while true do local n = #t t[n + 1] = function() return n end end", heavy},
        {"ListDoubling", "local l = { 1 } while true do l = list.concat(l, l) end", heavy},
        {"SplitIntoPieces", megabyte + "while true do local p = text.split(s, '0') end", heavy},
        // --- long work in one host function
        {"FillWithLongValues", megabyte + "return text.fill('{a}{a}{a}{a}', { a = s })", error},
        {"JoinWithLongSeparator", megabyte + "return text.join({ 1, 2, 3, 4 }, s)", error},
        {"PadBeyondReason", "return text.pad_left('x', 1099511627776)", error},
        {"SearchForLongText", megabyte + "return text.contains(s, s)", error},
        {"SearchThatAlmostMatches",
         "local a = 'a' for i = 1, 22 do a = a .. a end local n = text.sub(a, 1, 190) .. 'b' while true do "
         "text.contains(a, n) end",
         heavy},
        {"SortAgainAndAgain",
         "local l = {} for i = 1, 50000 do l[i] = (i * 7919) % 50021 end while true do list.sorted(l) end",
         spent},
        {"SortWithAComparator", "return list.sorted({ 2, 1 }, function() return true end)", error},
        {"PairsOverMuch",
         "local t = {} for i = 1, 50000 do t[i] = i end while true do for _ in pairs(t) do break end end",
         spent},
        {"NextOverMuch",
         "local t = {} for i = 1, 50000 do t[i] = i end local k repeat k = next(t, k) until k == nil", spent},
        {"UniqueOverMuch", "local t = {} for i = 1, 50000 do t[i] = i end while true do list.unique(t) end",
         spent},
        {"KeysOverMuch", "local t = {} for i = 1, 50000 do t[i] = i end while true do list.keys(t) end",
         spent},
        {"DatesBeyondReason", "return date.add_days('2026-01-01', 9223372036854775807)", error},
        {"CodeTooLongForADecision", megabyte + "return refuse(s)", error},
        // --- reaching out
        {"ReachIo", "return io.open('/etc/passwd')", error},
        {"ReachOs", "return os.execute('true')", error},
        {"ReachPackage", "return package.loadlib('/lib/x.so', '*')", error},
        {"ReachDebug", "return debug.sethook()", error},
        {"ReachLoad", "return load('while true do end')()", error},
        {"ReachRequire", "return require 'io'", error},
        {"ReachGlobals", "return _G.io", error},
        {"ReachTheCollector", "while true do collectgarbage() end", error},
        {"StringRep", "return string.rep('', 1099511627776)", error},
        {"StringRepByMethod", "return ('x'):rep(1099511627776)", error},
        {"StringFormat", "return ('%99999999d'):format(1)", error},
        {"Pattern", "return ('a'):find('(.-)(.-)(.-)(.-)(.-)(.-)(.-)(.-)b')", error},
        {"PatternOptional", "return string.match('a', 'a?a?a?a?a?a?a?a?a?a?a?a?a?a?')", error},
        {"TableMove", "return table.move({}, 1, 1099511627776, 2)", error},
        {"TableUnpack", "return table.unpack({}, 1, 1e8)", error},
        {"StringMetatable", "getmetatable('').__index = function() while true do end end", error},
        {"StringField", "local s = 'x' s.y = 1", error},
        {"GlobalWrite", "allow = function() return { allowed = true } end", error},
        {"LibraryWrite", "text.len = function() return 0 end", error},
        {"EnvironmentGone", "_ENV = nil return allow()", error},
        {"BytecodeAsSource", "\x1bLuaT", {"fault"}, true},
        {"UseOutside", "return use '../../../etc/passwd'", error},
        {"UseACase", "return use 'package'", error},
        {"UseItself", "return use 'rules.hostile'", error},
        // --- results
        {"CyclicResult", "local t = {} t.t = t return t", {"result"}},
        {"DeepResult", "local t = {} for i = 1, 40 do t = { t } end return t", {"result"}},
        {"BroadResult", "local t = {} for i = 1, 10001 do t[i] = i end return t", {"result"}},
        {"LongResult", megabyte + "return s .. 'x'", {"result"}},
        {"ManyLongTexts", megabyte + "return { s, s, s, s }", {"result"}},
        {"LongKeyResult", megabyte + "return { [s .. 'x'] = 1 }", {"result"}},
        {"FunctionAsResult", "return function() end", error},
        {"LibraryFunctionAsResult", "return { text.len }", error},
        {"NotANumber", "return { 0.0 / 0.0 }", error},
        {"Infinity", "return { 1 / 0 }", error},
        {"BytesAsResult", "return '\\xff\\xfe'", error},
        {"FakeDecision", "return { allowed = true, reasons = { function() end } }", error},
        // --- sources
        {"DeepSource", "return " + repeated("{", 20'000) + repeated("}", 20'000), {"fault"}},
        {"DeepParentheses", "return " + repeated("(", 20'000) + "1" + repeated(")", 20'000), {"fault"}},
        {"DeepFunctions", repeated("return function() ", 2'000) + repeated(" end", 2'000), {"fault"}},
        {"DeepBlocks", repeated("do ", 15'000) + repeated(" end", 15'000), {"fault"}},
        {"LongConcatenation", "return 'a'" + repeated("..'a'", 10'000), {"fault"}},
        {"ManyUpvalues", manyUpvalues(), {"fault"}},
        {"ManyLocals",
         [] {
             std::string text;
             for (int i = 0; i < 300; ++i)
                 text += "local v" + std::to_string(i) + " = 1 ";
             return text;
         }(),
         {"fault"}},
        {"WideConstructor", "return #{" + repeated("{},", 20'000) + "} > 0 and { 1, nil, 3 }", error},
    };
}

} // namespace zikao::hostile
