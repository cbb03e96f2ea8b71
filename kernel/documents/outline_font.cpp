#include "kernel/documents/outline_font.hpp"

#include <memory>

namespace zikao::documents {

namespace {

/// Outlines are taken at this size and scaled down: FreeType rounds coordinates to 1/64.
constexpr double kOutlineSize = 1000;

const cairo_user_data_key_t kInner{};

struct DestroyFont
{
    void operator()(cairo_scaled_font_t* font) const { cairo_scaled_font_destroy(font); }
};
using ScaledFont = std::unique_ptr<cairo_scaled_font_t, DestroyFont>;

ScaledFont innerFont(cairo_scaled_font_t* outer)
{
    auto* face = static_cast<cairo_font_face_t*>(
        cairo_font_face_get_user_data(cairo_scaled_font_get_font_face(outer), &kInner));
    cairo_matrix_t size, identity;
    cairo_matrix_init_scale(&size, kOutlineSize, kOutlineSize);
    cairo_matrix_init_identity(&identity);
    const std::unique_ptr<cairo_font_options_t, decltype(&cairo_font_options_destroy)> options{
        cairo_font_options_create(), cairo_font_options_destroy};
    cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
    return ScaledFont{cairo_scaled_font_create(face, &size, &identity, options.get())};
}

cairo_status_t drawGlyph(cairo_scaled_font_t* outer, unsigned long glyph, cairo_t* cairo,
                         cairo_text_extents_t* extents)
{
    const ScaledFont inner = innerFont(outer);
    const cairo_glyph_t at_origin{glyph, 0, 0};
    cairo_text_extents_t measured;
    cairo_scaled_font_glyph_extents(inner.get(), &at_origin, 1, &measured);
    extents->x_advance = measured.x_advance / kOutlineSize;
    cairo_scale(cairo, 1 / kOutlineSize, 1 / kOutlineSize);
    cairo_set_scaled_font(cairo, inner.get());
    cairo_glyph_path(cairo, &at_origin, 1);
    cairo_fill(cairo);
    return CAIRO_STATUS_SUCCESS;
}

} // namespace

OutlineFonts::~OutlineFonts()
{
    for (const auto& [inner, outer] : fonts_)
        cairo_font_face_destroy(outer);
}

cairo_font_face_t* OutlineFonts::outlinesOf(cairo_font_face_t* face)
{
    cairo_font_face_t*& outer = fonts_[face];
    if (outer == nullptr) {
        outer = cairo_user_font_face_create();
        cairo_user_font_face_set_render_glyph_func(outer, drawGlyph);
        cairo_font_face_set_user_data(outer, &kInner, cairo_font_face_reference(face), [](void* inner) {
            cairo_font_face_destroy(static_cast<cairo_font_face_t*>(inner));
        });
    }
    return outer;
}

} // namespace zikao::documents
