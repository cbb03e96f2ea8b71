#include "plugins/idcard-ocr/reader.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/core/utility.hpp>
#include <opencv2/imgproc.hpp>

#include "plugins/support/picture/picture.hpp"

namespace zikao::idcard {

namespace {

constexpr int kWidth = 1200; ///< letters of a card that fills the picture are then about 45 pixels high

cv::Mat greyOf(const cv::Mat& bgr)
{
    cv::Mat scaled, grey;
    const double factor = static_cast<double>(kWidth) / bgr.cols;
    const int height = std::clamp(static_cast<int>(std::lround(bgr.rows * factor)), 1, 2 * kWidth);
    cv::resize(bgr, scaled, {kWidth, height}, 0, 0, factor < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
    cv::cvtColor(scaled, grey, cv::COLOR_BGR2GRAY);
    return grey;
}

/// Takes away what is lighter than print: the card's wavy ground, shadows and glare. What was as dark as print stays.
cv::Mat withoutGround(const cv::Mat& grey)
{
    constexpr double kPrint = 50, kPaper = 205; // of 255, against the ground around
    cv::Mat ground, even, result;
    cv::morphologyEx(grey, ground, cv::MORPH_CLOSE, cv::getStructuringElement(cv::MORPH_RECT, {29, 29}));
    cv::GaussianBlur(ground, ground, {0, 0}, 14);
    cv::divide(grey, ground, even, 255);
    const double stretch = 255 / (kPaper - kPrint);
    even.convertTo(result, CV_8U, stretch, -kPrint * stretch);
    return result;
}

cv::Mat blackOnWhite(const cv::Mat& grey)
{
    cv::Mat result;
    cv::adaptiveThreshold(grey, result, 255, cv::ADAPTIVE_THRESH_GAUSSIAN_C, cv::THRESH_BINARY, 41, 15);
    return result;
}

int worstOf(const Fields& fields)
{
    float worst = 100;
    for (const Field* field : {&fields.name, &fields.sex, &fields.ethnicity, &fields.birth_date,
                               &fields.id_number, &fields.address})
        if (!field->text.empty())
            worst = std::min(worst, field->confidence);
    return static_cast<int>(std::lround(std::max(worst, 0.0F)));
}

} // namespace

Result<std::unique_ptr<api::IdCardReader>> Reader::create(const api::PluginContext&)
{
    cv::setNumThreads(1);
    auto engine = Engine::load();
    if (!engine)
        return fail(engine.error());
    return std::unique_ptr<api::IdCardReader>(std::make_unique<Reader>(std::move(*engine)));
}

Reader::Reader(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}

Result<api::IdCardReading> Reader::read(const std::string& image_bytes)
{
    const auto picture = picture::decode(image_bytes);
    if (!picture)
        return fail(picture.error());
    const std::lock_guard lock(one_at_a_time_);
    const cv::Mat grey = withoutGround(greyOf(*picture));
    Fields fields = readFields(engine_->recognize(grey));
    if (!fields.isWhole())
        fields.complete(readFields(engine_->recognize(blackOnWhite(grey))));
    if (fields.id_number.text.empty() && fields.name.text.empty())
        return fail(ErrorCode::invalid_argument, "neither a name nor a number was found", "card_unreadable");
    return api::IdCardReading{fields.name.text,       fields.sex.text,       fields.ethnicity.text,
                              fields.birth_date.text, fields.id_number.text, fields.address.text,
                              worstOf(fields)};
}

} // namespace zikao::idcard
