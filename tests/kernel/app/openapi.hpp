#pragma once

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/schema.hpp"
#include "tests/support/yaml_subset.hpp"

namespace zikao::app {

/// docs/openapi.yaml.
inline const test::Schemas& openapi()
{
    static const test::Schemas document = [] {
        std::ifstream in(ZIKAO_SOURCE_DIR "/docs/openapi.yaml", std::ios::binary);
        return test::Schemas(test::YamlSubset(std::string{std::istreambuf_iterator<char>(in), {}}).read());
    }();
    return document;
}

/// "/cases/{id}" and "/cases/{case}" are one path.
inline std::string shapeOf(std::string_view path)
{
    std::string shape;
    bool inside = false;
    for (const char c : path) {
        inside = c == '{' || (inside && c != '}');
        if (!inside)
            shape += c;
    }
    return shape;
}

/// What the document says of a path below a tenant's /api; null: nothing.
inline const Json* pathItem(const std::string& path)
{
    for (const auto& [each, item] : openapi().document().at("paths").items())
        if (shapeOf(each) == shapeOf(path))
            return &item;
    return nullptr;
}

/// The operation of a path as the document writes it or as a browser asks it ("/cases/261/draft"), without the tenant
/// and "/api"; null when there is none. A literal segment wins over a placeholder.
inline const Json* operationOf(const std::string& method, const std::string& path)
{
    const auto segments = [](std::string_view text) {
        std::vector<std::string> all;
        std::istringstream in{std::string(text.substr(0, text.find('?')))};
        for (std::string segment; std::getline(in, segment, '/');)
            all.push_back(segment);
        return all;
    };
    const auto asked = segments(path);
    const Json* found = nullptr;
    std::size_t fewest = asked.size() + 1;
    for (const auto& [each, item] : openapi().document().at("paths").items()) {
        const auto pattern = segments(each);
        if (pattern.size() != asked.size() || !item.contains(method))
            continue;
        std::size_t placeholders = 0;
        bool fits = true;
        for (std::size_t i = 0; i < asked.size() && fits; ++i) {
            const bool placeholder = pattern[i].starts_with('{');
            placeholders += placeholder ? 1 : 0;
            fits = pattern[i] == asked[i] || placeholder;
        }
        if (fits && placeholders < fewest) {
            fewest = placeholders;
            found = &item[method];
        }
    }
    return found;
}

/// The schema of an operation's JSON body, resolved; null when it takes none.
inline const Json* bodySchemaOf(const Json& operation)
{
    if (!operation.contains("requestBody"))
        return nullptr;
    const Json& content = openapi().resolve(operation.at("requestBody")).at("content");
    return content.contains("application/json")
               ? &openapi().resolve(content.at("application/json").at("schema"))
               : nullptr;
}

} // namespace zikao::app
