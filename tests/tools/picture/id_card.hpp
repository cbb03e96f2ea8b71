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

/// The side with the portrait, laid out as the card of the second generation. 1012 pixels wide; the height follows
/// ISO/IEC 7810 ID-1. Of nobody. @throws std::invalid_argument: the birth is no date
cv::Mat drawIdCardFront(const IdCard& card);

/// The side with the emblem's place, the authority and the time it is valid.
/// @param valid_from, valid_to  YYYY-MM-DD
cv::Mat drawIdCardBack(const std::string& authority, const std::string& valid_from,
                       const std::string& valid_to);

} // namespace zikao::drawing
