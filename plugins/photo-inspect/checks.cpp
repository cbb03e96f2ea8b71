#include "plugins/photo-inspect/checks.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <opencv2/imgproc.hpp>

#include "plugins/photo-inspect/ground.hpp"

namespace zikao::photo {

namespace {

constexpr int kLeastFace = 35, kMostFace = 85; // per cent of the width, as the cascade frames a face
constexpr double kAside = 0.15, kHigh = 0.25, kLow = 0.70; // where the middle of the face may be
constexpr double kSameColour = 16;                         // CIE 1976: lamps and cameras tint a wall
constexpr double kNearLimit = 0.75;                        // from here to the limit a person looks
constexpr int kLeastEven = 85;                             // per cent; hair reaches into the strip

void add(api::Inspection& inspection, const char* code, bool passed, std::string found, std::string allowed)
{
    inspection.checks.push_back({code, passed, std::move(found), std::move(allowed)});
}

/// Passed, but so near the limit that the measurement may be wrong.
void markBorderline(api::Inspection& inspection)
{
    api::PhotoCheck& check = inspection.checks.back();
    if (check.passed)
        check.verdict = api::PhotoVerdict::borderline;
}

std::string join(const std::vector<std::string>& words, const char* between)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : between) + word;
    return text;
}

/// One decimal where a whole number would hide by how much a limit is missed.
std::string kilobytes(double bytes)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", bytes / 1024);
    std::string number = text;
    if (number.ends_with(".0"))
        number.resize(number.size() - 2);
    return number + " KB";
}

void checkBytes(api::Inspection& inspection, const api::PhotoStandard& standard, std::int64_t bytes)
{
    const bool least = standard.min_bytes > 0, most = standard.max_bytes > 0;
    if (!least && !most)
        return;
    const std::string from = kilobytes(static_cast<double>(standard.min_bytes));
    const std::string to = kilobytes(static_cast<double>(standard.max_bytes));
    add(inspection, "bytes", bytes >= standard.min_bytes && (!most || bytes <= standard.max_bytes),
        kilobytes(static_cast<double>(bytes)),
        least && most ? from + "～" + to
        : least       ? "≥ " + from
                      : "≤ " + to);
}

std::string percent(double share)
{
    return std::to_string(static_cast<int>(std::lround(share * 100))) + "%";
}

std::string position(double across, double down)
{
    if (across < 0.5 - kAside)
        return "偏左";
    if (across > 0.5 + kAside)
        return "偏右";
    return down < kHigh ? "偏上" : down > kLow ? "偏下" : "居中";
}

} // namespace

void checkFile(api::Inspection& inspection, const api::PhotoStandard& standard, std::size_t bytes)
{
    const auto& types = standard.types;
    if (!types.empty())
        add(inspection, "type", std::find(types.begin(), types.end(), inspection.type) != types.end(),
            inspection.type, join(types, "、"));
    checkBytes(inspection, standard, static_cast<std::int64_t>(bytes));
    if (standard.width > 0)
        add(inspection, "width", inspection.width == standard.width, std::to_string(inspection.width),
            std::to_string(standard.width));
    if (standard.height > 0)
        add(inspection, "height", inspection.height == standard.height, std::to_string(inspection.height),
            std::to_string(standard.height));
}

void checkStorage(api::Inspection& inspection, const api::PhotoStandard& standard,
                  const picture::Header& header)
{
    if (standard.dpi > 0)
        add(inspection, "dpi", header.dpi == standard.dpi,
            header.dpi > 0 ? std::to_string(header.dpi) + " dpi" : "未注明",
            std::to_string(standard.dpi) + " dpi");
    if (standard.min_quality > 0)
        add(inspection, "quality", header.quality >= standard.min_quality, std::to_string(header.quality),
            "≥ " + std::to_string(standard.min_quality));
    if (standard.true_colour) {
        const bool jpg = header.type == picture::Header::Type::jpg;
        const bool true_colour = header.bits == 8 && (!jpg || header.components == 3);
        const char* found = true_colour              ? "24 位真彩色"
                            : header.components == 4 ? "CMYK 印刷色"
                            : header.components == 1 ? "灰度图"
                                                     : "其他色彩";
        add(inspection, "true_colour", true_colour, found, "24 位真彩色");
    }
    if (standard.plain_file) {
        add(inspection, "baseline", !header.progressive, header.progressive ? "渐进式存储" : "顺序存储",
            "顺序存储");
        const bool upright = header.orientation == 1;
        add(inspection, "upright", upright, upright ? "按原方向存储" : "带有旋转标记", "按原方向存储");
    }
}

void checkFace(api::Inspection& inspection, const api::PhotoStandard& standard)
{
    const std::size_t count = inspection.faces.size();
    add(inspection, "face_count", count == 1, std::to_string(count), "1");
    if (count != 1)
        return;
    const api::Rect& face = inspection.faces.front();
    const double width = inspection.width, height = inspection.height;
    const double share = face.width / width;
    if (!standard.face_width.asked())
        add(inspection, "face_size", share * 100 >= kLeastFace && share * 100 <= kMostFace, percent(share),
            std::to_string(kLeastFace) + "%～" + std::to_string(kMostFace) + "%");
    const std::string at =
        position((face.x + face.width / 2.0) / width, (face.y + face.height / 2.0) / height);
    if (standard.max_off_centre == 0 || !standard.eye_line.asked())
        add(inspection, "face_position", at == "居中", at, "居中");
    add(inspection, "eyes", inspection.eyes.size() == 2, std::to_string(inspection.eyes.size()), "2");
}

void checkGround(api::Inspection& inspection, const api::PhotoStandard& standard, const cv::Mat& bgr)
{
    const Ground ground = Ground::measure(bgr);
    double nearest = 1000;
    std::vector<std::string> names;
    for (const std::string& text : standard.grounds) {
        const auto colour = parseColour(text);
        if (!colour)
            continue;
        nearest = std::min(nearest, distance(*colour, ground.colour));
        const std::string name = colourName(*colour);
        if (std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(name);
    }
    add(inspection, "ground", nearest <= kSameColour, colourName(ground.colour), join(names, "、"));
    if (standard.borderline > 0 && nearest > kSameColour * kNearLimit)
        markBorderline(inspection);
    add(inspection, "ground_even", ground.even_share * 100 >= kLeastEven, percent(ground.even_share),
        "≥ " + std::to_string(kLeastEven) + "%");
}

void checkSharpness(api::Inspection& inspection, const api::PhotoStandard& standard, const cv::Mat& grey)
{
    cv::Mat edges;
    cv::Laplacian(grey, edges, CV_64F);
    cv::Scalar mean, deviation;
    cv::meanStdDev(edges, mean, deviation);
    const double sharpness = deviation[0] * deviation[0];
    add(inspection, "sharpness", sharpness >= standard.min_sharpness, std::to_string(std::lround(sharpness)),
        std::to_string(std::lround(standard.min_sharpness)));
    if (standard.borderline > 0 && sharpness * kNearLimit < standard.min_sharpness)
        markBorderline(inspection);
}

} // namespace zikao::photo
