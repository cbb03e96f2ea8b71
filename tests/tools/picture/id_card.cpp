#include "tests/tools/picture/id_card.hpp"

#include <memory>
#include <utility>

#include <opencv2/imgproc.hpp>
#include <pango/pangocairo.h>

#include "tests/tools/picture/portrait.hpp"

namespace zikao::drawing {

namespace {

constexpr int kWidth = 1012, kHeight = 638;

/// A card-sized canvas; texts in Noto Sans CJK.
class Canvas
{
public:
    Canvas()
        : surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, kWidth, kHeight), &cairo_surface_destroy),
          pen_(cairo_create(surface_.get()), &cairo_destroy)
    {
        cairo_set_source_rgb(pen_.get(), 0.90, 0.94, 0.96);
        cairo_paint(pen_.get());
    }

    enum class Ink { label, value };
    void write(double x, double y, int pixels, Ink ink, const std::string& text, int wrap = 0)
    {
        const std::unique_ptr<PangoLayout, void (*)(gpointer)> layout(pango_cairo_create_layout(pen_.get()),
                                                                      &g_object_unref);
        const std::unique_ptr<PangoFontDescription, void (*)(PangoFontDescription*)> font(
            pango_font_description_from_string("Noto Sans CJK SC"), &pango_font_description_free);
        pango_font_description_set_absolute_size(font.get(), static_cast<double>(pixels) * PANGO_SCALE);
        pango_layout_set_font_description(layout.get(), font.get());
        pango_layout_set_text(layout.get(), text.c_str(), -1);
        if (wrap > 0) {
            pango_layout_set_width(layout.get(), wrap * PANGO_SCALE);
            pango_layout_set_wrap(layout.get(), PANGO_WRAP_CHAR);
        }
        if (ink == Ink::label)
            cairo_set_source_rgb(pen_.get(), 0.10, 0.35, 0.60);
        else
            cairo_set_source_rgb(pen_.get(), 0.05, 0.05, 0.05);
        cairo_move_to(pen_.get(), x, y);
        pango_cairo_show_layout(pen_.get(), layout.get());
    }

    [[nodiscard]] cv::Mat picture() const
    {
        cairo_surface_flush(surface_.get());
        const cv::Mat bgrx(kHeight, kWidth, CV_8UC4, cairo_image_surface_get_data(surface_.get()),
                           static_cast<std::size_t>(cairo_image_surface_get_stride(surface_.get())));
        cv::Mat bgr;
        cv::cvtColor(bgrx, bgr, cv::COLOR_BGRA2BGR);
        return bgr;
    }

private:
    std::unique_ptr<cairo_surface_t, void (*)(cairo_surface_t*)> surface_;
    std::unique_ptr<cairo_t, void (*)(cairo_t*)> pen_;
};

/// "1999", "5", "12": the card prints no leading zeros.
std::string withoutZero(const std::string& text)
{
    return text.size() > 1 && text[0] == '0' ? text.substr(1) : text;
}

} // namespace

cv::Mat drawIdCardFront(const IdCard& card)
{
    using enum Canvas::Ink;
    Canvas canvas;
    canvas.write(60, 62, 32, label, "姓名");
    canvas.write(170, 54, 42, value, card.name);
    canvas.write(60, 146, 32, label, "性别");
    canvas.write(170, 140, 38, value, card.sex);
    canvas.write(280, 146, 32, label, "民族");
    canvas.write(380, 140, 38, value, card.ethnicity);
    canvas.write(60, 228, 32, label, "出生");
    canvas.write(170, 222, 38, value, card.birth.substr(0, 4));
    canvas.write(275, 228, 32, label, "年");
    canvas.write(330, 222, 38, value, withoutZero(card.birth.substr(5, 2)));
    canvas.write(390, 228, 32, label, "月");
    canvas.write(445, 222, 38, value, withoutZero(card.birth.substr(8, 2)));
    canvas.write(505, 228, 32, label, "日");
    canvas.write(60, 312, 32, label, "住址");
    canvas.write(170, 306, 38, value, card.address, 460);
    canvas.write(60, 532, 32, label, "公民身份号码");
    canvas.write(350, 522, 46, value, card.number);
    cv::Mat picture = canvas.picture();
    Portrait portrait;
    portrait.width = 290;
    portrait.height = 360;
    portrait.ground = {245, 240, 230};
    drawPortrait(portrait).copyTo(picture(cv::Rect(670, 90, portrait.width, portrait.height)));
    return picture;
}

cv::Mat drawIdCardBack(const std::string& authority, const std::string& valid)
{
    using enum Canvas::Ink;
    Canvas canvas;
    canvas.write(330, 90, 56, value, "中华人民共和国");
    canvas.write(350, 190, 72, value, "居民身份证");
    canvas.write(220, 420, 34, label, "签发机关");
    canvas.write(400, 416, 38, value, authority);
    canvas.write(220, 510, 34, label, "有效期限");
    canvas.write(400, 506, 38, value, valid);
    return canvas.picture();
}

} // namespace zikao::drawing
