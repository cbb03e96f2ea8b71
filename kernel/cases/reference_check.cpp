#include "kernel/cases/reference_check.hpp"

#include <algorithm>

namespace zikao::cases {

void ReferenceCheck::needText(const std::string& path, const std::string& key)
{
    if (!key.empty() && !package_.texts.contains(key))
        add(path, "there is no text " + key + " in texts/zh-CN.json");
}

void ReferenceCheck::needRule(const std::string& path, const std::string& rule)
{
    if (!rule.empty() && std::ranges::count(package_.rules, rule) == 0)
        add(path, "there is no rule " + rule);
}

const Field* ReferenceCheck::needField(const std::string& path, const std::string& id)
{
    const Field* found = def_.field(id);
    if (!found && !id.empty())
        add(path, "there is no field " + id);
    return found;
}

void ReferenceCheck::needCase(const std::string& path, const std::string& id)
{
    if (!id.empty() && !package_.cases.contains(id))
        add(path, "there is no case " + id);
}

void ReferenceCheck::needStates(const std::string& path, const std::vector<std::string>& states)
{
    for (const std::string& state : states)
        if (!def_.states.contains(state))
            add(path, "there is no state " + state);
}

bool ReferenceCheck::isWindow(const std::string& text)
{
    return text.starts_with("window.") && text.size() > 7 &&
           std::ranges::all_of(text.substr(7), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

bool ReferenceCheck::hasField(const Json& raw, const std::string& wanted)
{
    const auto tables = [](const Json& of, const char* key) {
        return of.is_object() && of.contains(key) && of[key].is_array() ? of[key] : Json::array();
    };
    for (const Json& page : tables(raw, "pages"))
        for (const Json& field : tables(page, "fields"))
            if (field.is_object() && field.value("id", Json()) == wanted)
                return true;
    return false;
}

} // namespace zikao::cases
