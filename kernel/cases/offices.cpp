#include "kernel/cases/offices.hpp"

namespace zikao::cases {

Result<std::string> officeOf(catalog::Catalog& catalog, const Definition& def, const std::string& field_id,
                             const Json& fields)
{
    const Field* field = def.field(field_id);
    const auto chosen = fields.find(field_id);
    if (!field || chosen == fields.end() || !chosen->is_string())
        return std::string{};
    const auto value = chosen->get<std::string>();
    if (field->widget == "major") {
        auto major = catalog.major(value);
        if (!major)
            return fail(major.error());
        return *major ? (*major)->school_code : std::string{};
    }
    const Json& options = field->raw["options"];
    if (options.is_object()) {
        auto mapped = catalog.item(options.value("list", "") + ".office", value);
        if (!mapped)
            return fail(mapped.error());
        if (*mapped)
            return (*mapped)->parent;
    }
    return value;
}

Result<Json> officeLine(catalog::Catalog& catalog, const std::string& code)
{
    auto line = catalog.lineOf(code);
    if (!line)
        return fail(line.error());
    Json all = Json::array();
    for (const catalog::Office& one : *line)
        all.push_back({{"code", one.code}, {"name", one.name}, {"level", one.level}, {"traits", one.traits}});
    return all;
}

} // namespace zikao::cases
