#include <cairo.h>
#include <qrencode.h>

#include "kernel/documents/documents.hpp"
#include "kernel/documents/qr_matrix.hpp"

namespace zikao::documents {

namespace {

struct FreeCode
{
    void operator()(QRcode* code) const { QRcode_free(code); }
};

struct DestroySurface
{
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};

cairo_status_t append(void* closure, const unsigned char* data, unsigned int length)
{
    static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
}

} // namespace

Result<QrMatrix> qrMatrix(const std::string& text)
{
    if (text.empty())
        return fail(ErrorCode::invalid_argument, "a QR code needs a text");
    const std::unique_ptr<QRcode, FreeCode> code{QRcode_encodeData(
        static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M)};
    if (!code)
        return fail(ErrorCode::invalid_argument,
                    "text of " + std::to_string(text.size()) + " bytes fits no QR code");
    QrMatrix matrix;
    matrix.width = code->width;
    const auto modules = static_cast<std::size_t>(code->width) * static_cast<std::size_t>(code->width);
    matrix.dark.reserve(modules);
    for (std::size_t i = 0; i < modules; ++i)
        matrix.dark.push_back((code->data[i] & 1) != 0);
    return matrix;
}

Result<std::string> qrSvg(const std::string& text)
{
    const auto matrix = qrMatrix(text);
    if (!matrix)
        return fail(matrix.error());
    const std::string side = std::to_string(matrix->width + 2 * kQuietZone);
    std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + side + " " + side +
                      "\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h" + side + "v" + side +
                      "H0z\"/><path fill=\"#000\" d=\"";
    for (int y = 0; y < matrix->width; ++y) {
        for (int x = 0; x < matrix->width;) {
            int run = 0;
            while (x + run < matrix->width && matrix->at(x + run, y))
                ++run;
            if (run == 0) {
                ++x;
                continue;
            }
            const std::string length = std::to_string(run);
            svg += "M" + std::to_string(x + kQuietZone) + " " + std::to_string(y + kQuietZone) + "h" +
                   length + "v1h-" + length + "z";
            x += run;
        }
    }
    return svg + "\"/></svg>";
}

Result<std::string> qrPng(const std::string& text, int pixels_per_module)
{
    if (pixels_per_module < 1 || pixels_per_module > 64)
        return fail(ErrorCode::invalid_argument, "pixels per module: 1 to 64");
    const auto matrix = qrMatrix(text);
    if (!matrix)
        return fail(matrix.error());
    const int side = (matrix->width + 2 * kQuietZone) * pixels_per_module;
    const std::unique_ptr<cairo_surface_t, DestroySurface> surface{
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, side, side)};
    if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS)
        return fail(ErrorCode::internal, "no surface for the QR code");
    cairo_surface_flush(surface.get());
    unsigned char* pixels = cairo_image_surface_get_data(surface.get());
    const int stride = cairo_image_surface_get_stride(surface.get());
    for (int y = 0; y < side; ++y) {
        const int row = y / pixels_per_module - kQuietZone;
        auto* line = reinterpret_cast<std::uint32_t*>(pixels + static_cast<std::ptrdiff_t>(y) * stride);
        for (int x = 0; x < side; ++x) {
            const int column = x / pixels_per_module - kQuietZone;
            const bool inside = row >= 0 && column >= 0 && row < matrix->width && column < matrix->width;
            line[x] = inside && matrix->at(column, row) ? 0x000000U : 0xFFFFFFU;
        }
    }
    cairo_surface_mark_dirty(surface.get());
    std::string png;
    if (cairo_surface_write_to_png_stream(surface.get(), append, &png) != CAIRO_STATUS_SUCCESS)
        return fail(ErrorCode::internal, "the QR code could not be written as PNG");
    return png;
}

} // namespace zikao::documents
