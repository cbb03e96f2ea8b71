#include "kernel/rules/package.hpp"

namespace zikao::rules {

namespace {

/// One example as written: {name, call, facts, expect = {allowed = true} | {refused = code, args} | {value =
/// …}}.
std::string faultOfShape(const Json& example)
{
    if (!example.is_object())
        return "is no table";
    for (const auto& [key, value] : example.items())
        if (key != "name" && key != "call" && key != "facts" && key != "expect")
            return "unknown key " + key;
    if (!example.contains("name") || !example["name"].is_string())
        return "has no name";
    if (!example.contains("call") || !example["call"].is_string())
        return "has no call";
    if (!example.contains("expect") || !example["expect"].is_object())
        return "has no expect";
    const Json& expect = example["expect"];
    for (const auto& [key, value] : expect.items())
        if (key != "allowed" && key != "refused" && key != "args" && key != "field" && key != "value")
            return "expect: unknown key " + key;
    const int kinds = static_cast<int>(expect.contains("allowed")) +
                      static_cast<int>(expect.contains("refused")) +
                      static_cast<int>(expect.contains("value"));
    if (kinds != 1)
        return "expect must hold exactly one of allowed, refused, value";
    if (expect.contains("allowed") && expect["allowed"] != true)
        return "expect.allowed can only be true; write refused = \"code\"";
    return "";
}

/// An empty Lua table is a list by convention; where a map is meant they are the same.
bool same(const Json& a, const Json& b)
{
    return a == b || (a.empty() && b.empty() && a.is_structured() && b.is_structured());
}

std::string shorten(const Json& value)
{
    std::string text = dumpJson(value);
    if (text.size() > 400)
        text = text.substr(0, 400) + "…";
    return text;
}

/// Empty when the answer is as expected.
std::string difference(const Json& expect, const Json& value)
{
    const std::string came = ", came " + shorten(value);
    if (expect.contains("value"))
        return same(expect["value"], value) ? "" : "expected " + shorten(expect["value"]) + came;
    if (!value.is_object() || !value.contains("allowed") || !value.contains("reasons"))
        return "expected a decision" + came;
    if (expect.contains("allowed"))
        return value["allowed"] == true ? "" : "expected allowed" + came;
    if (value["allowed"] != false)
        return "expected refused " + shorten(expect["refused"]) + came;
    for (const Json& reason : value["reasons"]) {
        if (reason.value("code", "") != expect["refused"])
            continue;
        if (expect.contains("args") && !same(expect["args"], reason.value("args", Json::object())))
            return "expected args " + shorten(expect["args"]) + came;
        if (expect.contains("field") && expect["field"] != reason.value("field", ""))
            return "expected field " + shorten(expect["field"]) + came;
        return "";
    }
    return "expected refused " + shorten(expect["refused"]) + came;
}

} // namespace

Result<std::vector<ExampleOutcome>> rehearse(Evaluator& evaluator, const Package& package)
{
    std::vector<ExampleOutcome> outcomes;
    for (const auto& [file, examples] : package.examples) {
        if (!examples.is_array()) {
            outcomes.push_back({file, file, false, "must return a list of examples"});
            continue;
        }
        for (const Json& example : examples) {
            ExampleOutcome outcome;
            outcome.file = file;
            outcome.name = example.is_object() && example.contains("name") && example["name"].is_string()
                               ? example["name"].get<std::string>()
                               : "example " + std::to_string(outcomes.size() + 1);
            outcome.difference = faultOfShape(example);
            if (outcome.difference.empty()) {
                auto answer = evaluator.run(package, {Call{example["call"].get<std::string>(),
                                                           example.value("facts", Json::object())}});
                if (answer)
                    outcome.difference = difference(example["expect"], answer->front().value);
                else if (answer.error().code == ErrorCode::unavailable)
                    return fail(answer.error()); // no verdict on the rule
                else
                    outcome.difference = answer.error().message;
            }
            outcome.passed = outcome.difference.empty();
            outcomes.push_back(std::move(outcome));
        }
    }
    return outcomes;
}

} // namespace zikao::rules
