#include "plugins/photo-inspect/inspector.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "plugins/photo-inspect/checks.hpp"
#include "plugins/photo-inspect/geometry.hpp"
#include "plugins/photo-inspect/ground.hpp"
#include "plugins/support/picture/picture.hpp"

namespace zikao::photo {

namespace {

constexpr int kMeasuredWidth = 480; // also the widest preview
constexpr int kTallest = 10 * kMeasuredWidth;
constexpr int kQuality = 92, kPreviewQuality = 80;

std::string typeName(picture::Header::Type type)
{
    return type == picture::Header::Type::jpg ? "jpg" : "png";
}

/// A copy to look at. Whoever is as narrow as a thread is stretched instead of becoming a tower of gigabytes.
cv::Mat measuredCopy(const cv::Mat& picture)
{
    const double scale = static_cast<double>(kMeasuredWidth) / picture.cols;
    const int height = std::clamp(static_cast<int>(std::lround(picture.rows * scale)), 20, kTallest);
    cv::Mat copy;
    cv::resize(picture, copy, {kMeasuredWidth, height}, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
    return copy;
}

cv::Mat previewOf(const cv::Mat& picture)
{
    if (picture.cols <= kMeasuredWidth)
        return picture;
    const double scale = static_cast<double>(kMeasuredWidth) / picture.cols;
    cv::Mat copy;
    cv::resize(picture, copy,
               {kMeasuredWidth, std::max(1, static_cast<int>(std::lround(picture.rows * scale)))}, 0, 0,
               cv::INTER_AREA);
    return copy;
}

/// A box of the measured copy, in pixels of the picture as displayed.
api::Rect onPicture(const cv::Rect& box, double scale)
{
    const auto back = [&](int value) { return static_cast<int>(std::lround(value * scale)); };
    return {back(box.x), back(box.y), back(box.width), back(box.height)};
}

/// @return the faces on the copy; the eyes of an only one come with them
std::pair<std::vector<cv::Rect>, std::vector<cv::Rect>>
findFaces(FaceFinder& finder, api::Inspection& inspection, const cv::Mat& grey, double scale)
{
    std::vector<cv::Rect> faces = finder.faces(grey), eyes;
    for (const cv::Rect& face : faces)
        inspection.faces.push_back(onPicture(face, scale));
    if (faces.size() == 1)
        eyes = finder.eyes(grey, faces.front());
    for (const cv::Rect& eye : eyes)
        inspection.eyes.push_back(onPicture(eye, scale));
    return {std::move(faces), std::move(eyes)};
}

bool within(std::size_t bytes, const api::PhotoStandard& standard)
{
    const auto size = static_cast<std::int64_t>(bytes);
    return size >= standard.min_bytes && (standard.max_bytes == 0 || size <= standard.max_bytes);
}

/// As good as it came, unless the standard's bytes ask for less or more: then the quality nearest to that which keeps
/// them. One that never kept them stays as good as it came; its `bytes` check says so.
Result<std::string> encodeWithin(const cv::Mat& picture, const picture::Header& header, int dpi,
                                 const api::PhotoStandard& standard)
{
    // A standard that asks for no least quality has the pictures encoded as well as ever.
    const int best = standard.min_quality > 0 && header.quality > 0
                         ? std::clamp(header.quality, standard.min_quality, 100)
                         : kQuality;
    auto encoded = picture::encodeJpeg(picture, best, dpi);
    if (!encoded || standard.min_quality == 0 || within(encoded->size(), standard))
        return encoded;
    const int step = static_cast<std::int64_t>(encoded->size()) < standard.min_bytes ? 1 : -1;
    for (int quality = best + step; quality >= standard.min_quality && quality <= 100; quality += step) {
        auto other = picture::encodeJpeg(picture, quality, dpi);
        if (!other || within(other->size(), standard))
            return other;
    }
    return encoded;
}

Result<void> checkGrounds(const api::PhotoStandard& standard)
{
    for (const std::string& ground : standard.grounds)
        if (!parseColour(ground))
            return fail(ErrorCode::invalid_argument, "a ground colour is r,g,b, not " + ground);
    return ok();
}

} // namespace

Result<std::unique_ptr<api::ImageInspector>> Inspector::create(const api::PluginContext& context)
{
    // The worker's wall refuses threads; asking for them would only cost a complaint for each call.
    cv::setNumThreads(1);
    const auto settings = nlohmann::json::parse(context.settings_json, nullptr, false);
    if (!settings.is_object())
        return fail(ErrorCode::invalid_argument, "the settings are not a JSON object");
    const std::string dir = settings.value("cascade_dir", "/usr/share/opencv4/haarcascades");
    auto finder = FaceFinder::load(dir);
    if (!finder)
        return fail(finder.error());
    return std::unique_ptr<api::ImageInspector>(std::make_unique<Inspector>(std::move(*finder)));
}

Result<api::Inspection> Inspector::inspect(const std::string& bytes, const api::PhotoStandard& standard)
{
    if (const auto good = checkGrounds(standard); !good)
        return fail(good.error());
    const auto header = picture::readHeader(bytes);
    if (!header)
        return fail(header.error());
    const auto decoded = picture::decode(bytes);
    if (!decoded)
        return fail(decoded.error());
    api::Inspection inspection;
    inspection.type = typeName(header->type);
    inspection.width = decoded->cols;
    inspection.height = decoded->rows;
    checkFile(inspection, standard, bytes.size());
    checkStorage(inspection, standard, *header);
    const bool looks = standard.face || !standard.grounds.empty() || standard.min_sharpness > 0;
    if (!looks)
        return inspection;
    const cv::Mat copy = measuredCopy(*decoded);
    cv::Mat grey;
    cv::cvtColor(copy, grey, cv::COLOR_BGR2GRAY);
    if (standard.face) {
        const double scale = static_cast<double>(inspection.width) / grey.cols;
        const auto [faces, eyes] = findFaces(finder_, inspection, grey, scale);
        checkFace(inspection, standard);
        if (asksGeometry(standard))
            checkGeometry(inspection, standard,
                          faces.size() == 1 ? measure(copy, grey, faces.front(), eyes) : std::nullopt, scale);
    }
    if (!standard.grounds.empty())
        checkGround(inspection, standard, copy);
    if (standard.min_sharpness > 0)
        checkSharpness(inspection, standard, grey);
    return inspection;
}

Result<api::CleanImage> Inspector::clean(const std::string& bytes, const api::PhotoStandard& standard)
{
    const auto header = picture::readHeader(bytes);
    if (!header)
        return fail(header.error());
    const auto decoded = picture::decode(bytes);
    if (!decoded)
        return fail(decoded.error());
    const bool jpg = header->type == picture::Header::Type::jpg;
    const int dpi = standard.dpi > 0 ? standard.dpi : header->dpi;
    auto encoded = jpg ? encodeWithin(*decoded, *header, dpi, standard) : picture::encodePng(*decoded, dpi);
    if (!encoded)
        return fail(encoded.error());
    auto preview = picture::encodeJpeg(previewOf(*decoded), kPreviewQuality);
    if (!preview)
        return fail(preview.error());
    return api::CleanImage{typeName(header->type), decoded->cols, decoded->rows, std::move(*encoded),
                           std::move(*preview)};
}

} // namespace zikao::photo
