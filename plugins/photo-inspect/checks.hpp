#pragma once

#include <string>

#include <opencv2/core/mat.hpp>

#include "plugins/api/image_inspector.hpp"

namespace zikao::photo {

/// Each adds what the standard asks and nothing else. What is found is written for people: "312 KB", "35%", "偏左".
void checkFile(api::Inspection& inspection, const api::PhotoStandard& standard, std::size_t bytes);
/// Wants `faces` and `eyes` found before. With another number of faces than one, only that is said.
void checkFace(api::Inspection& inspection);
void checkGround(api::Inspection& inspection, const api::PhotoStandard& standard, const cv::Mat& bgr);
void checkSharpness(api::Inspection& inspection, const api::PhotoStandard& standard, const cv::Mat& grey);

} // namespace zikao::photo
