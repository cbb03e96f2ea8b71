#pragma once

#include <optional>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "plugins/api/image_inspector.hpp"

namespace zikao::photo {

/// Where the parts of one face are, in pixels of the measured copy.
struct Geometry
{
    cv::Point2d left_eye, right_eye; ///< the pupils, left and right as seen
    double hairline = 0;             ///< where the head begins below the ground (头顶发际)
    cv::Point2d left_cheek, right_cheek;

    [[nodiscard]] double eyeLine() const { return (left_eye.y + right_eye.y) / 2; }
    [[nodiscard]] double tilt() const; ///< degrees of the line through the eyes, without sign
    [[nodiscard]] double faceWidth() const { return right_cheek.x - left_cheek.x; }
    [[nodiscard]] double middle() const
    {
        return (left_cheek.x + right_cheek.x + left_eye.x + right_eye.x) / 4;
    }
};

/// Measures a face that the cascades found.
/// @param bgr, grey  the measured copy
/// @param eyes  one on each side
/// @return nothing when a part cannot be found: no two eyes, or no edge between head and ground
std::optional<Geometry> measure(const cv::Mat& bgr, const cv::Mat& grey, const cv::Rect& face,
                                const std::vector<cv::Rect>& eyes);

/// Whether a standard asks where the parts of the face are.
bool asksGeometry(const api::PhotoStandard& standard);

/// Adds the checks that the standard asks of the geometry, in pixels of the picture as displayed, and the points.
/// @param scale  picture pixels for one of the copy
void checkGeometry(api::Inspection& inspection, const api::PhotoStandard& standard,
                   const std::optional<Geometry>& geometry, double scale);

/// The verdict on a measured value: outside the range it failed, inside but no farther than `margin` from an end that
/// is not the end of the scale it is borderline.
api::PhotoVerdict judge(double value, double least, double most, double margin);

} // namespace zikao::photo
