#include "tests/tools/picture/canvas.hpp"

#include <numbers>
#include <stdexcept>

#include <opencv2/imgproc.hpp>
#include <pango/pangocairo.h>

namespace zikao::drawing {

Colour Colour::parse(const std::string& text)
{
    if (text.size() != 7 || text[0] != '#' ||
        text.find_first_not_of("0123456789abcdefABCDEF", 1) != std::string::npos)
        throw std::invalid_argument("a colour is #rrggbb, not " + text);
    const auto part = [&](std::size_t at) { return std::stoi(text.substr(at, 2), nullptr, 16) / 255.0; };
    return {part(1), part(3), part(5)};
}

Canvas::Canvas(int width, int height, Colour ground)
    : width_(width),
      height_(height),
      surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height)),
      cairo_(cairo_create(surface_))
{
    if (cairo_status(cairo_) != CAIRO_STATUS_SUCCESS)
        throw std::runtime_error(cairo_status_to_string(cairo_status(cairo_)));
    use(ground);
    cairo_paint(cairo_);
}

Canvas::~Canvas()
{
    cairo_destroy(cairo_);
    cairo_surface_destroy(surface_);
}

void Canvas::use(Colour colour, double alpha) const
{
    cairo_set_source_rgba(cairo_, colour.red, colour.green, colour.blue, alpha);
}

void Canvas::ellipse(double x, double y, double radius_x, double radius_y) const
{
    cairo_save(cairo_);
    cairo_translate(cairo_, x, y);
    cairo_scale(cairo_, radius_x, radius_y);
    cairo_arc(cairo_, 0, 0, 1, 0, 2 * std::numbers::pi);
    cairo_restore(cairo_);
    cairo_fill(cairo_);
}

void Canvas::text(double x, double y, const std::string& font, const std::string& words, double wrap_width,
                  double letter_space) const
{
    PangoLayout* layout = pango_cairo_create_layout(cairo_);
    PangoFontDescription* description = pango_font_description_from_string(font.c_str());
    pango_layout_set_font_description(layout, description);
    pango_layout_set_text(layout, words.c_str(), static_cast<int>(words.size()));
    if (wrap_width > 0) {
        pango_layout_set_width(layout, static_cast<int>(wrap_width * PANGO_SCALE));
        pango_layout_set_wrap(layout, PANGO_WRAP_CHAR);
    }
    if (letter_space > 0) {
        PangoAttrList* attributes = pango_attr_list_new();
        pango_attr_list_insert(attributes,
                               pango_attr_letter_spacing_new(static_cast<int>(letter_space * PANGO_SCALE)));
        pango_layout_set_attributes(layout, attributes);
        pango_attr_list_unref(attributes);
    }
    cairo_move_to(cairo_, x, y);
    pango_cairo_show_layout(cairo_, layout);
    pango_font_description_free(description);
    g_object_unref(layout);
}

cv::Mat Canvas::pixels() const
{
    cairo_surface_flush(surface_);
    const cv::Mat bgrx(height_, width_, CV_8UC4, cairo_image_surface_get_data(surface_),
                       static_cast<std::size_t>(cairo_image_surface_get_stride(surface_)));
    cv::Mat bgr;
    cv::cvtColor(bgrx, bgr, cv::COLOR_BGRA2BGR);
    return bgr;
}

} // namespace zikao::drawing
