#pragma once

#include <optional>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>
#include <opencv2/objdetect.hpp>

#include "plugins/api/result.hpp"

namespace zikao::photo {

/// Finds upright frontal faces and their eyes with OpenCV's Haar cascades.
/// @threads one at a time: the classifiers keep state while they look
class FaceFinder
{
public:
    /// Reads the cascades; afterwards no file is touched. @errors `invalid_argument`: a cascade is missing
    static Result<FaceFinder> load(const std::string& cascade_dir);

    /// @param grey  8 bits, about 480 pixels wide
    std::vector<cv::Rect> faces(const cv::Mat& grey);
    /// At most one eye on each side of the face's middle; glasses do not matter.
    std::vector<cv::Rect> eyes(const cv::Mat& grey, const cv::Rect& face);

private:
    cv::CascadeClassifier face_, eye_, eye_behind_glasses_;
};

} // namespace zikao::photo
