#include "kernel/plugin/proxy.hpp"

namespace zikao::plugin {

namespace {

using api::ImageInspector;
using namespace std::chrono_literals;

constexpr auto kDeadline = 5s;

Json toJson(const std::vector<api::Rect>& boxes)
{
    Json list = Json::array();
    for (const api::Rect& box : boxes)
        list.push_back({box.x, box.y, box.width, box.height});
    return list;
}

std::vector<api::Rect> readBoxes(const Json& list)
{
    std::vector<api::Rect> boxes;
    for (const Json& box : list)
        boxes.push_back(
            {box.at(0).get<int>(), box.at(1).get<int>(), box.at(2).get<int>(), box.at(3).get<int>()});
    return boxes;
}

Json toJson(const api::Range& range)
{
    return {range.least, range.most};
}

api::Range readRange(const Json& json)
{
    return {json.at(0).get<int>(), json.at(1).get<int>()};
}

Json toJson(const api::PhotoStandard& standard)
{
    return {{"types", standard.types},
            {"min_bytes", standard.min_bytes},
            {"max_bytes", standard.max_bytes},
            {"width", standard.width},
            {"height", standard.height},
            {"face", standard.face},
            {"grounds", standard.grounds},
            {"min_sharpness", standard.min_sharpness},
            {"dpi", standard.dpi},
            {"min_quality", standard.min_quality},
            {"true_colour", standard.true_colour},
            {"plain_file", standard.plain_file},
            {"hairline", toJson(standard.hairline)},
            {"eye_line", toJson(standard.eye_line)},
            {"face_width", toJson(standard.face_width)},
            {"max_tilt", standard.max_tilt},
            {"max_off_centre", standard.max_off_centre},
            {"borderline", standard.borderline}};
}

api::PhotoStandard readStandard(const Json& json)
{
    api::PhotoStandard standard;
    standard.types = json.at("types").get<std::vector<std::string>>();
    standard.min_bytes = json.at("min_bytes").get<std::int64_t>();
    standard.max_bytes = json.at("max_bytes").get<std::int64_t>();
    standard.width = json.at("width").get<int>();
    standard.height = json.at("height").get<int>();
    standard.face = json.at("face").get<bool>();
    standard.grounds = json.at("grounds").get<std::vector<std::string>>();
    standard.min_sharpness = json.at("min_sharpness").get<double>();
    standard.dpi = json.at("dpi").get<int>();
    standard.min_quality = json.at("min_quality").get<int>();
    standard.true_colour = json.at("true_colour").get<bool>();
    standard.plain_file = json.at("plain_file").get<bool>();
    standard.hairline = readRange(json.at("hairline"));
    standard.eye_line = readRange(json.at("eye_line"));
    standard.face_width = readRange(json.at("face_width"));
    standard.max_tilt = json.at("max_tilt").get<int>();
    standard.max_off_centre = json.at("max_off_centre").get<int>();
    standard.borderline = json.at("borderline").get<int>();
    return standard;
}

api::Inspection readInspection(const Json& json)
{
    api::Inspection inspection;
    inspection.type = json.at("type").get<std::string>();
    inspection.width = json.at("width").get<int>();
    inspection.height = json.at("height").get<int>();
    inspection.faces = readBoxes(json.at("faces"));
    inspection.eyes = readBoxes(json.at("eyes"));
    for (const Json& check : json.at("checks"))
        inspection.checks.push_back({check.at(0).get<std::string>(), check.at(1).get<bool>(),
                                     check.at(2).get<std::string>(), check.at(3).get<std::string>(),
                                     readEnum(check.at(4), api::PhotoVerdict::failed)});
    for (const Json& point : json.at("points"))
        inspection.points.push_back(
            {point.at(0).get<std::string>(), point.at(1).get<int>(), point.at(2).get<int>()});
    return inspection;
}

worker::Message writeInspection(api::Inspection&& inspection)
{
    Json checks = Json::array();
    for (const api::PhotoCheck& check : inspection.checks)
        checks.push_back(
            {check.code, check.passed, check.found, check.allowed, static_cast<int>(check.verdict)});
    Json points = Json::array();
    for (const api::PhotoPoint& point : inspection.points)
        points.push_back({point.name, point.x, point.y});
    return {Json{{"type", inspection.type},
                 {"width", inspection.width},
                 {"height", inspection.height},
                 {"faces", toJson(inspection.faces)},
                 {"eyes", toJson(inspection.eyes)},
                 {"points", std::move(points)},
                 {"checks", std::move(checks)}}};
}

/// Picture and preview travel in one body, the picture first.
worker::Message writeClean(api::CleanImage&& image)
{
    Json head{
        {"type", image.type}, {"width", image.width}, {"height", image.height}, {"size", image.bytes.size()}};
    return {std::move(head), std::move(image.bytes) + image.preview_jpg};
}

api::CleanImage readClean(const Json& head, const std::string& body)
{
    const auto size = head.at("size").get<std::size_t>();
    if (size > body.size())
        throw Json::out_of_range::create(401, "a picture longer than its bytes", &head);
    return {head.at("type").get<std::string>(), head.at("width").get<int>(), head.at("height").get<int>(),
            body.substr(0, size), body.substr(size)};
}

class InspectorProxy : public ImageInspector
{
public:
    explicit InspectorProxy(Line& line) : line_(line) {}

    Result<api::Inspection> inspect(const std::string& bytes, const api::PhotoStandard& standard) override
    {
        return line_.call("inspect", {{"standard", toJson(standard)}}, bytes, kDeadline,
                          [](const Json& head, std::string&) { return readInspection(head); });
    }

    Result<api::CleanImage> clean(const std::string& bytes, const api::PhotoStandard& standard) override
    {
        return line_.call("clean", {{"standard", toJson(standard)}}, bytes, kDeadline,
                          [](const Json& head, std::string& body) { return readClean(head, body); });
    }

private:
    Line& line_;
};

Result<worker::Message> answer(ImageInspector& inspector, const worker::Message& call)
{
    const auto method = call.head.at("method").get<std::string>();
    if (method == "inspect")
        return pack(inspector.inspect(call.body, readStandard(call.head.at("standard"))), writeInspection);
    if (method == "clean")
        return pack(inspector.clean(call.body, readStandard(call.head.at("standard"))), writeClean);
    return unknownMethod(method);
}

} // namespace

worker::Handler serveInspector(std::shared_ptr<api::Plugin> plugin)
{
    return
        [plugin](const worker::Message& call) { return answer(static_cast<ImageInspector&>(*plugin), call); };
}

Result<std::unique_ptr<Loaded<api::ImageInspector>>> loadImageInspector(const LoadOptions& options)
{
    return LoadedPlugin<ImageInspector, InspectorProxy>::load(options);
}

} // namespace zikao::plugin
