#pragma once

#include <opencv2/core/mat.hpp>

namespace zikao::drawing {

struct Portrait
{
    int width = 295, height = 413;
    int faces = 1;                   ///< 0: the ground alone; 2: side by side
    cv::Scalar ground{219, 142, 67}; ///< blue, green, red
};

/// A drawn head and shoulders that a face finder takes for a person. Nobody's likeness.
cv::Mat drawPortrait(const Portrait& wanted);

} // namespace zikao::drawing
