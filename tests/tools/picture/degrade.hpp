#pragma once

#include <cstdint>

#include <opencv2/core/mat.hpp>

namespace zikao::drawing {

/// What a hand-held camera does to a picture. Zero: nothing.
struct Damage
{
    double blur = 0;        ///< standard deviation, pixels
    double noise = 0;       ///< standard deviation, of 255
    double rotate = 0;      ///< degrees, counter-clockwise; the table around the picture shows then
    double perspective = 0; ///< share of the width by which the upper edge is shorter
    std::uint64_t seed = 1; ///< of the noise
};

cv::Mat degrade(const cv::Mat& picture, const Damage& damage);

} // namespace zikao::drawing
