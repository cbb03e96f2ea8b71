#include "kernel/app/api/case_view.hpp"

namespace zikao::app {

namespace {

/// What the ID number itself says of its owner, by the field ids that common rule packages use for it.
Json saidByIdNumber(const cases::View& view)
{
    for (const cases::Page& page : view.definition->pages)
        for (const cases::Field& field : page.fields) {
            const auto value = view.record.fields.find(field.id);
            if (field.widget != "id_number" || value == view.record.fields.end() || !value->is_string())
                continue;
            if (const auto number = identity::IdNumber::parse(value->get<std::string>()))
                return {{"birth_date", number->birthDate().text()}, {"sex", number->male() ? "1" : "2"}};
        }
    return Json::object();
}

} // namespace

Json comparisonJson(Site& site, const cases::View& view)
{
    Json read = Json::object();
    for (const cases::Reading& reading : view.readings)
        if (reading.values.is_object())
            read.update(reading.values);
    const Json says = saidByIdNumber(view);
    Json rows = Json::array();
    for (const cases::Page& page : view.definition->pages)
        for (const cases::Field& field : page.fields) {
            const auto typed = view.record.fields.find(field.id);
            const bool has_read = read.contains(field.id);
            const bool has_register = says.contains(field.id);
            if (typed == view.record.fields.end() || !typed->is_string() || (!has_read && !has_register))
                continue;
            const bool edited =
                std::find(view.edited.begin(), view.edited.end(), field.id) != view.edited.end();
            const bool differs = edited || (has_read && read[field.id] != *typed) ||
                                 (has_register && says[field.id] != *typed);
            const auto shown = [&](const Json& value) { return shownValue(site, field, value, true); };
            rows.push_back({{"field", field.id},
                            {"label", field.label},
                            {"typed", shown(*typed)},
                            {"read", has_read ? Json(shown(read[field.id])) : Json(nullptr)},
                            {"register", has_register ? Json(shown(says[field.id])) : Json(nullptr)},
                            {"differs", differs},
                            {"note", edited ? "考生修改过识别结果" : ""}});
        }
    return rows;
}

} // namespace zikao::app
