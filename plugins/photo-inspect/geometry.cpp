#include "plugins/photo-inspect/geometry.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include <opencv2/imgproc.hpp>

#include "plugins/photo-inspect/ground.hpp"

namespace zikao::photo {

namespace {

constexpr double kHeadColour =
    18; // CIE 1976 from the ground: hair and skin are farther, a soft shadow is nearer
constexpr double kSkinColour =
    22;                 // from the middle of the face: cheeks are nearer, hair and ground are farther
constexpr int kRun = 4; // so many pixels in a row are no speck
constexpr double kWithinFace =
    0.25;                      // of the face's width on each side of its middle: where its top is looked for
constexpr double kDark = 0.06; // of an eye's box: the pupil with its iris
// Rows in which cheeks are looked for, from the eyes down, in shares of the face's box: below the ears' upper half,
// above the mouth.
constexpr double kCheekFrom = 0.18, kCheekTo = 0.36;
constexpr double kBesideNose = 0.2; // of the frame's width: where the walk to the cheek begins
constexpr double kFold = 0.12;      // lines beside the mouth are narrower than this share of it
constexpr double kLopsided = 0.75;  // of the other side
// How wide a cascade frames a face that is one wide from cheek to cheek.
constexpr double kNarrowest = 0.55, kWidest = 1.10, kUsual = 0.80;

/// The colours as the eye compares them, in rows.
cv::Mat3f labOf(const cv::Mat& bgr)
{
    cv::Mat3f wide, lab;
    bgr.convertTo(wide, CV_32FC3, 1 / 255.0);
    cv::cvtColor(wide, lab, cv::COLOR_BGR2Lab);
    return lab;
}

cv::Vec3f labOf(const cv::Vec3b& colour)
{
    return labOf(cv::Mat3b(1, 1, colour))(0, 0);
}

double median(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

cv::Vec3f medianOf(const cv::Mat3f& lab)
{
    cv::Vec3f result;
    for (int channel = 0; channel < 3; ++channel) {
        std::vector<double> values;
        for (const cv::Vec3f& pixel : lab)
            values.push_back(pixel[channel]);
        result[channel] = static_cast<float>(median(std::move(values)));
    }
    return result;
}

/// The middle of an eye's darkest pixels: pupil and iris. Brows lie in the upper third of the box.
cv::Point2d pupil(const cv::Mat& grey, const cv::Rect& eye)
{
    const cv::Rect zone =
        cv::Rect(eye.x + eye.width / 6, eye.y + eye.height / 3, eye.width * 2 / 3, eye.height / 2) &
        cv::Rect(0, 0, grey.cols, grey.rows);
    if (zone.area() < 12)
        return {eye.x + eye.width / 2.0, eye.y + eye.height / 2.0};
    cv::Mat soft;
    cv::GaussianBlur(grey(zone), soft, {0, 0}, std::max(1.0, zone.width / 20.0));
    std::vector<unsigned char> values(soft.begin<unsigned char>(), soft.end<unsigned char>());
    const auto limit =
        values.begin() + static_cast<std::ptrdiff_t>(static_cast<double>(values.size()) * kDark);
    std::nth_element(values.begin(), limit, values.end());
    const cv::Moments moments = cv::moments(soft <= *limit, true);
    if (moments.m00 <= 0)
        return {eye.x + eye.width / 2.0, eye.y + eye.height / 2.0};
    return {zone.x + moments.m10 / moments.m00, zone.y + moments.m01 / moments.m00};
}

/// The first row, from above, in which the columns over the face stop being ground. Nothing: the head is cut off by the
/// upper edge, or no edge is there.
std::optional<double> topOfHead(const cv::Mat3f& lab, const cv::Vec3f& ground, double middle, double width,
                                int until)
{
    std::vector<double> tops;
    const int from = std::max(0, static_cast<int>(middle - width * kWithinFace));
    const int to = std::min(lab.cols, static_cast<int>(middle + width * kWithinFace));
    for (int x = from; x < to; ++x) {
        int run = 0;
        for (int y = 0; y < until; ++y) {
            run = cv::norm(lab(y, x) - ground) > kHeadColour ? run + 1 : 0;
            if (run == kRun) {
                tops.push_back(y - kRun + 1);
                break;
            }
        }
    }
    if (tops.empty() || static_cast<int>(tops.size()) < (to - from) / 2)
        return std::nullopt;
    // A head is round: its top is what the highest tenth of the columns shows.
    std::sort(tops.begin(), tops.end());
    const double top = tops[tops.size() / 10];
    return top < 1 ? std::nullopt : std::optional(top);
}

/// How far skin goes from beside the nose to one side, in one row. A line beside the mouth may lie at the beginning.
double skinEdge(const cv::Mat3f& lab, const cv::Vec3f& skin, int y, double from, double fold, int step)
{
    double edge = from;
    int other = 0;
    bool seen = false;
    for (int x = static_cast<int>(from); x >= 0 && x < lab.cols && (seen ? other < kRun : other < fold);
         x += step) {
        if (cv::norm(lab(y, x) - skin) <= kSkinColour) {
            edge = x;
            other = 0;
            seen = true;
        } else {
            ++other;
        }
    }
    return edge;
}

/// Left and right end of the face below the eyes. Hair over the cheeks, a beard or ground of the colour of skin lead
/// astray; then the frame of the cascade says about how wide a face is.
std::pair<double, double> cheeks(const cv::Mat3f& lab, const cv::Rect& face, double middle, double eye_line)
{
    const int from = std::clamp(static_cast<int>(eye_line + face.height * kCheekFrom), 0, lab.rows - 1);
    const int to = std::clamp(static_cast<int>(eye_line + face.height * kCheekTo), from + 1, lab.rows);
    const int half = std::max(2, face.width / 6);
    const cv::Rect nose = cv::Rect(static_cast<int>(middle) - half, from, 2 * half, to - from) &
                          cv::Rect(0, 0, lab.cols, lab.rows);
    if (nose.area() > 0) {
        const cv::Vec3f skin = medianOf(lab(nose).clone());
        std::vector<double> lefts, rights;
        for (int y = from; y < to; ++y) {
            // Beside the nose, whose shade would end the walk at once.
            lefts.push_back(
                skinEdge(lab, skin, y, middle - face.width * kBesideNose, face.width * kFold, -1));
            rights.push_back(
                skinEdge(lab, skin, y, middle + face.width * kBesideNose, face.width * kFold, 1));
        }
        double left = median(std::move(lefts)), right = median(std::move(rights));
        // A frontal face is about as wide on both sides: a laugh line or a shadow ends one walk early.
        const double to_left = middle - left, to_right = right - middle;
        if (to_left < to_right * kLopsided)
            left = middle - to_right;
        else if (to_right < to_left * kLopsided)
            right = middle + to_left;
        if (right - left >= face.width * kNarrowest && right - left <= face.width * kWidest)
            return {left, right};
    }
    return {middle - face.width * kUsual / 2, middle + face.width * kUsual / 2};
}

std::string rounded(double value)
{
    return std::to_string(static_cast<int>(std::lround(value)));
}

std::string degrees(double value)
{
    return rounded(value) + "°";
}

} // namespace

double Geometry::tilt() const
{
    return std::abs(std::atan2(right_eye.y - left_eye.y, right_eye.x - left_eye.x)) * 180 / std::numbers::pi;
}

std::optional<Geometry> measure(const cv::Mat& bgr, const cv::Mat& grey, const cv::Rect& face,
                                const std::vector<cv::Rect>& eyes)
{
    if (eyes.size() != 2)
        return std::nullopt;
    Geometry geometry;
    geometry.left_eye = pupil(grey, eyes[0]);
    geometry.right_eye = pupil(grey, eyes[1]);
    if (geometry.left_eye.x > geometry.right_eye.x)
        std::swap(geometry.left_eye, geometry.right_eye);
    const cv::Mat3f lab = labOf(bgr);
    const double middle = (geometry.left_eye.x + geometry.right_eye.x) / 2;
    const auto top = topOfHead(lab, labOf(Ground::measure(bgr).colour), middle, face.width,
                               static_cast<int>(geometry.eyeLine()));
    if (!top)
        return std::nullopt;
    geometry.hairline = *top;
    const auto [left, right] = cheeks(lab, face, middle, geometry.eyeLine());
    const double y = geometry.eyeLine() + face.height * (kCheekFrom + kCheekTo) / 2;
    geometry.left_cheek = {left, y};
    geometry.right_cheek = {right, y};
    return geometry;
}

bool asksGeometry(const api::PhotoStandard& standard)
{
    return standard.face &&
           (standard.hairline.asked() || standard.eye_line.asked() || standard.face_width.asked() ||
            standard.max_tilt > 0 || standard.max_off_centre > 0);
}

api::PhotoVerdict judge(double value, double least, double most, double margin)
{
    if (value < least || value > most)
        return api::PhotoVerdict::failed;
    const bool near_least = least > 0 && value < least + margin;
    return near_least || value > most - margin ? api::PhotoVerdict::borderline : api::PhotoVerdict::passed;
}

void checkGeometry(api::Inspection& inspection, const api::PhotoStandard& standard,
                   const std::optional<Geometry>& geometry, double scale)
{
    const auto add = [&](const char* code, api::PhotoVerdict verdict, std::string found,
                         std::string allowed) {
        inspection.checks.push_back(
            {code, verdict != api::PhotoVerdict::failed, std::move(found), std::move(allowed), verdict});
    };
    using enum api::PhotoVerdict;
    if (!geometry) {
        const std::string found = inspection.faces.size() != 1  ? "没有唯一的人脸"
                                  : inspection.eyes.size() != 2 ? "没有看清双眼"
                                                                : "没有看清头顶";
        add("face_points", failed, found, "双眼、头顶和脸颊清晰可见");
        return;
    }
    add("face_points", passed, "双眼、头顶和脸颊", "双眼、头顶和脸颊清晰可见");
    const double margin = standard.borderline;
    // Whole pixels are what people are told and what is compared: 199 is not 200.
    const auto range = [&](const char* code, double value, const api::Range& asked) {
        if (!asked.asked())
            return;
        const double whole = std::round(value);
        add(code, judge(whole, asked.least, asked.most, margin), rounded(whole),
            std::to_string(asked.least) + "～" + std::to_string(asked.most));
    };
    range("hairline", geometry->hairline * scale, standard.hairline);
    range("eye_line", geometry->eyeLine() * scale, standard.eye_line);
    if (standard.max_tilt > 0) {
        // The margin in pixels is an angle at the distance of the eyes.
        const double apart = (geometry->right_eye.x - geometry->left_eye.x) * scale;
        const double angle = std::atan2(margin, std::max(apart, 1.0)) * 180 / std::numbers::pi;
        const double tilt = std::round(geometry->tilt());
        add("eye_tilt", judge(tilt, 0, standard.max_tilt, std::min(angle, standard.max_tilt / 2.0)),
            degrees(tilt), "≤ " + degrees(standard.max_tilt));
    }
    range("face_width", geometry->faceWidth() * scale, standard.face_width);
    if (standard.max_off_centre > 0) {
        const double off = std::round(std::abs(geometry->middle() * scale - inspection.width / 2.0));
        add("centre", judge(off, 0, standard.max_off_centre, std::min(margin, standard.max_off_centre / 2.0)),
            rounded(off), "≤ " + std::to_string(standard.max_off_centre));
    }
    const auto point = [&](const char* name, double x, double y) {
        inspection.points.push_back(
            {name, static_cast<int>(std::lround(x * scale)), static_cast<int>(std::lround(y * scale))});
    };
    point("hairline", geometry->middle(), geometry->hairline);
    point("left_eye", geometry->left_eye.x, geometry->left_eye.y);
    point("right_eye", geometry->right_eye.x, geometry->right_eye.y);
    point("left_cheek", geometry->left_cheek.x, geometry->left_cheek.y);
    point("right_cheek", geometry->right_cheek.x, geometry->right_cheek.y);
}

} // namespace zikao::photo
