#include "kernel/cases/widget_keys.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "kernel/cases/rows_check.hpp"
#include "kernel/cases/vocabulary.hpp"

namespace zikao::cases {

namespace {

constexpr std::int64_t kMaxUpload = 64LL * 1024 * 1024;

void checkOptions(const Node& node, const Json& options)
{
    if (options.is_object()) {
        const Node table = node.table("options");
        table.allow({"list"});
        static_cast<void>(table.text("list"));
        return;
    }
    const auto entries = node.list("options");
    if (entries.empty())
        node.fault("options", "is empty");
    for (const Node& entry : entries) {
        entry.allow({"value", "label"});
        static_cast<void>(entry.text("value"));
        static_cast<void>(entry.text("label"));
    }
}

/// "r,g,b", each from 0 to 255: what an image inspector compares grounds with.
bool isColour(const std::string& text)
{
    int red = 0, green = 0, blue = 0, end = 0;
    if (std::sscanf(text.c_str(), "%3d,%3d,%3d%n", &red, &green, &blue, &end) != 3 ||
        static_cast<std::size_t>(end) != text.size())
        return false;
    return std::ranges::all_of(std::array{red, green, blue},
                               [](int part) { return part >= 0 && part <= 255; });
}

/// {50, 110}: whole numbers, the smaller first; both belong to the range.
void checkRange(const Node& node, const char* key)
{
    if (!node.has(key))
        return;
    const Json& range = node.json()[key];
    const auto isPixel = [](const Json& value) {
        return value.is_number_integer() && value.get<std::int64_t>() >= 1 &&
               value.get<std::int64_t>() <= 10'000;
    };
    if (!range.is_array() || range.size() != 2 || !isPixel(range[0]) || !isPixel(range[1]) ||
        range[0] > range[1])
        node.fault(key, "must be { least, most } in pixels");
}

/// The stricter points of a portrait's standard.
void checkPortrait(const Node& node)
{
    static_cast<void>(node.number("dpi", 1, 1, 10'000));
    static_cast<void>(node.number("min_quality", 1, 1, 100));
    static_cast<void>(node.number("max_tilt", 1, 1, 45));
    static_cast<void>(node.number("max_off_centre", 1, 1, 10'000));
    static_cast<void>(node.number("borderline", 1, 1, 100));
    for (const char* key : {"true_colour", "plain_file"})
        static_cast<void>(node.flag(key, false));
    for (const char* key : {"hairline", "eye_line", "face_width"})
        checkRange(node, key);
    for (const char* key : {"hairline", "eye_line", "face_width", "max_tilt", "max_off_centre"})
        if (node.has(key) && !node.flag("face", false))
            node.fault(key, "needs face = true");
}

} // namespace

void checkWidgetKeys(const Node& node)
{
    const Json& raw = node.json();
    if (raw.contains("options"))
        checkOptions(node, raw["options"]);
    for (const char* key : {"pattern", "confirms", "parent_field", "major_field", "papers_for", "phone_field",
                            "purpose", "slot_text"})
        if (raw.contains(key))
            static_cast<void>(node.text(key));
    if (const std::string purpose = node.textOr("purpose", ""); !purpose.empty() && !isFormPurpose(purpose))
        node.fault("purpose", "must be register, claim or change");
    if (raw.contains("pattern") && raw["pattern"].is_string() &&
        !isPattern(raw["pattern"].get<std::string>()))
        node.fault("pattern", "unknown pattern");
    if (const std::string shows = node.textOr("shows", "code-name");
        shows != "code-name" && shows != "code-name-level")
        node.fault("shows", "must be \"code-name\" or \"code-name-level\"");
    const auto least = node.number("min", 0, 0, 10'000), most = node.number("max", 10'000, 1, 10'000);
    if (least > most)
        node.fault("min", "is above max");
    for (const char* key : {"max_bytes", "min_bytes"})
        static_cast<void>(node.number(key, 1, 1, kMaxUpload));
    for (const char* key : {"width", "height"})
        static_cast<void>(node.number(key, 1, 1, 10'000));
    static_cast<void>(node.number("min_sharpness", 0, 0, 1'000'000));
    for (const char* key : {"face", "camera", "traces", "flagged"})
        static_cast<void>(node.flag(key, false));
    for (const Node& item : node.list("checklist")) {
        item.allow({"text", "reason"});
        static_cast<void>(item.text("text"));
        static_cast<void>(item.text("reason"));
    }
    checkPortrait(node);
    for (const std::string& ground : node.texts("grounds"))
        if (!isColour(ground))
            node.fault("grounds", "a colour is r,g,b from 0 to 255, not " + ground);
    for (const std::string& type : node.texts("accept"))
        if (type != "jpg" && type != "png" && type != "pdf" && type != "zip" && type != "rar")
            node.fault("accept", "unknown type " + type);
    const Node fills = node.table("fills"); // named: the loop below refers into it
    for (const auto& [name, value] : fills.json().items()) {
        if (!readingNames().contains(name))
            node.fault("fills." + name, "a reading never says this");
        if (!value.is_string())
            node.fault("fills." + name, "must name a field");
    }
    if (raw.contains("columns"))
        readRows(node);
    if (raw.contains("special_from")) {
        const Node from = node.table("special_from");
        from.allow({"case", "field"});
        static_cast<void>(from.text("case"));
        static_cast<void>(from.text("field"));
    }
}

} // namespace zikao::cases
