#pragma once

#include <string>

#include <opencv2/core/mat.hpp>

namespace zikao::drawing {

struct IdCard
{
    std::string name, sex, ethnicity; ///< as printed: 汉, without 族
    std::string birth;                ///< YYYY-MM-DD
    std::string number, address;
};

/// The side with the portrait, laid out as the card of the second generation, 1012 × 638 pixels. Of nobody.
cv::Mat drawIdCardFront(const IdCard& card);

/// The side with the emblem's place, the authority and the time it is valid.
cv::Mat drawIdCardBack(const std::string& authority, const std::string& valid);

} // namespace zikao::drawing
