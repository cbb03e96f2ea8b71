#include "plugins/idcard-ocr/reader.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/core/utility.hpp>
#include <opencv2/imgproc.hpp>

#include "plugins/support/picture/picture.hpp"

namespace zikao::idcard {

namespace {

/// The model was taught letters of about 30 pixels: those of a card that fills the picture have them at this width.
constexpr int kWidth = 720;
constexpr int kFineWidth = 1000; ///< for what was not legible at the first
/// Two of three names that were read wrong were less sure than this, and one of five that were read right.
constexpr float kSureName = 96;

cv::Mat greyOf(const cv::Mat& bgr, int width)
{
    cv::Mat scaled, grey;
    const double factor = static_cast<double>(width) / bgr.cols;
    const int height = std::clamp(static_cast<int>(std::lround(bgr.rows * factor)), 1, 2 * width);
    cv::resize(bgr, scaled, {width, height}, 0, 0, factor < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
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

/// A portrait is read as letters, and spoils the lines beside it. Where the picture has a card's shape, the portrait
/// stands right of the lines and above the number.
void hidePortrait(cv::Mat& grey)
{
    constexpr double kNarrowest = 1.45, kWidest = 1.75; // of 85.6 to 54 mm, cut out by hand
    constexpr double kLeft = 0.65, kBottom = 0.78;
    const double shape = static_cast<double>(grey.cols) / grey.rows;
    if (shape < kNarrowest || shape > kWidest)
        return;
    const int left = static_cast<int>(grey.cols * kLeft);
    grey(cv::Rect(left, 0, grey.cols - left, static_cast<int>(grey.rows * kBottom))) = 255;
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
    const auto linesOf = [&](int width) {
        cv::Mat lines = withoutGround(greyOf(*picture, width));
        hidePortrait(lines);
        return engine_->recognize(lines);
    };
    Fields fields = readFields(linesOf(kWidth));
    if (!fields.isWhole() || fields.name.confidence < kSureName) {
        const Fields fine = readFields(linesOf(kFineWidth));
        if (fine.name.confidence > fields.name.confidence)
            fields.name = fine.name;
        fields.complete(fine);
    }
    if (!fields.isWhole()) // the card may lie elsewhere in the picture, or in a bad light
        fields.complete(
            readFields(engine_->recognize(blackOnWhite(withoutGround(greyOf(*picture, kFineWidth))))));
    if (fields.id_number.text.empty() && fields.name.text.empty())
        return fail(ErrorCode::invalid_argument, "neither a name nor a number was found", "card_unreadable");
    return api::IdCardReading{fields.name.text,       fields.sex.text,       fields.ethnicity.text,
                              fields.birth_date.text, fields.id_number.text, fields.address.text,
                              worstOf(fields)};
}

} // namespace zikao::idcard
