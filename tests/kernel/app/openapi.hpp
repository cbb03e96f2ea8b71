#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

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

} // namespace zikao::app
