#include "kernel/documents/page_writer.hpp"

#include <cairo-pdf.h>

#include <cmath>

namespace zikao::documents {

namespace {

cairo_status_t append(void* closure, const unsigned char* data, unsigned int length)
{
    static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
}

void setInk(cairo_t* cairo, Ink ink)
{
    cairo_set_source_rgb(cairo, ink.red, ink.green, ink.blue);
}

} // namespace

PageWriter::PageWriter(const std::string& title, const std::string& created, PageSize size)
    : surface_(cairo_pdf_surface_create_for_stream(append, &bytes_, size.width, size.height))
{
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_TITLE, title.c_str());
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATE_DATE, created.c_str());
    cairo_.reset(cairo_create(surface_.get()));
}

TextBlock PageWriter::text(const std::string& words, double width, const TextStyle& style)
{
    TextBlock block;
    block.layout_.reset(pango_cairo_create_layout(cairo_.get()));
    block.ink_ = style.ink;
    PangoLayout* layout = block.layout_.get();

    const std::unique_ptr<PangoFontDescription, decltype(&pango_font_description_free)> font{
        pango_font_description_new(), pango_font_description_free};
    pango_font_description_set_family_static(font.get(), "Noto Sans CJK SC");
    pango_font_description_set_absolute_size(font.get(), style.size * PANGO_SCALE);
    pango_font_description_set_weight(font.get(), style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout, font.get());

    PangoAttrList* attributes = pango_attr_list_new();
    pango_attr_list_insert(attributes, pango_attr_language_new(pango_language_from_string("zh-cn")));
    if (style.tabular)
        pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum=1"));
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);

    pango_layout_set_width(layout, static_cast<int>(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(layout, style.align);
    pango_layout_set_line_spacing(layout, 0.95F);
    pango_layout_set_text(layout, words.data(), static_cast<int>(words.size()));

    int height = 0;
    pango_layout_get_size(layout, nullptr, &height);
    block.height_ = static_cast<double>(height) / PANGO_SCALE;
    return block;
}

void PageWriter::draw(const TextBlock& block, double x, double y)
{
    setInk(cairo_.get(), block.ink_);
    const char* text = pango_layout_get_text(block.layout_.get());
    const std::unique_ptr<PangoLayoutIter, decltype(&pango_layout_iter_free)> at{
        pango_layout_get_iter(block.layout_.get()), pango_layout_iter_free};
    do {
        const PangoLayoutRun* run = pango_layout_iter_get_run_readonly(at.get());
        if (run == nullptr)
            continue;
        PangoRectangle where;
        pango_layout_iter_get_run_extents(at.get(), nullptr, &where);
        drawRun(*run, text, x + pango_units_to_double(where.x),
                y + pango_units_to_double(pango_layout_iter_get_baseline(at.get())));
    } while (pango_layout_iter_next_run(at.get()) != 0);
}

void PageWriter::drawRun(const PangoGlyphItem& run, const char* text, double x, double baseline)
{
    const PangoGlyphString& drawn = *run.glyphs;
    const bool backwards = (run.item->analysis.level & 1) != 0;
    std::vector<cairo_glyph_t> glyphs;
    std::vector<cairo_text_cluster_t> clusters;
    for (int i = 0; i < drawn.num_glyphs; ++i) {
        const PangoGlyphInfo& glyph = drawn.glyphs[i];
        if (i == 0 || drawn.log_clusters[i] != drawn.log_clusters[i - 1])
            clusters.push_back({0, 0});
        if (glyph.glyph != PANGO_GLYPH_EMPTY) {
            // A character that no font has is the font's own empty box.
            const bool known = (glyph.glyph & PANGO_GLYPH_UNKNOWN_FLAG) == 0;
            glyphs.push_back({known ? glyph.glyph : 0, x + pango_units_to_double(glyph.geometry.x_offset),
                              baseline + pango_units_to_double(glyph.geometry.y_offset)});
            ++clusters.back().num_glyphs;
        }
        // A cluster's text reaches to where its neighbour's begins.
        const int next = backwards ? i - 1 : i + 1;
        const int end = next < 0 || next >= drawn.num_glyphs ? run.item->length : drawn.log_clusters[next];
        if (end != drawn.log_clusters[i])
            clusters.back().num_bytes = end - drawn.log_clusters[i];
        x += pango_units_to_double(glyph.geometry.width);
    }
    cairo_scaled_font_t* font = pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(run.item->analysis.font));
    cairo_matrix_t size;
    cairo_scaled_font_get_font_matrix(font, &size);
    cairo_set_font_face(cairo_.get(), fonts_.outlinesOf(cairo_scaled_font_get_font_face(font)));
    cairo_set_font_matrix(cairo_.get(), &size);
    if (backwards)
        std::reverse(clusters.begin(), clusters.end());
    cairo_show_text_glyphs(cairo_.get(), text + run.item->offset, run.item->length, glyphs.data(),
                           static_cast<int>(glyphs.size()), clusters.data(),
                           static_cast<int>(clusters.size()),
                           backwards ? CAIRO_TEXT_CLUSTER_FLAG_BACKWARD : cairo_text_cluster_flags_t{});
}

