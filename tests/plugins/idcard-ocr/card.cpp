#include "tests/plugins/idcard-ocr/card.hpp"

#include <stdexcept>

#include <opencv2/imgproc.hpp>
#include <pango/pangocairo.h>

#include "plugins/support/picture/picture.hpp"

namespace zikao::idcard::testing_support {

namespace {

constexpr int kWidth = 1012, kHeight = 638;

void write(cairo_t* on, double x, double y, const std::string& text, int size, bool label = false)
{
    PangoLayout* layout = pango_cairo_create_layout(on);
    PangoFontDescription* font = pango_font_description_from_string("Noto Sans CJK SC");
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_text(layout, text.c_str(), -1);
    label ? cairo_set_source_rgb(on, 0.15, 0.35, 0.6) : cairo_set_source_rgb(on, 0.05, 0.05, 0.05);
    cairo_move_to(on, x, y);
    pango_cairo_show_layout(on, layout);
    pango_font_description_free(font);
    g_object_unref(layout);
}

void writeAll(cairo_t* on, const Card& card)
{
    write(on, 60, 62, "姓名", 30, true);
    write(on, 165, 56, card.name, 40);
    write(on, 60, 142, "性别", 30, true);
    write(on, 165, 138, card.sex, 36);
    write(on, 285, 142, "民族", 30, true);
    write(on, 385, 138, card.ethnicity, 36);
    write(on, 60, 218, "出生", 30, true);
    write(on, 165, 214, card.year, 36);
    write(on, 265, 218, "年", 30, true);
    write(on, 325, 214, card.month, 36);
    write(on, 365, 218, "月", 30, true);
    write(on, 425, 214, card.day, 36);
    write(on, 475, 218, "日", 30, true);
    write(on, 60, 304, "住址", 30, true);
    write(on, 165, 300, card.address[0], 36);
    write(on, 165, 354, card.address[1], 36);
    write(on, 60, 534, "公民身份号码", 30, true);
    write(on, 340, 526, card.number, 44);
}

} // namespace

std::string withCheckDigit(const std::string& digits)
{
    constexpr int kWeights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (std::size_t i = 0; i < 17; ++i)
        sum += (digits.at(i) - '0') * kWeights[i];
    return digits + "10X98765432"[sum % 11];
}

std::string draw(const Card& card)
{
    cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, kWidth, kHeight);
    cairo_t* on = cairo_create(surface);
    cairo_set_source_rgb(on, 0.88, 0.93, 0.95);
    cairo_paint(on);
    cairo_set_source_rgb(on, 0.55, 0.5, 0.48);
    cairo_arc(on, 800, 230, 95, 0, 6.3);
    cairo_fill(on);
    cairo_rectangle(on, 680, 330, 240, 130);
    cairo_fill(on);
    writeAll(on, card);
    cairo_surface_flush(surface);
    const cv::Mat bgra(kHeight, kWidth, CV_8UC4, cairo_image_surface_get_data(surface),
                       static_cast<std::size_t>(cairo_image_surface_get_stride(surface)));
    cv::Mat bgr;
    cv::cvtColor(bgra, bgr, cv::COLOR_BGRA2BGR);
    cairo_destroy(on);
    cairo_surface_destroy(surface);
    auto png = picture::encodePng(bgr);
    if (!png)
        throw std::runtime_error(png.error().message);
    return *png;
}

} // namespace zikao::idcard::testing_support
