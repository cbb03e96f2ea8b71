#include "plugins/photo-inspect/inspector.hpp"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>
#include <opencv2/core/utility.hpp>
#include <opencv2/imgproc.hpp>

#include "plugins/photo-inspect/measure.hpp"
#include "plugins/support/picture/picture.hpp"

namespace zikao::photo {

namespace {

constexpr int kSearchWidth = 360; ///< of the copy in which faces are looked for
constexpr int kPreviewWidth = 480;
constexpr int kPreviewQuality = 85;
constexpr int kJpegQuality = 92;
constexpr double kLeastFace = 0.25; ///< of the picture's width

const char* nameOf(picture::Header::Type type)
{
    return type == picture::Header::Type::jpg ? "jpg" : "png";
}

std::string rounded(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.0f", value);
    return text;
}

std::string joined(const std::vector<std::string>& texts, const char* between)
{
    std::string all;
    for (const std::string& text : texts)
        all += (all.empty() ? "" : between) + text;
    return all;
}

api::Rect rectOf(const cv::Rect& found, const cv::Point& origin, double scale)
{
    const auto whole = [scale](int value) { return static_cast<int>(value / scale); };
    return {whole(found.x + origin.x), whole(found.y + origin.y), whole(found.width), whole(found.height)};
}

void checkSizes(const api::PhotoStandard& standard, const std::string& bytes, api::Inspection& into)
{
    const auto size = static_cast<std::int64_t>(bytes.size());
    const auto add = [&](const char* code, bool passed, std::string found, std::string allowed) {
        into.checks.push_back({code, passed, std::move(found), std::move(allowed)});
    };
    if (!standard.types.empty())
        add("type", std::ranges::count(standard.types, into.type) > 0, into.type,
            joined(standard.types, "、"));
    if (standard.min_bytes > 0 || standard.max_bytes > 0)
        add("bytes", size >= standard.min_bytes && (standard.max_bytes == 0 || size <= standard.max_bytes),
            std::to_string(size),
            std::to_string(standard.min_bytes) + "-" + std::to_string(standard.max_bytes));
    if (standard.width > 0)
        add("width", into.width == standard.width, std::to_string(into.width),
            std::to_string(standard.width));
    if (standard.height > 0)
        add("height", into.height == standard.height, std::to_string(into.height),
            std::to_string(standard.height));
}

void checkLook(const api::PhotoStandard& standard, const cv::Mat& bgr, api::Inspection& into)
{
    if (!standard.grounds.empty()) {
        const auto colour = groundColour(bgr);
        const bool near = std::ranges::any_of(
            standard.grounds, [&](const std::string& allowed) { return isNear(colour, allowed); });
        into.checks.push_back(
            {"ground", near,
             std::to_string(colour[0]) + "," + std::to_string(colour[1]) + "," + std::to_string(colour[2]),
             joined(standard.grounds, "; ")});
    }
    if (standard.min_sharpness > 0) {
        const double found = sharpness(bgr);
        into.checks.push_back(
            {"sharpness", found >= standard.min_sharpness, rounded(found), rounded(standard.min_sharpness)});
    }
}

/// One face, big enough, with both eyes. Where there is not one face, nothing is said of its size and eyes.
void checkFace(const cv::Mat& bgr, api::Inspection& into)
{
    into.checks.push_back({"face_count", into.faces.size() == 1, std::to_string(into.faces.size()), "1"});
    if (into.faces.size() != 1)
        return;
    const int least = static_cast<int>(bgr.cols * kLeastFace);
    into.checks.push_back({"face_size", into.faces[0].width >= least, std::to_string(into.faces[0].width),
                           std::to_string(least)});
    into.checks.push_back({"eyes", into.eyes.size() >= 2, std::to_string(into.eyes.size()), "2"});
}

} // namespace

Result<std::unique_ptr<api::ImageInspector>> Inspector::create(const api::PluginContext& context)
{
    const auto settings = nlohmann::json::parse(context.settings_json, nullptr, false);
    const std::string folder =
        settings.is_object() ? settings.value("cascade_dir", "/usr/share/opencv4/haarcascades") : "";
    // A worker serves one picture at a time, and its confinement allows no new threads.
    cv::setNumThreads(1);
    auto made = std::make_unique<Inspector>();
    if (!made->faces_.load(folder + "/haarcascade_frontalface_alt2.xml") ||
        !made->eyes_.load(folder + "/haarcascade_eye.xml"))
        return fail(ErrorCode::not_found, "no cascades in " + folder + "; install opencv-data");
    return std::unique_ptr<api::ImageInspector>(std::move(made));
}

void Inspector::findFaces(const cv::Mat& bgr, api::Inspection& into)
{
    const double scale = std::min(1.0, static_cast<double>(kSearchWidth) / bgr.cols);
    cv::Mat grey;
    cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
    cv::Mat small = scaledTo(grey, std::min(kSearchWidth, bgr.cols));
    cv::equalizeHist(small, small);
    const int least = std::max(24, small.cols / 8);
    std::vector<cv::Rect> faces;
    faces_.detectMultiScale(small, faces, 1.1, 4, 0, {least, least});
    for (const cv::Rect& face : faces) {
        into.faces.push_back(rectOf(face, {0, 0}, scale));
        const cv::Rect upper(face.x, face.y, face.width, face.height * 6 / 10);
        std::vector<cv::Rect> eyes;
        eyes_.detectMultiScale(small(upper), eyes, 1.05, 3, 0, {face.width / 10, face.width / 10});
        for (const cv::Rect& eye : eyes)
            into.eyes.push_back(rectOf(eye, upper.tl(), scale));
    }
}

Result<api::Inspection> Inspector::inspect(const std::string& bytes, const api::PhotoStandard& standard)
{
    auto header = picture::readHeader(bytes);
    if (!header)
        return fail(header.error());
    auto bgr = picture::decode(bytes);
    if (!bgr)
        return fail(bgr.error());
    api::Inspection found;
    found.type = nameOf(header->type);
    found.width = bgr->cols;
    found.height = bgr->rows;
    checkSizes(standard, bytes, found);
    checkLook(standard, *bgr, found);
    if (standard.face) {
        findFaces(*bgr, found);
        checkFace(*bgr, found);
    }
    return found;
}

Result<api::CleanImage> Inspector::clean(const std::string& bytes)
{
    auto header = picture::readHeader(bytes);
    if (!header)
        return fail(header.error());
    auto bgr = picture::decode(bytes);
    if (!bgr)
        return fail(bgr.error());
    const bool jpeg = header->type == picture::Header::Type::jpg;
    auto whole =
        jpeg ? picture::encodeJpeg(*bgr, kJpegQuality, header->dpi) : picture::encodePng(*bgr, header->dpi);
    if (!whole)
        return fail(whole.error());
    auto preview = picture::encodeJpeg(scaledTo(*bgr, std::min(kPreviewWidth, bgr->cols)), kPreviewQuality);
    if (!preview)
        return fail(preview.error());
    return api::CleanImage{nameOf(header->type), bgr->cols, bgr->rows, std::move(*whole),
                           std::move(*preview)};
}

} // namespace zikao::photo
