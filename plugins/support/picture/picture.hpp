#pragma once

#include <string>
#include <string_view>

#include <opencv2/core/mat.hpp>

#include "plugins/support/picture/header.hpp"

namespace zikao::picture {

/// Decodes a JPEG or PNG with libjpeg or libpng alone, after `readHeader` accepted it: three channels BGR of
/// 8 bits, upright as displayed, transparent parts on white, CMYK as seen on screen, nothing of the metadata.
/// @errors as `readHeader`; `image_unreadable` also where the decoder misses data or finds them damaged
/// @threads any
Result<cv::Mat> decode(std::string_view bytes);

/// @param quality  1-100
/// @param dpi      written into the file; 0: none
Result<std::string> encodeJpeg(const cv::Mat& bgr, int quality, int dpi = 0);
Result<std::string> encodePng(const cv::Mat& bgr, int dpi = 0);

} // namespace zikao::picture
