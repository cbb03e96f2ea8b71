#pragma once

#include <string>
#include <string_view>

#include <opencv2/core/mat.hpp>

namespace zikao::picture {

/// Fill `bgr`, which already has the size of the header, from the file.
/// @return nothing when all went well, otherwise what the library said
std::string decodeJpegInto(cv::Mat& bgr, std::string_view bytes);
std::string decodePngInto(cv::Mat& bgr, std::string_view bytes);

} // namespace zikao::picture
