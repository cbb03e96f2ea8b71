#pragma once

#include <memory>
#include <string>

#include "plugins/api/image_inspector.hpp"
#include "plugins/photo-inspect/faces.hpp"

namespace zikao::photo {

/// Measures and cleans pictures with OpenCV; decoding is plugins/support/picture alone.
/// @threads one at a time
class Inspector : public api::ImageInspector
{
public:
    /// @errors `invalid_argument`: a setting is wrong or a cascade is missing
    static Result<std::unique_ptr<api::ImageInspector>> create(const api::PluginContext& context);
    explicit Inspector(FaceFinder finder) : finder_(std::move(finder)) {}

    Result<api::Inspection> inspect(const std::string& bytes, const api::PhotoStandard& standard) override;
    Result<api::CleanImage> clean(const std::string& bytes, const api::PhotoStandard& standard) override;

private:
    FaceFinder finder_;
};

} // namespace zikao::photo
