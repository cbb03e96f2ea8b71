#include <algorithm>

#include "kernel/base/encoding.hpp"
#include "kernel/cases/field_checks.hpp"
#include "kernel/cases/rows_check.hpp"
#include "kernel/cases/treatments.hpp"
#include "kernel/cases/vocabulary.hpp"

namespace zikao::cases {

namespace {

constexpr std::size_t kMaxText = 2'000; // characters
constexpr std::size_t kMaxItems = 100;
constexpr std::size_t kMaxSlots = 20;
constexpr std::size_t kMaxCode = 64;
constexpr std::size_t kMaxAll = 64 * 1024; // bytes

bool isText(const Json& value, std::size_t most)
{
    if (!value.is_string())
        return false;
    const auto& text = value.get_ref<const std::string&>();
    return text.empty() || (isUtf8(text) && utf8Length(text) <= most && text.find('\0') == std::string::npos);
}

bool isTexts(const Json& value)
{
    return value.is_array() && value.size() <= kMaxItems &&
           std::ranges::all_of(value, [](const Json& item) { return isText(item, kMaxCode); });
}

bool isSlots(const Json& value)
{
    return value.is_array() && value.size() <= kMaxSlots && std::ranges::all_of(value, [](const Json& item) {
               return item.is_object() && item.size() == 2 && item.contains("slot_no") &&
                      item.contains("code") && item["slot_no"].is_number_integer() && item["slot_no"] >= 0 &&
                      item["slot_no"] <= 1'000 && isText(item["code"], kMaxCode);
           });
}

bool fits(ValueKind kind, const Json& value)
{
    switch (kind) {
    case ValueKind::text: return isText(value, kMaxText);
    case ValueKind::texts: return isTexts(value);
    case ValueKind::flag: return value.is_boolean();
    case ValueKind::slots: return isSlots(value);
    case ValueKind::rows: return isRows(value);
    case ValueKind::treatments: return isTreatments(value);
    case ValueKind::file:
    case ValueKind::secret:
    case ValueKind::none: break;
    }
    return false;
}

/// Whether a value is one of those that make another field visible.
bool isAny(const Json& value, const std::vector<std::string>& wanted)
{
    const auto among = [&](const std::string& text) { return std::ranges::count(wanted, text) > 0; };
    if (value.is_string())
        return among(value.get<std::string>());
    if (value.is_boolean())
        return among(value.get<bool>() ? "true" : "false");
    return value.is_array() && std::ranges::any_of(value, [&](const Json& item) {
               return item.is_string() && among(item.get<std::string>());
           });
}

bool isVisible(const Definition& definition, const Field& field, const Json& fields)
{
    // The definition's check refuses circles.
    const Field* at = &field;
    while (at && at->visible_if) {
        const auto value = fields.find(at->visible_if->field);
        if (value == fields.end() || !isAny(*value, at->visible_if->is_any))
            return false;
        at = definition.field(at->visible_if->field);
    }
    return true;
}

Failure wrong(const std::string& reason, const std::string& field)
{
    return fail(ErrorCode::invalid_argument, "field " + field.substr(0, kMaxCode), reason);
}

} // namespace

Result<void> checkShapes(const Definition& definition, const Json& fields)
{
    if (fields.is_null())
        return ok();
    if (!fields.is_object())
        return wrong("field_type", "fields");
    if (dumpJson(fields).size() > kMaxAll)
        return wrong("field_size", "fields");
    for (const auto& [id, value] : fields.items()) {
        const Field* field = definition.field(id);
        const Widget* widget = field ? widgetNamed(field->widget) : nullptr;
        if (!widget || widget->kind == ValueKind::file || widget->kind == ValueKind::secret ||
            widget->kind == ValueKind::none)
            return wrong("field_unknown", id);
        if (!value.is_null() && !fits(widget->kind, value))
            return wrong(value.is_string() && widget->kind == ValueKind::text ? "field_size" : "field_type",
                         id);
    }
    return ok();
}

Json merged(const Json& stored, const Json& changed)
{
    Json all = stored.is_object() ? stored : Json::object();
    if (!changed.is_object())
        return all;
    for (const auto& [id, value] : changed.items()) {
        if (value.is_null())
            all.erase(id);
        else
            all[id] = value;
    }
    return all;
}

bool isShown(const Page& page, const std::string& state)
{
    return page.only_in.empty() || state.empty() || std::ranges::count(page.only_in, state) > 0;
}

std::vector<const Field*> visibleFields(const Definition& definition, const std::string& state,
                                        const Json& fields)
{
    std::vector<const Field*> visible;
    for (const Page& page : definition.pages) {
        if (!isShown(page, state))
            continue;
        for (const Field& field : page.fields)
            if (isVisible(definition, field, fields))
                visible.push_back(&field);
    }
    return visible;
}

std::vector<std::string> fixedOnes(const Definition& definition, const std::string& state, const Json& stored,
                                   const Json& changed)
{
    std::vector<std::string> fixed;
    if (!changed.is_object())
        return fixed;
    for (const auto& [id, value] : changed.items()) {
        const Field* field = definition.field(id);
        const auto before = stored.find(id);
        const bool same = before == stored.end() ? value.is_null() : *before == value;
        if (field && !same && definition.isFixed(*field, state))
            fixed.push_back(id);
    }
    return fixed;
}

Json visibleValues(const Definition& definition, const std::string& state, const Json& fields)
{
    Json values = Json::object();
    for (const Field* field : visibleFields(definition, state, fields)) {
        const auto value = fields.find(field->id);
        if (value != fields.end())
            values[field->id] = *value;
    }
    return values;
}

} // namespace zikao::cases
