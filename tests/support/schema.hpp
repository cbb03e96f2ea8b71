#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "kernel/base/json.hpp"

namespace zikao::test {

/// Holds values against the schemas of an OpenAPI document, by the words that docs/openapi.yaml uses.
class Schemas
{
public:
    explicit Schemas(Json document) : document_(std::move(document)) {}

    [[nodiscard]] const Json& document() const { return document_; }
    /// What is wrong, one fault a line with its path; empty: nothing.
    [[nodiscard]] std::string faults(const Json& schema, const Json& value,
                                     const std::string& path = "$") const
    {
        if (schema.contains("$ref"))
            return faults(resolved(schema["$ref"]), value, path);
        if (schema.contains("oneOf")) {
            int fitting = 0;
            for (const Json& choice : schema["oneOf"])
                fitting += faults(choice, value, path).empty() ? 1 : 0;
            return fitting == 1 ? "" : path + ": fits " + std::to_string(fitting) + " of the choices\n";
        }
        if (schema.contains("type") && !fitsTypes(schema["type"], value))
            return path + ": " + value.type_name() + " where " + schema["type"].dump() + " stands\n";
        std::string found;
        if (schema.contains("enum") &&
            std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end())
            found += path + ": " + value.dump() + " is none of the values\n";
        if (value.is_object())
            found += faultsOfObject(schema, value, path);
        if (value.is_array() && schema.contains("items"))
            for (std::size_t i = 0; i < value.size(); ++i)
                found += faults(schema["items"], value[i], path + "[" + std::to_string(i) + "]");
        return found;
    }

    /// A value that fits: what is required, and beside it what `known` has by its name. `known` is taken at its word
    /// wherever its name stands. Numbers are 1, texts as long as they must be.
    [[nodiscard]] Json sample(const Json& schema, const Json& known, const std::string& name = "") const
    {
        if (known.contains(name))
            return known[name];
        if (schema.contains("$ref"))
            return sample(resolved(schema["$ref"]), known, name);
        if (schema.contains("oneOf"))
            return sample(schema["oneOf"].front(), known, name);
        if (schema.contains("enum"))
            return schema["enum"].front();
        const Json type = schema.value("type", Json("object"));
        if (type == "array")
            return Json::array({sample(schema.at("items"), known)});
        if (type == "integer" || type == "number")
            return std::max<std::int64_t>(1, schema.value("minimum", std::int64_t{1}));
        if (type == "boolean")
            return true;
        if (type == "string")
            return std::string(std::max<std::size_t>(16, schema.value("minLength", std::size_t{0})), 'x');
        Json object = Json::object();
        const Json required = schema.value("required", Json::array());
        const Json properties = schema.value("properties", Json::object());
        for (const auto& [key, item] : properties.items())
            if (known.contains(key) || std::find(required.begin(), required.end(), key) != required.end())
                object[key] = sample(item, known, key);
        return object;
    }

    /// `#/components/…` or the thing itself.
    [[nodiscard]] const Json& resolve(const Json& maybe_reference) const
    {
        return maybe_reference.contains("$ref") ? resolved(maybe_reference["$ref"]) : maybe_reference;
    }

private:
    [[nodiscard]] const Json& resolved(const Json& reference) const
    {
        return document_.at(Json::json_pointer(reference.get<std::string>().substr(1)));
    }

    static bool fitsTypes(const Json& types, const Json& value)
    {
        if (types.is_array())
            return std::any_of(types.begin(), types.end(),
                               [&](const Json& type) { return fitsType(type, value); });
        return fitsType(types, value);
    }

    static bool fitsType(const Json& type, const Json& value)
    {
        if (type.is_null() || type == "null")
            return value.is_null();
        return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
               (type == "string" && value.is_string()) || (type == "integer" && value.is_number_integer()) ||
               (type == "number" && value.is_number()) || (type == "boolean" && value.is_boolean());
    }

    [[nodiscard]] std::string faultsOfObject(const Json& schema, const Json& value,
                                             const std::string& path) const
    {
        std::string found;
        for (const Json& key : schema.value("required", Json::array()))
            if (!value.contains(key.get<std::string>()))
                found += path + "." + key.get<std::string>() + ": missing\n";
        const Json properties = schema.value("properties", Json::object());
        const Json others = schema.value("additionalProperties", Json(true));
        for (const auto& [key, item] : value.items()) {
            const std::string inner = path + "." + key;
            if (properties.contains(key))
                found += faults(properties[key], item, inner);
            else if (others.is_object())
                found += faults(others, item, inner);
            else if (others == false)
                found += inner + ": not in the schema\n";
        }
        return found;
    }

    Json document_;
};

} // namespace zikao::test
