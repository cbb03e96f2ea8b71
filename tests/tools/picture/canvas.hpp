#pragma once

#include <string>

#include <cairo.h>
#include <opencv2/core/mat.hpp>

namespace zikao::drawing {

struct Colour
{
    double red = 0, green = 0, blue = 0; ///< 0 to 1

    /// Reads `#rrggbb`. @throws std::invalid_argument
    static Colour parse(const std::string& text);
};

/// A sheet of pixels drawn on with Cairo, filled with one colour at first.
class Canvas
{
public:
    Canvas(int width, int height, Colour ground);
    ~Canvas();
    Canvas(const Canvas&) = delete;
    Canvas& operator=(const Canvas&) = delete;

    [[nodiscard]] cairo_t* context() const { return cairo_; }
    [[nodiscard]] int width() const { return width_; }
    [[nodiscard]] int height() const { return height_; }

    void use(Colour colour, double alpha = 1) const;
    /// Fills an ellipse around (x, y).
    void ellipse(double x, double y, double radius_x, double radius_y) const;
    /// Writes with the upper left corner at (x, y). @param font  Pango description with size in pixels
    /// @param wrap_width  pixels; 0: one line
    void text(double x, double y, const std::string& font, const std::string& words, double wrap_width = 0,
              double letter_space = 0) const;

    /// A copy as BGR of 8 bits.
    [[nodiscard]] cv::Mat pixels() const;

private:
    int width_, height_;
    cairo_surface_t* surface_;
    cairo_t* cairo_;
};

} // namespace zikao::drawing
