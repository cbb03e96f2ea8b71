#pragma once

#include <cairo.h>
#include <pango/pangocairo.h>

#include <memory>
#include <string>

#include "kernel/documents/outline_font.hpp"
#include "kernel/documents/qr_matrix.hpp"

namespace zikao::documents {

/// A4 in points (1/72 inch) and the margins of every sheet.
inline constexpr double kPageWidth = 595.276, kPageHeight = 841.89;
inline constexpr double kLeft = 56, kRight = kPageWidth - 56, kTop = 56, kBottom = kPageHeight - 64;

struct Ink
{
    double red = 0, green = 0, blue = 0;
};
inline constexpr Ink kBlack{0.10, 0.11, 0.13}, kGrey{0.42, 0.45, 0.50}, kHair{0.80, 0.82, 0.85},
    kShade{0.953, 0.961, 0.973}, kPale{0.91, 0.92, 0.94}, kAccent{0.09, 0.27, 0.52};

struct TextStyle
{
    double size = 10.5;
    bool bold = false;
    bool tabular = false; ///< figures of equal width
    Ink ink = kBlack;
    PangoAlignment align = PANGO_ALIGN_LEFT;
};

/// One paragraph, wrapped to a width. @threads the one that made it
class TextBlock
{
public:
    [[nodiscard]] double height() const { return height_; }

private:
    friend class PageWriter;
    struct Unref
    {
        void operator()(PangoLayout* layout) const { g_object_unref(layout); }
    };
    std::unique_ptr<PangoLayout, Unref> layout_;
    Ink ink_;
    double height_ = 0;
};

/// Of a page in points.
struct PageSize
{
    double width = kPageWidth, height = kPageHeight;
};

/// Writes text, lines and codes on the pages of one PDF and counts the pages. Knows nothing of what they
/// mean.
class PageWriter
{
public:
    /// @param title, created  what the file says of itself; `created` as ISO 8601
    PageWriter(const std::string& title, const std::string& created, PageSize size = {});

    [[nodiscard]] TextBlock text(const std::string& words, double width, const TextStyle& style);
    void draw(const TextBlock& block, double x, double y);
    /// How many bytes of `block` fit into `height`, ending with a whole line.
    [[nodiscard]] static std::size_t fitting(const TextBlock& block, double height);
    /// A word across the page from corner to corner, so pale that what lies over it is read easily.
    void mark(const std::string& word, PageSize size);
    void frame(double x, double y, double width, double height, Ink ink, double thickness);
    /// A JPEG as it is, scaled into the box from its own `columns` × `rows` pixels, its shape kept.
    void picture(const std::string& jpeg, int columns, int rows, double x, double y, double width,
                 double height);
    void line(double x1, double x2, double y, Ink ink, double thickness);
    void shade(double x, double y, double width, double height, Ink ink);
    void code(const QrMatrix& matrix, double x, double y, double side);

    void nextPage();
    [[nodiscard]] int page() const { return page_; }

    /// Ends the file. @errors `internal`: Cairo failed on the way
    Result<std::string> finish();

private:
    struct Destroy
    {
        void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
        void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
    };
    void drawRun(const PangoGlyphItem& run, const char* text, double x, double baseline);

    std::string bytes_;
    OutlineFonts fonts_;
    std::unique_ptr<cairo_surface_t, Destroy> surface_;
    std::unique_ptr<cairo_t, Destroy> cairo_;
    int page_ = 1;
};

} // namespace zikao::documents
