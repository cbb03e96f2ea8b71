#include <gmock/gmock.h>

#include "kernel/rules/sandbox/program.hpp"
#include "kernel/rules/sandbox/values.hpp"
#include "tests/kernel/rules/support.hpp"

using namespace zikao;
using namespace zikao::rules;
using namespace zikao::rules::sandbox;
using testing::HasSubstr;

namespace {

Limits roomy()
{
    Limits limits;
    limits.allow(std::chrono::seconds{20});
    return limits;
}

/// Runs the body of a rule on facts, in this process.
Result<Outcome> evaluate(const std::string& body, const Json& facts = Json::object(), Limits limits = roomy(),
                         std::map<std::string, std::string> more = {})
{
    Program program;
    more["rules/m.lua"] = "local M = {}\nfunction M.f(facts)\n" + body + "\nend\nreturn M";
    for (const auto& [path, text] : more) {
        auto code = compileText(path, text, limits);
        if (!code)
            return fail(code.error());
        program.code[path] = *code;
    }
    return callRule(program, "m.f", facts.dump(), limits);
}

Json valueOf(const std::string& body, const Json& facts = Json::object(), const Limits& limits = roomy())
{
    auto outcome = evaluate(body, facts, limits);
    EXPECT_TRUE(outcome) << body << ": " << outcome.error().message;
    return outcome ? outcome->value : Json("no value");
}

std::string errorOf(const std::string& body, const Json& facts = Json::object())
{
    auto outcome = evaluate(body, facts);
    EXPECT_FALSE(outcome) << body << " gave " << outcome->value;
    return outcome ? "" : outcome.error().message;
}

} // namespace

TEST(Sandbox, ADecisionCarriesCodeArgumentsAndField)
{
    EXPECT_EQ(valueOf("return allow()"), Json::parse(R"({"allowed":true,"reasons":[]})"));
    EXPECT_EQ(
        valueOf("return refuse('too_late', { days = 3 }, 'birth_date')"),
        Json::parse(
            R"({"allowed":false,"reasons":[{"code":"too_late","args":{"days":3},"field":"birth_date"}]})"));
    EXPECT_EQ(valueOf("return refuse('too_late')"),
              Json::parse(R"({"allowed":false,"reasons":[{"code":"too_late","args":{}}]})"));
    EXPECT_EQ(
        valueOf(
            "return refuse_all { allow(), refuse('a'), refuse_all { refuse('b'), refuse('c') } }")["reasons"]
            .size(),
        3u);
    EXPECT_EQ(valueOf("return refuse_all { allow() }")["allowed"], true);
    EXPECT_THAT(errorOf("return refuse('Not A Code')"), HasSubstr("lower-case"));
    EXPECT_THAT(errorOf("return refuse_all { true }"), HasSubstr("no decision"));
}

TEST(Sandbox, FactsCrossAsTheyAre)
{
    const Json facts =
        Json::parse(R"({"a":[1,2,{"b":"报考"}],"n":-9223372036854775808,"t":true,"deep":{"x":{"y":[[]]}}})");
    EXPECT_EQ(valueOf("return facts", facts), facts);
    EXPECT_EQ(valueOf("return facts.nothing == nil", {{"nothing", nullptr}}), true);
    EXPECT_EQ(valueOf("return facts.x + 1", {{"x", 3.0}}), 4);
}

TEST(Sandbox, WhatIsNoJsonReachesNoRule)
{
    Program program;
    program.code["rules/m.lua"] =
        compileText("rules/m.lua", "return { f = function() end }", roomy()).value();
    for (const char* text : {"", "{", R"({"a":)", R"({"a":1}})", "[1,]", "{1:2}"})
        EXPECT_THAT(callRule(program, "m.f", text, roomy()).error().message, HasSubstr("no JSON")) << text;
}

TEST(Sandbox, FractionsAndHolesAreRefusedOnBothSides)
{
    EXPECT_THAT(errorOf("return facts", {{"x", 1.5}}), HasSubstr("whole number"));
    EXPECT_THAT(errorOf("return facts", {{"x", Json::array({1, nullptr})}}), HasSubstr("null"));
    EXPECT_THAT(errorOf("return facts", {{"x", std::uint64_t{1} << 63}}), HasSubstr("64 bits"));
    EXPECT_THAT(errorOf("return { fee = 10 / 4 }"), HasSubstr("at fee: not a whole number"));
    EXPECT_EQ(valueOf("return 10 / 5"), 2);
    EXPECT_THAT(errorOf("return { 1, nil, 3 }"), HasSubstr("holes"));
    EXPECT_THAT(errorOf("return { 1, x = 2 }"), HasSubstr("half list, half map"));
    EXPECT_THAT(errorOf("return { [true] = 1 }"), HasSubstr("key"));
    EXPECT_THAT(errorOf("return { a = { b = function() end } }"), HasSubstr("a.b"));
    EXPECT_THAT(errorOf("return '\\xff'"), HasSubstr("UTF-8"));
    EXPECT_THAT(errorOf("return 1/0"), HasSubstr("whole"));
}

