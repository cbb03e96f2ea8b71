#pragma once

#include <opencv2/core/mat.hpp>

namespace zikao::idcard {

/// Whether the dot that parts a name (尼玛·次仁) stands between two letters of a line. The recognizer leaves it
/// out, and a name without it is another name. The dot is a round spot alone in its columns, near half the
/// height of the letters, and farther from both than the strokes of a letter are from each other.
/// @param grey  dark print on light ground, 8 bit
/// @param line  the box of the whole line
/// @param left, right  the letters' boxes; the recognizer knows their middles, not where they end
bool dotBetween(const cv::Mat& grey, const cv::Rect& line, const cv::Rect& left, const cv::Rect& right);

} // namespace zikao::idcard
