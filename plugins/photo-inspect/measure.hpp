#pragma once

#include <array>
#include <string>

#include <opencv2/core/mat.hpp>

/// What is measured on a decoded picture (BGR, 8 bits).
namespace zikao::photo {

/// Median colour of the strip along the upper edge and the upper halves of both sides, where a portrait shows its
/// ground. Red, green, blue.
std::array<int, 3> groundColour(const cv::Mat& bgr);

/// Whether a colour is near one written "r,g,b": at most 60 away in each channel, which light and cameras need.
bool isNear(const std::array<int, 3>& colour, const std::string& allowed);

/// A copy of this width; at least one pixel high however flat the picture is.
cv::Mat scaledTo(const cv::Mat& picture, int width);

/// Variance of the Laplacian on a copy 480 pixels wide: below about 50 a face is blurred.
double sharpness(const cv::Mat& bgr);

} // namespace zikao::photo
