#pragma once

#include <memory>
#include <string>
#include <vector>

#include <opencv2/objdetect.hpp>

#include "plugins/api/image_inspector.hpp"
#include "plugins/api/plugin.hpp"

namespace zikao::photo {

/// Judges portraits with OpenCV's Haar cascades and cleans every picture that is taken in. The cascades are read once,
/// when the plugin is made; afterwards it opens no file.
/// @threads one at a time, as a worker calls
class Inspector : public api::ImageInspector
{
public:
    /// @errors `not_found`: a cascade cannot be read
    static Result<std::unique_ptr<api::ImageInspector>> create(const api::PluginContext& context);

    Result<api::Inspection> inspect(const std::string& bytes, const api::PhotoStandard& standard) override;
    Result<api::CleanImage> clean(const std::string& bytes) override;

private:
    /// Faces and eyes on the whole picture; the search itself runs on a smaller copy.
    void findFaces(const cv::Mat& bgr, api::Inspection& into);

    cv::CascadeClassifier faces_, eyes_;
};

} // namespace zikao::photo