std::size_t PageWriter::fitting(const TextBlock& block, double height)
{
    const std::unique_ptr<PangoLayoutIter, decltype(&pango_layout_iter_free)> at{
        pango_layout_get_iter(block.layout_.get()), pango_layout_iter_free};
    do {
        int top = 0, bottom = 0;
        pango_layout_iter_get_line_yrange(at.get(), &top, &bottom);
        if (pango_units_to_double(bottom) > height)
            return static_cast<std::size_t>(pango_layout_iter_get_line_readonly(at.get())->start_index);
    } while (pango_layout_iter_next_line(at.get()) != 0);
    return std::string_view(pango_layout_get_text(block.layout_.get())).size();
}

void PageWriter::mark(const std::string& word, PageSize size)
{
    const double diagonal = std::hypot(size.width, size.height);
    const TextBlock block =
        text(word, diagonal, {.size = 110, .bold = true, .ink = kPale, .align = PANGO_ALIGN_CENTER});
    cairo_save(cairo_.get());
    cairo_translate(cairo_.get(), 0, size.height);
    cairo_rotate(cairo_.get(), -std::atan2(size.height, size.width));
    draw(block, 0, -block.height() / 2);
    cairo_restore(cairo_.get());
}

void PageWriter::frame(double x, double y, double width, double height, Ink ink, double thickness)
{
    setInk(cairo_.get(), ink);
    cairo_set_line_width(cairo_.get(), thickness);
    cairo_rectangle(cairo_.get(), x, y, width, height);
    cairo_stroke(cairo_.get());
}

void PageWriter::picture(const std::string& jpeg, int columns, int rows, double x, double y, double width,
                         double height)
{
    // The surface lends its size; what goes into the file is the JPEG itself, never decoded here.
    const std::unique_ptr<cairo_surface_t, Destroy> image{
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, columns, rows)};
    auto kept = std::make_unique<std::string>(jpeg);
    const auto* bytes = reinterpret_cast<const unsigned char*>(kept->data());
    const auto status = cairo_surface_set_mime_data(
        image.get(), CAIRO_MIME_TYPE_JPEG, bytes, kept->size(),
        [](void* closure) { const std::unique_ptr<std::string> done{static_cast<std::string*>(closure)}; },
        kept.get());
    if (status != CAIRO_STATUS_SUCCESS)
        return;
    static_cast<void>(kept.release()); // the surface lets go of it
    const double scale = std::min(width / columns, height / rows);
    cairo_save(cairo_.get());
    cairo_translate(cairo_.get(), x + (width - columns * scale) / 2, y + (height - rows * scale) / 2);
    cairo_scale(cairo_.get(), scale, scale);
    cairo_set_source_surface(cairo_.get(), image.get(), 0, 0);
    cairo_paint(cairo_.get());
    cairo_restore(cairo_.get());
}

void PageWriter::line(double x1, double x2, double y, Ink ink, double thickness)
{
    setInk(cairo_.get(), ink);
    cairo_set_line_width(cairo_.get(), thickness);
    cairo_move_to(cairo_.get(), x1, y);
    cairo_line_to(cairo_.get(), x2, y);
    cairo_stroke(cairo_.get());
}

void PageWriter::shade(double x, double y, double width, double height, Ink ink)
{
    setInk(cairo_.get(), ink);
    cairo_rectangle(cairo_.get(), x, y, width, height);
    cairo_fill(cairo_.get());
}

void PageWriter::code(const QrMatrix& matrix, double x, double y, double side)
{
    const double module = side / matrix.width;
    setInk(cairo_.get(), {});
    for (int row = 0; row < matrix.width; ++row)
        for (int column = 0; column < matrix.width; ++column)
            if (matrix.at(column, row))
                cairo_rectangle(cairo_.get(), x + column * module, y + row * module, module, module);
    cairo_fill(cairo_.get());
}

void PageWriter::nextPage()
{
    cairo_show_page(cairo_.get());
    ++page_;
}

Result<std::string> PageWriter::finish()
{
    cairo_show_page(cairo_.get());
    cairo_surface_finish(surface_.get());
    if (cairo_status(cairo_.get()) != CAIRO_STATUS_SUCCESS ||
        cairo_surface_status(surface_.get()) != CAIRO_STATUS_SUCCESS)
        return fail(ErrorCode::internal, "Cairo could not write the PDF");
    return std::move(bytes_);
}

} // namespace zikao::documents
