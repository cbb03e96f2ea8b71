#include "kernel/identity/captcha_image.hpp"

#include <cairo.h>
#include <cmath>
#include <memory>
#include <random>

#include "kernel/base/id.hpp"

namespace zikao::identity {

namespace {

using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;
using Context = std::unique_ptr<cairo_t, decltype(&cairo_destroy)>;
using Path = std::unique_ptr<cairo_path_t, decltype(&cairo_path_destroy)>;

class Brush
{
public:
    explicit Brush(std::uint64_t seed) : random_(seed) {}
    double between(double low, double high)
    {
        return low + (high - low) * static_cast<double>(random_() >> 11) / static_cast<double>(1ULL << 53);
    }
    void dark(cairo_t* on)
    {
        cairo_set_source_rgb(on, between(0.05, 0.35), between(0.05, 0.35), between(0.15, 0.50));
    }

private:
    std::mt19937_64 random_;
};

struct Wave
{
    double amplitude, length, phase;
    [[nodiscard]] double at(double position) const { return amplitude * std::sin(position / length + phase); }
};

/// Bends every point of a path: text in straight lines is what programs read best.
void bend(cairo_path_t& path, const Wave& down, const Wave& across)
{
    for (int i = 0; i < path.num_data; i += path.data[i].header.length)
        for (int k = 1; k < path.data[i].header.length; ++k) {
            auto& point = path.data[i + k].point;
            const double x = point.x;
            point.x += across.at(point.y);
            point.y += down.at(x);
        }
}

void drawBackground(cairo_t* on, Brush& brush)
{
    cairo_set_source_rgb(on, brush.between(0.93, 0.98), brush.between(0.94, 0.98), brush.between(0.95, 0.99));
    cairo_paint(on);
    for (int i = 0; i < 90; ++i) {
        cairo_set_source_rgba(on, brush.between(0.2, 0.8), brush.between(0.2, 0.8), brush.between(0.2, 0.8),
                              0.45);
        cairo_arc(on, brush.between(0, kCaptchaWidth), brush.between(0, kCaptchaHeight),
                  brush.between(0.5, 1.3), 0, 2 * M_PI);
        cairo_fill(on);
    }
}

void drawLetters(cairo_t* on, std::string_view text, Brush& brush)
{
    const Wave down{brush.between(2.0, 3.6), brush.between(14, 22), brush.between(0, 6.28)};
    const Wave across{brush.between(1.0, 2.2), brush.between(7, 11), brush.between(0, 6.28)};
    const double cell = (kCaptchaWidth - 16.0) / static_cast<double>(text.size());
    cairo_select_font_face(on, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_BOLD);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char letter[] = {text[i], '\0'};
        cairo_set_font_size(on, brush.between(29, 35));
        cairo_text_extents_t size;
        cairo_text_extents(on, letter, &size);
        cairo_save(on);
        cairo_translate(on, 8 + cell * (static_cast<double>(i) + 0.5) + brush.between(-2, 2),
                        kCaptchaHeight / 2.0 + brush.between(-4, 4));
        cairo_rotate(on, brush.between(-0.32, 0.32));
        cairo_move_to(on, -size.width / 2 - size.x_bearing, -size.height / 2 - size.y_bearing);
        cairo_text_path(on, letter);
        cairo_restore(on);
        // The path is in picture coordinates now, so one wave runs through all letters.
        const Path path(cairo_copy_path(on), &cairo_path_destroy);
        bend(*path, down, across);
        cairo_new_path(on);
        cairo_append_path(on, path.get());
        brush.dark(on);
        cairo_fill(on);
    }
}

void drawStrokes(cairo_t* on, Brush& brush)
{
    for (int i = 0; i < 3; ++i) {
        brush.dark(on);
        cairo_set_line_width(on, brush.between(1.0, 1.8));
        cairo_move_to(on, brush.between(0, 12), brush.between(6, kCaptchaHeight - 6));
        cairo_curve_to(on, brush.between(40, 70), brush.between(0, kCaptchaHeight), brush.between(90, 120),
                       brush.between(0, kCaptchaHeight), brush.between(kCaptchaWidth - 12, kCaptchaWidth),
                       brush.between(6, kCaptchaHeight - 6));
        cairo_stroke(on);
    }
}

cairo_status_t appendTo(void* closure, const unsigned char* data, unsigned int length)
{
    static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
}

} // namespace

std::string newCaptchaText(int length)
{
    std::string text;
    // Bytes past the last whole multiple of the alphabet are thrown away: a remainder alone would favour its
    // head.
    const std::size_t fair = 256 - 256 % kCaptchaAlphabet.size();
    while (static_cast<int>(text.size()) < length)
        for (const char byte : randomBytes(16)) {
            const std::size_t value = static_cast<unsigned char>(byte);
            if (value < fair && static_cast<int>(text.size()) < length)
                text += kCaptchaAlphabet[value % kCaptchaAlphabet.size()];
        }
    return text;
}

std::string normalCaptchaAnswer(std::string_view answer)
{
    std::string out;
    for (const char c : answer)
        if (c != ' ')
            out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
}

Result<std::string> drawCaptcha(std::string_view text, std::uint64_t seed)
{
    Brush brush(seed);
    const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, kCaptchaWidth, kCaptchaHeight),
                          &cairo_surface_destroy);
    {
        const Context on(cairo_create(surface.get()), &cairo_destroy);
        drawBackground(on.get(), brush);
        drawLetters(on.get(), text, brush);
        drawStrokes(on.get(), brush);
        if (cairo_status(on.get()) != CAIRO_STATUS_SUCCESS)
            return fail(ErrorCode::internal, "captcha: Cairo could not draw");
    }
    std::string png;
    if (cairo_surface_write_to_png_stream(surface.get(), &appendTo, &png) != CAIRO_STATUS_SUCCESS)
        return fail(ErrorCode::internal, "captcha: Cairo could not write the picture");
    return png;
}

} // namespace zikao::identity
