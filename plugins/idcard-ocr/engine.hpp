#pragma once

#include <memory>

#include <opencv2/core/mat.hpp>

#include "plugins/api/result.hpp"
#include "plugins/idcard-ocr/fields.hpp"

namespace tesseract {
class TessBaseAPI;
}

namespace zikao::idcard {

/// Tesseract with the simplified Chinese model, in one thread.
class Engine
{
public:
    /// Loads the model: a confined worker may open files at this moment alone.
    /// @errors `unavailable`: the model is not installed
    static Result<std::unique_ptr<Engine>> load();
    ~Engine();

    /// All text of an 8-bit grey picture, blanks dropped, a line feed after each line, a tab in wide gaps,
    /// the dot of a name where the picture shows one. Empty when it takes more than 2.5 seconds, as noise does.
    Text recognize(const cv::Mat& grey);

private:
    explicit Engine(std::unique_ptr<tesseract::TessBaseAPI> api);
    std::unique_ptr<tesseract::TessBaseAPI> api_;
};

} // namespace zikao::idcard
