#include <opencv2/imgproc.hpp>

#include "tests/tools/picture/portrait.hpp"

namespace zikao::drawing {

namespace {

constexpr Colour kSkin{0.86, 0.69, 0.58}, kShade{0.55, 0.38, 0.30}, kHair{0.10, 0.08, 0.08},
    kLip{0.62, 0.28, 0.27}, kWhite{0.95, 0.94, 0.93}, kIris{0.12, 0.08, 0.06}, kCoat{0.16, 0.20, 0.32};

constexpr double kEyesAbove = 0.08; // of the head's width, above the middle of the face

/// A head with `size` pixels from temple to temple around (x, y).
class Head
{
public:
    Head(const Canvas& canvas, double x, double y, double size, bool eyes_closed)
        : canvas_(canvas),
          x_(x),
          y_(y),
          size_(size),
          eyes_closed_(eyes_closed)
    {}

    void draw() const
    {
        body();
        skull();
        for (const double side : {-1.0, 1.0}) {
            eye(side);
            brow(side);
            cheek(side);
        }
        nose();
        mouth();
    }

private:
    /// All measures below are shares of the head's width, from the middle of the face.
    void blob(Colour colour, double alpha, double x, double y, double rx, double ry) const
    {
        canvas_.use(colour, alpha);
        canvas_.ellipse(x_ + x * size_, y_ + y * size_, rx * size_, ry * size_);
    }

    /// Shade that fades outwards, from many thin layers.
    void soft(Colour colour, double alpha, double x, double y, double rx, double ry) const
    {
        constexpr int kLayers = 8;
        for (int i = kLayers; i > 0; --i)
            blob(colour, alpha / kLayers, x, y, rx * i / kLayers, ry * i / kLayers);
    }

    void body() const
    {
        blob(kCoat, 1, 0, 1.55, 1.25, 0.75);
        blob(kSkin, 1, 0, 0.72, 0.24, 0.36);
        soft(kShade, 0.5, 0, 0.62, 0.26, 0.16);
    }

    void skull() const
    {
        blob(kHair, 1, 0, -0.16, 0.56, 0.62);
        blob(kSkin, 1, 0, 0.06, 0.48, 0.62);
        blob(kHair, 1, 0, -0.62, 0.42, 0.20);
        soft(kWhite, 0.35, 0, -0.33, 0.32, 0.14);
    }

    void eye(double side) const
    {
        const double x = side * 0.215, y = -kEyesAbove;
        soft(kShade, 0.95, x, y - 0.02, 0.165, 0.115);
        if (eyes_closed_) {
            blob(kSkin, 1, x, y, 0.12, 0.06);
            return;
        }
        blob(kWhite, 1, x, y, 0.098, 0.045);
        blob(kIris, 1, x, y, 0.046, 0.048);
        blob(kWhite, 0.9, x + 0.014, y - 0.014, 0.011, 0.011);
        blob(kIris, 0.8, x, y - 0.044, 0.105, 0.014);
    }

    void brow(double side) const { blob(kHair, 0.85, side * 0.22, -0.205, 0.135, 0.026); }

    void cheek(double side) const { soft(kWhite, 0.45, side * 0.24, 0.14, 0.15, 0.12); }

    void nose() const
    {
        soft(kWhite, 0.5, 0, 0.02, 0.05, 0.20);
        soft(kShade, 0.8, 0, 0.205, 0.105, 0.04);
        for (const double side : {-1.0, 1.0})
            blob(kIris, 0.6, side * 0.042, 0.205, 0.02, 0.012);
    }

    void mouth() const
    {
        blob(kLip, 1, 0, 0.365, 0.155, 0.04);
        blob(kIris, 0.7, 0, 0.362, 0.15, 0.009);
        soft(kShade, 0.5, 0, 0.455, 0.13, 0.04);
    }

    const Canvas& canvas_;
    double x_, y_, size_;
    bool eyes_closed_;
};

void shadeGround(const Canvas& canvas)
{
    cairo_pattern_t* shadow = cairo_pattern_create_linear(0, 0, canvas.width(), 0);
    cairo_pattern_add_color_stop_rgba(shadow, 0, 0, 0, 0, 0.45);
    cairo_pattern_add_color_stop_rgba(shadow, 0.5, 0, 0, 0, 0);
    cairo_set_source(canvas.context(), shadow);
    cairo_paint(canvas.context());
    cairo_pattern_destroy(shadow);
}

} // namespace

cv::Mat drawPortrait(const Portrait& portrait)
{
    const Canvas canvas(portrait.width, portrait.height, portrait.ground);
    if (portrait.uneven_ground)
        shadeGround(canvas);
    const double w = portrait.width, size = w * portrait.face_share;
    const double y = portrait.eye_line > 0 ? portrait.eye_line + size * kEyesAbove : portrait.height * 0.46;
    if (portrait.faces == 1)
        Head(canvas, w * (portrait.off_centre ? 0.27 : portrait.middle), y, size, portrait.eyes_closed)
            .draw();
    if (portrait.faces == 2)
        for (const double x : {0.26, 0.74})
            Head(canvas, w * x, y, w * 0.36, portrait.eyes_closed).draw();
    // Skin has no edges between its shades: without this the drawing is all contours.
    cv::Mat smooth;
    cv::GaussianBlur(canvas.pixels(), smooth, {}, portrait.width / 600.0);
    return smooth;
}

} // namespace zikao::drawing
