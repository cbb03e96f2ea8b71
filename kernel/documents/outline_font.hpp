#pragma once

#include <cairo.h>

#include <map>

namespace zikao::documents {

/// Fonts whose glyphs are the outlines of another font's. Cairo 1.16 loses glyphs when it subsets the CFF
/// outlines of Noto CJK (如 in the regular weight vanishes from the paper, though not from the text); fonts
/// that draw their own glyphs go a way that keeps them all.
/// @threads the one that made it
class OutlineFonts
{
public:
    OutlineFonts() = default;
    OutlineFonts(const OutlineFonts&) = delete;
    OutlineFonts& operator=(const OutlineFonts&) = delete;
    ~OutlineFonts();

    /// The font with the outlines of `face`; lives as long as this object.
    cairo_font_face_t* outlinesOf(cairo_font_face_t* face);

private:
    std::map<cairo_font_face_t*, cairo_font_face_t*> fonts_;
};

} // namespace zikao::documents
