#pragma once

#include <optional>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace zikao::photo {

/// The surroundings of a head: a strip along the upper edge and along both sides above the shoulders.
struct Ground
{
    cv::Vec3b colour;      ///< median, BGR
    double even_share = 0; ///< 0 to 1: how much of the strip is close to the median

    /// @param bgr  any size over 20 pixels a side
    static Ground measure(const cv::Mat& bgr);
};

/// Reads "r,g,b". Nothing when it is something else.
std::optional<cv::Vec3b> parseColour(const std::string& text);
/// Distance as the eye sees it (CIE 1976, 0 to about 100 from black to white).
double distance(const cv::Vec3b& a, const cv::Vec3b& b);
/// What people call the colour: 白色, 浅蓝色 …
std::string colourName(const cv::Vec3b& bgr);

} // namespace zikao::photo