TEST(Sandbox, NothingOutsideTheWrittenListExists)
{
    for (const char* name :
         {"load",         "loadstring", "loadfile",       "dofile",    "require",  "package", "io",
          "os",           "debug",      "collectgarbage", "coroutine", "pcall",    "xpcall",  "setmetatable",
          "getmetatable", "rawset",     "rawget",         "rawequal",  "rawlen",   "string",  "table",
          "utf8",         "print",      "warn",           "_G",        "_VERSION", "select",  "unpack"})
        EXPECT_THAT(errorOf(std::string("return type(") + name + ")"), HasSubstr("unknown name")) << name;
    EXPECT_THAT(errorOf("return ('x'):rep(3)"), HasSubstr("index a string value"));
    EXPECT_THAT(errorOf("return ('x').rep"), HasSubstr("index a string value"));
    EXPECT_THAT(errorOf("return '10' + 1"), HasSubstr("arithmetic"));
}

TEST(Sandbox, NamesAndLibrariesAreSealed)
{
    EXPECT_THAT(errorOf("x = 1"), HasSubstr("'x' may not be written"));
    EXPECT_THAT(errorOf("allow = nil"), HasSubstr("may not be written"));
    EXPECT_THAT(errorOf("text.len = nil"), HasSubstr("may not be written"));
    EXPECT_THAT(errorOf("return alow()"), HasSubstr("unknown name 'alow'"));
    EXPECT_THAT(errorOf("_ENV = {} ; return allow()"), HasSubstr("nil value"));
    EXPECT_THAT(errorOf("for k in pairs(text) do error(k) end error('empty')"), HasSubstr("empty"));
}

TEST(Sandbox, ErrorsNameFileAndLine)
{
    EXPECT_THAT(errorOf("\n\nlocal x = nil\nreturn x.y"), HasSubstr("rules/m.lua:6:"));
    EXPECT_THAT(errorOf("error('spoken')"), HasSubstr("rules/m.lua:3: spoken"));
    EXPECT_THAT(errorOf("error({})"), HasSubstr("error without text"));
    EXPECT_THAT(errorOf("return refuse(1)"), HasSubstr("m.f"));
}

