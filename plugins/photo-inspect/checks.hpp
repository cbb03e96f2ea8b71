#pragma once

#include <string>

#include <opencv2/core/mat.hpp>

#include "plugins/api/image_inspector.hpp"
#include "plugins/support/picture/header.hpp"

namespace zikao::photo {

/// Each adds what the standard asks and nothing else. What is found is written for people: "312 KB", "35%", "偏左".
void checkFile(api::Inspection& inspection, const api::PhotoStandard& standard, std::size_t bytes);
/// How the file is stored: resolution, quality, colours, one pass, upright.
void checkStorage(api::Inspection& inspection, const api::PhotoStandard& standard,
                  const picture::Header& header);
/// Wants `faces` and `eyes` found before. With another number of faces than one, only that is said. What a standard
/// measures more exactly in pixels (face width, centre and eye line) is not judged a second time by shares.
void checkFace(api::Inspection& inspection, const api::PhotoStandard& standard);
void checkGround(api::Inspection& inspection, const api::PhotoStandard& standard, const cv::Mat& bgr);
void checkSharpness(api::Inspection& inspection, const api::PhotoStandard& standard, const cv::Mat& grey);

} // namespace zikao::photo
