#include "tests/tools/picture/id_card.hpp"

#include <cmath>
#include <stdexcept>

#include <opencv2/imgproc.hpp>

#include "tests/tools/picture/portrait.hpp"

namespace zikao::drawing {

namespace {

constexpr Colour kPaper{0.90, 0.94, 0.96}, kLabel{0.20, 0.42, 0.66}, kInk{0.08, 0.08, 0.10},
    kEmblem{0.78, 0.16, 0.14};
constexpr int kWidth = 1012;
constexpr double kRatio = 54.0 / 85.6; // ISO/IEC 7810 ID-1

/// A card measured in 1000 units across.
class Card
{
public:
    Card() : canvas_(kWidth, static_cast<int>(std::lround(kWidth * kRatio)), kPaper)
    {
        cairo_scale(canvas_.context(), kWidth / 1000.0, kWidth / 1000.0);
        lines();
    }

    void label(double x, double y, const std::string& words) const
    {
        write(x, y, words, kLabel, "Noto Sans CJK SC 30px", 0);
    }
    void value(double x, double y, const std::string& words, double wrap = 0) const
    {
        write(x, y, words, kInk, "Noto Sans CJK SC 37px", wrap);
    }
    void number(double x, double y, const std::string& words) const
    {
        canvas_.use(kInk);
        canvas_.text(x, y, "Noto Sans Mono CJK SC Bold 44px", words, 0, 6);
    }
    void title(double x, double y, const std::string& font, const std::string& words) const
    {
        write(x, y, words, kInk, font, 0);
    }
    [[nodiscard]] const Canvas& canvas() const { return canvas_; }

private:
    void write(double x, double y, const std::string& words, Colour colour, const char* font,
               double wrap) const
    {
        canvas_.use(colour);
        canvas_.text(x, y, font, words, wrap);
    }
    void write(double x, double y, const std::string& words, Colour colour, const std::string& font,
               double wrap) const
    {
        write(x, y, words, colour, font.c_str(), wrap);
    }

    /// The guilloche of thin waves behind the print.
    void lines() const
    {
        canvas_.use({0.55, 0.72, 0.82}, 0.35);
        cairo_set_line_width(canvas_.context(), 1);
        for (int row = 0; row < 64; ++row) {
            cairo_move_to(canvas_.context(), 0, row * 10);
            for (int x = 0; x <= 1000; x += 10)
                cairo_line_to(canvas_.context(), x, row * 10 + 6 * std::sin(x / 60.0 + row * 0.4));
            cairo_stroke(canvas_.context());
        }
    }

    Canvas canvas_;
};

/// Pastes the portrait as cards show it: without the photograph's ground.
void pastePortrait(cv::Mat& card)
{
    Portrait portrait;
    portrait.width = card.cols * 30 / 100;
    portrait.height = portrait.width * 5 / 4;
    portrait.ground = kPaper;
    const cv::Mat drawn = drawPortrait(portrait);
    drawn.copyTo(card(cv::Rect(card.cols * 64 / 100, card.rows * 13 / 100, drawn.cols, drawn.rows)));
}

} // namespace

cv::Mat drawIdCardFront(const IdCard& card)
{
    if (card.birth.size() != 10)
        throw std::invalid_argument("birth is YYYY-MM-DD, not " + card.birth);
    const Card sheet;
    const auto month = std::to_string(std::stoi(card.birth.substr(5, 2)));
    const auto day = std::to_string(std::stoi(card.birth.substr(8, 2)));
    sheet.label(80, 78, "姓名");
    sheet.value(175, 70, card.name);
    sheet.label(80, 158, "性别");
    sheet.value(175, 150, card.sex);
    sheet.label(275, 158, "民族");
    sheet.value(370, 150, card.ethnicity);
    sheet.label(80, 238, "出生");
    sheet.value(175, 230, card.birth.substr(0, 4));
    sheet.label(275, 238, "年");
    sheet.value(325, 230, month);
    sheet.label(380, 238, "月");
    sheet.value(425, 230, day);
    sheet.label(480, 238, "日");
    sheet.label(80, 318, "住址");
    sheet.value(175, 310, card.address, 430);
    sheet.label(80, 526, "公民身份号码");
    sheet.number(330, 508, card.number);
    cv::Mat picture = sheet.canvas().pixels();
    pastePortrait(picture);
    return picture;
}

cv::Mat drawIdCardBack(const std::string& authority, const std::string& valid_from,
                       const std::string& valid_to)
{
    const Card sheet;
    sheet.canvas().use(kEmblem);
    sheet.canvas().ellipse(160, 150, 90, 95);
    sheet.title(330, 70, "Noto Sans CJK SC Bold 56px", "中华人民共和国");
    sheet.title(330, 170, "Noto Sans CJK SC Bold 72px", "居民身份证");
    const auto dotted = [](std::string day) {
        for (char& c : day)
            c = c == '-' ? '.' : c;
        return day;
    };
    sheet.label(180, 428, "签发机关");
    sheet.value(340, 420, authority);
    sheet.label(180, 518, "有效期限");
    sheet.value(340, 510, dotted(valid_from) + "-" + dotted(valid_to));
    return sheet.canvas().pixels();
}

} // namespace zikao::drawing