TEST(Sandbox, PairsGoesInKeyOrderWhateverTheInsertionOrder)
{
    EXPECT_EQ(valueOf(R"(
        local t = { zebra = 1, apple = 2, [10] = 3, [2] = 4, [-1] = 5, [true] = 6, mango = 7 }
        local seen = {}
        for k, v in pairs(t) do seen[#seen + 1] = tostring(k) .. "=" .. v end
        return seen)"),
              Json::parse(R"(["-1=5","2=4","10=3","apple=2","mango=7","zebra=1","true=6"])"));
    EXPECT_EQ(
        valueOf("local t = { b = 1, a = 2 } local k = next(t) return { k, next(t, 'a'), next({}) == nil }"),
        Json::parse(R"(["a","b",true])"));
    EXPECT_EQ(valueOf("local n = 0 local t = { a = 1, b = 2, c = 3 } for k in pairs(t) do t.b = nil n = n + "
                      "1 end return n"),
              2);
    EXPECT_THAT(errorOf("for _ in pairs({ [{}] = 1 }) do end"), HasSubstr("no order"));
}

TEST(Sandbox, TextsNeverShowAddresses)
{
    EXPECT_EQ(
        valueOf("return { tostring({}), tostring(allow), tostring(12), tostring(nil), tostring(false) }"),
        Json::parse(R"(["table","function","12","nil","false"])"));
    EXPECT_EQ(valueOf("return { tonumber('12'), tonumber('-7'), tonumber('0x10') == nil, tonumber('1e3') == "
                      "nil, tonumber('') == nil }"),
              Json::parse("[12,-7,true,true,true]"));
}

TEST(Sandbox, TextWordsCountCharactersNotBytes)
{
    EXPECT_EQ(valueOf("return text.len('自学考试')"), 4);
    EXPECT_EQ(valueOf("return { text.sub('自学考试', 2, 3), text.sub('abc', -2), text.sub('abc', 9) }"),
              Json::parse(R"(["学考","bc",""])"));
    EXPECT_EQ(valueOf("return { text.starts_with('10001', '100'), text.ends_with('a.jpg', '.jpg'), "
                      "text.contains('a-b', '-') }"),
              Json::parse("[true,true,true]"));
    EXPECT_EQ(valueOf("return { text.trim('  x '), text.upper('ab1'), text.lower('XY'), "
                      "text.is_digits('012'), text.is_digits('') }"),
              Json::parse(R"(["x","AB1","xy",true,false])"));
    EXPECT_EQ(valueOf("return { text.join({ 'a', 1, 'b' }, '、'), text.join({}), text.pad_left(7, 3) }"),
              Json::parse(R"(["a、1、b","","007"])"));
    EXPECT_EQ(valueOf("return text.split('a,b,,c', ',')"), Json::parse(R"(["a","b","","c"])"));
    EXPECT_EQ(valueOf("return text.fill('共 {n} 门，{x}', { n = 3, x = '元' })"), "共 3 门，元");
    EXPECT_THAT(errorOf("return text.fill('{n}', {})"), HasSubstr("no value for {n}"));
    EXPECT_THAT(errorOf("return text.len(12)"), HasSubstr("string expected"));
}

TEST(Sandbox, ListWordsKeepTheirArguments)
{
    const Json facts = Json::parse(R"({"c":[{"code":"2","n":4},{"code":"1","n":6},{"code":"3","n":4}]})");
    EXPECT_EQ(valueOf("return list.sum(facts.c, 'n')", facts), 14);
    EXPECT_EQ(valueOf("return list.pluck(list.sorted(facts.c, 'code'), 'code')", facts),
              Json::parse(R"(["1","2","3"])"));
    EXPECT_EQ(valueOf("list.sorted(facts.c, 'code') return facts.c[1].code", facts), "2");
    EXPECT_EQ(valueOf("return { list.find(facts.c, 'code', '1').n, list.find(facts.c, 'code', '9') == nil }",
                      facts),
              Json::parse("[6,true]"));
    EXPECT_EQ(valueOf("return #list.where(facts.c, 'n', 4)", facts), 2);
    EXPECT_EQ(valueOf("return { list.contains({ 'a' }, 'a'), list.contains({}, 1) }"),
              Json::parse("[true,false]"));
    EXPECT_EQ(valueOf("return list.keep({ 1, 2, 3, 4 }, function(x) return x % 2 == 0 end)"),
              Json::parse("[2,4]"));
    EXPECT_EQ(valueOf("return list.map({ 1, 2 }, function(x) return x * 10 end)"), Json::parse("[10,20]"));
    EXPECT_EQ(valueOf("local big = function(x) return x > 2 end return { list.any({ 1, 3 }, big), list.all({ "
                      "1, 3 }, big), list.count({ 3, 4 }, big) }"),
              Json::parse("[true,false,2]"));
    EXPECT_EQ(valueOf("return { list.unique({ 'b', 'a', 'b' }), list.concat({ 1 }, { 2 }), list.keys({ y = "
                      "1, x = 2 }) }"),
              Json::parse(R"([["b","a"],[1,2],["x","y"]])"));
    EXPECT_THAT(errorOf("return list.sum({ 1, 'x' })"), HasSubstr("item 2"));
    EXPECT_THAT(errorOf("return list.sum({ 9223372036854775807, 1 })"), HasSubstr("64 bits"));
    EXPECT_THAT(errorOf("return list.sorted({ 1, 'x' })"), HasSubstr("all items"));
}

TEST(Sandbox, DatesAreCalendarDays)
{
    EXPECT_EQ(valueOf("return { date.add_days('2026-02-27', 2), date.add_days('2024-02-28', 1), "
                      "date.add_months('2026-01-31', 1), date.add_years('2024-02-29', 1) }"),
              Json::parse(R"(["2026-03-01","2024-02-29","2026-02-28","2025-02-28"])"));
    EXPECT_EQ(valueOf("return { date.days_between('2026-01-01', '2026-03-01'), date.compare('2026-01-02', "
                      "'2026-01-01'), date.compare('2026-01-01', '2026-01-01') }"),
              Json::parse("[59,1,0]"));
    EXPECT_EQ(
        valueOf("return { date.age_on('2008-04-12', '2026-04-11'), date.age_on('2008-04-11', '2026-04-11'), "
                "date.year('2026-04-11'), date.month('2026-04-11'), date.day('2026-04-11') }"),
        Json::parse("[17,18,2026,4,11]"));
    EXPECT_EQ(valueOf("return { date.within('2026-04-11', '2026-04-11', '2026-04-12'), "
                      "date.is('2026-02-30'), date.is(20260101) }"),
              Json::parse("[true,false,false]"));
    EXPECT_THAT(errorOf("return date.add_days('2026-2-1', 1)"), HasSubstr("YYYY-MM-DD"));
    EXPECT_THAT(errorOf("return date.add_days('9999-12-31', 1)"), HasSubstr("beyond"));
}

TEST(Sandbox, MoneyIsCountedInFen)
{
    EXPECT_EQ(valueOf("return { money.yuan(3500), money.yuan(-5), money.times(3500, 3) }"),
              Json::parse(R"(["35.00","-0.05",10500])"));
    EXPECT_THAT(errorOf("return money.times(9223372036854775807, 2)"), HasSubstr("64 bits"));
    EXPECT_EQ(valueOf("return { math.max(1, 5, 3), math.min(2, 1), math.abs(-4) }"), Json::parse("[5,1,4]"));
}

TEST(Sandbox, ModulesUseEachOtherButNotInACircle)
{
    auto good = evaluate(
        "return use('rules.a').double(4)", Json::object(), roomy(),
        {{"rules/a.lua", "local c = use 'common.c' return { double = function(x) return c.times(x, 2) end }"},
         {"common/c.lua", "return { times = function(a, b) return a * b end }"}});
    ASSERT_TRUE(good) << good.error().message;
    EXPECT_EQ(good->value, 8);
    auto circle =
        evaluate("return use('rules.a')", Json::object(), roomy(),
                 {{"rules/a.lua", "use 'rules.b' return {}"}, {"rules/b.lua", "use 'rules.a' return {}"}});
    ASSERT_FALSE(circle);
    EXPECT_THAT(circle.error().message, HasSubstr("circle"));
    EXPECT_THAT(errorOf("return use 'rules.none'"), HasSubstr("there is no rules/none.lua"));
    EXPECT_THAT(errorOf("return use 'cases.x'"), HasSubstr("use takes"));
}

TEST(Sandbox, BytecodeAsSourceIsRefused)
{
    auto code = compileText("rules/a.lua", "return {}", roomy());
    ASSERT_TRUE(code);
    auto again = compileText("rules/a.lua", *code, roomy());
    ASSERT_FALSE(again);
    EXPECT_THAT(again.error().message, HasSubstr("binary"));
}

TEST(Sandbox, EachLimitHasItsOwnReason)
{
    Limits few = roomy();
    few.instructions = 100'000;
    EXPECT_EQ(evaluate("while true do end", {}, few).error().reason, "instructions");
    Limits late = roomy();
    late.instructions = std::int64_t{1} << 60;
    late.allow(std::chrono::milliseconds{30});
    EXPECT_EQ(evaluate("while true do end", {}, late).error().reason, "time");
    Limits small = roomy();
    small.memory_bytes = 1 << 20;
    EXPECT_EQ(evaluate("local t = {} for i = 1, 10000000 do t[i] = i end", {}, small).error().reason,
              "memory");
    EXPECT_EQ(evaluate("local t = {} for i = 1, 10001 do t[i] = i end return t").error().reason, "result");
    EXPECT_EQ(evaluate("local t = {} t.t = t return t").error().reason, "result");
}

TEST(Sandbox, C34_TimeThatOthersTakeOfABusyMachineIsNotTheRules)
{
    Limits limits = roomy();
    limits.instructions = std::int64_t{1} << 60;
    limits.allow(std::chrono::milliseconds{30});
    std::this_thread::sleep_for(std::chrono::milliseconds{60});
    EXPECT_EQ(valueOf("local n = 0 for i = 1, 1000 do n = n + i end return n", {}, limits), 500500);
    EXPECT_EQ(evaluate("while true do end", {}, limits).error().reason, "time");
}

TEST(Sandbox, MemoryUpToTheLimitIsGivenAndCounted)
{
    Limits limits = roomy();
    auto outcome = evaluate("local t = {} for i = 1, 100000 do t[i] = i end return #t", {}, limits);
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_GT(outcome->memory_bytes, 100'000 * 8);
    EXPECT_LT(outcome->memory_bytes, limits.memory_bytes);
    EXPECT_GT(outcome->instructions, 100'000);
}
